"""The writer thread: commands come in from event loops, batches go out to the database."""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from sqlalchemy import MetaData

from kernel.clock import Clock
from kernel.database import Database
from kernel.gathering import Gathering
from kernel.group_commit.commands import Commands
from kernel.group_commit.errors import Overloaded, WriterStopped
from kernel.group_commit.job import Job
from kernel.group_commit.work import Answered, Work
from kernel.unit_of_work import Encode

T = TypeVar("T")
MAX_WAITING = 20_000
"""Commands waiting, beyond which new ones are refused at once."""


@dataclass(frozen=True, slots=True)
class Committed:
    """What became durable just now: links that have events to send, and what handlers noted."""

    links: frozenset[str]
    notes: tuple[object, ...]


@dataclass(slots=True, eq=False)
class _Waiting:
    job: Job
    future: "asyncio.Future[Any]"


@dataclass(frozen=True, slots=True)
class _Batch:
    waiting: list[_Waiting]
    loop: asyncio.AbstractEventLoop


class Writer:
    """Takes the commands that are waiting, up to `max_batch`, and commits them together.

    It works from `start` to `stop`, for one event loop. `on_commit` are called on the writer's
    thread after each batch that committed events or notes: they must be quick and must not raise.
    """

    def __init__(
        self,
        database: Database,
        metadata: MetaData,
        *,
        clock: Clock,
        encode: Encode,
        max_batch: int = 64,
    ) -> None:
        self.on_commit: list[Callable[[Committed], None]] = []
        self._commands = Commands(database, metadata, encode)
        self._clock = clock
        self._gathering: Gathering[_Waiting] = Gathering(self._hand_over, max_batch)
        self._batches: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._open = False

    def start(self) -> None:
        """Start the thread."""
        self._open = True
        self._thread.start()

    async def stop(self) -> None:
        """Finish what was handed in, take nothing more, end the thread."""
        self._open = False
        if self._thread.is_alive():
            await self._gathering.idle()
            self._batches.put(None)
            await asyncio.get_running_loop().run_in_executor(None, self._thread.join)

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.stop()

    @property
    def busy(self) -> bool:
        """Whether a batch is under way, so that a command handed in now would wait."""
        return self._gathering.busy

    async def submit(self, work: Work[T]) -> T | Answered:
        """Run a command and answer its result once it is durable.

        Raises the handler's Refusal, or InternalFault. A caller that stops waiting undoes nothing.
        """
        if not self._open:
            raise WriterStopped
        if len(self._gathering.waiting) >= MAX_WAITING:
            raise Overloaded
        future = asyncio.get_running_loop().create_future()
        waiting = _Waiting(Job(work, self._clock.now()), future)
        self._gathering.add(waiting, urgent=work.urgent)
        answer: T | Answered = await future
        return answer

    async def perform(self, work: Work[T]) -> T:
        """`submit` for a command without request_id, which therefore has no earlier answer.

        Raises ValueError when it has one.
        """
        if work.request_id is not None:
            raise ValueError("a command with a request_id may have been answered before")
        result = await self.submit(work)
        assert not isinstance(result, Answered)  # noqa: S101  # only a request_id leads there
        return result

    def _hand_over(self, batch: list[_Waiting]) -> None:
        self._batches.put(_Batch(batch, asyncio.get_running_loop()))

    def _work(self) -> None:
        while (batch := self._batches.get()) is not None:
            jobs = [waiting.job for waiting in batch.waiting]
            self._run(jobs)
            if not batch.loop.is_closed():
                batch.loop.call_soon_threadsafe(self._settle, batch.waiting)
            self._tell(jobs)

    def _run(self, jobs: Sequence[Job]) -> None:
        """Run a batch. Whatever happens, everybody is answered and the thread lives on."""
        try:
            self._commands.run(jobs)
        except Exception as error:  # noqa: BLE001  # what took effect is unknown: a repeat finds out
            for job in jobs:
                job.fail(error)

    def _settle(self, batch: Sequence[_Waiting]) -> None:
        for waiting in batch:
            if not waiting.future.done():  # else the caller has gone
                _answer(waiting)
        self._gathering.done()

    def _tell(self, jobs: Sequence[Job]) -> None:
        done = [job for job in jobs if job.error is None]
        links = frozenset().union(*(job.links for job in done))
        notes = tuple(note for job in done for note in job.notes)
        if links or notes:
            for listener in self.on_commit:
                listener(Committed(links, notes))


def _answer(waiting: _Waiting) -> None:
    if waiting.job.error is not None:
        waiting.future.set_exception(waiting.job.error)
    else:
        waiting.future.set_result(waiting.job.result)
