"""Which way a hand-over goes: along the tree of nodes, hop by hop (逐级)."""

from dataclasses import dataclass

from kernel.directory import Directory
from routing.domain.words import Direction


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop: the unit that takes the case next, and the node it is hosted by."""

    direction: Direction
    to_unit: str
    to_node: str


def next_hop(directory: Directory, here: str, final_unit: str) -> Hop:
    """The next hop from node `here` towards the final unit; `local` when it is hosted here.

    On the way to a farther node the hop's unit is the desk of the site that node was delegated
    for: it takes the case only in passing.
    """
    there = directory.node_of(final_unit)
    if there == here:
        return Hop(Direction.LOCAL, final_unit, here)
    step = directory.next_node(here, there)
    direction = Direction.UP if step == directory.parent_node(here) else Direction.DOWN
    if step == there:
        return Hop(direction, final_unit, there)
    return Hop(direction, desk_of(directory, step), step)


def desk_of(directory: Directory, node: str) -> str:
    """The desk of the site a node was made for; of the root site for the county node."""
    for entry in directory.file.delegations:
        if entry.node == node:
            return entry.site
    return directory.file.root


def common_superior(directory: Directory, units: list[str]) -> str:
    """The desk of the lowest site that is at or above all the units' sites (共同上级)."""
    lines = [[site.id for site in directory.ancestors(directory.units[u].site)] for u in units]
    shared = set(lines[0]).intersection(*lines[1:])
    return next(site for site in lines[0] if site in shared)


def is_above(directory: Directory, upper_unit: str, lower_unit: str) -> bool:
    """Whether the first unit's site is a true ancestor of the second's."""
    upper, lower = directory.units[upper_unit].site, directory.units[lower_unit].site
    return upper != lower and upper in {site.id for site in directory.ancestors(lower)}


def levels_between(directory: Directory, upper_unit: str, lower_unit: str) -> int:
    """How many tiers an upward or downward hand-over crosses; 0 within one site."""
    upper, lower = directory.units[upper_unit].site, directory.units[lower_unit].site
    line = [site.id for site in directory.ancestors(lower)]
    return line.index(upper) if upper in line else 0
