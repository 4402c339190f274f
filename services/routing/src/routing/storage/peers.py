"""What this node knows of its neighbours and of itself: incarnations, fences, comparison."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Connection, Table, Text, select

from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork
from routing.storage.metadata import metadata, text

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


def frozen_in(connection: Connection) -> int:
    """The last incarnation for which custody was frozen here; 0 before the first restore."""
    query = select(self_state.c.life).where(self_state.c.key == SELF)
    return int(connection.scalar(query) or 0)


def all_peers(connection: Connection) -> list[dict[str, Any]]:
    """Every neighbour this node has heard."""
    return [dict(row) for row in connection.execute(select(peer)).mappings()]


def incarnations(connection: Connection) -> dict[str, int]:
    """The highest incarnation of each neighbour."""
    return {row["node"]: row["incarnation"] for row in all_peers(connection)}


def wants_comparison(connection: Connection, node: str) -> bool:
    """Whether this node still has to compare its rows with a neighbour."""
    return bool(connection.scalar(select(peer.c.reconcile).where(peer.c.node == node)))
