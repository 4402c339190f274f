"""Asked whether a case may end, a service waits a little for a grant that is on its way to it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar
from uuid import UUID

import grpc

from kernel.errors import Refusal
from kernel.grpc_status import reason_of
from kernel.holding import EndingAwaited, EndingUnasked, GrantAwaited

T = TypeVar("T")
PATIENCE_S, LEFT_S, LOOK_S = 4.0, 1.0, 0.25
"""So long a grant is waited for at most; so much of the caller's time is left for the answer; so
often it is looked for all the same, since another replica may have stored it."""


class Arrivals:
    """Wakes who waits for the grant of a case when this process has stored one."""

    def __init__(self) -> None:
        self._waiting: dict[UUID, set[asyncio.Event]] = {}

    def came(self, case_id: UUID) -> None:
        """A grant of the case was stored."""
        for come in self._waiting.get(case_id, ()):
            come.set()

    @contextmanager
    def _watched(self, case_id: UUID) -> Iterator[asyncio.Event]:
        come = asyncio.Event()
        waiting = self._waiting.setdefault(case_id, set())
        waiting.add(come)
        try:
            yield come
        finally:
            waiting.discard(come)
            if not waiting and self._waiting.get(case_id) is waiting:
                del self._waiting[case_id]

    async def answered(self, case_id: UUID, ask: Callable[[], Awaitable[T]], wait_s: float) -> T:
        """What `ask` answers, asked again with each arrival, for `wait_s` seconds at most.

        Raises:
            GrantAwaited: the grant has not come in that time.
        """
        until = time.monotonic() + wait_s
        with self._watched(case_id) as come:
            while True:
                come.clear()
                try:
                    return await ask()
                except GrantAwaited:
                    left = until - time.monotonic()
                    if left <= 0:
                        raise
                with suppress(TimeoutError):
                    await asyncio.wait_for(come.wait(), min(left, LOOK_S))


def patience(context: Any) -> float:
    """Seconds that an answer may wait for news, so that it comes before its caller gives up."""
    left = context.time_remaining()
    return PATIENCE_S if left is None else min(PATIENCE_S, left - LEFT_S)


def unsaid(service: str, error: grpc.aio.AioRpcError) -> Refusal:
    """Why nothing is ended, when a service that was asked gave no answer but this error."""
    if reason_of(error) == GrantAwaited.reason:
        return EndingAwaited(service=service)
    return EndingUnasked(service=service)
