"""Tables of what follows an answer: call-backs, the calls made, evaluations."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    or_,
)

from intake.storage.tables import cases, metadata
from kernel.database import UtcDateTime

callback = Table(
    "callback",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.case_id"), primary_key=True),
    Column("epoch", BigInteger, primary_key=True),  # in which the answer was given
    Column("state", Text, nullable=False),
    Column("unit", Text, nullable=False),  # that calls
    Column("handler_unit", Text, nullable=False),
    Column("handler_path", Text, nullable=False),
    Column("office_unit", Text, nullable=False),  # that registered
    Column("office_path", Text, nullable=False),
    Column("ending", Text, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("done_at", UtcDateTime),
    Column("done_by", Text),
)
"""One row an answer, at exactly one node: the one that hosts the unit that calls, as a rule."""

DUE = callback.c.state == "due"
Index(
    "callback_due",
    callback.c.due_on,
    callback.c.case_id,
    sqlite_where=DUE,
    postgresql_where=DUE,
)
Index(
    "callback_due_of_unit",
    callback.c.unit,
    callback.c.due_on,
    callback.c.case_id,
    sqlite_where=DUE,
    postgresql_where=DUE,
)

callback_call = Table(
    "callback_call",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("result", Text, nullable=False),
    Column("performance", Text, nullable=False, default=""),
    Column("sealed_note", LargeBinary),
    Column("unit", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

evaluation = Table(
    "evaluation",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("source", Text, primary_key=True),  # resident, call
    Column("office", Text, nullable=False, default=""),
    Column("unit", Text, nullable=False, default=""),
    Column("office_unit", Text, nullable=False),
    Column("office_path", Text, nullable=False),
    Column("handler_unit", Text, nullable=False),
    Column("handler_path", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("evaluation_by_handler", "handler_path", "at"),
    Index("evaluation_by_office", "office_path", "at"),
)
"""What was said of an answer; nobody reads it but as totals."""

UNASKED = cases.c.ended_at.is_not(None) & or_(
    cases.c.followed_epoch.is_(None), cases.c.followed_epoch < cases.c.epoch
)
Index("cases_unasked", cases.c.ended_at, sqlite_where=UNASKED, postgresql_where=UNASKED)

COLUMNS = {
    table.name: frozenset(table.columns.keys()) for table in (callback, callback_call, evaluation)
}
"""Names of the columns of each table."""
