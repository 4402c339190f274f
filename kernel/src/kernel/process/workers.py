"""Background work that must never end: restarted with back-off, its failures seen in health."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from kernel import logs
from kernel.grpc_server.health import Ping

_log = logs.get_logger()
Work = Callable[[], Awaitable[object]]


class StartAgain(Exception):
    """What the process has opened is of the past: it must stop and start again.

    A worker raises it; the apps are stopped in their order and `run` says so.
    """


class WorkerFailing(Exception):
    """A worker failed lately and is waiting to be started again."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds before the n-th restart: doubling from `first` to `longest`, give or take half.

    A worker that ran for `healthy` seconds starts again from `first`.
    """

    first: float = 0.2
    longest: float = 30.0
    healthy: float = 60.0

    def pause(self, failures: int) -> float:
        """How long to wait after this many failures in a row (1 = the first)."""
        doubled: int = 2 ** min(failures - 1, 16)
        limit = min(self.longest, self.first * doubled)
        return limit * random.uniform(0.5, 1.0)  # noqa: S311 (spreads restarts, guards nothing)


@dataclass(slots=True)
class Worker:
    """A long-running coroutine function and how it fares.

    A relay, a consumer, a sweep. If it returns, its work is done; if it raises, it is started
    again, for ever. Only `StartAgain` comes through.
    """

    name: str
    work: Work
    backoff: Backoff = field(default_factory=Backoff)
    failures: int = 0
    failing: bool = False

    async def run(self) -> None:
        """Run until the work is done or this is cancelled."""
        while True:
            started = time.monotonic()
            try:
                await self._attempt()
            except StartAgain:
                raise
            except Exception as error:  # noqa: BLE001 (each is logged, counted and shown in health)
                if time.monotonic() - started > self.backoff.healthy:
                    self.failures = 0
                await self._wait_after(error)
            else:
                return

    def ping(self) -> Ping:
        """Shows in health, under `worker.<name>`, while the worker fails."""
        return Ping(f"worker.{self.name}", self._check, vital=False)

    async def _attempt(self) -> None:
        recovery = asyncio.get_running_loop().call_later(self.backoff.healthy, self._recovered)
        try:
            await self.work()
        finally:
            recovery.cancel()
        self._recovered()

    def _recovered(self) -> None:
        self.failing = False

    async def _wait_after(self, error: Exception) -> None:
        self.failures += 1
        self.failing = True
        pause = self.backoff.pause(self.failures)
        _log.error(
            "worker_failed",
            worker=self.name,
            failures=self.failures,
            retry_after_s=round(pause, 3),
            **logs.fault(error),
        )
        await asyncio.sleep(pause)

    async def _check(self) -> None:
        if self.failing:
            raise WorkerFailing(self.name)
