"""Publishing in bulk: many messages on the wire, their acknowledgements awaited together."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kernel.broker.client import BulkClient, frame

STATUS = b"NATS/1.0 "
"""How headers begin when the server itself tells something, such as 503."""
WINDOW = 256
"""How many messages may wait for their acknowledgement at once."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message for a stream. `headers` carry the `Nats-Msg-Id`."""

    subject: str
    body: bytes
    headers: Mapping[str, str]


class Flight:
    """Messages on their way; landed when each is acknowledged or one is refused."""

    def __init__(self, size: int) -> None:
        self._open = set(range(size))
        self.refused: str | None = None
        self.landed = asyncio.Event()

    @property
    def first_open(self) -> int | None:
        """The first message that nobody acknowledged."""
        return min(self._open, default=None)

    def acknowledge(self, index: int) -> None:
        """The server has stored message `index`."""
        self._open.discard(index)
        if not self._open:
            self.landed.set()

    def abort(self, why: str) -> None:
        """Nothing more will come."""
        self.refused = why
        self.landed.set()


class Publisher:
    """Publishes over one connection. Every acknowledgement comes back to one inbox."""

    def __init__(self, client: BulkClient) -> None:
        self._client = client
        self._inbox = client.new_inbox()
        self._flights: dict[str, Flight] = {}
        self._serial = 0

    async def open(self) -> None:
        """Listen for acknowledgements."""
        await self._client.take_at_once(f"{self._inbox}.*.*", self._answered)

    def abort(self, why: str) -> None:
        """Let everybody who waits for an acknowledgement know that none will come."""
        for flight in self._flights.values():
            flight.abort(why)

    async def publish(self, messages: Sequence[Message], limit: float) -> tuple[int, str | None]:
        """Publish at most `WINDOW` messages and wait up to `limit` seconds.

        Returns how many from the first on were all stored, and why the next one was not.
        """
        flight = Flight(len(messages))
        self._serial += 1
        key = str(self._serial)
        self._flights[key] = flight
        try:
            inbox = f"{self._inbox}.{key}."
            await self._client.publish_frames(
                frame(each.subject, f"{inbox}{index}", each.headers, each.body)
                for index, each in enumerate(messages)
            )
            async with asyncio.timeout(limit):
                await flight.landed.wait()
        except TimeoutError:
            flight.refused = "no acknowledgement"
        finally:
            del self._flights[key]
        stored = flight.first_open
        return (len(messages), None) if stored is None else (stored, flight.refused)

    def _answered(self, subject: str, body: bytes, headers: bytes | None) -> None:
        _, key, index = subject.rsplit(".", 2)
        flight = self._flights.get(key)
        if flight is None:  # it came after we stopped waiting
            return
        if headers and headers.startswith(STATUS):
            flight.abort("no stream takes this subject")
        elif b'"error"' in body:
            flight.abort(body.decode(errors="replace")[:200])
        else:
            flight.acknowledge(int(index))
