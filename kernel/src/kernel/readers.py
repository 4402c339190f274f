"""Reads beside the writer: a few threads, each with a connection that cannot write."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.pool import QueuePool

from kernel.database import Database

T = TypeVar("T")


class Readers:
    """Runs functions that only read. Each sees one state of the database, never half a commit."""

    def __init__(self, database: Database) -> None:
        pool = database.readers.pool
        threads = pool.size() if isinstance(pool, QueuePool) else 1
        self._engine = database.readers
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="reader")

    async def run(self, read: Callable[[Connection], T]) -> T:
        """Run `read` on a reader thread. A write in it fails with an error of the database."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, read)

    def _run(self, read: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection:
            return read(connection)

    def close(self) -> None:
        """Wait for the reads under way; afterwards none is taken."""
        self._threads.shutdown(wait=True)
