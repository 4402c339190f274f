"""Lists at many cases ÷ at a thousand: what a page, a count and a search cost.

    .venv/bin/python bench/lists.py [sqlite] [postgresql] [--cases 100000] [--runs 40]

Both services' own storage queries, on databases made by the migrations and filled in bulk
(ciphertext columns hold random bytes). The clerk's unit has 500 cases at either size; all others
belong to 200 other units of the county, so that what is measured is what other people's cases cost
him. `worst` is the dearest of his queries. The same for somebody at the county, below whom all
cases are, and at a township, below which a twentieth is; their counts end at a limit.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import alone
import filling
from filling import MINE, MY_PATH, NOW, TERM
from report import Figure, percentile
from sqlalchemy import Connection

from intake.domain.filters import Filter
from intake.storage import lists
from kernel.database import Database
from kernel.identity import Caller, Kind, Role
from kernel.testing.postgres import PostgresServer
from routing.commands.worklist import After, WorkFilter
from routing.storage import worklist

FEW = 1000
WARM_UP = 3
"""Runs that only fill caches."""
TARGET = 2.0
PAGE, DEEP = 50, 5
Query = Callable[[Connection], object]
CALLERS = {
    "clerk": Caller(Kind.STAFF, "clerk", MINE, MINE, MY_PATH, frozenset({Role.HANDLER})),
    "township": Caller(
        Kind.STAFF, "desk", "s-town", "s-town", "330523.003.000", frozenset({Role.TRIAGE})
    ),
    "county": Caller(
        Kind.STAFF, "desk", "s-county", "s-county", "330523.000.000", frozenset({Role.TRIAGE})
    ),
}


@dataclass(frozen=True, slots=True)
class Filled:
    """A service's database with that many cases in it."""

    database: Database
    queries: dict[str, Query]


def measure(kind: str, many: int, runs: int) -> list[Figure]:
    """For each service and caller one figure: the dearest query, as many against few."""
    figures = []
    for service in ("intake", "routing"):
        with (
            tempfile.TemporaryDirectory() as scratch,
            fresh_databases(kind, Path(scratch)) as fresh,
        ):
            few = filling.filled(service, fresh("few"), FEW)
            more = filling.filled(service, fresh("many"), many)
            for who, caller in CALLERS.items():
                took = _in_turn(_asked(service, few, caller), _asked(service, more, caller), runs)
                figures.append(_figure(f"{service}, {who}'s lists, {kind}", many, took))
            few.close()
            more.close()
    return figures


@contextmanager
def fresh_databases(kind: str, folder: Path) -> Iterator[Callable[[str], str]]:
    """Gives addresses of empty databases of a kind."""
    if kind != "postgresql":
        yield lambda name: f"sqlite:///{folder / name}.db"
        return
    postgres = PostgresServer(durable=True)
    postgres.start()
    try:
        yield lambda _: postgres.create()
    finally:
        postgres.stop()


def _asked(service: str, database: Database, caller: Caller) -> Filled:
    queries = _of_intake if service == "intake" else _of_routing
    with database.readers.connect() as connection:
        return Filled(database, queries(connection, caller))


def _of_intake(connection: Connection, caller: Caller) -> dict[str, Query]:
    asked = partial(lists.Asked, caller, Filter(), NOW, size=PAGE)
    after = None
    for _ in range(DEEP):
        _, after = lists.page(connection, asked(after=after))
    return {
        "first page": lambda c: lists.page(c, asked()),
        "deep page": lambda c: lists.page(c, asked(after=after)),
        "count": lambda c: lists.count(c, asked()),
        "search": lambda c: lists.page(c, asked(text=TERM)),
    }


def _of_routing(connection: Connection, caller: Caller) -> dict[str, Query]:
    asked = worklist.Asked(caller, WorkFilter(), NOW)
    after = None
    for _ in range(DEEP):
        if found := worklist.page(connection, asked, after, PAGE):
            after = After(found[-1]["registered_at"], found[-1]["case_id"])
    return {
        "first page": lambda c: worklist.page(c, asked, None, PAGE),
        "deep page": lambda c: worklist.page(c, asked, after, PAGE),
        "count": lambda c: worklist.count(c, asked),
    }


def _in_turn(small: Filled, large: Filled, runs: int) -> dict[str, tuple[float, float]]:
    """Median seconds of each query on both, run in turn so that both meet the same machine."""
    took: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in small.queries}
    with (
        small.database.readers.connect() as few,
        large.database.readers.connect() as many,
    ):
        for run in range(runs + WARM_UP):
            for name, (with_few, with_many) in took.items():
                pair = _timed(few, small.queries[name]), _timed(many, large.queries[name])
                if run >= WARM_UP:
                    with_few.append(pair[0])
                    with_many.append(pair[1])
    return {name: (percentile(a, 50), percentile(b, 50)) for name, (a, b) in took.items()}


def _timed(connection: Connection, query: Query) -> float:
    began = time.perf_counter()
    query(connection)
    took = time.perf_counter() - began
    connection.rollback()
    return took


def _figure(name: str, many: int, took: dict[str, tuple[float, float]]) -> Figure:
    ratios = {query: b / a for query, (a, b) in took.items()}
    parts = {"cases": float(many)}
    for query, (few, more) in took.items():
        parts |= {f"{query} ÷": ratios[query], f"{query} ms": 1000 * more}
        assert few > 0
    worst = max(ratios.values())
    return Figure(
        f"{name}: worst at {many:,} ÷ {FEW:,}",
        value=worst,
        target=f"≤ {TARGET}",
        met=worst <= TARGET,
        parts=parts,
    )


if __name__ == "__main__":
    alone.measured(__doc__, measure, runs=40)
