"""A node whose clock is set elsewhere: stopped, started with an offset, people logged in again."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from kernel.clock import OFFSET
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.stage import Stage


async def set_clock(
    stage: Stage, node: str, ahead: timedelta, people: Sequence[Clerk] = ()
) -> float:
    """Start a node again with its clock so far ahead of this machine's; seconds until ready.

    Tokens of before do not count then: its administrator and `people` log in again.

    Raises:
        NodeDidNotStart: it does not come back.
    """
    process = stage.nodes[node]
    process.ask_to_stop()
    await asyncio.to_thread(process.wait)  # the cables go on meanwhile: a node waits for its lines
    process.start({OFFSET: str(ahead.total_seconds())})
    seconds = await process.ready()
    await stage.people.log_in_again([await stage.administrator(node), *people])
    return seconds
