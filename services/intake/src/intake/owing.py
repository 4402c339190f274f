"""Sees to it that no answer goes unasked: opens call-backs that are owed, counts the overdue."""

import asyncio
from functools import partial

from intake.commands_follow_up import OweCallback
from intake.desk import Desk
from intake.handlers.owing_callbacks import owe_callback
from intake.office import day_of
from intake.storage import follow_up
from kernel import logs
from kernel.group_commit import Work

_log = logs.get_logger()
EVERY_S = 5.0
COUNT_EVERY_S = 3600.0
AT_ONCE = 200


async def open_all(desk: Desk) -> int:
    """Open the call-backs of the answers nobody has looked at; answers how many are owed here."""
    opened = 0
    while case_ids := await desk.readers.run(partial(follow_up.unasked, most=AT_ONCE)):
        handler = partial(owe_callback, office=desk.office)
        for case_id in case_ids:
            work = Work(handler, OweCallback(case_id), key=str(case_id), traceparent="")
            opened += await desk.do(work)
    return opened


async def count_overdue(desk: Desk) -> int:
    """How many call-backs of this node are overdue; said aloud when there are any."""
    today = day_of(desk.clock.now())
    count = await desk.readers.run(partial(follow_up.all_overdue, today=today))
    if count:
        _log.warning("callbacks_overdue", count=count)
    return count


async def run(desk: Desk) -> None:
    """Open what is owed every few seconds and count the overdue from time to time."""
    while True:
        await count_overdue(desk)
        for _ in range(int(COUNT_EVERY_S / EVERY_S)):
            opened = await open_all(desk)
            if opened:
                _log.info("callbacks_opened", count=opened)
            await asyncio.sleep(EVERY_S)
