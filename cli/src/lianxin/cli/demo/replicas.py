"""A node whose services run twice: eight processes on one database server and one nats-server."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from grpc_health.v1 import health_pb2, health_pb2_grpc

from kernel.grpc_client import dial
from kernel.nats_server import NatsKey, NatsServer, ServerConfig, guarded, service_user
from lianxin.cli.demo import acts
from lianxin.cli.demo.people import Personnel
from lianxin.cli.demo.world import HOST, SAMPLES, Doors, free_ports
from lianxin.cli.node.config import shipped

NODE = "anji"
SERVICES = ("routing", "intake", "mediation", "hearing")
STOP_S, START_S = 20.0, 90.0


@dataclass(frozen=True, slots=True)
class ManyDoors(Doors):
    """The addresses of the services, each of one replica or of several."""

    at: Mapping[str, str] = field(default_factory=dict)

    @property
    def intake(self) -> str:
        """Where intake is dialled."""
        return self.at["intake"]

    @property
    def routing(self) -> str:
        """Where routing is dialled."""
        return self.at["routing"]

    @property
    def mediation(self) -> str:
        """Where mediation is dialled."""
        return self.at["mediation"]

    @property
    def hearing(self) -> str:
        """Where hearing is dialled."""
        return self.at["hearing"]


@dataclass
class Replica:
    """One process of a service."""

    service: str
    port: int
    environment: Mapping[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def running(self) -> bool:
        """Whether it is alive."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it; it ends with this process whatever becomes of it."""
        guard = [sys.executable, "-I", "-S", str(guarded.__file__), str(os.getpid())]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*guard, sys.executable, "-m", self.service],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                start_new_session=True,
            )

    async def ready(self) -> None:
        """Wait until it serves. Raises NeverHappened."""
        async with dial(f"{HOST}:{self.port}", retries=0) as line:
            stub: Any = health_pb2_grpc.HealthStub(line)

            async def serves() -> bool:
                answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=2)
                return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

            await acts.until(serves, f"{self.service} did not start: {self.log}", limit_s=START_S)

    def kill(self) -> None:
        """As a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(STOP_S)

    async def stop(self) -> int:
        """Ask it to stop and wait. Answers how it ended."""
        if self.process is None:
            return 0
        self.process.terminate()
        return await asyncio.to_thread(self.process.wait, STOP_S)


@dataclass
class Doubled:
    """The node."""

    data: Path
    replicas: Mapping[str, list[Replica]]
    doors: ManyDoors
    """All replicas: calls go to them in turn."""
    people: Personnel = field(default_factory=Personnel)

    def __iter__(self) -> Iterator[Replica]:
        return chain.from_iterable(self.replicas.values())

    def only(self, number: int) -> ManyDoors:
        """The doors of one replica of each service."""
        at = {name: f"{HOST}:{two[number].port}" for name, two in self.replicas.items()}
        return _doors(self.data, at)

    def log(self) -> str:
        """Everything that the processes wrote."""
        return "".join(each.log.read_text("utf-8") for each in self)


@asynccontextmanager
async def doubled(folder: Path, databases: Mapping[str, str]) -> AsyncIterator[Doubled]:
    """Two processes of each service, all serving; everything has stopped at the end.

    `databases` are the addresses of empty PostgreSQL databases, by service.
    """
    key = NatsKey.make()
    config = ServerConfig(folder / "nats", NODE, (service_user(key.public),))
    with NatsServer(config) as nats:
        node = _put_together(folder, databases, {"NATS": nats.url, "NATS_SEED": key.seed})
        try:
            for each in node:
                each.start()
            await asyncio.gather(*(each.ready() for each in node))
            yield node
        finally:
            await node.people.close()
            for each in node:
                if each.running:
                    each.kill()


def _put_together(folder: Path, databases: Mapping[str, str], broker: Mapping[str, str]) -> Doubled:
    free = iter(free_ports(2 * len(SERVICES)))
    ports = {service: (next(free), next(free)) for service in SERVICES}
    at = {
        service: "ipv4:" + ",".join(f"{HOST}:{port}" for port in two)
        for service, two in ports.items()
    }
    replicas = {}
    for service in SERVICES:
        others = {name.upper(): address for name, address in at.items() if name != service}
        given = {"DATABASE": databases[service], **broker, **others}
        replicas[service] = [
            Replica(
                service,
                port,
                _environment(folder, service, given | {"PORT": str(port)}),
                folder / f"{service}-{port}.log",
            )
            for port in ports[service]
        ]
    return Doubled(folder / "data", replicas, _doors(folder / "data", at))


def _environment(folder: Path, service: str, more: Mapping[str, str]) -> Mapping[str, str]:
    """The settings of a service, all folders shared by its replicas."""
    prefix = f"{service.upper()}_"
    given = {
        "NODE": NODE,
        "DATA": str(folder / "data"),
        "KEYS": str(folder / "data" / "keys"),
        "INCARNATION": str(folder / "data" / "incarnation"),
        "READERS": "2",
        "REGULATION": str(shipped("regulation")),
        **more,
    }
    if service == "routing":
        given["DIRECTORY"] = str(shipped(SAMPLES) / NODE / "directory.yaml")
    if service == "hearing":
        del given["MEDIATION"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(prefix)}
    return kept | {f"{prefix}{name}": value for name, value in given.items()}


def _doors(data: Path, at: Mapping[str, str]) -> ManyDoors:
    return ManyDoors(NODE, data, 0, 0, 0, 0, 0, at=at)
