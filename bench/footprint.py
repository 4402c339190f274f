"""What a node takes: memory at rest, time to start, disk for each 100,000 cases.

    .venv/bin/python bench/footprint.py [--cases 2000] [--rest 20]

A county node with SQLite and its nats-server, as `lianxin node up` runs it. Memory is what is
resident of both processes after some seconds of rest with an empty store; growth is what the data
folder gained by importing cases and letting routing take them up, carried on to 100,000.
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import nodes
import psutil
import uvloop
from matters import Matters
from report import Figure, shown

from kernel.identity import Role
from lianxin.intake.v1 import intake_service_pb2 as pb
from lianxin.intake.v1 import intake_service_pb2_grpc as rpc

MEGABYTE = 1e6
AIM_MB = 150.0
LAKH = 100_000
LIMIT_S = 120.0
SETTLE_S = 3.0


async def measure(cases: int, rest_s: float) -> list[Figure]:
    """Memory against its aim; start time and growth as they are."""
    with tempfile.TemporaryDirectory() as scratch:
        async with nodes.running(Path(scratch), nodes.COUNTY) as running:
            node = running[nodes.COUNTY]
            await asyncio.sleep(rest_s)
            memory = _resident(node.pid)
            folder = Path(scratch) / nodes.COUNTY
            before = _sizes(folder)
            await _import(node, cases)
            busy = _resident(node.pid)
            after = _sizes(folder)
    growth = {part: (after[part] - before.get(part, 0)) / cases * LAKH for part in after}
    total = sum(memory.values()) / MEGABYTE
    return [
        Figure(
            "memory of an idle node, MB",
            value=total,
            target=f"≤ {AIM_MB:.0f}",
            met=total <= AIM_MB,
            parts={f"{name} MB": size / MEGABYTE for name, size in memory.items()}
            | {"after the import MB": sum(busy.values()) / MEGABYTE},
        ),
        Figure("start of a node, s", value=node.started_s, target="-", met=True),
        Figure(
            "growth by 100,000 cases, MB",
            value=sum(growth.values()) / MEGABYTE,
            target="-",
            met=True,
            parts={f"{name} MB": size / MEGABYTE for name, size in growth.items()}
            | {"cases imported": cases},
        ),
    ]


def _resident(pid: int) -> dict[str, float]:
    """Bytes resident by process: the node and what it started."""
    node = psutil.Process(pid)
    found = {"services": float(node.memory_info().rss)}
    for child in node.children(recursive=True):
        found[child.name()] = found.get(child.name(), 0.0) + child.memory_info().rss
    return found


def _sizes(folder: Path) -> dict[str, int]:
    """Bytes of the databases, their logs folded in, and of the event store."""
    sizes = {}
    for service in ("intake", "routing"):
        file = folder / f"{service}.db"
        with closing(sqlite3.connect(file, timeout=LIMIT_S)) as database:
            _fold(database)
        sizes[service] = file.stat().st_size
    stored = [file for file in (folder / "nats").rglob("*") if file.suffix in {".blk", ".idx"}]
    return sizes | {"events": sum(file.stat().st_size for file in stored)}


def _fold(database: sqlite3.Connection) -> None:
    """Carry the whole log into the file; a reader that is at work just then keeps some of it."""
    until = time.monotonic() + LIMIT_S
    busy, logged, carried = 1, -1, 0
    while busy or logged != carried:
        assert time.monotonic() < until, "the log is never free"
        busy, logged, carried = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


async def _import(node: nodes.Node, cases: int) -> None:
    """Import, then wait until routing has taken up every case and the logs are folded in."""
    matters = Matters()

    async def rows() -> AsyncIterator[pb.ImportCasesRequest]:
        for n in range(cases):
            yield matters.import_row(n)

    async with node.line("intake", Role.TRIAGE) as line:
        answers = rpc.IntakeServiceStub(line).ImportCases(rows())
        outcomes = [answer.outcome async for answer in answers]
    assert set(outcomes) == {"registered"}, set(outcomes)
    file = node.place.folder / node.place.code / "routing.db"
    async with asyncio.timeout(LIMIT_S):
        while _taken_up(file) < cases:  # noqa: ASYNC110 (another process; it sets no event)
            await asyncio.sleep(0.2)
    await asyncio.sleep(SETTLE_S)


def _taken_up(file: Path) -> int:
    with closing(sqlite3.connect(file, timeout=LIMIT_S)) as database:
        (count,) = database.execute("SELECT count(*) FROM case_row").fetchone()
    return int(count)


async def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cases", type=int, default=2000)
    arguments.add_argument("--rest", type=float, default=20.0)
    asked = arguments.parse_args()
    for figure in await measure(asked.cases, asked.rest):
        print(shown(figure))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
