"""When rooms and people are there, away and booked: times, and nothing of what for.

Tables of the node. An owner is a room or a person; ids of the two never meet.
"""

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid

from hearing.storage.tables import metadata
from kernel.database import UtcDateTime

work_hours = Table(
    "work_hours",
    metadata,
    Column("owner_id", Uuid, primary_key=True),
    Column("weekday", Integer, primary_key=True),  # 1 is Monday
    Column("begins", Integer, primary_key=True),  # minutes after local midnight
    Column("ends", Integer, nullable=False),
)
"""Weekdays with other hours than the usual ones; from 0 to 0 there are none."""

busy = Table(
    "busy",
    metadata,
    Column("owner_id", Uuid, primary_key=True),
    Column("source", Text, primary_key=True),  # "hand", or the name given to an import
    Column("uid", Text, primary_key=True),
    Column("begins", UtcDateTime, nullable=False),
    Column("ends", UtcDateTime, nullable=False),
    Index("busy_by_time", "owner_id", "ends"),
)

booking = Table(
    "booking",
    metadata,
    Column("owner_id", Uuid, primary_key=True),
    Column("hearing_id", Uuid, primary_key=True),
    Column("owner_kind", Text, nullable=False),  # OwnerKind
    Column("part", Text, nullable=False),  # in the hearing: room, chair, panelist, sent, optional
    Column("site", Text, nullable=False),  # where the room is
    Column("begins", UtcDateTime, nullable=False),
    Column("ends", UtcDateTime, nullable=False),
    Index("booking_by_time", "owner_id", "ends"),
    Index("booking_by_hearing", "hearing_id"),
)
"""No owner is ever in two places: made only with the owner's version moved in the same write."""

OF_NODE = (work_hours, busy, booking)
"""All of them."""
