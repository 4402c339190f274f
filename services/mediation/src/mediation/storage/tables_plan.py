"""The plan of a case beside its milestones: who leads it, the team, the measures."""

from sqlalchemy import Column, Date, Integer, LargeBinary, Table, Text, Uuid

from kernel.database import UtcDateTime
from mediation.storage.tables import metadata

plan = Table(
    "plan",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("due_on", Date, nullable=False),  # counted back from
    Column("lead", Text, nullable=False),  # staff id
    Column("team_staff", Text, nullable=False),  # ids, space between them
    Column("team_units", Text, nullable=False),  # ids, space between them
    Column("actor", Text, nullable=False),  # who planned last
    Column("at", UtcDateTime, nullable=False),
)

plan_measure = Table(
    "plan_measure",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("unit", Text, nullable=False),  # id of who takes it, or
    Column("staff", Text, nullable=False),  # staff id
    Column("due_on", Date, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # what is done
    Column("outcome", Text, nullable=False),
    Column("met_at", UtcDateTime),
    Column("met_by", Text, nullable=False, default=""),
)
"""Never deleted: what came of each is recorded, once."""
