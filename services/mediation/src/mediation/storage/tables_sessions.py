"""Plans and sessions."""

from sqlalchemy import Boolean, Column, Date, Index, LargeBinary, Table, Text, Uuid

from kernel.database import UtcDateTime
from mediation.storage.tables import metadata

milestone = Table(
    "milestone",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("step", Text, primary_key=True),
    Column("due_on", Date, nullable=False),
    Column("tight", Boolean, nullable=False),
    Column("met_at", UtcDateTime),
    Index("milestone_open", "met_at", "due_on"),
)

session = Table(
    "session",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("session_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("joining", Text, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("departments", Text, nullable=False, default=""),  # ids, space between them
    Column("victim_asks", Boolean, nullable=False, default=False),
    Column("state", Text, nullable=False),  # SessionState
    Column("outcome", Text),
    Column("held_at", UtcDateTime),
    Column("sealed", LargeBinary),  # place or link
    Column("sealed_record", LargeBinary),  # what was said
    Index("session_by_time", "state", "starts_at"),
)

booking = Table(
    "booking",
    metadata,
    Column("mediator_id", Uuid, primary_key=True),
    Column("session_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Index("booking_by_time", "mediator_id", "ends_at"),
    Index("booking_by_case", "case_id"),
)
"""Times that mediators are taken up; a session that is cancelled frees them."""

attendance = Table(
    "attendance",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("session_id", Uuid, primary_key=True),
    Column("party_id", Uuid, primary_key=True),
    Column("came", Text, nullable=False),
)
