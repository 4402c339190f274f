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
    """The site, with its subtree, hosted by a node of its own; an empty node takes it back."""
    kept = tuple(other for other in current.file.delegations if other.site != entry.site)
    taken = {other.node for other in kept} | {current.file.node}
    if entry.node and entry.node in taken:
        return Next(current.file, (f"NODE_TAKEN {entry.node}",), refused=True)
    delegations = (*kept, entry) if entry.node else kept
    return Next(_raised(current, delegations=delegations))


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
