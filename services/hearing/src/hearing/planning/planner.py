"""The service's end of the planning process: started when something is to be solved.

It is kept for a while, so that the next hearing on demand does not wait for the solver to load, and
ended when nobody asked for some minutes, so that an idle node has its memory back.
"""

import asyncio
import itertools
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from hearing.planning.jobs import Job, Said, line

T = TypeVar("T")
WORKER = (sys.executable, "-m", "hearing.planning.worker")
IDLE_S = 300.0
"""How long a process waits for the next job."""
LONGEST_LINE = 16 * 1024 * 1024


class WorkerLost(Exception):
    """The planning process ended before it answered, or could not solve this."""


Tell = Callable[[Said | None], None]
"""Told of each better plan; None says that the solver is still being loaded."""


@dataclass(slots=True)
class Planner:
    """At most one process, which solves one problem after another."""

    command: tuple[str, ...] = WORKER
    idle_s: float = IDLE_S
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _process: Process | None = None
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _ending: asyncio.TimerHandle | None = None
    _tasks: "set[asyncio.Task[Any]]" = field(default_factory=set)
    _closed: bool = False

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return None if self._process is None else self._process.pid

    async def solve(self, job: Job, tell: Tell, stop: asyncio.Event) -> bytes:
        """The answer, as JSON. When `stop` is set, the best that was found until then.

        Raises:
            WorkerLost: the process ended, or the problem could not be solved; the next job gets a
                process of its own.
        """
        async with self._turn:
            process = await self._warm(tell)
            mine = msgspec.structs.replace(job, number=next(self._numbers))
            stopping = asyncio.create_task(_stop(process, mine.number, stop))
            try:
                return await self._answer(process, mine, tell)
            finally:
                stopping.cancel()
                self._rest()

    def go(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Work that goes on when nobody waits for it any more; it is awaited at the close."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """End the process; whatever it was at is lost, and says so."""
        self._closed = True
        await self._drop()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _drop(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    async def _warm(self, tell: Tell) -> Process:
        """The process with its solver loaded; a new one when there is none."""
        if self._closed:
            raise WorkerLost
        if self._ending is not None:
            self._ending.cancel()
        if self._process is not None and self._process.returncode is None:
            return self._process
        tell(None)
        self._process = await asyncio.create_subprocess_exec(
            *self.command, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE
        )
        await _heard(self._process)
        return self._process

    async def _answer(self, process: Process, job: Job, tell: Tell) -> bytes:
        """The answer; a process that was broken off is not used again."""
        try:
            return await _answered(process, job, tell)
        except OSError as fault:
            await self._drop()
            raise WorkerLost from fault
        except (WorkerLost, asyncio.CancelledError):
            await self._drop()
            raise

    def _rest(self) -> None:
        loop = asyncio.get_running_loop()
        self._ending = loop.call_later(self.idle_s, self._end)

    def _end(self) -> None:
        """Nobody asked for long: the process ends with its input."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process = None


async def _send(process: Process, job: Job) -> None:
    if process.stdin is None:
        raise WorkerLost
    process.stdin.write(line(job))
    await process.stdin.drain()


async def _heard(process: Process) -> Said:
    """The next message. Raises WorkerLost."""
    text = b"" if process.stdout is None else await process.stdout.readline()
    if not text.endswith(b"\n"):
        raise WorkerLost
    return msgspec.json.decode(text, type=Said)


async def _answered(process: Process, job: Job, tell: Tell) -> bytes:
    await _send(process, job)
    while True:
        said = await _heard(process)
        if said.number == job.number and said.state == "answered":
            return bytes(said.answer)
        if said.number == job.number and said.state == "failed":
            raise WorkerLost
        if said.number == job.number:
            tell(said)


async def _stop(process: Process, number: int, stop: asyncio.Event) -> None:
    await stop.wait()
    with suppress(WorkerLost, OSError):
        await _send(process, Job(number, stop=True))
