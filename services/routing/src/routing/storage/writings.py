"""What people wrote on a case: the sealed texts of its letters, kept at every node they passed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from routing.node import Node
from routing.storage import sealed
from routing.storage.supervision import report
from routing.storage.tables import letter

Values = Mapping[str, Any]
MOST = 500


def of_case(connection: Connection, node: Node, case_id: UUID) -> list[dict[str, Any]]:
    """The texts of a case, oldest first, opened; `open` for a report not acknowledged yet."""
    query = select(letter).where(letter.c.case_id == case_id, letter.c.sealed_body.is_not(None))
    rows = connection.execute(query.order_by(letter.c.at, letter.c.letter_id).limit(MOST))
    found = [dict(row) for row in rows.mappings()]
    if not found:
        return []
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
