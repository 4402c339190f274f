"""Tables of meeting days (说事日): the sitting of a unit, the matters of it, its minutes.

A sitting belongs to a unit and not to a case: it stays where it was held when its matters move on.
What people said and who of the staff was there is in a `sealed` column, under the node's key.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
)

from intake.storage.tables import metadata
from kernel.database import UtcDateTime

sitting = Table(
    "sitting",
    metadata,
    Column("sitting_id", Uuid, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("path", Text, nullable=False),  # of the unit's site when it was called
    Column("on_day", Date, nullable=False),
    Column("begins", Text, nullable=False),  # HH:MM at Shanghai
    Column("ends", Text, nullable=False),
    Column("state", Text, nullable=False),  # called, held, cancelled
    Column("residents", Integer),  # how many came; never who
    Column("minutes", Integer, nullable=False, default=0),  # the last version that was signed
    Column("version", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # place, attendees, why it was cancelled
    Column("called_by", Text, nullable=False),
    Column("called_at", UtcDateTime, nullable=False),
    Column("done_by", Text),  # who said that it was held, or cancelled it
    Column("done_at", UtcDateTime),
    Index("sitting_by_unit", "unit", "on_day", "sitting_id"),
    Index("sitting_by_path", "path", "on_day", "sitting_id"),
)

sitting_matter = Table(
    "sitting_matter",
    metadata,
    Column("sitting_id", Uuid, ForeignKey("sitting.sitting_id"), primary_key=True),
    Column("case_id", Uuid, primary_key=True),
    Column("no", Integer, nullable=False),
    Column("registered_there", Boolean, nullable=False),  # false: it was known before
    Column("actor", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

sitting_minutes = Table(
    "sitting_minutes",
    metadata,
    Column("sitting_id", Uuid, ForeignKey("sitting.sitting_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # text, who signed, why it was amended
    Column("actor", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""Minutes as they were signed; an amendment is another version."""
