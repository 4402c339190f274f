"""Durable RegisterCase ÷ empty grpc.aio call, and ImportCases ÷ RegisterCase.

    .venv/bin/python bench/register.py [sqlite] [postgresql] [--seconds 5] [--rounds 3]

RegisterCase as shipped: token checked, draft checked, personal fields sealed, classified, searched
for duplicates, committed with full sync, answered; the relay publishes the events meanwhile. The
floor is the same request, answered by a bare grpc.aio server with as many bytes; both servers are
processes of their own, called by the same 64 callers with the same client code, in turn.
"""

import argparse
import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from itertools import count
from statistics import median

import rig
import uvloop
from matters import Matters
from report import Figure, percentile, shown

from kernel.grpc_client import Line
from kernel.ids import new_id
from lianxin.intake.v1 import intake_service_pb2 as pb
from lianxin.intake.v1 import intake_service_pb2_grpc as rpc

CALLERS = 64
READY = 4000
TARGETS = {"sqlite": 0.5, "postgresql": 0.4}
IMPORT_TARGET = 3.0


async def measure(kind: str, seconds: float, rounds: int) -> list[Figure]:
    """The two figures on one kind of database: the median of the rounds' ratios."""
    matters = Matters()
    async with rig.intake(kind) as service, service.line() as line:
        size = await _response_bytes(line, matters)
        async with rig.floor(size) as bare:
            await _rate(bare, matters, 1.0)
            await _rate(line, matters, 1.0)
            runs = [await _round(bare, line, matters, seconds) for _ in range(rounds)]
    register = Figure(
        f"RegisterCase ÷ empty call, {kind}",
        value=median(run["register"] / run["floor"] for run in runs),
        target=f"≥ {TARGETS[kind]}",
        met=median(run["register"] / run["floor"] for run in runs) >= TARGETS[kind],
        parts={
            "empty calls/s": median(run["floor"] for run in runs),
            "RegisterCase/s": median(run["register"] for run in runs),
            "RegisterCase p50 ms": median(run["p50"] for run in runs),
            "RegisterCase p99 ms": median(run["p99"] for run in runs),
            "response bytes": size,
        },
    )
    ratio = median(run["import"] / run["register"] for run in runs)
    imported = Figure(
        f"ImportCases ÷ RegisterCase, {kind}",
        value=ratio,
        target=f"≥ {IMPORT_TARGET}",
        met=ratio >= IMPORT_TARGET,
        parts={"ImportCases rows/s": median(run["import"] for run in runs)},
    )
    return [register, imported]


async def _round(bare: Line, line: Line, matters: Matters, seconds: float) -> dict[str, float]:
    floor, _ = await _rate(bare, matters, seconds)
    register, took = await _rate(line, matters, seconds)
    rows = [matters.import_row(n) for n in range(max(200, int(register * seconds * 2)))]
    return {
        "floor": floor,
        "register": register,
        "p50": 1000 * percentile(took, 50),
        "p99": 1000 * percentile(took, 99),
        "import": await _import(line, rows),
    }


async def _response_bytes(line: Line, matters: Matters) -> int:
    stub = rpc.IntakeServiceStub(line)
    answers = [await stub.RegisterCase(matters.registration()) for _ in range(20)]
    return int(median(answer.ByteSize() for answer in answers))


async def _rate(line: Line, matters: Matters, seconds: float) -> tuple[float, list[float]]:
    """Drafts are made beforehand, ids as they are needed: what is measured is the call."""
    stub, turn = rpc.IntakeServiceStub(line), count()
    ready = [matters.registration() for _ in range(READY)]

    def call() -> Awaitable[pb.RegisterCaseResponse]:
        request = ready[next(turn) % READY]
        request.request_id = str(new_id())
        return stub.RegisterCase(request)

    return await rig.calls(call, seconds, CALLERS)


async def _import(line: Line, rows: list[pb.ImportCasesRequest]) -> float:
    """Rows a second of one stream; every row must have been registered."""

    async def sent() -> AsyncIterator[pb.ImportCasesRequest]:
        for row in rows:
            yield row

    began = time.perf_counter()
    outcomes = [answer.outcome async for answer in rpc.IntakeServiceStub(line).ImportCases(sent())]
    took = time.perf_counter() - began
    assert set(outcomes) == {"registered"}, set(outcomes)
    assert len(outcomes) == len(rows)
    return len(rows) / took


async def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("kinds", nargs="*", default=list(rig.KINDS))
    arguments.add_argument("--seconds", type=float, default=5.0)
    arguments.add_argument("--rounds", type=int, default=3)
    asked = arguments.parse_args()
    for kind in asked.kinds:
        for figure in await measure(kind, asked.seconds, asked.rounds):
            print(shown(figure), flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
