"""Doing what a node owes, and noticing whether that changed anything."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from routing.storage.tables import handoff, handoff_part

if TYPE_CHECKING:  # the world uses this
    from routing.testing.world import Peer


async def do_owed(peer: "Peer") -> bool:
    """Every step that is owed, whatever its time of next try."""
    rows = await peer.rows(select(handoff).where(handoff.c.active.is_(True)))
    before = await peer.rows(select(handoff_part))
    for row in rows:
        await peer.runner.step(row)
    acted = await peer.runner.do_errands()
    after = await peer.rows(select(handoff).where(handoff.c.active.is_(True)))
    parts = await peer.rows(select(handoff_part))
    return acted or _states(rows) != _states(after) or _states(before) != _states(parts)


def _states(rows: Iterable[dict[str, Any]]) -> list[str]:
    return sorted(str({k: v for k, v in row.items() if k not in VOLATILE}) for row in rows)


VOLATILE = frozenset({"tries", "next_try_at", "version", "last_reason", "content"})
