"""Waiting in tests: for a condition and with a limit, never for a length of time."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Iterator

LIMIT = 20.0
POLL = 0.01


async def eventually(holds: Callable[[], bool | Awaitable[bool]], limit: float = LIMIT) -> None:
    """Return once `holds()` is true. Raises `AssertionError` after `limit` seconds."""
    deadline = time.monotonic() + limit
    while True:
        answer = holds()
        if inspect.isawaitable(answer):
            answer = await answer
        if answer:
            return
        if time.monotonic() > deadline:
            raise AssertionError(f"did not come true within {limit} s")
        await asyncio.sleep(POLL)


def looks(limit: float, poll: float = POLL) -> Iterator[float]:
    """The seconds gone by at each look at something slow; it ends after `limit` of them."""
    began = time.monotonic()
    while (gone := time.monotonic() - began) < limit:
        yield gone
        time.sleep(poll)
