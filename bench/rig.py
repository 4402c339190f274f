"""What is measured, as processes of its own: one intake service, a bare server, callers."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from kernel.grpc_client import Line, Manner, dial
from kernel.identity import Caller, Kind, Role
from kernel.nats_server import NatsServer, ServerConfig, guarded, service_user
from kernel.nats_server.keys import NatsKey
from kernel.testing.postgres import PostgresServer
from kernel.tokens import KeyRing, issue

ROOT = Path(__file__).resolve().parents[1]
DIRECTORY = ROOT / "deploy/samples/anji/directory.yaml"
START_LIMIT_S = 180.0
NODE = "anji"
UNIT, UNIT_PATH = "s-changshuo", "330523.002.000"
CLERK = Caller(Kind.STAFF, "clerk", UNIT, UNIT, UNIT_PATH, frozenset({Role.TRIAGE, Role.REGISTRAR}))
KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Running:
    """A service process at work."""

    address: str
    pid: int
    ring: KeyRing
    database: str
    started_s: float

    def line(self, caller: Caller = CLERK) -> Line:
        """A line of this caller to it."""
        token = issue(self.ring, caller, issuer=NODE, audience=NODE, now=datetime.now(UTC))
        return dial(self.address, Manner(token=lambda: token, deadline_s=60), retries=0)


@contextmanager
def process(
    command: list[str], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process that ends with this one; its output goes to `log`."""
    guard = [sys.executable, "-I", "-S", str(guarded.__file__), str(os.getpid())]
    with log.open("ab") as out:
        started = subprocess.Popen(
            [*guard, sys.executable, *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(20)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The address of a fresh database: empty for SQLite in the data folder, which is the default.

    PostgreSQL is as durable as it is shipped: fsync and full pages on.
    """
    if kind == "sqlite":
        yield ""
        return
    server = PostgresServer(durable=True)
    server.start()
    try:
        yield server.create()
    finally:
        server.stop()


@asynccontextmanager
async def intake(kind: str) -> AsyncIterator[Running]:
    """`python -m intake` on a fresh database, with a nats-server of its own and its relay on."""
    with tempfile.TemporaryDirectory() as scratch, database(kind) as url:
        folder, key = Path(scratch), NatsKey.make()
        users = (service_user(key.public),)
        with NatsServer(ServerConfig(folder / "nats", NODE, users)) as nats:
            port = free_port()
            environment = {
                "INTAKE_NODE": NODE,
                "INTAKE_DATA": str(folder),
                "INTAKE_KEYS": str(folder / "keys"),
                "INTAKE_INCARNATION": str(folder / "incarnation"),
                "INTAKE_DATABASE": url,
                "INTAKE_PORT": str(port),
                "INTAKE_NATS": nats.url,
                "INTAKE_NATS_SEED": key.seed,
                "INTAKE_DIRECTORY": str(DIRECTORY),
                "INTAKE_REGULATION": str(ROOT / "deploy/regulation"),
            }
            with process(["-m", "intake"], folder / "intake.log", environment) as started:
                address = f"127.0.0.1:{port}"
                seconds = await serving(address, started, folder / "intake.log")
                ring = KeyRing.open(folder / "keys")
                yield Running(
                    address, started.pid, ring, url or f"sqlite:///{folder / 'intake.db'}", seconds
                )


@asynccontextmanager
async def floor(response_bytes: int = 0) -> AsyncIterator[Line]:
    """A line to a bare grpc.aio server in a process of its own, with the same client code."""
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "floor.log"
        command = [str(Path(__file__).with_name("floor_server.py")), str(response_bytes)]
        with process(command, log) as started:
            await until(lambda: bool(log.read_text().strip()), started)
            address = f"127.0.0.1:{int(log.read_text())}"
            async with dial(address, Manner(token=lambda: "x" * 500), retries=0) as line:
                yield line


async def until(holds: Callable[[], bool], started: subprocess.Popen[bytes]) -> None:
    """Wait for a condition while the process lives."""
    limit = time.monotonic() + START_LIMIT_S
    while not holds():
        assert started.poll() is None, "the process ended"
        assert time.monotonic() < limit, "the process does not come up"
        await asyncio.sleep(0.02)


async def serving(address: str, started: subprocess.Popen[bytes], log: Path) -> float:
    """Seconds until the gRPC health service says SERVING."""
    began = time.monotonic()
    async with grpc.aio.insecure_channel(
        address, options=[("grpc.max_reconnect_backoff_ms", 100)]
    ) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        while not await _healthy(stub):
            if started.poll() is not None or time.monotonic() - began > START_LIMIT_S:
                raise RuntimeError(_end_of(log))
            await asyncio.sleep(0.02)
    return time.monotonic() - began


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


async def _healthy(stub: health_pb2_grpc.HealthStub) -> bool:
    try:
        answer = await stub.Check(  # type: ignore[attr-defined]  # the stubs know no aio
            health_pb2.HealthCheckRequest(), timeout=2
        )
    except grpc.aio.AioRpcError:
        return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    import socket  # noqa: PLC0415 (used here only)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def calls(
    call: Callable[[], Awaitable[object]], seconds: float, callers: int
) -> tuple[float, list[float]]:
    """Calls a second with this many callers, each waiting for its answer; and each latency."""
    took: list[float] = []
    end = time.perf_counter() + seconds

    async def caller() -> None:
        while (began := time.perf_counter()) < end:
            await call()
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return len(took) / (time.perf_counter() - began), took
