"""What this node knows of its neighbours and of itself: incarnations, fences, comparison."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    LargeBinary,
    Table,
    Text,
    select,
)

from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork
from routing.storage.metadata import metadata, text
from routing.storage.tables import case_row

# One row a neighbour. `incarnation` is the highest it announced: older ones are refused for ever.
peer = Table(
    "peer",
    metadata,
    Column("node", Text, primary_key=True),
    Column("incarnation", BigInteger, nullable=False, default=0),
    Column("compared", BigInteger, nullable=False, default=0),  # incarnation compared with
    Column("heard_at", UtcDateTime),
    Column("skew_ms", BigInteger, nullable=False, default=0),
    Column("reconcile", Boolean, nullable=False, default=False),  # rows have to be compared
    Column("written_off", Boolean, nullable=False, default=False),
    # The newest number that the neighbour gave on its link to us, with its own proof of it.
    Column("proof_incarnation", BigInteger, nullable=False, default=0),
    Column("proof_head", BigInteger, nullable=False, default=0),
    Column("proof_seal", LargeBinary),
    # A number of ours that the neighbour claims to have seen without proof: its link is held.
    Column("claimed_incarnation", BigInteger, nullable=False, default=0),
    Column("claimed_no", BigInteger, nullable=False, default=0),
)

# The node itself, one row with the key "self".
self_state = Table(
    "self_state",
    metadata,
    Column("key", Text, primary_key=True),
    Column("frozen", Boolean, nullable=False, default=False),
    Column("since", UtcDateTime),
    text("waiting_for"),  # neighbours still to be compared with, space-separated
    Column("life", BigInteger, nullable=False, default=0),  # last incarnation it was frozen for
)
SELF = "self"


def of(uow: UnitOfWork, node: str) -> dict[str, Any]:
    """A neighbour's row; made when it is new."""
    row = uow.get(peer, node=node)
    if row is None:
        uow.insert(peer, {"node": node})
        row = uow.get(peer, node=node)
    return dict(row or {})


def is_frozen(connection: Connection) -> bool:
    """Whether this node reads only, after a restore."""
    query = select(self_state.c.frozen).where(self_state.c.key == SELF)
    return bool(connection.scalar(query))


def is_freezing(uow: UnitOfWork) -> bool:
    """The same, as a command sees it."""
    row = uow.get(self_state, key=SELF)
    return row is not None and bool(row["frozen"])


def known_since(connection: Connection) -> tuple[frozenset[UUID], datetime | None]:
    """Every case of which there is a row here, and when this node was last put back."""
    since = connection.scalar(select(self_state.c.since).where(self_state.c.key == SELF))
    return frozenset(connection.scalars(select(case_row.c.case_id))), since


def frozen_in(connection: Connection) -> int:
    """The last incarnation for which custody was frozen here; 0 before the first restore."""
    query = select(self_state.c.life).where(self_state.c.key == SELF)
    return int(connection.scalar(query) or 0)


def all_peers(connection: Connection) -> list[dict[str, Any]]:
    """Every neighbour this node has heard."""
    return [dict(row) for row in connection.execute(select(peer)).mappings()]


def claims(connection: Connection) -> dict[str, tuple[int, int]]:
    """Numbers of ours that neighbours claim to have seen and did not prove."""
    return {
        row["node"]: (row["claimed_incarnation"], row["claimed_no"])
        for row in all_peers(connection)
        if row["claimed_incarnation"]
    }


def proof_of(connection: Connection, node: str) -> tuple[int, int, bytes]:
    """The newest proof of a number that a neighbour gave us; zeros when there is none."""
    columns = (peer.c.proof_incarnation, peer.c.proof_head, peer.c.proof_seal)
    row = connection.execute(select(*columns).where(peer.c.node == node)).first()
    return (0, 0, b"") if row is None else (int(row[0]), int(row[1]), bytes(row[2] or b""))


def incarnations(connection: Connection) -> dict[str, int]:
    """The highest incarnation of each neighbour."""
    return {row["node"]: row["incarnation"] for row in all_peers(connection)}


def heard_at(connection: Connection) -> dict[str, datetime]:
    """When each neighbour last spoke to any replica."""
    query = select(peer.c.node, peer.c.heard_at).where(peer.c.heard_at.is_not(None))
    return {row.node: row.heard_at for row in connection.execute(query)}


def wants_comparison(connection: Connection, node: str) -> bool:
    """Whether this node still has to compare its rows with a neighbour."""
    return bool(connection.scalar(select(peer.c.reconcile).where(peer.c.node == node)))
