"""Papers whose service starts a clock and that nobody was served yet, and who looks at them."""

from sqlalchemy import Column, Date, ForeignKey, Index, Table, Text, Uuid

from intake.storage.tables import metadata
from kernel import leases
from kernel.database import UtcDateTime

unserved = Table(
    "unserved",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.case_id"), primary_key=True),
    Column("document_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("clock", Text, nullable=False),  # that begins with its service
    Column("unit", Text, nullable=False),  # that made it
    Column("made_at", UtcDateTime, nullable=False),
    Column("due_on", Date),  # NULL where the profile sets no day
    Column("told_at", UtcDateTime),  # when it was said to be overdue
    Column("next_look_at", UtcDateTime),  # NULL when nothing is left to tell
    Index("unserved_by_look", "next_look_at"),
    Index("unserved_by_due", "due_on", "case_id", "document_id"),
)
"""Follows from documents and services of a case, which are sealed; only where the case is held."""

lease = leases.add_to(metadata)
"""Which of two replicas runs the sweep."""
