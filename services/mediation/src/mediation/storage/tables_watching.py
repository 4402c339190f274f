"""Days that somebody waits for, one row each, and who looks at them just now."""

from sqlalchemy import Column, Date, Index, Integer, Table, Text, Uuid

from kernel import leases
from kernel.database import UtcDateTime
from mediation.storage.tables import metadata

watch = Table(
    "watch",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("about", Text, primary_key=True),  # which kind of day it is
    Column("ref", Text, primary_key=True),  # which of its kind: a step, a term, a session…
    Column("since", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("told", Integer, nullable=False, default=0),  # alerts that are behind it
    Column("next_look_at", UtcDateTime),  # NULL when nothing is left to tell
    Index("watch_by_look", "next_look_at"),
)
"""Follows from the other rows of the case after each act; it travels, so nothing is told twice."""

limitation = Table(
    "limitation",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("clock", Text, nullable=False),  # of the profile
    Column("known_on", Date, nullable=False),  # the harm, and who is liable
    Column("due_on", Date, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""Until when the right can be claimed, so that mediating costs nobody a right (民法典 188)."""

lease = leases.add_to(metadata)
"""Which of two replicas runs the sweep."""
