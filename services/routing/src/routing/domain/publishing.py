"""The next version of a directory: a file loaded, a site delegated, a unit closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from msgspec import structs

from kernel.directory import Delegation, Directory
from kernel.directory.entries import DirectoryFile


@dataclass(frozen=True, slots=True)
class Next:
    """A file that may come into force, and what is odd about it, as `CODE id …` words."""

    file: DirectoryFile
    findings: tuple[str, ...] = ()
    refused: bool = False


def loaded(current: Directory | None, new: Directory) -> Next:
    """A loaded file as the next version.

    Its number is raised above the one in force when it is not. Delegations in force are kept: they
    change by DelegateSite only, so that no file moves cases by accident. Ids are never reused and
    never dropped: a unit ends by CloseUnit, with a successor.
    """
    if current is None:
        return Next(new.file)
    gone = sorted((current.units.keys() | current.outside.keys()) - _ids(new))
    findings = [f"UNIT_GONE {unit}" for unit in gone]
    findings += [f"SITE_MOVED {unit}" for unit in _moved(current, new)]
    if new.version <= current.version:
        findings.append(f"VERSION_RAISED {current.version + 1}")
    if new.file.delegations not in ((), current.file.delegations):
        findings.append("DELEGATIONS_KEPT")
    file = structs.replace(
        new.file,
        version=max(new.version, current.version + 1),
        node=current.file.node,
        delegations=current.file.delegations,
    )
    return Next(file, tuple(findings), refused=bool(gone))


def _ids(directory: Directory) -> set[str]:
    return set(directory.units) | set(directory.outside)


def _moved(current: Directory, new: Directory) -> Iterator[str]:
    """Units that now belong to another site: their cases go with them."""
    for unit_id, unit in sorted(current.units.items()):
        if unit_id in new.units and new.units[unit_id].site != unit.site:
            yield unit_id


def same_content(current: Directory | None, file: DirectoryFile) -> bool:
    """Whether a file says nothing new beside its version number."""
    return current is not None and structs.replace(file, version=current.version) == current.file


def delegated(current: Directory, entry: Delegation) -> Next:
    """The site, with its subtree, hosted by a node of its own; an empty node takes it back.

    A node that loses its site is closing: it is led on until it has handed over what it holds.
    Taking back once more what is closing already forgets the node.
    """
    if not entry.node:
        return _taken_back(current, entry.site)
    here = current.file.delegations
    refused = _against(here, current.file.node, entry)
    if refused:
        return Next(current.file, (refused,), refused=True)
    known = current.delegation(entry.node)
    again = known is not None and not known.closing
    since = known.since if known is not None and again else current.version + 1
    entry = structs.replace(entry, since=since)
    if entry == known:
        return Next(current.file)
    kept = tuple(other for other in here if other.node != entry.node)
    return Next(_raised(current, delegations=(*kept, entry)))


def _against(here: tuple[Delegation, ...], county: str, entry: Delegation) -> str:
    """Why the site cannot be given to this node; empty when it can."""
    for other in here:
        if other.node == entry.node and other.site != entry.site:
            return f"NODE_TAKEN {entry.node}"
        if other.site == entry.site and other.node != entry.node and not other.closing:
            return f"TAKE_BACK_FIRST {other.node}"
    return f"NODE_TAKEN {entry.node}" if entry.node == county else ""


def _taken_back(current: Directory, site: str) -> Next:
    """Closing, or, when it is closing already, forgotten; a node with nodes below it has to stay.

    Hand-overs of a node below are pinned to this one, which could not be asked any more.
    """
    at_site = at(current, site)
    active = [entry for entry in at_site if not entry.closing]
    for entry in active:
        below = current.child_nodes(entry.node)
        if below:
            return Next(current.file, (f"NODE_HAS_CHILDREN {' '.join(below)}",), refused=True)
    others = tuple(entry for entry in current.file.delegations if entry.site != site)
    if active:
        closing = tuple(structs.replace(entry, closing=True) for entry in at_site)
        return Next(_raised(current, delegations=(*others, *closing)))
    return Next(_raised(current, delegations=others)) if at_site else Next(current.file)


def at(current: Directory, site: str) -> list[Delegation]:
    """Delegations of a site itself: at most one in force, and those that are closing."""
    return [entry for entry in current.file.delegations if entry.site == site]


def closed(current: Directory, unit_id: str, successor: str, valid_to: date) -> Next:
    """The unit ends on a day; a site's desk ends with its site."""
    ending = {"valid_to": valid_to, "successor": successor}
    if unit_id in current.sites:
        sites = tuple(
            structs.replace(site, **ending) if site.id == unit_id else site
            for site in current.file.sites
        )
        return Next(_raised(current, sites=sites))
    units = tuple(
        structs.replace(unit, **ending) if unit.id == unit_id else unit
        for unit in current.file.units
    )
    return Next(_raised(current, units=units))


def again(current: Directory) -> DirectoryFile:
    """The same content under the next number: rules were published beside it."""
    return _raised(current)


def _raised(current: Directory, **changes: object) -> DirectoryFile:
    return structs.replace(current.file, version=current.version + 1, **changes)
