"""The relays to the children of a node, while reading fails for a while."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest

from kernel.group_commit import DatabaseAway
from kernel.testing.waiting import eventually
from routing.exchange.links import DownLinks


class Watched(DownLinks):
    """Counts relays instead of running them; the database is away at the first look."""

    began = 0
    looks = 0

    async def _add(self, child: str, group: asyncio.TaskGroup) -> None:
        self.began += 1
        nothing: Any = None
        self._relays[child] = nothing
        group.create_task(asyncio.Event().wait())

    async def _share(self, children: Sequence[str]) -> None:
        self.looks += 1
        if self.looks == 1:
            raise DatabaseAway


async def test_relays_are_begun_again_after_the_database_was_away(linked: Any) -> None:
    """What ended with the failure runs again: nothing would be told to a child for ever."""
    node = linked.stations["anji"].peer.ground.node
    nothing: Any = None
    links = Watched(node, nothing, nothing, nothing, "", bytes, nothing, nothing)
    children = len(node.directory().child_nodes(node.code))
    assert children
    with pytest.raises(ExceptionGroup):
        await links.run()
    again = asyncio.create_task(links.run())
    await eventually(lambda: links.looks > 1)
    again.cancel()
    with suppress(asyncio.CancelledError):
        await again
    assert links.began == 2 * children
