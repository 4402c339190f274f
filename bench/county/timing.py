"""What every call took and how it was answered, counted at the caller."""

import asyncio
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import grpc

from kernel.grpc_client import Line
from lianxin.cli.demo.people import Clerk, refusal
from lianxin.cli.stubs import INTAKE, MEDIATION, ROUTING

TRIES, PAUSE_S = 3, 1.0
"""What may pass by itself is asked again by the same request, as every client does."""
LONG_S = 300.0
"""How long an audit of everything may take; people wait as long as the demo's clerks do."""


@dataclass
class Tally:
    """Calls by method and, where refused, by reason."""

    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def calls(self) -> int:
        """Calls so far, refused ones too."""
        return sum(map(len, self.seconds.values()))

    def clear(self) -> None:
        """Begin again; lines that count go on counting here."""
        self.seconds.clear()
        self.refused.clear()


class _Timed:
    """A method with one answer."""

    def __init__(self, name: str, call: Any, tally: Tally, limit_s: float | None) -> None:
        self._name, self._call, self._tally, self._limit_s = name, call, tally, limit_s

    async def __call__(self, request: Any, **rest: Any) -> Any:
        for left in range(TRIES, 0, -1):
            began = time.perf_counter()
            try:
                return await self._call(request, timeout=self._limit_s, **rest)
            except grpc.aio.AioRpcError as error:
                refused = refusal(error)
                self._tally.refused[self._name, refused.reason] += 1
                if left == 1 or not refused.remote.retryable:
                    raise
            finally:
                self._tally.seconds[self._name].append(time.perf_counter() - began)
            await asyncio.sleep(PAUSE_S)
        raise AssertionError("unreachable: the last try answers or raises")


class TimedLine:
    """A line that counts; stubs take it like any other."""

    def __init__(self, line: Line, tally: Tally, limit_s: float | None) -> None:
        self._line, self._tally, self._limit_s = line, tally, limit_s

    def unary_unary(self, method: str, *args: Any, **kwargs: Any) -> _Timed:
        """A method with one request and one answer."""
        name = method.rsplit("/", 1)[-1]
        call = self._line.unary_unary(method, *args, **kwargs)
        return _Timed(name, call, self._tally, self._limit_s)

    def __getattr__(self, name: str) -> Any:
        """Everything else is the line's."""
        return getattr(self._line, name)


def timed(clerk: Clerk, tally: Tally, *, limit_s: float | None = None) -> Clerk:
    """The clerk, whose stubs count from now on; those made before do not."""
    lines: dict[str, Any] = clerk.lines
    for service in (INTAKE, ROUTING, MEDIATION):
        line = clerk.line(service)
        if not isinstance(line, TimedLine):
            lines[service] = TimedLine(line, tally, limit_s)
    return clerk
