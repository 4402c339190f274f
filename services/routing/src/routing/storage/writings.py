"""What people wrote on a case: the sealed texts of its letters, kept at every node they passed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, select

from kernel.unit_of_work import UnitOfWork
from routing.node import Node
from routing.storage import sealed
from routing.storage.supervision import report
from routing.storage.tables import letter

Values = Mapping[str, Any]
MOST = 500
KEPT = "kept"
"""State of a copy that came with the case: it is read and goes nowhere."""
COPIES = UUID("6f7d4c1e-5b0a-5a53-9a31-2d9f4f0a7b11")
PLAIN = ("kind", "epoch", "handoff_id", "from_unit", "to_unit", "actor", "body")


def of_case(connection: Connection, node: Node, case_id: UUID) -> list[dict[str, Any]]:
    """The texts of a case, oldest first, opened; `open` for a report not acknowledged yet."""
    query = select(letter).where(letter.c.case_id == case_id, letter.c.sealed_body.is_not(None))
    rows = connection.execute(query.order_by(letter.c.at, letter.c.letter_id).limit(MOST))
    found = [dict(row) for row in rows.mappings()]
    if not found:
        return []
    found = list({_same(row): row for row in reversed(found)}.values())[::-1]
    opened = sealed.opener(connection, node, case_id)
    waiting = _unacknowledged(connection, case_id)
    return [
        row
        | {
            "text": opened(row["sealed_body"]).decode(),
            "open": row["body"].get("report_id", "") in waiting,
        }
        for row in found
    ]


def _unacknowledged(connection: Connection, case_id: UUID) -> set[str]:
    query = select(report.c.report_id).where(report.c.case_id == case_id, report.c.state == "sent")
    return {str(found) for found in connection.scalars(query)}


def _same(row: Values) -> tuple[Any, ...]:
    """By this a letter and the copy of it that came with the case are one."""
    return row["kind"], row["from_unit"], row["actor"], row["at"], str(sorted(row["body"].items()))


def dump(uow: UnitOfWork, node: Node, case_id: UUID) -> list[dict[str, Any]]:
    """The texts of a case as they travel with it."""
    rows = [row for row in uow.find(letter, case_id=case_id) if row["sealed_body"] is not None]
    return [
        {name: row[name] for name in PLAIN}
        | {
            "letter_id": str(_copy_id(row)),
            "at": row["at"].isoformat(),
            "text": sealed.unseal(uow, node, case_id, row["sealed_body"]).decode(),
        }
        for row in rows
    ]


def _copy_id(row: Values) -> UUID:
    """An id of its own: the letter itself may still be under way to the same node."""
    letter_id: UUID = row["letter_id"]
    return letter_id if row["state"] == KEPT else uuid5(COPIES, str(letter_id))


def load(uow: UnitOfWork, node: Node, case_id: UUID, lines: Sequence[Values]) -> None:
    """Keep the texts that came with a case, each once."""
    for line in lines:
        letter_id = UUID(line["letter_id"])
        if uow.get(letter, letter_id=letter_id) is not None:
            continue
        uow.insert(
            letter,
            {name: line[name] for name in PLAIN}
            | {
                "letter_id": letter_id,
                "case_id": case_id,
                "at": datetime.fromisoformat(line["at"]),
                "sealed_body": sealed.seal(uow, node, case_id, line["text"].encode()),
                "state": KEPT,
                "next_node": "",
                "reason": "",
                "version": 1,
            },
        )
