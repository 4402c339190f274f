"""What is read beside the load: containers' memory and processor, volumes, links, a bare call."""

import asyncio
import http.client
import json
import socket
import time
from dataclasses import dataclass, field
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from bench.county.office import Office
from bench.county.places import NODES
from kernel.grpc_client import ClientTls, dial
from lianxin.cli.demo import acts
from lianxin.cli.demo.people import Refused
from lianxin.routing.v1 import worklist_pb2 as worklist
from tests.compose.stack import IN_CONTAINERS, Stack

SOCKET = "/var/run/docker.sock"
NANO, KIBI, MEBI = 1e9, 2**10, 2**20
CLUSTER = "/var/lib/lianxin/postgres/data"
SIZES = f"du -sk {CLUSTER}/base {CLUSTER}/pg_wal; true"
"""Files that go while they are counted are no fault."""


class _Engine(http.client.HTTPConnection):
    """The Docker engine's own interface, over its socket."""

    def connect(self) -> None:
        """Connect to the socket instead of a port."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(SOCKET)


def _asked(path: str) -> Any:
    engine = _Engine("docker", timeout=120)
    try:
        engine.request("GET", path)
        answer = engine.getresponse()
        content = json.loads(answer.read())
    finally:
        engine.close()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{path}: {content}")
    return content


@dataclass(frozen=True, slots=True)
class Use:
    """Of one container: megabytes without the page cache, and processor seconds since it began."""

    memory: float
    cpu_s: float
    limit: float


def containers(stack: Stack) -> dict[str, Use]:
    """Every running container of the stack by its service."""
    project = json.dumps({"label": [f"com.docker.compose.project={stack.project}"]})
    running = _asked(f"/containers/json?filters={project.replace(' ', '%20')}")
    return {
        one["Labels"]["com.docker.compose.service"]: _use(
            _asked(f"/containers/{one['Id']}/stats?stream=false&one-shot=true")
        )
        for one in running
    }


def _use(stats: dict[str, Any]) -> Use:
    memory = stats["memory_stats"]
    kept = memory.get("stats", {})
    cache = kept.get("total_inactive_file", kept.get("inactive_file", 0))
    used = (memory.get("usage", 0) - cache) / MEBI
    cpu = stats["cpu_stats"]["cpu_usage"]["total_usage"] / NANO
    return Use(used, cpu, memory.get("limit", 0) / MEBI)


def volumes(stack: Stack) -> dict[str, float]:
    """Megabytes in every volume of the stack."""
    found = _asked("/system/df")["Volumes"]
    mark = f"{stack.project}_"
    return {
        one["Name"].removeprefix(mark): one["UsageData"]["Size"] / MEBI
        for one in found
        if one["Name"].startswith(mark)
    }


def tables(stack: Stack) -> dict[str, float]:
    """Megabytes of tables and of logs to recover by (WAL) in each node's PostgreSQL."""
    found = {}
    for node in IN_CONTAINERS:
        listed = stack.docker("exec", stack.container(f"{node}-postgres"), "sh", "-c", SIZES)
        for line in listed.splitlines():
            size, _, path = line.partition("\t")
            found[f"{node} {path.rsplit('/', 1)[-1]}"] = int(size) / KIBI
    return found


@dataclass(frozen=True, slots=True)
class Links:
    """All links of the nodes at one moment, added up, and the oldest hand-over under way."""

    unsent: int
    behind: int
    stuck: int
    oldest_s: float
    parked: int
    by_link: dict[str, int] = field(default_factory=dict)

    @property
    def quiet(self) -> bool:
        """Whether everything that was written has arrived."""
        return not (self.unsent or self.behind or self.stuck)


async def links(office: Office) -> Links:
    """As each node's administrator sees them."""
    unsent = behind = stuck = parked = 0
    oldest, by_link = 0.0, {}
    for node in NODES:
        admin = await office.administrator(node)
        found = await acts.call(admin.worklist.LinkStatus(worklist.LinkStatusRequest()))
        for link in found.links:
            late = max(0, link.head - link.cursor) if link.direction != "local" else 0
            unsent, behind = unsent + link.unsent, behind + late
            by_link[f"{node} {link.direction} {link.peer}"] = link.unsent + late
        stuck, parked = stuck + len(found.stuck), parked + found.parked
        since = [time.time() - one.since.seconds for one in found.stuck]
        oldest = max([oldest, *since])
    return Links(unsent, behind, stuck, oldest, parked, by_link)


class Floor:
    """A bare call through the same door: the health check of a node's intake, over TLS."""

    def __init__(self, stack: Stack, node: str) -> None:
        doors = stack.doors(node)
        tls = ClientTls(doors.ca) if doors.ca else None
        self._stub: Any = health_pb2_grpc.HealthStub(dial(doors.intake, tls=tls, retries=0))
        self.seconds: list[float] = []

    async def call(self) -> float:
        """One call; its seconds."""
        began = time.perf_counter()
        await self._stub.Check(health_pb2.HealthCheckRequest())
        self.seconds.append(time.perf_counter() - began)
        return self.seconds[-1]


@dataclass
class Watch:
    """Readings over time; `at` are seconds since the first morning."""

    office: Office
    floor: Floor
    readings: list[dict[str, Any]] = field(default_factory=list)
    missed: int = 0
    """Readings that were not answered."""

    async def read(self, at_s: float, **also: Any) -> dict[str, Any]:
        """One reading of everything but volumes."""
        use = await asyncio.to_thread(containers, self.office.stack)
        reading = {"at": at_s, "links": await links(self.office), "use": use, **also}
        reading["floor"] = await self.floor.call()
        self.readings.append(reading)
        return reading

    async def going_on(self, player: Any, every_s: float) -> None:
        """Read again and again, until cancelled; a reading that fails is counted."""
        while True:
            try:
                await self.read(player.now, ended=player.played.done, under_way=player.under_way)
            except (Refused, grpc.aio.AioRpcError):
                self.missed += 1
            await asyncio.sleep(every_s)
