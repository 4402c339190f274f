"""Routing's own part of a case: the rows that travel with it, as they stand.

Every table here has `case_id` first in its key; a table added to `TABLES` travels by itself.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import LargeBinary, Table, Uuid

from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork
from routing.domain.words import Custody
from routing.node import Node
from routing.storage import writings
from routing.storage.clocks import clock, extension, suspension
from routing.storage.closings import closing
from routing.storage.reviews import review
from routing.storage.supervision import cohandling, referral, report, supervision
from routing.storage.tables import case_access, case_row, step, visit

FORMAT = "routing/1"
TABLES: tuple[Table, ...] = (
    visit,
    step,
    case_access,
    clock,
    extension,
    suspension,
    closing,
    cohandling,
    supervision,
    referral,
    report,
    review,
)
OWN = frozenset(
    {"version", "as_of", "epoch", "log_n", "custody", "state", "told_epoch", "told_version"}
)
"""Columns of the case row that each node keeps for itself."""
HEADER = (
    "case_no",
    "holder_unit",
    "holder_path",
    "registering_unit",
    "registering_path",
    "node",
    "category",
    "procedure",
    "purpose",
    "channel",
    "difficulty",
    "colour",
    "progress",
    "place_code",
    "regulation",
    "backlog",
    "urgent",
    "received_at",
    "registered_at",
)
"""Columns a co-handler's node is told."""


def dump(uow: UnitOfWork, node: Node, row: Mapping[str, Any]) -> bytes:
    """Everything routing keeps of a case, as JSON, with what people wrote in clear."""
    case_id = row["case_id"]
    content = {
        "writings": writings.dump(uow, node, case_id),
        "case": {name: _out(value) for name, value in row.items() if name not in OWN},
        "tables": {
            table.name: [
                {name: _out(value) for name, value in line.items()}
                for line in uow.find(table, case_id=case_id)
            ]
            for table in TABLES
        },
    }
    return msgspec.json.encode(content, order="deterministic")


def load(
    uow: UnitOfWork, node: Node, content: bytes, own: Mapping[str, Any] | None, case_id: UUID
) -> dict[str, Any]:
    """Replace what this node has of the case by what came. Answers the case row.

    A field that this version does not know is left out; one that did not come keeps its default.
    """
    came = msgspec.json.decode(content)
    writings.load(uow, node, case_id, came.get("writings", []))
    for table in TABLES:
        _replace(uow, table, came["tables"].get(table.name, []), case_id)
    known = {
        name: _in(case_row.c[name], v) for name, v in came["case"].items() if name in case_row.c
    }
    if own is None:
        row = known | {
            "version": 1,
            "as_of": uow.now,
            "epoch": 0,
            "log_n": 0,
            "custody": Custody.OUT,
            "state": Custody.OUT,
        }
        uow.insert(case_row, row)
        stored = uow.get(case_row, case_id=case_id)
        return dict(stored or row)
    uow.update(case_row, {"case_id": case_id}, known)
    return dict(own) | known


def _replace(uow: UnitOfWork, table: Table, lines: list[dict[str, Any]], case_id: UUID) -> None:
    keys = [column.name for column in table.primary_key]
    for old in uow.find(table, case_id=case_id):
        uow.delete(table, **{name: old[name] for name in keys})
    for line in lines:
        uow.insert(table, {n: _in(table.c[n], v) for n, v in line.items() if n in table.c})


def _out(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _in(column: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Uuid):
        return UUID(value)
    if isinstance(column.type, LargeBinary):
        return msgspec.convert(value, bytes, strict=False)
    return value


def header_out(row: Mapping[str, Any]) -> str:
    """What a node that only assists keeps of the case row: codes, ids, states, times."""
    kept = {name: _out(row[name]) for name in HEADER}
    return msgspec.json.encode(kept).decode()


def header_in(text: str) -> dict[str, Any]:
    """The columns that `header_out` wrote; a name this version does not know is left out."""
    came = msgspec.json.decode(text)
    return {name: _in(case_row.c[name], came[name]) for name in HEADER if name in came}
