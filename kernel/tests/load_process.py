"""Opens cases for ever and prints the id of each one that was answered. To be killed."""

import asyncio
import sys

from kernel.database import Database
from kernel.testing.sample_service import open_case, work, writer_of


async def load(url: str) -> None:
    """Keep 20 callers busy."""
    async with writer_of(Database.open(url)) as writer:

        async def call() -> None:
            while True:
                case_id = await writer.perform(work(open_case, "t"))
                sys.stdout.write(f"{case_id}\n")
                sys.stdout.flush()

        await asyncio.gather(*(call() for _ in range(20)))


asyncio.run(load(sys.argv[1]))
