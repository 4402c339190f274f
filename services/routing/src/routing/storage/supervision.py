"""Joint handling, supervision, referrals and reports of a case."""

from sqlalchemy import Boolean, Column, Index, Table, Uuid

from kernel.database import UtcDateTime
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
