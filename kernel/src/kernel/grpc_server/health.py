"""Health as the list of pings: database, broker, relay lag; never a constant.

`Check("")` answers for the whole server, `Check("database")` for one ping. A failing ping that is
not `vital` shows under its own name, and the server as a whole still serves.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from grpc_health.v1 import health_pb2, health_pb2_grpc

from kernel import logs
from kernel.errors import Missing

_log = logs.get_logger()
_Answer = health_pb2.HealthCheckResponse
PING_LIMIT_S = 3.0
GOOD_FOR_S = 1.0
WATCH_PAUSE_S = 1.0


@dataclass(frozen=True, slots=True)
class Ping:
    """One thing a server leans on: `check` returns when it works, else raises."""

    name: str
    check: Callable[[], Awaitable[object]]
    vital: bool = True


@dataclass(slots=True)
class Pings:
    """All pings of a server. The outcome of a round is good for a second."""

    pings: list[Ping] = field(default_factory=list)
    _failing: dict[str, str] = field(default_factory=dict)
    _asked_at: float = float("-inf")
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    leaving: bool = False
    """Set when the server is about to stop: it serves whoever calls, and says that it does not."""

    def add(self, *pings: Ping) -> None:
        """Add pings before or while the server runs."""
        self.pings.extend(pings)

    async def failing(self) -> dict[str, str]:
        """The pings that fail now, each with the type of its error."""
        async with self._lock:
            if time.monotonic() - self._asked_at > GOOD_FOR_S:
                outcomes = await asyncio.gather(*(_outcome(ping) for ping in self.pings))
                self._note({name: error for name, error in outcomes if error})
        return dict(self._failing)

    async def serves(self, name: str = "") -> bool:
        """Whether this ping, or without a name every vital one, works.

        Raises:
            Missing: there is no ping of this name.
        """
        failing = await self.failing()
        if name:
            if name not in {ping.name for ping in self.pings}:
                raise Missing
            return name not in failing
        ailing = any(ping.vital and ping.name in failing for ping in self.pings)
        return not (ailing or self.leaving)

    def _note(self, failing: dict[str, str]) -> None:
        for name in failing.keys() - self._failing.keys():
            _log.warning("ping_failed", target=name, error=failing[name])
        for name in self._failing.keys() - failing.keys():
            _log.info("ping_recovered", target=name)
        self._failing = failing
        self._asked_at = time.monotonic()


async def _outcome(ping: Ping) -> tuple[str, str]:
    try:
        async with asyncio.timeout(PING_LIMIT_S):
            await ping.check()
    except Exception as error:  # noqa: BLE001 - whatever a ping raises is an answer: not well
        return ping.name, type(error).__qualname__
    return ping.name, ""


class Health(health_pb2_grpc.HealthServicer):
    """The standard gRPC health service over the pings."""

    def __init__(self, pings: Pings) -> None:
        self._pings = pings

    async def Check(
        self,
        request: health_pb2.HealthCheckRequest,
        context: object,
    ) -> health_pb2.HealthCheckResponse:
        """Whether it serves now."""
        return await self._answer(request.service)

    async def Watch(
        self,
        request: health_pb2.HealthCheckRequest,
        context: object,
    ) -> AsyncIterator[health_pb2.HealthCheckResponse]:
        """Every change, from the present state on."""
        last = None
        while True:
            answer = await self._answer(request.service)
            if answer != last:
                yield answer
            last = answer
            await asyncio.sleep(WATCH_PAUSE_S)

    async def _answer(self, service: str) -> health_pb2.HealthCheckResponse:
        serves = await self._pings.serves(service)
        return _Answer(status=_Answer.SERVING if serves else _Answer.NOT_SERVING)
