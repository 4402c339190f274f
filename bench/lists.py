"""A clerk's lists at many cases ÷ at a thousand: what a page, a count and a search cost.

    .venv/bin/python bench/lists.py [sqlite] [postgresql] [--cases 100000] [--runs 40]

Both services' own storage queries, on databases made by the migrations and filled by bulk inserts
through SQLAlchemy Core (ciphertext columns hold random bytes). The clerk's unit has 500 cases at
either size; all others belong to 200 other units of the county, so that what is measured is what
other people's cases cost him. `worst` is the dearest of the queries.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import rig
from report import Figure, percentile, shown
from sqlalchemy import BigInteger, Boolean, Column, Connection, Integer, LargeBinary, Table, Uuid

from intake.domain.filters import Filter
from intake.storage import lists
from intake.storage.tables import case_term, cases
from kernel import migrate
from kernel.database import Database, UtcDateTime
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from kernel.testing.postgres import PostgresServer
from routing.commands.worklist import After, WorkFilter
from routing.storage import worklist
from routing.storage.tables import case_row

FEW, OWN, UNITS, CHUNK = 1000, 500, 200, 5000
WARM_UP = 3
"""Runs that only fill caches."""
HAVE_TERM = 0.05
"""Share of the cases that the search finds."""
TARGET = 2.0
PAGE, DEEP = 50, 8
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
MINE, MY_PATH = "s-mine", "330523.002.001"
CLERK = Caller(Kind.STAFF, "clerk", MINE, MINE, MY_PATH, frozenset({Role.HANDLER}))
TERM = "排水沟"
Query = Callable[[Connection], object]


@dataclass(frozen=True, slots=True)
class Filled:
    """A service's database with that many cases in it."""

    database: Database
    queries: dict[str, Query]


def measure(kind: str, many: int, runs: int) -> list[Figure]:
    """One figure a service: the dearest of its queries, as many against few."""
    figures = []
    for service in ("intake", "routing"):
        with tempfile.TemporaryDirectory() as scratch, _server(kind, Path(scratch)) as fresh:
            small = _filled(service, fresh("few"), FEW)
            large = _filled(service, fresh("many"), many)
            took = _in_turn(small, large, runs)
            small.database.close()
            large.database.close()
        figures.append(_figure(f"{service} lists, {kind}", many, took))
    return figures


class _server:  # noqa: N801 (used as a function)
    """Fresh databases of a kind, migrated by whoever asks."""

    def __init__(self, kind: str, folder: Path) -> None:
        self._folder = folder
        self._postgres = PostgresServer(durable=True) if kind == "postgresql" else None

    def __enter__(self) -> Callable[[str], str]:
        if self._postgres is None:
            return lambda name: f"sqlite:///{self._folder / name}.db"
        self._postgres.start()
        return lambda _: self._postgres.create()  # type: ignore[union-attr]  # seen above

    def __exit__(self, *_: object) -> None:
        if self._postgres is not None:
            self._postgres.stop()


def _filled(service: str, url: str, count: int) -> Filled:
    migrate.upgrade(url, service)
    database = Database.open(url, readers=1)
    tables = {"intake": [cases, case_term], "routing": [case_row]}[service]
    with database.writer.connect() as connection:
        for rows in _rows(tables, count):
            for table in tables:
                connection.execute(table.insert(), rows[table.name])
            connection.commit()
        if database.dialect.name == "postgresql":  # what autovacuum does within a minute
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
    queries = _intake_queries if service == "intake" else _routing_queries
    with database.readers.connect() as connection:
        return Filled(database, queries(connection))


def _rows(tables: list[Table], count: int) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """Cases of a year, those of the clerk's unit spread evenly among them."""
    chance, first = random.Random(1), tables[0]  # noqa: S311 (made-up rows)
    every = count // OWN
    for start in range(0, count, CHUNK):
        made = [_case(first, n, every, chance) for n in range(start, min(count, start + CHUNK))]
        rows = {first.name: made}
        if case_term in tables:
            rows[case_term.name] = [
                {"case_id": row["case_id"], "term": term}
                for row in made
                for term in {
                    TERM if chance.random() < HAVE_TERM else "围墙",
                    f"词{chance.randrange(300)}",
                }
            ]
        yield rows


def _case(table: Table, n: int, every: int, chance: random.Random) -> dict[str, Any]:
    unit, path = MINE, MY_PATH
    if n % every:
        at = chance.randrange(UNITS)
        unit, path = f"s-other-{at}", f"330523.{at % 20 + 3:03}.{at:03}"
    known = {
        "case_id": new_id(),
        "case_no": f"330523{n:09}",
        "holder_unit": unit,
        "holder_path": path,
        "registering_unit": unit,
        "registering_path": path,
        "sealed_for": None,
        "state": chance.choice(("registered", "accepted", "ended"))
        if table is cases
        else chance.choice(("held", "held", "ended")),
        "place_code": path.replace(".", ""),
        "category": chance.choice(("neighbour", "water", "labour", "land")),
        "registered_at": NOW - timedelta(minutes=5 * chance.randrange(100_000)),
    }
    return {column.name: known.get(column.name, _filler(column)) for column in table.columns}


def _filler(column: Column[Any]) -> Any:
    """A value of the column's type; nothing where nothing is allowed."""
    if column.type.__class__ is LargeBinary:
        return os.urandom(200)
    if column.nullable:
        return None
    if column.default is not None:
        return column.default.arg  # type: ignore[attr-defined]  # constants only, says the kernel
    kinds: dict[type[Any], Any] = {
        Boolean: False,
        Integer: 1,
        BigInteger: 1,
        UtcDateTime: NOW,
        Uuid: UUID(int=0),
    }
    return kinds.get(type(column.type), "x")


def _intake_queries(connection: Connection) -> dict[str, Query]:
    asked = partial(lists.Asked, CLERK, Filter(), NOW, size=PAGE)
    after = None
    for _ in range(DEEP):
        _, after = lists.page(connection, asked(after=after))
    return {
        "first page": lambda c: lists.page(c, asked()),
        "deep page": lambda c: lists.page(c, asked(after=after)),
        "count": lambda c: lists.count(c, asked()),
        "search": lambda c: lists.page(c, asked(text=TERM)),
    }


def _routing_queries(connection: Connection) -> dict[str, Query]:
    asked = worklist.Asked(CLERK, WorkFilter(), NOW)
    after = None
    for _ in range(DEEP - 3):
        last = worklist.page(connection, asked, after, PAGE)[-1]
        after = After(last["registered_at"], last["case_id"])
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


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("kinds", nargs="*", default=list(rig.KINDS))
    arguments.add_argument("--cases", type=int, default=100_000)
    arguments.add_argument("--runs", type=int, default=40)
    asked = arguments.parse_args()
    for kind in asked.kinds:
        for figure in measure(kind, asked.cases, asked.runs):
            print(shown(figure), flush=True)


if __name__ == "__main__":
    main()
