"""Acting on a case: what was seen is read first, a stale view is read again, waits have a limit."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import grpc

from kernel.clock import SHANGHAI
from kernel.ids import new_id
from lianxin.cli.demo.people import Clerk, Refused, refusal
from lianxin.common.v1.case_pb2 import Seen
from lianxin.intake.v1 import intake_service_pb2 as intake_pb
from lianxin.routing.v1 import custody_pb2 as custody_pb

TRIES = 40
PAUSE_S = 0.05
LIMIT_S = 40.0
OUTRUN = frozenset({"STALE_VERSION", "CUSTODY_MOVED", "NOT_GRANTED"})
"""Somebody else wrote first, or an event is still under way: look again."""


class NeverHappened(RuntimeError):
    """Something expected did not come true in time."""


async def ask(
    clerk: Clerk, rpc: Any, request: Any, *, after: Any = None, tries: int = TRIES
) -> Any:
    """Make a change as a careful person does: look, act on what was seen, look again if outrun.

    Who has just made a change there knows what it led to: `after` is the answer to it.

    Raises:
        Refused: for any other reason, or still outrun at the last try.
    """
    fields = request.DESCRIPTOR.fields_by_name
    for left in range(tries, 0, -1):
        request.request_id = str(new_id())
        try:
            if "seen" in fields:
                known = after is not None and left == tries
                request.seen.CopyFrom(_seen_of(after) if known else await seen(clerk, request))
            return await rpc(request)
        except grpc.aio.AioRpcError as error:
            refused = refusal(error, clerk.language)
            if refused.reason not in OUTRUN or left == 1:
                raise refused from None
        await asyncio.sleep(PAUSE_S)
    raise AssertionError("unreachable: the last try answers or raises")


def _seen_of(answer: Any) -> Seen:
    return Seen(epoch=answer.stamp.epoch, version=answer.stamp.version)


async def seen(clerk: Clerk, request: Any) -> Seen:
    """Epoch and version of the case in the service the request is for."""
    if request.DESCRIPTOR.file.package.startswith("lianxin.intake"):
        answer = await clerk.intake.GetCase(intake_pb.GetCaseRequest(case_id=request.case_id))
        return Seen(epoch=answer.case.epoch, version=answer.case.version)
    found = await custody_of(clerk, request.case_id)
    return Seen(epoch=found.epoch, version=found.version)


async def custody_of(clerk: Clerk, case_id: str) -> Any:
    """What the clerk's node knows of holder, clocks and hand-overs."""
    answer = await clerk.custody.GetCustody(custody_pb.GetCustodyRequest(case_id=case_id))
    return answer.custody


async def found_custody(clerk: Clerk, case_id: str) -> Any:
    """The same, or None where the clerk's node shows him no such case."""
    try:
        return await call(custody_of(clerk, case_id))
    except Refused:
        return None


async def call(asked: Awaitable[Any]) -> Any:
    """The answer of a call. Raises Refused."""
    try:
        return await asked
    except grpc.aio.AioRpcError as error:
        raise refusal(error) from None


async def refused_with(asked: Awaitable[Any]) -> str:
    """The reason of a refusal; empty when the call was answered."""
    refused = await _refused(asked)
    return refused.reason if refused else ""


async def refused_in_words(asked: Awaitable[Any]) -> str:
    """What a refusal says to people; empty when the call was answered."""
    refused = await _refused(asked)
    return refused.remote.message if refused else ""


async def _refused(asked: Awaitable[Any]) -> Refused | None:
    try:
        await call(asked)
    except Refused as refused:
        return refused
    return None


async def until(
    holds: Callable[[], bool | Awaitable[bool]],
    what: str,
    *,
    limit_s: float = LIMIT_S,
    pause_s: float = PAUSE_S,
) -> float:
    """Wait until something is true; the seconds it took.

    Raises:
        NeverHappened: not within the limit; the text is `what`.
    """
    began = time.monotonic()
    while not await _now(holds):
        if time.monotonic() - began > limit_s:
            raise NeverHappened(what)
        await asyncio.sleep(pause_s)
    return time.monotonic() - began


async def _now(holds: Callable[[], bool | Awaitable[bool]]) -> bool:
    """A refusal or a lost connection counts as not yet."""
    try:
        answer = holds()
        return bool(await answer if inspect.isawaitable(answer) else answer)
    except (grpc.aio.AioRpcError, Refused):
        return False


async def held_by(clerk: Clerk, case_id: str, *, limit_s: float = LIMIT_S) -> Any:
    """Wait until the clerk's unit holds the case on its own node; the custody then."""
    seen_last: list[Any] = []

    async def held() -> bool:
        found = await custody_of(clerk, case_id)
        seen_last[:] = [found]
        return bool(found.holder_unit == clerk.unit and found.custody == "held")

    await until(held, f"{case_id}: not held by {clerk.unit}", limit_s=limit_s)
    return seen_last[0]


async def known_to(clerk: Clerk, case_id: str, *, limit_s: float = LIMIT_S) -> Any:
    """Wait until routing of the clerk's node has heard of the case; its custody then."""
    seen_last: list[Any] = []

    async def known() -> bool:
        seen_last[:] = [await custody_of(clerk, case_id)]
        return bool(seen_last[0].epoch > 0)

    await until(known, f"{case_id}: not known at {clerk.doors.node}", limit_s=limit_s)
    return seen_last[0]


def in_days(days: int) -> str:
    """An ISO date so many days from today in Asia/Shanghai, as the node counts."""
    return (datetime.now(SHANGHAI) + timedelta(days=days)).date().isoformat()
