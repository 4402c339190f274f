"""Letters: messages about a case that move no custody. Each is taken once and applied once.

A letter to a unit goes along the tree of nodes; one to "whoever holds the case" follows each
node's hand-over row of the highest epoch, and waits while the case is in transit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.domain.words import Custody, Row
from routing.handlers.casefile import CaseFile
from routing.node import Node
from routing.storage import handoffs
from routing.storage.owed import Errand
from routing.storage.tables import case_row, letter

Values = Mapping[str, Any]
TO_HOLDER = ""
HERE = frozenset({Custody.HELD, Custody.RELEASING})
ARRIVED_AT_PEER = frozenset({Row.DELIVERED})


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter to write. `body` holds codes and ids; personal text only in `sealed_body`."""

    kind: str
    case_id: UUID
    epoch: int
    from_unit: str
    to_unit: str = TO_HOLDER
    handoff_id: str = ""
    actor: str = ""
    body: Mapping[str, str] = field(default_factory=dict)
    sealed_body: bytes | None = None
    to_node: str = ""


def send(uow: UnitOfWork, node: Node, new: NewLetter) -> UUID:
    """Write a letter; it is under way, or waits, when this commits. Answers its id."""
    letter_id = uow.new_id()
    row = {
        "letter_id": letter_id,
        "case_id": new.case_id,
        "kind": new.kind,
        "epoch": new.epoch,
        "handoff_id": new.handoff_id,
        "from_unit": new.from_unit,
        "to_unit": new.to_unit,
        "actor": new.actor or uow.caller.id,
        "at": uow.now,
        "body": dict(new.body),
        "sealed_body": new.sealed_body,
        "state": "waiting",
        "next_node": "",
        "reason": "",
        "version": 1,
    }
    uow.insert(letter, row)
    place(uow, node, row, to_node=new.to_node)
    return letter_id


def take(uow: UnitOfWork, node: Node, row: Values) -> None:
    """A letter came over a link: kept once, then placed."""
    if uow.get(letter, letter_id=row["letter_id"]) is not None:
        return
    kept = dict(row) | {"state": "waiting", "next_node": "", "reason": "", "version": 1}
    uow.insert(letter, kept)
    place(uow, node, kept)


def place(uow: UnitOfWork, node: Node, row: Values, *, to_node: str = "") -> None:
    """Decide where a letter goes next: applied here, sent on, or waiting for the case."""
    target = to_node or _target(uow, node, row)
    if target == "":
        change(uow, row, state="waiting", next_node="")
    elif target == node.code:
        change(uow, row, state="arrived", next_node="")
        uow.note(Errand())
    else:
        step = node.directory().next_node(node.code, target)
        change(uow, row, state="to_send", next_node=step)


def _target(uow: UnitOfWork, node: Node, row: Values) -> str:
    """The node a letter is meant for; empty while nobody holds the case."""
    directory = node.directory()
    if row["to_unit"] in directory.units:
        return directory.node_of(row["to_unit"])
    if row["to_unit"]:
        return node.code
    return _holder_node(uow, node, row["case_id"])


def _holder_node(uow: UnitOfWork, node: Node, case_id: UUID) -> str:
    case = uow.get(case_row, case_id=case_id)
    if case is None:
        return node.parent or node.code
    if case["custody"] in HERE:
        return node.code
    if case["custody"] == Custody.NONE:
        units = node.directory().units
        return node.directory().node_of(case["holder_unit"]) if case["holder_unit"] in units else ""
    sent = handoffs.last_out(uow, case_id)
    if case["custody"] == Custody.OUT and sent is not None and sent["state"] in ARRIVED_AT_PEER:
        peer: str = sent["to_node"]
        return peer
    return ""


def release_waiting(uow: UnitOfWork, case: CaseFile) -> None:
    """The case is held here again: what waited for its holder arrives."""
    for row in _waiting(uow, case.case_id):
        change(uow, row, state="arrived")
        uow.note(Errand())


def follow(uow: UnitOfWork, case_id: UUID, to_node: str) -> None:
    """The case has arrived at a peer: what waited for its holder goes after it."""
    for row in _waiting(uow, case_id):
        change(uow, row, state="to_send", next_node=to_node)


def _waiting(uow: UnitOfWork, case_id: UUID) -> list[Values]:
    rows = uow.find(letter, case_id=case_id, state="waiting")
    return [row for row in rows if row["to_unit"] == TO_HOLDER]


def change(uow: UnitOfWork, row: Values, **values: Any) -> None:
    """Change a letter's way; its content never changes."""
    current = uow.get(letter, letter_id=row["letter_id"])
    version = current["version"] if current is not None else row["version"]
    key = {"letter_id": row["letter_id"]}
    uow.update(letter, key, values | {"version": version + 1}, expect={"version": version})


def held(uow: UnitOfWork, node: Node, row: Values) -> CaseFile | None:
    """The case of a letter when it is held here; None when the letter has to go after it."""
    case = uow.get(case_row, case_id=row["case_id"])
    if case is not None and case["custody"] in HERE:
        return CaseFile(uow, node, case)
    place(uow, node, row)
    return None


def recall_wish(row: Values, actor: str) -> NewLetter:
    """The wish to have a case back that passes through the next node."""
    return NewLetter(
        kind="recall_wish",
        case_id=row["case_id"],
        epoch=row["epoch"],
        from_unit=row["from_unit"],
        to_unit=row["to_unit"],
        actor=actor,
        handoff_id=str(row["handoff_id"]),
        body={"origin_handoff_id": str(row["origin_handoff_id"] or row["handoff_id"])},
        to_node=row["to_node"],
    )


def for_peer(uow: UnitOfWork, peer: str, limit: int) -> list[Values]:
    """Letters that wait to be sent to a neighbour, oldest first."""
    rows = uow.find(letter, state="to_send", next_node=peer)
    return sorted(rows, key=lambda row: row["at"])[:limit]


def of_case(uow: UnitOfWork, case_id: UUID) -> list[Values]:
    """Every letter about a case this node has, oldest first."""
    return sorted(uow.find(letter, case_id=case_id), key=lambda row: row["at"])
