"""What each party was told and consented to, in the order it was said."""

from sqlalchemy import Boolean, Column, Date, Integer, Table, Text, Uuid

from kernel.database import UtcDateTime
from mediation.storage.tables import metadata

consent = Table(
    "consent",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("party_id", Uuid, nullable=False),
    Column("subject", Text, nullable=False),
    Column("mediator_id", Uuid),  # whose acceptance it is about
    Column("given", Boolean, nullable=False),
    Column("version", Text, nullable=False),  # of the text that was read or handed out
    Column("method", Text, nullable=False),
    Column("in_name", Text, nullable=False),  # self, guardian, agent
    Column("on_day", Date, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""Never changed, only added to: what a party said last on a subject counts."""
