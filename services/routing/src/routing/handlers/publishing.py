"""The directory is loaded, changed and published by the county's node, adopted by the others."""

from dataclasses import dataclass, replace

from kernel.directory import (
    Delegation,
    Directory,
    DirectoryInvalid,
    read_directory,
    write_directory,
)
from kernel.directory.entries import DirectoryFile
from kernel.errors import FieldViolation, MissingField
from kernel.unit_of_work import UnitOfWork
from routing.commands.directory import AdoptDirectory, CloseUnit, DelegateSite, LoadDirectory
from routing.domain import publishing
from routing.domain.events import DirectoryPublished
from routing.domain.publishing import Next
from routing.errors import (
    DirectoryMissing,
    DirectoryRefused,
    NodeNotEmpty,
    OnlyAtCounty,
    UnitUnknown,
)
from routing.node import Node
from routing.storage import counting
from routing.storage import knowledge as stored
from routing.storage.knowledge import directory_version


@dataclass(frozen=True, slots=True)
class Published:
    """The directory in force after the command, and what was odd; `cases` are those concerned.

    `leaving` are nodes a site was taken back from, `forgotten` those that are no node any more.
    """

    directory: Directory
    findings: tuple[str, ...] = ()
    cases: int = 0
    leaving: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()


def load_directory(uow: UnitOfWork, command: LoadDirectory, *, node: Node) -> Published:
    """Put a directory in force at the county; one that says nothing new changes nothing.

    Raises:
        OnlyAtCounty: this is not the county's node, or the file is another county's.
        DirectoryRefused: a unit is gone that was there; units end by CloseUnit only.
    """
    current = in_force(uow)
    _at_county(node, current or command.directory)
    coming = publishing.loaded(current, command.directory)
    if current is not None and publishing.same_content(current, coming.file):
        return Published(current)
    if command.dry_run:
        return Published(command.directory, coming.findings)
    return _put_in_force(uow, coming, node)


def delegate_site(uow: UnitOfWork, command: DelegateSite, *, node: Node) -> Published:
    """Delegate a site to a node of its own, or take it back; its cases follow one by one.

    Raises:
        OnlyAtCounty, DirectoryMissing, UnitUnknown.
        DirectoryRefused: the node hosts another site already, or has nodes below it.
        NodeNotEmpty: it is to be forgotten while it still has cases or hand-overs.
    """
    current = _current(uow, node)
    if command.site not in current.sites or command.site == current.file.root:
        raise UnitUnknown(unit=command.site[:64])
    entry = Delegation(
        site=command.site,
        node=command.node,
        public_key=command.public_key,
        nats_key=command.nats_key,
    )
    before = publishing.at(current, command.site)
    if not command.node:
        _may_forget(uow, before)
    coming = publishing.delegated(current, entry)
    same = coming.file is current.file and not coming.refused
    published = Published(current) if same else _put_in_force(uow, coming, node)
    after = publishing.at(published.directory, command.site)
    return replace(
        published,
        cases=_to_follow(uow, published.directory, command.site),
        leaving=tuple(entry.node for entry in after if entry.closing),
        forgotten=tuple(e.node for e in before if e.node not in {entry.node for entry in after}),
    )


def _to_follow(uow: UnitOfWork, directory: Directory, site: str) -> int:
    """Cases of the site and below it that are neither at its node nor at one below that."""
    host = directory.node_of(site)
    below = [e.node for e in directory.file.delegations if not e.closing]
    there = {host, *(code for code in below if directory.is_below(code, host))}
    return counting.held_below(uow, directory.path(site), there)


def _may_forget(uow: UnitOfWork, entries: list[Delegation]) -> None:
    """A link is removed only when no row on it is open, as far as the county can see."""
    if any(not entry.closing for entry in entries):
        return
    for entry in entries:
        left = counting.left_at(uow, entry.node)
        if left:
            raise NodeNotEmpty(node=entry.node, count=left)


def close_unit(uow: UnitOfWork, command: CloseUnit, *, node: Node) -> Published:
    """Close a unit from a day on; the cases it holds wait for a person to hand them over.

    Raises:
        OnlyAtCounty, DirectoryMissing, UnitUnknown.
        DirectoryRefused: the successor is no unit, or is closed itself.
    """
    current = _current(uow, node)
    if command.unit not in current.units or command.unit == current.file.root:
        raise UnitUnknown(unit=command.unit[:64])
    if not command.successor:
        raise MissingField.of("successor")
    if current.current(command.successor, command.valid_to) in {None, command.unit}:
        raise DirectoryRefused(FieldViolation("successor", "UNKNOWN_VALUE"))
    coming = publishing.closed(current, command.unit, command.successor, command.valid_to)
    cases = counting.held_by(uow, command.unit)
    published = _put_in_force(uow, coming, node)
    return Published(published.directory, published.findings, cases)


def adopt_directory(uow: UnitOfWork, command: AdoptDirectory, *, node: Node) -> Published:
    """Take the parent's directory over when it is newer, and tell the services and children."""
    current = in_force(uow)
    if current is not None and current.version >= command.directory.version:
        return Published(current)
    return Published(_store(uow, command.directory, node))


def publish_again(uow: UnitOfWork, node: Node) -> None:
    """Rules changed beside the directory: a new version makes the children ask for all of it."""
    current = in_force(uow)
    if current is not None and current.file.node == node.code:
        _store(uow, Directory(publishing.again(current)), node)


def in_force(uow: UnitOfWork) -> Directory | None:
    """The newest directory, as this command sees it."""
    content = stored.directory_in_force(uow)
    return None if content is None else read_directory(content)


def _current(uow: UnitOfWork, node: Node) -> Directory:
    current = in_force(uow)
    if current is None:
        raise DirectoryMissing
    _at_county(node, current)
    return current


def _at_county(node: Node, directory: Directory) -> None:
    if directory.file.node != node.code:
        raise OnlyAtCounty(node=node.code, county=directory.file.node)


def _put_in_force(uow: UnitOfWork, coming: Next, node: Node) -> Published:
    if coming.refused:
        raise DirectoryRefused(finding=" ".join(coming.findings)[:300])
    return Published(_store(uow, _checked(coming.file), node), coming.findings)


def _checked(file: DirectoryFile) -> Directory:
    """The file as every node will read it."""
    try:
        return read_directory(write_directory(file))
    except DirectoryInvalid as invalid:
        raise DirectoryRefused(finding="; ".join(invalid.findings)[:300]) from None


def _store(uow: UnitOfWork, directory: Directory, node: Node) -> Directory:
    row = {
        "version": directory.version,
        "content": write_directory(directory.file),
        "at": uow.now,
        "by": uow.caller.id,
    }
    uow.insert(directory_version, row)
    links = ["local", *(f"down.{child}" for child in directory.child_nodes(node.code))]
    path = directory.path(directory.file.root)
    uow.emit(DirectoryPublished(directory.version, path), links=links)
    return directory
