"""Nodes as processes of their own, which end with this one whatever becomes of it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from kernel.grpc_client import dial
from kernel.nats_server import guarded
from lianxin.cli.demo.world import Doors

START_LIMIT_S = 60.0
STOP_LIMIT_S = 20.0
POLL_S = 0.1
NODE = ("-m", "lianxin.cli", "node")


class NodeDidNotStart(RuntimeError):
    """A node ended or was not ready in time; the text quotes the end of its log."""


class NodeProcess:
    """`lianxin node up` for one node. Start it on the main thread: it is bound to its life."""

    def __init__(self, doors: Doors) -> None:
        self.doors = doors
        self._process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    @property
    def pid(self) -> int:
        """The process id; 0 before the first start."""
        return self._process.pid if self._process else 0

    @property
    def running(self) -> bool:
        """Whether it is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self, extra: Mapping[str, str] | None = None, *, way: str = "up") -> None:
        """Start it, with more environment if given; `ready` waits until it serves.

        `way` is `up`, or `restored` after its databases were put back.
        """
        guard = [sys.executable, "-I", "-S", str(guarded.__file__), str(os.getpid())]
        command = [sys.executable, *NODE, way, "--config"]
        with self.doors.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*guard, *command, str(self.doors.file)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(extra or {})},
                start_new_session=True,
            )
        self.starts += 1

    async def ready(self) -> float:
        """Seconds until every service serves.

        Raises:
            NodeDidNotStart: it ended, or took too long.
        """
        began = time.monotonic()
        doors = self.doors
        for door in (doors.routing, doors.intake, doors.mediation, doors.hearing):
            async with dial(door, retries=0) as line:
                stub = health_pb2_grpc.HealthStub(line)
                while not await _serves(stub):
                    if not self.running or time.monotonic() - began > START_LIMIT_S:
                        raise NodeDidNotStart(f"{self.doors.node}: {_tail(self.doors.log)}")
                    await asyncio.sleep(POLL_S)
        return time.monotonic() - began

    async def ended(self) -> int:
        """Wait until it has ended by itself; its return code."""
        if self._process is None:
            return 0
        return await asyncio.to_thread(self._process.wait, START_LIMIT_S)

    def kill(self) -> None:
        """As a power cut would."""
        self._signal(signal.SIGKILL)
        if self._process:
            self._process.wait(STOP_LIMIT_S)

    def ask_to_stop(self) -> None:
        """SIGTERM; `wait` for it."""
        self._signal(signal.SIGTERM)

    def wait(self) -> None:
        """Until it has stopped; one that does not is killed."""
        if self._process is None:
            return
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def _signal(self, number: int) -> None:
        if self._process is not None and self.running:
            self._process.send_signal(number)


async def _serves(stub: Any) -> bool:
    try:
        answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=2)
    except grpc.aio.AioRpcError:
        return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
