"""nats-py's client with shortcuts: many messages in one write, headers and answers read plainly.

And with a connection that ends when its TLS handshake fails: nats-py waits for ever for the close
of the plain one it began with (its issue 718), so that whoever meets a certificate that does not
hold once would never try again.

The client checks and encodes each header of each message by itself, which costs more than all the
rest of a relay (measured: 80 of 100 us a message). The shortcuts lean on its inner methods; the
version is locked and `test_broker.py` tries them against a real server.
"""

from collections.abc import Callable, Iterable, Mapping

from nats.aio.client import Client
from nats.aio.msg import Msg


def frame(subject: str, reply: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """One publish with headers as it goes over the wire.

    Raises ValueError for a subject or header that would break out of its line.
    """
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    if lines.count("\n") != len(headers) or lines.count("\r") != len(headers):
        raise ValueError("a header holds a line break")
    if len(subject.split()) != 1 or subject != subject.strip():
        raise ValueError("a subject holds a blank")
    head = f"NATS/1.0\r\n{lines}\r\n".encode()
    start = f"HPUB {subject} {reply} {len(head)} {len(head) + len(body)}\r\n".encode()
    return b"%b%b%b\r\n" % (start, head, body)


class BulkClient(Client):
    """A NATS client for messages in bulk."""

    def __init__(self) -> None:
        super().__init__()
        self._taken_at_once: dict[int, Callable[[str, bytes, bytes | None], None]] = {}

    async def _process_connect_init(self) -> None:
        try:
            await super()._process_connect_init()
        except BaseException:
            if self._transport is not None:
                self._transport.close()  # type: ignore[no-untyped-call]  # the library says no types
                self._transport = None  # nobody waits for its close
            raise

    async def take_at_once(
        self, subject: str, take: Callable[[str, bytes, bytes | None], None]
    ) -> None:
        """Subscribe with a function of subject, body and raw headers that is quick and never waits.

        It is called as a message is read, without the queue and the task of a subscription.
        """
        subscription = await self.subscribe(subject, cb=_never)
        self._taken_at_once[subscription._id] = take  # noqa: SLF001  # the number it came under

    async def _process_msg(
        self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes
    ) -> None:
        take = self._taken_at_once.get(sid)
        if take is None:
            await super()._process_msg(sid, subject, reply, data, headers)
        else:
            take(subject.decode(), data, headers)

    async def publish_frames(self, frames: Iterable[bytes]) -> None:
        """Publish what `frame` made, in one write."""
        await self._send_command(b"".join(frames))
        await self._flush_pending()

    @staticmethod
    def _parse_header_lines(raw: bytes) -> dict[str, str]:
        """Header lines into names and values."""
        fields = [line.partition(":") for line in raw.decode("utf-8", "replace").split("\r\n")]
        return {name.strip(): value.strip() for name, colon, value in fields if colon}


async def _never(_message: Msg) -> None:
    """Nothing comes this way: the message was taken at once."""
