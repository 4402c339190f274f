"""Reads beside the writer: a few threads, each with a connection that cannot write."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from kernel.database import Database
from kernel.errors import DatabaseAway
from kernel.gathering import Gathering
from kernel.unit_of_work.driver import Fault
from kernel.unit_of_work.drivers import driver_of

T = TypeVar("T")
Asked = TypeVar("Asked")
Found = TypeVar("Found")
_Question = tuple[Asked, "asyncio.Future[Found]"]
TOGETHER = 64
"""Questions answered by one read, at most."""


class Readers:
    """Runs functions that only read. Each sees one state of the database, never half a commit."""

    def __init__(self, database: Database) -> None:
        pool = database.readers.pool
        threads = pool.size() if isinstance(pool, QueuePool) else 1
        self._engine = database.readers
        self._driver = driver_of(database)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="reader")

    async def run(self, read: Callable[[Connection], T]) -> T:
        """Run `read` on a reader thread. A write in it fails with an error of the database.

        Raises:
            DatabaseAway: the connection was lost, or there is none to be had.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, read)

    def _run(self, read: Callable[[Connection], T]) -> T:
        try:
            return self._read(read)
        except DBAPIError as error:
            if self._driver.fault_of(error) is Fault.AWAY:
                raise DatabaseAway from error
            raise

    def _read(self, read: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection:
            found = read(connection)
            # A rollback would make the driver of PostgreSQL forget its prepared statements.
            connection.commit()
            return found

    def close(self) -> None:
        """Wait for the reads under way; afterwards none is taken."""
        self._threads.shutdown(wait=True)


class Together(Generic[Asked, Found]):
    """Answers questions that are asked at the same time by one read: one thread, one connection.

    `read` gets the questions and answers each, in their order; while `held`, it waits for more of
    them, for a while. Used from one event loop.
    """

    def __init__(
        self,
        readers: Readers,
        read: Callable[[Connection, Sequence[Asked]], Sequence[Found]],
        held: Callable[[], bool] = lambda: False,
    ) -> None:
        self._readers = readers
        self._read = read
        self._gathering: Gathering[_Question[Asked, Found]] = Gathering(self._begin, TOGETHER, held)

    async def ask(self, asked: Asked) -> Found:
        """The answer to one question. Raises what the read raised, as others who asked with it."""
        answer: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._gathering.add((asked, answer))
        return await answer

    def _begin(self, batch: "list[_Question[Asked, Found]]") -> None:
        questions = [asked for asked, _ in batch]
        reading = asyncio.ensure_future(
            self._readers.run(lambda connection: self._read(connection, questions))
        )
        reading.add_done_callback(lambda done: self._end(batch, done))

    def _end(
        self, batch: "list[_Question[Asked, Found]]", done: "asyncio.Future[Sequence[Found]]"
    ) -> None:
        error = asyncio.CancelledError() if done.cancelled() else done.exception()
        found = done.result() if error is None else ()
        for at, (_, answer) in enumerate(batch):
            if answer.done():  # whoever asked has gone
                continue
            if error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(found[at])
        self._gathering.done()
