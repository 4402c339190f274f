"""All tables of routing: whoever needs the whole schema imports `metadata` from here."""

from routing.storage import (
    clocks,
    closings,
    conferences,
    erasures,
    floors,
    grant_ends,
    grant_starts,
    handoffs,
    knowledge,
    notices,
    peers,
    reviews,
    sealed,
    staff,
    supervision,
    tables,
)
from routing.storage.metadata import metadata

__all__ = [
    "clocks",
    "closings",
    "conferences",
    "erasures",
    "floors",
    "grant_ends",
    "grant_starts",
    "handoffs",
    "knowledge",
    "metadata",
    "notices",
    "peers",
    "reviews",
    "sealed",
    "staff",
    "supervision",
    "tables",
]
