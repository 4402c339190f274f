"""What a neighbour tells of itself: incarnation, clock, letters, its rows after a restore."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.handlers import letters, reconcile
from routing.handlers.lost import Known
from routing.node import Node
from routing.storage import handoffs, peers, sealed
from routing.storage.peers import peer
from routing.storage.tables import letter

Values = Mapping[str, Any]
MAIL = 100


@dataclass(frozen=True, slots=True)
class Heard:
    """A neighbour spoke: its incarnation, and how far its clock is behind ours."""

    node: str
    incarnation: int
    skew: timedelta


@dataclass(frozen=True, slots=True)
class Mail:
    """Letters that came, and those of ours that the neighbour has kept."""

    node: str
    letters: tuple[Values, ...]
    taken: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Exchanged:
    """Letters kept, and letters for the neighbour."""

    taken: tuple[UUID, ...]
    letters: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """All rows of the link as the neighbour has them; `known`: the cases a restored child knows."""

    node: str
    rows: tuple[Values, ...]
    restored: bool
    incarnation: int
    epochs: Mapping[str, int] = field(default_factory=dict)
    adopt: bool = False
    known: Known | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """All rows as we have them now, and the highest epoch we know of each case."""

    rows: tuple[Values, ...]
    epochs: dict[str, int]


def note_heard(uow: UnitOfWork, command: Heard, *, node: Node) -> None:  # noqa: ARG001 (a handler)
    """Keep the neighbour's incarnation; it only rises. A new one has to be compared."""
    known = peers.of(uow, command.node)
    newer = command.incarnation > known["incarnation"]
    values: dict[str, Any] = {
        "heard_at": uow.now,
        "skew_ms": int(command.skew / timedelta(milliseconds=1)),
    }
    if newer:
        values |= {"incarnation": command.incarnation}
    uow.update(peer, {"node": command.node}, values)


def note_alive(uow: UnitOfWork, child: str, *, at: datetime) -> None:
    """A child spoke to this replica; others tell it from the row."""
    peers.of(uow, child)
    uow.update(peer, {"node": child}, {"heard_at": at})


def link_is_up(uow: UnitOfWork, command: str, *, node: Node) -> None:  # noqa: ARG001 (a handler)
    """The neighbour answers again: hand-overs over that link are tried at once."""
    handoffs.wake_link(uow, command)


def exchange_mail(uow: UnitOfWork, command: Mail, *, node: Node) -> Exchanged:
    """Take what came once; note what was taken; hand out what waits for the neighbour."""
    for row in command.letters:
        letters.take(uow, node, _resealed(uow, node, row))
    note_taken(uow, command.taken)
    waiting = letters.for_peer(uow, command.node, MAIL)
    return Exchanged(
        taken=tuple(row["letter_id"] for row in command.letters),
        letters=tuple(_opened(uow, node, row) for row in waiting),
    )


def note_taken(uow: UnitOfWork, taken: tuple[UUID, ...]) -> None:
    """The neighbour has these letters: they are sent."""
    for letter_id in taken:
        row = uow.get(letter, letter_id=letter_id)
        if row is not None and row["state"] == "to_send":
            letters.change(uow, row, state="sent")


def _resealed(uow: UnitOfWork, node: Node, row: Values) -> Values:
    content = row["sealed_body"]
    if content is None:
        return row
    if sealed.is_gone(uow, row["case_id"]):  # it was under way while the case was erased
        return dict(row) | {"sealed_body": None}
    return dict(row) | {"sealed_body": sealed.seal(uow, node, row["case_id"], content)}


def _opened(uow: UnitOfWork, node: Node, row: Values) -> Values:
    content = row["sealed_body"]
    if content is None or sealed.is_gone(uow, row["case_id"]):
        return dict(row) | {"sealed_body": None}
    return dict(row) | {"sealed_body": sealed.unseal(uow, node, row["case_id"], content)}


def outgoing(uow: UnitOfWork, command: str, *, node: Node) -> tuple[Values, ...]:
    """Letters that wait for the parent, opened for the way."""
    return tuple(_opened(uow, node, row) for row in letters.for_peer(uow, command, MAIL))


def take_mail(uow: UnitOfWork, command: Mail, *, node: Node) -> None:
    """Letters that came from the parent, and those of ours it has kept."""
    for row in command.letters:
        letters.take(uow, node, _resealed(uow, node, row))
    note_taken(uow, command.taken)


def compare(uow: UnitOfWork, command: Compare, *, node: Node) -> Compared:
    """The neighbour's rows against ours; where it was the one restored, our row wins.

    `adopt`: we were restored and the neighbour has gone by our rows: now its rows win.
    Answers our rows as they were before and are after: the neighbour settles its own by them.
    """
    if command.restored:
        restored = reconcile.Restored(
            command.node, command.incarnation, command.rows, command.known
        )
        reconcile.help_restored(uow, node, restored)
    if command.adopt:
        reconcile.adopt(uow, reconcile.Adopt(command.node, command.rows, command.epochs), node=node)
    rows = handoffs.on_link(uow, command.node)
    return Compared(tuple(dict(row) for row in rows), reconcile.epochs(uow, rows, command.rows))


def rows_of_link(uow: UnitOfWork, command: str, *, node: Node) -> list[Values]:  # noqa: ARG001 (a handler)
    """All rows of the link to a neighbour as we have them."""
    return [dict(row) for row in handoffs.on_link(uow, command)]
