"""What TLS costs: the same calls in clear, with TLS, and with a node's certificate, in turns.

`python bench/tls.py [--rounds 9] [--calls 2048]`. Client and server share one process, so that its
processor time is that of both; doors take turns in each round, and the median of the rounds counts.
The last column is that of a fresh connection with one call.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kernel.access import Access
from kernel.catalogue import Catalogue
from kernel.grpc_client import ClientTls, Manner, dial
from kernel.grpc_server import Pings, Served, ServerSettings, ServerTls, build_server
from kernel.testing import echo
from kernel.testing.certificates import Authority
from kernel.testing.echo import EchoServicer, EchoStub
from kernel.tokens import Authenticator, KeyRing

BODY = "x" * 2_000
AT_ONCE = 32
FRESH = 50


@dataclass
class Door:
    """One way to lock a door, and what was measured there: microseconds of processor time."""

    name: str
    server: ServerTls | None = None
    client: ClientTls | None = None
    call_us: list[float] = field(default_factory=list)
    fresh_us: list[float] = field(default_factory=list)


async def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--calls", type=int, default=2_048)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        authority = Authority(Path(scratch) / "ca")
        mutual = authority.server(require_clients=True)
        doors = [
            Door("plain"),
            Door("TLS", ServerTls(mutual.certificate, mutual.key), authority.client()),
            Door("TLS, certificate of a node", mutual, authority.node("dipu")),
        ]
        await measure(doors, Path(scratch), asked.rounds, asked.calls)
    report(doors)


async def measure(doors: list[Door], scratch: Path, rounds: int, calls: int) -> None:
    """All doors open at once, one after the other in each round."""
    async with AsyncExitStack() as stack:
        targets = [await stack.enter_async_context(listening(door, scratch)) for door in doors]
        lines = [
            await stack.enter_async_context(dial(target, Manner(), tls=door.client))
            for door, target in zip(doors, targets, strict=True)
        ]
        for line in lines:
            await many(EchoStub(line), AT_ONCE)
        for _ in range(rounds):
            for door, target, line in zip(doors, targets, lines, strict=True):
                began = time.process_time()
                await many(EchoStub(line), calls)
                door.call_us.append((time.process_time() - began) / calls * 1e6)
                began = time.process_time()
                for _ in range(FRESH):
                    async with dial(target, Manner(), tls=door.client) as fresh:
                        await EchoStub(fresh).say(echo.echo(BODY))
                door.fresh_us.append((time.process_time() - began) / FRESH * 1e6)


@asynccontextmanager
async def listening(door: Door, scratch: Path) -> AsyncIterator[str]:
    """The echo service behind this door."""
    access = echo.access(Access(public=True))
    server = build_server(
        ServerSettings(tls=door.server),
        [Served(echo.DESCRIPTOR, echo.add_to_server, EchoServicer(), access)],
        authenticator=Authenticator("anji", KeyRing.open(scratch / "keys")),
        texts=Catalogue.load("kernel"),
        pings=Pings(),
    )
    await server.start()
    yield server.target
    await server.stop()


async def many(stub: EchoStub, calls: int) -> None:
    """That many calls, some at once."""
    for _ in range(calls // AT_ONCE):
        await asyncio.gather(*(stub.say(echo.echo(BODY)) for _ in range(AT_ONCE)))


def report(doors: list[Door]) -> None:
    """Microseconds, and how many times those of the plain door of the same run."""
    plain = doors[0]
    for door in doors:
        call, fresh = statistics.median(door.call_us), statistics.median(door.fresh_us)
        print(
            f"{door.name:28} {call:7.0f} us a call  x{call / statistics.median(plain.call_us):4.2f}"
            f"  {fresh:7.0f} us fresh  x{fresh / statistics.median(plain.fresh_us):4.2f}"
        )


asyncio.run(main())
