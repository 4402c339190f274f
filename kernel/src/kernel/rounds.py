"""Work that nobody asks for, done in rounds: look, do what was found, look again."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import DBAPIError

from kernel import logs
from kernel.errors import NotReady, Refusal
from kernel.group_commit import InternalFault

log = logs.get_logger()
POLL_S = 1.0


async def take_turn(
    one: Callable[[], Awaitable[int]], *, waits: str, pause_s: float = POLL_S
) -> None:
    """One round, which answers how much it did; after one that did nothing a pause of seconds.

    While the database is away the next one is waited for, and the event `waits` is logged.
    """
    try:
        done = await one()
    except NotReady as refusal:
        log.warning(waits, reason=refusal.reason)
        done = 0
    if not done:
        await asyncio.sleep(pause_s)


async def keep_on(
    one: Callable[[], Awaitable[object]], *, every_s: float, waits: str, **of: str
) -> None:
    """A round every so many seconds, until cancelled.

    What the database does not take is tried in the next one, and the event `waits` is logged with
    the fields `of`.
    """
    while True:
        try:
            await one()
        except (Refusal, InternalFault, DBAPIError) as error:
            log.warning(waits, why=type(error).__name__, **of)
        await asyncio.sleep(every_s)
