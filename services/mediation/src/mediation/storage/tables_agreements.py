"""Agreements with their versions, hands, terms and what was performed."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
)

from kernel.database import UtcDateTime
from mediation.storage.tables import metadata

agreement = Table(
    "agreement",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("form", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parts", Text, nullable=False, default=""),  # names of the parts that are there
    Column("sealed", LargeBinary),  # the text of each part
    Column("mediator_signed_at", UtcDateTime),
    Column("stamped_at", UtcDateTime),  # the committee's seal
    Column("recorded_at", UtcDateTime),  # oral: when the mediator registered it
    Column("in_force_from", UtcDateTime),
    Column("dropped_at", UtcDateTime),
    Column("confirmation", Text, nullable=False, default="none"),
    Column("confirm_by", UtcDateTime),  # end of the window for judicial confirmation
    Column("confirmation_at", UtcDateTime),
)
"""A version is never changed, only signed or dropped; another text is another version."""

signature = Table(
    "signature",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("party_id", Uuid, primary_key=True),
    Column("side", Text, nullable=False),
    Column("group_member", Boolean, nullable=False),
    Column("signed_at", UtcDateTime),
    Column("by", Text),
)
"""Those whom a version would bind, and whether they signed it."""

term = Table(
    "term",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("performer", Uuid, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("amount", BigInteger),  # in fen; NULL for what is not paid in money
    Column("sealed", LargeBinary),  # what is owed, in words
    Column("standing", Text, nullable=False),
    Index("term_by_due", "standing", "due_on"),
)

rendered = Table(
    "rendered",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("term_no", Integer, nullable=False),
    Column("on_day", Date, nullable=False),
    Column("amount", BigInteger),
    Column("whole", Boolean, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
