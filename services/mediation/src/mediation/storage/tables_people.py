"""Mediators, what they may not mediate, and whose case is whose."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, Table, Text, Uuid

from kernel.database import UtcDateTime
from mediation.storage.tables import metadata

mediator = Table(
    "mediator",
    metadata,
    Column("mediator_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("staff", Text, nullable=False, default=""),  # the id to sign in with
    Column("unit", Text, nullable=False),  # committee, studio or desk
    Column("site", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("fields", Text, nullable=False, default=""),  # codes, space between them
    Column("kinds", Text, nullable=False, default="peoples"),
    Column("languages", Text, nullable=False, default=""),
    Column("load", Integer, nullable=False, default=0),  # open assignments
    Column("load_limit", Integer, nullable=False),
    Column("ended", Boolean, nullable=False, default=False),
    Index("mediator_by_path", "path"),
)
"""By codes and ids: how a mediator is called stands in the directory of staff."""

mediator_field = Table(
    "mediator_field",
    metadata,
    Column("mediator_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("field", Text, primary_key=True),  # empty: whatever the field
    Column("county", Text, nullable=False),  # tokens of the path
    Column("town", Text, nullable=False),
    Column("village", Text, nullable=False),
    Column("depth", Integer, nullable=False),  # 0 for a county, 1 for a town, 2 for a village
    Column("taken", Integer, nullable=False),  # points that what is on the desk takes
    Index(
        "mediator_field_near",
        *("kind", "field", "county", "town", "depth", "village", "taken", "mediator_id"),
    ),
    Index(
        "mediator_field_wide",
        *("kind", "field", "county", "depth", "taken", "mediator_id", "town"),
    ),
)
"""What those who have not ended are found by; made of their row whenever that changes."""

mediator_leave = Table(
    "mediator_leave",
    metadata,
    Column("mediator_id", Uuid, primary_key=True),
    Column("first_on", Date, primary_key=True),
    Column("last_on", Date, nullable=False),
)

mediator_interest = Table(
    "mediator_interest",
    metadata,
    Column("mediator_id", Uuid, primary_key=True),
    Column("subject", Text, primary_key=True),  # id of a case, a party or a unit
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Index("mediator_interest_by_subject", "subject"),
)

assignment = Table(
    "assignment",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("mediator_id", Uuid, primary_key=True),
    Column("staff", Text, nullable=False, default=""),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("why", Text, nullable=False, default=""),  # what ended it; holder_changed: stayed behind
    Index("assignment_by_mediator", "mediator_id", "ended_at"),
)
"""Who mediates which case, and who did before."""

participant = Table(
    "participant",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("party_id", Uuid, primary_key=True),
    Column("side", Text, nullable=False),
    Column("capacity", Text, nullable=False),
    Column("for_id", Uuid),
    Column("unit_id", Text, nullable=False, default=""),
    Column("may_settle", Boolean, nullable=False, default=False),
    Column("organisation", Boolean, nullable=False, default=False),
    Column("needs_guardian", Boolean, nullable=False, default=False),
)
"""Who takes part, by ids; who they are is on the registration."""
