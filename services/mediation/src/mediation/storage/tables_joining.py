"""Bodies of other kinds that mediate a case beside the leading kind (联合调解)."""

from sqlalchemy import Column, Table, Text, Uuid

from kernel.database import UtcDateTime
from mediation.storage.tables import metadata

joined_kind = Table(
    "joined_kind",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("unit_id", Text, primary_key=True),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
)
"""By codes and ids; a body that left is in the facts only."""
