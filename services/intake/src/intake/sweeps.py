"""What intake does by itself: uploads that were given up are removed."""

import asyncio
from datetime import timedelta

from intake.commands import Uploaded
from intake.desk import Desk
from intake.files import Files
from intake.handlers.attaching import forget_upload
from intake.storage.attachments import abandoned
from kernel import logs
from kernel.group_commit import Work

_log = logs.get_logger()
EVERY_S = 3600.0
AT_ONCE = 100


async def remove_abandoned(desk: Desk, files: Files, kept: timedelta) -> int:
    """Remove uploads that ended in the middle longer than `kept` ago; answers how many."""
    before = desk.clock.now() - kept
    rows = await desk.readers.run(lambda connection: abandoned(connection, before, AT_ONCE))
    removed = 0
    for row in rows:
        upload = Uploaded(row["case_id"], row["sha256"], 0)
        if await desk.do(Work(forget_upload, upload, key=str(row["case_id"]), traceparent="")):
            await files.remove(row["case_id"], row["sha256"], row["size"])
            removed += 1
    return removed


async def run(desk: Desk, files: Files, kept: timedelta) -> None:
    """Sweep from time to time until cancelled."""
    while True:
        removed = await remove_abandoned(desk, files, kept)
        if removed:
            _log.info("uploads_removed", count=removed)
        if removed < AT_ONCE:
            await asyncio.sleep(EVERY_S)
