"""Rooms, people of the pool, what they may not judge, and ways between sites.

Tables of the node: they stay when a case goes. Names and contacts are sealed under the node's key;
the rest is codes, ids and minutes.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
)

from hearing.storage.tables import metadata
from kernel.database import UtcDateTime

room = Table(
    "room",
    metadata,
    Column("room_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),  # moves with every booking too
    Column("unit", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("name", Text, nullable=False),  # of the room, never of a person
    Column("capacity", Integer, nullable=False),
    Column("equipment", Text, nullable=False, default=""),  # codes, space between them
    Column("online", Boolean, nullable=False, default=False),
    Column("begins", Integer, nullable=False),  # opens, in minutes after local midnight
    Column("ends", Integer, nullable=False),
    Column("use", Text, nullable=False),  # RoomUse
    Column("ended", Boolean, nullable=False, default=False),
    Column("number", Text, nullable=False, default=""),  # by which people name it
    Index("room_by_site", "site"),
)

person = Table(
    "person",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),  # moves with every booking too
    Column("unit", Text, nullable=False),  # that keeps the entry
    Column("path", Text, nullable=False),
    Column("staff", Text, nullable=False, default=""),  # the id to sign in with
    Column("kinds", Text, nullable=False),  # PersonKind, space between them
    Column("fields", Text, nullable=False, default=""),
    Column("department", Text, nullable=False, default=""),  # that a representative speaks for
    Column("stand_in", Integer, nullable=False, default=0),  # 0 is asked first
    Column("begins", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    Column("ended", Boolean, nullable=False, default=False),
    Column("sealed_name", LargeBinary, nullable=False),
    Column("sealed_contact", LargeBinary),
    Column("number", Text, nullable=False, default=""),  # by which people name it
    Index("person_by_department", "department"),
)

tie = Table(
    "tie",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("subject", Text, primary_key=True),  # id of a unit, a party or a case
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
)
"""What somebody may not judge."""

travel = Table(
    "travel",
    metadata,
    Column("one", Text, primary_key=True),  # site, the lesser id of the two
    Column("other", Text, primary_key=True),
    Column("minutes", Integer, nullable=False),
)

OF_NODE = (room, person, tie, travel)
"""All of them."""
