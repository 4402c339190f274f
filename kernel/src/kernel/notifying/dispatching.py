"""Sending what is owed: claimed, opened, sent, recorded. At least once, under the notice's id.

A crash between sending and recording makes the try again when its lease has run out; a gateway that
is given the id as its key of idempotence sends it once all the same.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from opentelemetry import metrics
from sqlalchemy import Connection, Table, select

from kernel import logs
from kernel.clock import Clock
from kernel.group_commit import Readers, Work, Writer
from kernel.notifying import keeping, reading
from kernel.notifying.channels import HOURS, Channels, opening
from kernel.notifying.keeping import Outcome
from kernel.notifying.sending import Gateways, Message, NoChannel, NotTaken, Sink, WayOut
from kernel.notifying.settings import Ways
from kernel.notifying.words import Reason, State
from kernel.rounds import POLL_S, take_turn

Row = Mapping[str, Any]
AT_ONCE = 16
"""Notices under way together: all are through long before their lease runs out."""
_log = structlog.get_logger()
_METER = metrics.get_meter("lianxin")
_TRIED = _METER.create_counter(
    "lianxin.notices.tried", description="Tries of notices, by state they led to and reason"
)
_OPEN = _METER.create_gauge(
    "lianxin.notices.open", description="Notices still to be sent or told, by audience and state"
)
COUNT_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Reachable:
    """How a recipient is reached and what he is told; `in_hours`: in the hours only."""

    contacts: Mapping[str, str] = field(repr=False)
    title: str
    text: str
    in_hours: bool = False


@dataclass(frozen=True, slots=True)
class Stopped:
    """No machine may or can tell him."""

    state: State
    reason: Reason


Resolve = Callable[[Connection, Row], Reachable | Stopped]
"""Opens where a recipient of a notice is reached, at this moment; the service's own."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a dispatcher works with."""

    table: Table
    writer: Writer
    readers: Readers
    clock: Clock
    resolve: Resolve


class Dispatcher:
    """Sends the notices of one service, oldest first. Run `run` beside the server."""

    def __init__(
        self,
        ground: Ground,
        way: WayOut,
        hours: tuple[time, time] = HOURS,
        *,
        audience: str = "",
    ) -> None:
        self._ground = ground
        self._way = way
        self._hours = hours
        self._audience = audience

    @classmethod
    def open(cls, ground: Ground, ways: Ways) -> "Dispatcher":
        """By the operator's file of channels, or, without one, into the local sink.

        Raises ChannelsInvalid.
        """
        if ways.channels is None:
            return cls(ground, Sink(ways.sink / ways.audience), audience=ways.audience)
        channels = Channels.load(ways.channels, ways.audience)
        return cls(ground, Gateways(channels), channels.hours, audience=ways.audience)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._count()
            for _ in range(int(COUNT_EVERY_S / POLL_S)):
                await take_turn(self.round, waits="notices_wait")

    async def _count(self) -> None:
        """Say how many are open: failures shall not wait until somebody looks."""
        counts = partial(reading.counts, table=self._ground.table)
        for state, number in (await self._ground.readers.run(counts)).items():
            _OPEN.set(number, {"audience": self._audience, "state": state.value})

    async def round(self) -> int:
        """Try what is due now, a few at a time. Answers how many tries were made."""
        now = self._ground.clock.now()
        due = await self._ground.readers.run(partial(_due, table=self._ground.table, now=now))
        if not due:
            return 0
        claimed: list[Row] = await self._do(keeping.claim, due)
        outcomes = await asyncio.gather(*(self._one(row) for row in claimed))
        if outcomes:
            await self._do(keeping.record, outcomes)
        for outcome in outcomes:
            _TRIED.add(1, {"state": outcome.state.value, "reason": outcome.reason.value})
        return len(outcomes)

    async def _do(self, handler: Callable[..., Any], command: Any) -> Any:
        bound = partial(handler, table=self._ground.table)
        return await self._ground.writer.perform(
            Work(bound, command, key="notices", traceparent="")
        )

    async def _one(self, row: Row) -> Outcome:
        """One try; whatever goes wrong with it must not hold up the others."""
        try:
            return await self._tried(row)
        except NotTaken as refused:
            _log.warning("notice_not_taken", channel=refused.channel, attempt=row["tries"])
            channel, reason = refused.channel, Reason.REFUSED_BY_GATEWAY
        except Exception as fault:  # noqa: BLE001 (it is logged, tried again, and shown in the end)
            _log.error("notice_failed", attempt=row["tries"], **logs.fault(fault))
            channel, reason = "", Reason.FAULT
        return Outcome(row["notice_id"], row["version"], State.OWED, reason, channel)

    async def _tried(self, row: Row) -> Outcome:
        found = await self._ground.readers.run(lambda c: self._ground.resolve(c, row))
        answer = partial(Outcome, row["notice_id"], row["version"])
        if isinstance(found, Stopped):
            return answer(found.state, found.reason)
        now = self._ground.clock.now()
        begins = opening(now, self._hours) if found.in_hours else None
        if begins is not None:
            return answer(State.OWED, Reason.OUT_OF_HOURS, not_before=begins)
        message = Message(row["notice_id"], found.contacts, found.title, found.text, now)
        try:
            taken = await self._way.send(message)
        except NoChannel:
            return answer(State.NOT_POSSIBLE, Reason.NO_CHANNEL)
        return answer(taken.state, Reason.NONE, taken.channel)


def _due(connection: Connection, table: Table, now: Any) -> list[UUID]:
    due = table.c.next_try_at.is_not(None) & (table.c.next_try_at <= now)
    query = select(table.c.notice_id).where(due).order_by(table.c.next_try_at).limit(AT_ONCE)
    return list(connection.scalars(query))
