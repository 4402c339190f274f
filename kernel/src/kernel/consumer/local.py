"""Side talk of a receiver with the services of its node: heads in, wishes and cursors out."""

import asyncio
import json
from contextlib import AsyncExitStack

import structlog
from nats.aio.msg import Msg

from kernel.broker import Broker, BrokerDown
from kernel.consumer.gaps import Wish
from kernel.consumer.position import NOTHING, Position
from kernel.consumer.receiver import Receiver

INTERVAL = 0.25
CONFIRM_EVERY = 40
"""Rounds between two confirmations: they cost the sender a write each."""
ASK_LIMIT = 5.0

log = structlog.get_logger(__name__)


class LocalEar:
    """Listens for heads of the node's services and asks them for what is missing.

    `service` is the one that listens, `senders` those it hears.
    """

    def __init__(
        self,
        broker: Broker,
        receiver: Receiver,
        *,
        node: str,
        service: str,
        senders: tuple[str, ...],
    ) -> None:
        self._broker = broker
        self._service = service
        self._receiver = receiver
        self._subjects = {f"{node}.{sender}": f"{node}/{sender}" for sender in senders}
        self._told: dict[str, Position] = {}

    async def run(self) -> None:
        """Listen and ask until cancelled."""
        async with AsyncExitStack() as ears:
            for token in self._subjects:
                ear = self._broker.listening(f"head.{token}", self._heard)
                await ears.enter_async_context(ear)
            await self._ask_and_confirm()

    async def _ask_and_confirm(self) -> None:
        rounds = 0
        while True:
            for token, origin in self._subjects.items():
                wish = await self._receiver.wish(origin)
                if wish is not None:
                    await self._ask(token, wish)
                if rounds % CONFIRM_EVERY == 0:
                    await self._confirm(token, origin)
            rounds += 1
            await asyncio.sleep(INTERVAL)

    async def _heard(self, told: Msg) -> None:
        origin = self._subjects[told.subject.removeprefix("head.")]
        head = _numbers(told.data, "incarnation", "head")
        if head is not None:
            self._receiver.note_head(origin, *head)

    async def _ask(self, token: str, wish: Wish) -> None:
        question = {
            "incarnation": wish.incarnation,
            "from_no": wish.from_no,
            "to_no": wish.to_no,
        }
        try:
            said = await self._broker.ask(
                f"resend.{token}", json.dumps(question).encode(), ASK_LIMIT
            )
        except BrokerDown as down:  # the wish comes again by itself
            log.info("wish_unanswered", origin=wish.origin, why=str(down))
            return
        answer = _numbers(said, "incarnation", "earliest")
        if answer is not None and answer[0] == wish.incarnation:
            await self._begin_late(wish, answer[1])

    async def _begin_late(self, wish: Wish, earliest: int) -> None:
        """What was purged before we joined cannot be had; purged later, it is an alarm."""
        if earliest <= wish.from_no:
            return
        if not await self._receiver.start_at(wish.origin, wish.incarnation, earliest - 1):
            log.critical("link_events_gone", origin=wish.origin, first=wish.from_no, until=earliest)

    async def _confirm(self, token: str, origin: str) -> None:
        cursor = self._receiver.cursor(origin)
        if cursor in (NOTHING, self._told.get(origin)):
            return
        said = {
            "receiver": self._service,
            "incarnation": cursor.incarnation,
            "no": cursor.no,
        }
        try:
            await self._broker.tell(f"cursor.{token}", json.dumps(said).encode())
        except BrokerDown:
            return
        self._told[origin] = cursor


def _numbers(body: bytes, first: str, second: str) -> tuple[int, int] | None:
    """Two whole numbers of a message of ours; None for anything else."""
    try:
        fields = json.loads(body)
        numbers = fields[first], fields[second]
    except (ValueError, KeyError, TypeError):
        return None
    return numbers if all(isinstance(number, int) for number in numbers) else None
