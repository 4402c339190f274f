"""The planning process: it alone loads the solver; its memory goes away with it.

Started as `python -m hearing.planning.worker`. Reads jobs from standard input, one after another,
and ends with it. Whatever it is doing, nothing but its answer ever reaches the database.
"""

import os
import sys
import threading
from collections.abc import Iterator
from concurrent import futures
from typing import BinaryIO

import msgspec

from hearing.planning.jobs import Job, Said, line
from hearing.scheduling.limits import Limit, Progress, Running
from hearing.scheduling.plan.reading import read_problem
from hearing.scheduling.plan.solving import plan

KINDER = 5
"""How much the process steps back behind the services of the node."""


class Desk:
    """One job at a time, in a thread of its own, so that a stop is heard."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._writing = threading.Lock()
        self._running: dict[int, Running] = {}
        self._pool = futures.ThreadPoolExecutor(1)

    def say(self, said: Said) -> None:
        """One message, whole."""
        with self._writing:
            self._out.write(line(said))
            self._out.flush()

    def take(self, job: Job) -> None:
        """Begin a job, or stop one."""
        if not job.stop:
            self._running[job.number] = Running(lambda progress: self._tell(job, progress))
            self._pool.submit(self._solve, job)
        elif job.number in self._running:
            self._running[job.number].stop.set()

    def close(self) -> None:
        """Stop whatever runs."""
        for running in tuple(self._running.values()):
            running.stop.set()
        self._pool.shutdown()

    def _tell(self, job: Job, progress: Progress) -> None:
        _, medium, soft = progress.levels
        self.say(Said("working", job.number, medium, soft, progress.seconds))

    def _solve(self, job: Job) -> None:
        try:
            problem = read_problem(bytes(job.problem))
            limit, running = Limit(seconds=job.seconds), self._running[job.number]
            answer = plan(problem, limit, seed=job.seed, running=running)
            raw = msgspec.Raw(msgspec.json.encode(answer))
            self.say(Said("answered", job.number, answer=raw))
        except Exception:
            self.say(Said("failed", job.number))
            raise
        finally:
            del self._running[job.number]


def jobs(source: BinaryIO) -> Iterator[Job]:
    """The jobs that come, until nobody sends any."""
    for text in source:
        yield msgspec.json.decode(text, type=Job)


def main() -> None:
    """Work until standard input ends."""
    os.nice(KINDER)
    desk = Desk(sys.stdout.buffer)
    desk.say(Said("ready"))
    for job in jobs(sys.stdin.buffer):
        desk.take(job)
    desk.close()


if __name__ == "__main__":
    main()
