"""Gateways for tests, real servers on this machine: one that takes JSON over HTTP, one for mail."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "X-Idempotency-Key"


@dataclass
class SmsGateway:
    """Takes a JSON message for each telephone; refuses the next `refusing` of them."""

    port: int = 0
    refusing: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    """Every message that was handed in, repeats and refused ones too."""
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What went out, by key of idempotence: a repeat goes out no second time."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: str, token: str, body: dict[str, Any]) -> int:
        """The status to answer with."""
        with self.lock:
            self.asked.append({"key": key, "token": token, **body})
            if self.refusing:
                self.refusing -= 1
                return 503
            self.sent.setdefault(key, body)
            return 200


@contextmanager
def sms_gateway() -> Iterator[SmsGateway]:
    """A gateway at work on a free port."""
    gateway = SmsGateway()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name http.server asks for
            length = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(length))
            given = self.headers.get("X-Token", "")
            self.send_response(gateway.take(self.headers.get(KEY, ""), given, body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing: what came is in `asked`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    gateway.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class MailServer:
    """Takes mail by SMTP; `mails` are recipient and message."""

    port: int = 0
    mails: list[tuple[str, Message]] = field(default_factory=list)


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    """A mail server at work on a free port."""
    mail = MailServer()
    server = await asyncio.start_server(lambda r, w: _converse(mail, r, w), "127.0.0.1", 0)
    mail.port = server.sockets[0].getsockname()[1]
    async with server:
        yield mail


async def _converse(
    mail: MailServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """As much of RFC 5321 as a client needs that only hands mail in."""
    recipient = ""
    writer.write(b"220 test\r\n")
    while line := await reader.readline():
        verb = line.strip().upper()
        if verb.startswith(b"RCPT TO:"):
            recipient = line.decode().partition("<")[2].partition(">")[0]
        if verb == b"DATA":
            writer.write(b"354 go on\r\n")
            content = await reader.readuntil(b"\r\n.\r\n")
            mail.mails.append((recipient, message_from_bytes(content)))
        writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
        await writer.drain()
        if verb == b"QUIT":
            break
    writer.close()
    await writer.wait_closed()
