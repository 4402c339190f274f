"""Pulls a durable of JetStream and hands its messages to a receiver; acknowledges what is kept."""

import asyncio
import contextlib
import json
from collections.abc import Sequence

import nats.errors
import structlog
from nats.aio.msg import Msg

from kernel.broker import Broker
from kernel.consumer.receiver import BATCH, Receiver
from kernel.links.envelope import LinkMessage, Malformed, read

EXPIRES = 10.0
SLACK = 2.0
PAUSE = 0.5
NANO = 1_000_000_000
STATUS = "Status"


log = structlog.get_logger(__name__)


class _Pulled:
    """What a standing pull has brought. None in the queue: the connection is gone, and the pull.

    A queue of our own, since waiting inside the client may swallow a cancellation.
    """

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Msg | None] = asyncio.Queue()

    async def arrived(self, received: Msg) -> None:
        self.queue.put_nowait(received)

    def over(self) -> None:
        self.queue.put_nowait(None)

    async def first(self) -> Msg | None:
        try:
            async with asyncio.timeout(EXPIRES + SLACK):
                return await self.queue.get()
        except TimeoutError:
            return None


class Courier:
    """Brings one durable's messages, with a standing pull of up to `BATCH`.

    A message is acknowledged when the receiver has it durably. What is no message of ours, or was
    published by somebody who may not speak for its origin, is dropped with an alarm.
    """

    def __init__(
        self, broker: Broker, stream: str, durable: str, receiver: Receiver, prefix: str = ""
    ) -> None:
        self._broker = broker
        self._stream = stream
        self._durable = durable
        self._receiver = receiver
        self._prefix = prefix.split(".")[:-1]
        self.dropped = 0

    async def run(self) -> None:
        """Pull until cancelled. A message under way is then delivered again at the next start."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._receiver.keep_up())
            await self._pull_on()

    async def _pull_on(self) -> None:
        while True:
            await self._broker.up.wait()
            try:
                await self._pull()
            except nats.errors.Error as error:
                log.warning("courier_waits", durable=self._durable, why=type(error).__name__)
                await asyncio.sleep(PAUSE)

    async def _pull(self) -> None:
        """Pull over one connection until it is lost."""
        pulled = _Pulled()
        client = self._broker.client
        subscription = await client.subscribe(client.new_inbox(), cb=pulled.arrived)
        self._broker.on_down.append(pulled.over)
        try:
            asked = 0
            while self._broker.connected:
                if asked <= 0:
                    asked = await self._ask(subscription.subject)
                messages, over = await self._next(pulled)
                asked = 0 if over else asked - len(messages)
                if messages:
                    await self._deliver(messages)
        finally:
            self._broker.on_down.remove(pulled.over)
            with contextlib.suppress(nats.errors.Error):
                await subscription.unsubscribe()

    async def _ask(self, inbox: str) -> int:
        request = {"batch": BATCH, "expires": int(EXPIRES * NANO)}
        await self._broker.client.publish(
            f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{self._durable}",
            json.dumps(request).encode(),
            reply=inbox,
        )
        return BATCH

    async def _next(self, pulled: "_Pulled") -> tuple[list[Msg], bool]:
        """Wait for a message and take what else is there; True when the pull is used up."""
        messages: list[Msg] = []
        received = await pulled.first()
        while received is not None:
            if received.headers and STATUS in received.headers:
                await self._status(received)
                return messages, True
            messages.append(received)
            if len(messages) == BATCH or pulled.queue.empty():
                return messages, False
            received = pulled.queue.get_nowait()
        return messages, True

    async def _status(self, received: Msg) -> None:
        """The pull ended: expired as it should (408, 404), or the durable is not there (503)."""
        code = (received.headers or {}).get(STATUS)
        if code not in {"404", "408"}:
            log.warning("courier_status", durable=self._durable, status=code)
            await asyncio.sleep(PAUSE)

    async def _deliver(self, received: Sequence[Msg]) -> None:
        messages = [message for each in received if (message := self._read(each)) is not None]
        await self._receiver.store_incoming(messages)
        for each in received:
            await each.ack()

    def _read(self, received: Msg) -> LinkMessage | None:
        try:
            tokens = received.subject.split(".")
            message = read(self._bare(tokens), received.headers, received.data)
            self._authorise(tokens, message)
        except Malformed as wrong:
            self.dropped += 1
            log.critical("message_dropped", durable=self._durable, why=str(wrong))
            return None
        return message

    def _bare(self, tokens: Sequence[str]) -> str:
        """The event's own subject."""
        depth = len(self._prefix)
        for wanted, found in zip(self._prefix, tokens, strict=False):
            if wanted not in {"*", found}:
                raise Malformed("the subject is not of this link")
        return ".".join(tokens[depth:])

    def _authorise(self, tokens: Sequence[str], message: LinkMessage) -> None:
        """On `up.<node>.` the server lets only that node publish, so only for itself it speaks."""
        if "*" in self._prefix:
            node = tokens[self._prefix.index("*")]
            if message.origin.partition("/")[0] != node:
                raise Malformed("the origin is not the node that published")
