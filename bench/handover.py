"""Village → township → county, end to end, ÷ the sum of its bare parts.

    .venv/bin/python bench/handover.py [--cases 40]

Three real nodes as processes. For each hop, from the call of Escalate until the next node holds the
case, as its database says (looked at every 2 ms from outside, so that looking costs the node
nothing) and then its GetCustody; the clerk's signature between the hops is not counted, and every
hop begins when the nodes have told each other of the one before. Bare parts of a hop, measured in
the same run and one after the other as in the protocol: an empty gRPC call, two commits on SQLite
with full sync, one publish acknowledged by JetStream. The chain is what the steps of a hop cost at
least as they follow each other: four calls and six commits, nothing in them.
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from uuid import UUID

import grpc
import nats
import nodes
import rig
import uvloop
from matters import Matters
from nodes import COUNTY, TOWNSHIP, VILLAGE
from report import Figure, percentile, shown

from kernel.ids import new_id
from kernel.nats_server import NatsKey, NatsServer, ServerConfig, service_user
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import intake_service_pb2 as intake_pb
from lianxin.intake.v1 import intake_service_pb2_grpc as intake_rpc
from lianxin.routing.v1 import custody_pb2, custody_pb2_grpc

TARGET = 4.0
POLL_S = 0.005
LOOK_S = 0.002
REST_S = 0.5
LIMIT_S = 120.0
HOPS = 2
PARCEL = 4096
CALLS, COMMITS = 4, 6
"""Of a hop upwards, one after the other: Escalate, Release, Deliver, ImportPart; begun, released,
sealed, received, stored, held."""
Custody = custody_pb2_grpc.CustodyServiceStub


async def measure(cases: int) -> list[Figure]:
    """p50 and p99 of the whole way, each against the same percentile of the bare parts."""
    with tempfile.TemporaryDirectory() as scratch:
        async with nodes.running(Path(scratch), COUNTY, TOWNSHIP, VILLAGE) as running:
            hops = await _journeys(running, cases)
        bare, chain = await _bare(Path(scratch), max(200, 5 * cases))
    whole = [sum(both) for both in hops]
    figures = []
    for which in (50, 99):
        floor = HOPS * percentile(bare, which)
        value = percentile(whole, which) / floor
        figures.append(
            Figure(
                f"hand-over over two hops ÷ bare parts, p{which}",
                value=value,
                target=f"≤ {TARGET}",
                met=value <= TARGET,
                parts={
                    "whole ms": 1000 * percentile(whole, which),
                    "village→township ms": 1000 * percentile([a for a, _ in hops], which),
                    "township→county ms": 1000 * percentile([b for _, b in hops], which),
                    "bare ms": 1000 * floor,
                    "chain ms": 1000 * HOPS * percentile(chain, which),
                    "cases": len(whole),
                },
            )
        )
    return figures


async def _journeys(running: dict[str, nodes.Node], cases: int) -> list[tuple[float, float]]:
    """One case after the other; the first two warm everything up and do not count."""
    lines = {code: node.line("routing") for code, node in running.items()}
    custody = {code: Custody(line) for code, line in lines.items()}
    counter = running[VILLAGE].line("intake")
    matters = Matters(places=("330523001211",))
    hops = []
    for _ in range(cases + 2):
        case_id = await _registered(intake_rpc.IntakeServiceStub(counter), matters)
        first = await _hop(custody, running, (VILLAGE, TOWNSHIP), case_id)
        await _sign(custody[TOWNSHIP], case_id)
        hops.append((first, await _hop(custody, running, (TOWNSHIP, COUNTY), case_id)))
    for line in (*lines.values(), counter):
        await line.close()
    return hops[2:]


async def _registered(stub: intake_rpc.IntakeServiceStub, matters: Matters) -> str:
    """A case, once the village's intake has the directory from its routing."""
    request = intake_pb.RegisterCaseRequest(request_id=str(new_id()), draft=matters.draft())
    limit = time.monotonic() + LIMIT_S
    while True:
        try:
            return str((await stub.RegisterCase(request)).stamp.case_id)
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE or time.monotonic() > limit:
                raise
        await asyncio.sleep(REST_S)


async def _held(stub: Custody, case_id: str) -> custody_pb2.Custody:
    """The custody once it is held at this node."""
    limit = time.monotonic() + LIMIT_S
    while time.monotonic() < limit:
        try:
            asked = custody_pb2.GetCustodyRequest(case_id=case_id)
            custody = (await stub.GetCustody(asked)).custody
            if custody.state == "held" and not custody.header_only:
                return custody
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.NOT_FOUND:
                raise
        await asyncio.sleep(POLL_S)
    raise TimeoutError(f"{case_id} did not arrive")


async def _hop(
    at: dict[str, Custody], running: dict[str, nodes.Node], way: tuple[str, str], case_id: str
) -> float:
    """Seconds from the call until the next node holds the case."""
    here, there = way
    custody = await _held(at[here], case_id)
    await asyncio.sleep(REST_S)
    request = custody_pb2.EscalateRequest(
        request_id=str(new_id()),
        case_id=case_id,
        seen=common.Seen(epoch=custody.epoch, version=custody.version),
        reason="beyond_power",
    )
    database = running[there].place.folder / there / "routing.db"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as looking:
        began = time.perf_counter()
        await at[here].Escalate(request)
        await _stored(looking, case_id)
        await _held(at[there], case_id)
        return time.perf_counter() - began


async def _stored(database: sqlite3.Connection, case_id: str) -> None:
    """Return once the node's database says that the case is held."""
    limit = time.monotonic() + LIMIT_S
    query, key = "SELECT custody FROM case_row WHERE case_id = ?", (UUID(case_id).hex,)
    while database.execute(query, key).fetchone() != ("held",):
        if time.monotonic() > limit:
            raise TimeoutError(f"{case_id} did not arrive")
        await asyncio.sleep(LOOK_S)


async def _sign(stub: Custody, case_id: str) -> None:
    custody = await _held(stub, case_id)
    seen = common.Seen(epoch=custody.epoch, version=custody.version)
    await stub.SignFor(
        custody_pb2.SignForRequest(request_id=str(new_id()), case_id=case_id, seen=seen)
    )


async def _bare(folder: Path, times: int) -> tuple[list[float], list[float]]:
    """Seconds of one hop's bare parts, done one after the other; seconds of the whole chain."""
    key = NatsKey.make()
    users = (service_user(key.public),)
    with NatsServer(ServerConfig(folder / "bare-nats", "bare", users)) as server:
        connection = await nats.connect(server.url, nkeys_seed_str=key.seed)
        stream = connection.jetstream()
        await stream.add_stream(name="BARE", subjects=["bare.>"])
        database = _database(folder / "bare.db")
        body, loop = b"x" * PARCEL, asyncio.get_running_loop()
        async with rig.floor(PARCEL) as line:
            stub = intake_rpc.IntakeServiceStub(line)
            request = intake_pb.RegisterCaseRequest(request_id="x" * PARCEL)

            async def hop() -> None:
                await stub.RegisterCase(request)
                await loop.run_in_executor(None, _commit, database, body)
                await loop.run_in_executor(None, _commit, database, body)
                await stream.publish("bare.event", body)

            async def chain() -> None:
                for _ in range(CALLS):
                    await stub.RegisterCase(request)
                for _ in range(COMMITS):
                    await loop.run_in_executor(None, _commit, database, body)

            took = [await _timed(hop) for _ in range(times)]
            whole = [await _timed(chain) for _ in range(times)]
        await connection.close()
        database.close()
    return took, whole


def _database(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE bare (n INTEGER PRIMARY KEY, body BLOB)")
    return database


def _commit(database: sqlite3.Connection, body: bytes) -> None:
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT INTO bare (body) VALUES (?)", (body,))
    database.execute("COMMIT")


async def _timed(act: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    await act()
    return time.perf_counter() - began


async def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cases", type=int, default=40)
    asked = arguments.parse_args()
    for figure in await measure(asked.cases):
        print(shown(figure))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
