"""After a restore: all rows of a link are compared, and the peer's row wins.

The restored node is frozen until it has compared with each neighbour; then what it still holds
goes on at 1 + the highest epoch that any row of any link or header of an ancestor names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.domain import parcel
from routing.domain.protocol import TAKEN_BACK
from routing.domain.words import Custody, Direction, Row, Side, State
from routing.handlers import lost, thawing
from routing.handlers.casefile import CaseFile
from routing.handlers.handover import release
from routing.node import Node
from routing.storage import floors, handoffs, peers
from routing.storage.peers import SELF, peer, self_state
from routing.storage.tables import case_row

Values = Mapping[str, Any]
TAKEN = frozenset({Row.RECEIVED})
SENT = frozenset({Row.CLAIMED, Row.DELIVERED, Row.AGAIN})


@dataclass(frozen=True, slots=True)
class Freeze:
    """This node was restored; it reads only until these neighbours were compared with.

    `life` is the incarnation that began with the restore.
    """

    neighbours: tuple[str, ...]
    life: int = 0


@dataclass(frozen=True, slots=True)
class Adopt:
    """A neighbour's rows of our link, and the highest epochs it knows."""

    neighbour: str
    rows: tuple[Values, ...]
    epochs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Restored:
    """A neighbour was restored: its incarnation and its rows of our link.

    `known`: the cases it still knows; None when it is our parent, or does not say.
    """

    neighbour: str
    incarnation: int
    rows: tuple[Values, ...]
    known: lost.Known | None = None


def freeze(uow: UnitOfWork, command: Freeze, *, node: Node) -> None:
    """Freeze all custody. With no neighbour to ask, it thaws at once with new epochs.

    What the backup holds is told from what is registered from now on: that goes on unbroken.
    """
    row = {
        "frozen": True,
        "since": uow.now,
        "waiting_for": " ".join(sorted(command.neighbours)),
        "life": command.life,
    }
    if uow.get(self_state, key=SELF) is None:
        uow.insert(self_state, {"key": SELF} | row)
    else:
        uow.update(self_state, {"key": SELF}, row)
    for custody in (Custody.HELD, Custody.RELEASING, Custody.RECEIVED, Custody.OUT):
        for case in uow.find(case_row, custody=custody):
            floors.note_found(uow, case["case_id"], case["epoch"])
    for neighbour in command.neighbours:
        peers.of(uow, neighbour)
        uow.update(peer, {"node": neighbour}, {"reconcile": True})
    if not command.neighbours:
        thawing.thaw(uow, node)


def help_restored(uow: UnitOfWork, node: Node, command: Restored) -> None:
    """Our side, when the neighbour was restored: what it forgot is void or sent again.

    Rows change once for each incarnation of the neighbour, in the transaction that notes the
    comparison: a late repeat would void what the neighbour offered since.
    """
    neighbour, told = command.neighbour, command.rows
    if peers.of(uow, neighbour)["compared"] >= command.incarnation:
        return
    uow.update(peer, {"node": neighbour}, {"compared": command.incarnation})
    theirs = {row["handoff_id"]: row["state"] for row in told}
    for row in handoffs.on_link(uow, neighbour):
        state = theirs.get(row["handoff_id"])
        if row["from_node"] == node.code and row["state"] in SENT and state not in TAKEN:
            _send_again(uow, row)
        elif row["to_node"] == node.code and row["state"] == Row.WANT:
            handoffs.change(uow, row, state=Row.GONE, active=False)
    known = {row["handoff_id"] for row in handoffs.on_link(uow, neighbour)}
    for row in told:
        if row["handoff_id"] not in known and row["from_node"] == neighbour:
            _void(uow, node, row)
    for case_id, epoch in epochs(uow, handoffs.on_link(uow, neighbour), told).items():
        floors.raise_to(uow, UUID(case_id), epoch)
    lost.mark(uow, node, neighbour, command.known)


def _send_again(uow: UnitOfWork, row: Values) -> None:
    """AGAIN: it was sent to the neighbour, which has lost it. Ends only by its own answer."""
    up = row["direction"] == Direction.UP
    handoffs.change(uow, row, state=Row.AGAIN, active=up, next_try_at=uow.now, tries=0)
    if not up:
        from_offer = handoffs.load(uow, row["handoff_id"])
        release.announce(uow, from_offer)


def _void(uow: UnitOfWork, node: Node, theirs: Values) -> None:
    """An offer of the restored neighbour that never reached us: it must never be taken."""
    up = theirs["from_node"] != node.parent
    facts = parcel.blank(theirs["handoff_id"], theirs["case_id"], theirs["epoch"], uow.now)
    handoffs.add(
        uow,
        facts,
        side=Side.RECEIVER,
        direction=Direction.UP if up else Direction.DOWN,
        from_node=theirs["from_node"],
        to_node=theirs["to_node"],
        state=Row.VOID if up else Row.GONE,
        active=False,
        confirmed=True,
    )


def epochs(uow: UnitOfWork, rows: Sequence[Values], told: Sequence[Values]) -> dict[str, int]:
    """The highest epoch we know of each case that a row of the link names, or a header we keep."""
    highest: dict[UUID, int] = {}
    for row in (*rows, *told):
        highest[row["case_id"]] = max(highest.get(row["case_id"], 0), row["epoch"] + 1)
    for header in uow.find(case_row, custody=Custody.NONE):
        highest.setdefault(header["case_id"], 0)
    for case_id in list(highest):
        case = uow.get(case_row, case_id=case_id)
        if case is not None:
            highest[case_id] = max(highest[case_id], case["epoch"], case["told_epoch"])
    return {str(case_id): epoch for case_id, epoch in highest.items()}


def adopt(uow: UnitOfWork, command: Adopt, *, node: Node) -> bool:
    """The restored side: the neighbour's row wins. True when all neighbours were compared.

    Once for each neighbour: a repeat of the answer changes nothing.
    """
    if not peers.of(uow, command.neighbour)["reconcile"]:
        return True
    theirs = {row["handoff_id"]: row for row in command.rows}
    for row in handoffs.on_link(uow, command.neighbour):
        _adopt_row(uow, node, row, theirs.get(row["handoff_id"]))
    for handoff_id, row in theirs.items():
        if row["from_node"] == node.code and handoffs.find(uow, handoff_id) is None:
            _adopt_forgotten(uow, node, row)
    for case_id, epoch in command.epochs.items():
        floors.raise_to(uow, UUID(case_id), epoch)
    return _compared(uow, node, command.neighbour)


def _adopt_row(uow: UnitOfWork, node: Node, row: Values, their: Values | None) -> None:
    state = their["state"] if their is not None else None
    if row["from_node"] != node.code:
        if state in TAKEN_BACK and row["state"] not in TAKEN:
            tomb = Row.VOID if row["direction"] == Direction.UP else Row.GONE
            handoffs.change(uow, row, state=tomb, active=False)
        return
    if state in TAKEN:
        _gone_out(uow, node, row)
    elif row["state"] not in TAKEN_BACK and row["state"] != Row.RELEASING:
        handoffs.change(uow, row, state=Row.VOID, active=False, refusal=thawing.RESTORED)


def _gone_out(uow: UnitOfWork, node: Node, row: Values) -> None:
    """The peer has it: our row is DELIVERED, custody OUT at that epoch."""
    if row["state"] != Row.DELIVERED:
        handoffs.change(uow, row, state=Row.DELIVERED, active=False)
    for older in handoffs.of_case(uow, row["case_id"]):
        if older["epoch"] <= row["epoch"] and older["handoff_id"] != row["handoff_id"]:
            _overtaken(uow, older)
    case = uow.get(case_row, case_id=row["case_id"])
    if case is not None and case["custody"] != Custody.NONE and case["epoch"] <= row["epoch"]:
        file = CaseFile(uow, node, case)
        file.set(epoch=row["epoch"], custody=Custody.OUT, state=State.OUT)
        file.save()


def told_again(uow: UnitOfWork, node: Node, case_id: UUID, at: datetime) -> None:
    """A case registered before the restore, of which only intake's newer copy knew.

    It may have left since by a hand-over that a neighbour told of: then it is out. Else it goes on
    like any other case of the backup, whose services are locked.
    """
    own = uow.get(self_state, key=SELF)
    if own is None or own["since"] is None or at >= own["since"]:
        return
    case = CaseFile.open(uow, node, case_id)
    floors.note_found(uow, case_id, case.epoch)
    for row in handoffs.of_case(uow, case_id):
        if row["from_node"] == node.code and row["state"] == Row.DELIVERED:
            _gone_out(uow, node, row)
    case = CaseFile.open(uow, node, case_id)
    if not own["frozen"] and case.custody is Custody.HELD:
        thawing.go_on(uow, case)


def _overtaken(uow: UnitOfWork, row: Values) -> None:
    """The case went on after this hand-over: no service is granted it by it, nor released."""
    for line in handoffs.parts(uow, row["handoff_id"]):
        if line["import_state"] == "owed":
            handoffs.change_part(uow, line, import_state="")
    local = row["side"] == Side.BOTH and row["state"] == Row.OFFERED
    if local or row["state"] == Row.RELEASING:
        handoffs.change(uow, row, state=Row.VOID, active=False)


def _adopt_forgotten(uow: UnitOfWork, node: Node, row: Values) -> None:
    """A hand-over of ours that the backup does not know."""
    taken = row["state"] in TAKEN
    facts = parcel.blank(row["handoff_id"], row["case_id"], row["epoch"], uow.now)
    handoffs.add(
        uow,
        facts,
        side=Side.SENDER,
        active=False,
        from_node=node.code,
        to_node=row["to_node"],
        direction=Direction.UP if row["to_node"] == node.parent else Direction.DOWN,
        state=Row.DELIVERED if taken else Row.VOID,
    )
    if taken:
        _gone_out(uow, node, handoffs.load(uow, row["handoff_id"]))


def _compared(uow: UnitOfWork, node: Node, neighbour: str) -> bool:
    own = uow.get(self_state, key=SELF)
    uow.update(peer, {"node": neighbour}, {"reconcile": False})
    if own is None or not own["frozen"]:
        return True
    left = [name for name in own["waiting_for"].split() if name != neighbour]
    uow.update(self_state, {"key": SELF}, {"waiting_for": " ".join(left)})
    if not left:
        thawing.thaw(uow, node)
    return not left
