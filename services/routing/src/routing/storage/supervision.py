"""Joint handling, supervision, referrals and reports of a case.

The rows travel with the case. The node of a unit that supervises, assists or was reported to keeps
its own copy, under the same id.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Connection, Index, Table, Uuid, select

from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork
from routing.storage.metadata import case_id, metadata, text

cohandling = Table(
    "cohandling",
    metadata,
    case_id(),
    Column("cohandling_id", Uuid, primary_key=True),
    text("unit"),
    text("task"),
    text("due_on"),
    text("state"),  # open, reported, completed, ended
    text("opened_by"),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("reported_at", UtcDateTime),
    Column("completed_at", UtcDateTime),
    Column("noticed_at", UtcDateTime),  # when a sweep found it overdue
)
Index("cohandling_unit", cohandling.c.unit, cohandling.c.state)

supervision = Table(
    "supervision",
    metadata,
    case_id(),
    Column("supervision_id", Uuid, primary_key=True),
    text("level"),  # remind, urge, supervise, listed
    text("unit"),
    text("by_unit"),
    text("reason"),
    text("clock"),
    Column("at", UtcDateTime, nullable=False),
    text("due_on"),
    text("state"),  # open, answered, closed
    Column("talk", Boolean, nullable=False, default=False),
    text("by"),
    Column("answered_at", UtcDateTime),
    Column("noticed_at", UtcDateTime),  # when a sweep found it overdue
)
Index("supervision_unit", supervision.c.unit, supervision.c.state)

referral = Table(
    "referral",
    metadata,
    case_id(),
    Column("referral_id", Uuid, primary_key=True),
    text("direction"),  # out (移送、导入), in (上级交办)
    text("outside_unit"),
    text("state"),  # sent, received, answered, declined; owed, reported for those from outside
    text("due_on"),
    text("letter_no"),
    Column("ends", Boolean, nullable=False, default=False),
    Column("report_owed", Boolean, nullable=False, default=False),
    Column("at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("noticed_at", UtcDateTime),  # when a sweep found it overdue
)

report = Table(
    "report",
    metadata,
    case_id(),
    Column("report_id", Uuid, primary_key=True),
    text("kind"),  # urgent, progress, completion
    text("from_unit"),
    text("to_unit"),
    Column("at", UtcDateTime, nullable=False),
    text("state"),  # sent, acknowledged
    Column("acknowledged_at", UtcDateTime),
)
Index("report_to", report.c.to_unit, report.c.state)

KEYS = {
    cohandling: "cohandling_id",
    supervision: "supervision_id",
    referral: "referral_id",
    report: "report_id",
}


def find(uow: UnitOfWork, table: Table, case: UUID, row_id: UUID) -> Mapping[str, Any] | None:
    """One row of a case by its id."""
    key: dict[str, Any] = {KEYS[table]: row_id}
    return uow.get(table, case_id=case, **key)


def of_case(uow: UnitOfWork, table: Table, case: UUID, **equal: object) -> list[Mapping[str, Any]]:
    """Rows of a case with these values."""
    return uow.find(table, case_id=case, **equal)


def add(uow: UnitOfWork, table: Table, row: Mapping[str, Any]) -> None:
    """Add a row; one that is here already, told by a letter or come with the case, stays."""
    if find(uow, table, row["case_id"], row[KEYS[table]]) is None:
        uow.insert(table, row)


def change(uow: UnitOfWork, table: Table, row: Mapping[str, Any], **values: Any) -> None:
    """Change a row that is still in the state it was read in. Raises StaleVersion otherwise."""
    key = {name: row[name] for name in ("case_id", KEYS[table])}
    uow.update(table, key, values, expect={"state": row["state"]})


def referral_ends(connection: Connection, case: UUID, referral_id: UUID) -> bool:
    """Whether the matter was referred out for good by this referral; read beside the writer."""
    which = (referral.c.case_id == case) & (referral.c.referral_id == referral_id)
    return bool(connection.execute(select(referral.c.ends).where(which)).scalar())
