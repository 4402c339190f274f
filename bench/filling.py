"""Databases with many cases: made by the migrations, filled in bulk, analysed like any other."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Uuid,
    select,
)

from intake.storage.tables import case_term, cases
from kernel import migrate
from kernel.database import Database, UtcDateTime
from kernel.ids import new_id
from routing.storage.tables import case_row

OWN, UNITS, CHUNK = 500, 200, 5000
TABLES = {"intake": (cases, case_term), "routing": (case_row,)}
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
MINE, MY_PATH = "s-mine", "330523.002.001"
TERM = "排水沟"
HAVE_TERM = 0.05
"""Share of the cases that the search finds."""
STATES = {"cases": ("registered", "accepted", "ended"), "case_row": ("held", "held", "ended")}
CATEGORIES = ("neighbour", "water", "labour", "land")
ROOMY_KIB = 1_000_000
PATTERN = UUID(int=1)
"""The row that the others resemble; it is nobody's."""


def filled(service: str, url: str, count: int) -> Database:
    """A service's database with that many cases in it, 500 of them of the clerk's unit."""
    migrate.upgrade(url, service)
    database = Database.open(url, readers=1)
    tables = TABLES[service]
    with database.writer.connect() as connection, _in_bulk(connection, tables):
        heap = _heap(connection, tables[0])
        for rows in _rows(tables, count):
            _spread(connection, heap, rows.pop(tables[0].name))
            for name, further in rows.items():
                connection.execute(tables[0].metadata.tables[name].insert(), further)
    if database.dialect.name == "postgresql":  # what autovacuum does within a minute
        with database.writer.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
    database.close()  # the last connection to leave folds SQLite's log into the file
    return Database.open(url, readers=1)


@contextmanager
def _in_bulk(connection: Connection, tables: tuple[Table, ...]) -> Iterator[None]:
    """Put the indexes aside: building them once at the end is ten times as fast."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{ROOMY_KIB}")
    indexes = [index for table in tables for index in _indexes(connection, table)]
    for name, _ in indexes:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    for _, made_by in indexes:
        connection.exec_driver_sql(made_by)
    connection.commit()


def _indexes(connection: Connection, table: Table) -> list[tuple[str, str]]:
    """The indexes of a table that no constraint needs: name and statement."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        named = f"{query} AND tbl_name = '{table.name}'"
    else:
        query = "SELECT indexname, indexdef FROM pg_indexes WHERE indexname NOT LIKE '%%pkey'"
        named = f"{query} AND tablename = '{table.name}'"
    return [(row[0], row[1]) for row in connection.exec_driver_sql(named)]


@dataclass(frozen=True, slots=True)
class Heap:
    """A table, one row of it that all others resemble, and a place for what sets them apart."""

    table: Table
    apart: Table


def _heap(connection: Connection, table: Table) -> Heap:
    chance = random.Random(0)  # noqa: S311 (a made-up row)
    pattern = _case(table.name, 1, 2, chance)
    apart = Table(
        "apart",
        MetaData(),
        *(Column(name, table.c[name].type) for name in pattern),
        prefixes=["TEMPORARY"],
    )
    apart.create(connection)
    alike = {column.name: _filler(column) for column in table.columns}
    connection.execute(table.insert(), alike | pattern | {"case_id": PATTERN})
    return Heap(table, apart)


def _spread(connection: Connection, heap: Heap, rows: list[dict[str, Any]]) -> None:
    """Insert rows: the database itself adds the columns in which all are alike."""
    table, apart = heap.table, heap.apart
    connection.execute(apart.insert(), rows)
    columns = [apart.c.get(column.name, column) for column in table.columns]
    alike = select(*columns).select_from(apart.join(table, table.c.case_id == PATTERN))
    connection.execute(table.insert().from_select(list(table.columns), alike))
    connection.execute(apart.delete())


def _rows(tables: tuple[Table, ...], count: int) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """Cases of a year, those of the clerk's unit spread evenly among them."""
    chance, first = random.Random(1), tables[0]  # noqa: S311 (made-up rows)
    every = count // OWN
    for start in range(0, count, CHUNK):
        numbers = range(start, min(count, start + CHUNK))
        made = [_case(first.name, n, every, chance) for n in numbers]
        rows = {first.name: made}
        if case_term in tables:
            rows[case_term.name] = [
                {"case_id": row["case_id"], "term": term} for row in made for term in _terms(chance)
            ]
        yield rows


def _terms(chance: random.Random) -> set[str]:
    common = TERM if chance.random() < HAVE_TERM else "围墙"
    return {common, f"词{chance.randrange(300)}"}


def _case(table: str, n: int, every: int, chance: random.Random) -> dict[str, Any]:
    unit, path = MINE, MY_PATH
    if n % every:
        at = chance.randrange(UNITS)
        unit, path = f"s-other-{at}", f"330523.{at % 20 + 3:03}.{at:03}"
    return {
        "case_id": new_id(),
        "case_no": f"330523{n:09}",
        "holder_unit": unit,
        "holder_path": path,
        "registering_unit": unit,
        "registering_path": path,
        "sealed_for": None,
        "state": chance.choice(STATES[table]),
        "place_code": path.replace(".", ""),
        "category": chance.choice(CATEGORIES),
        "registered_at": NOW - timedelta(minutes=5 * chance.randrange(100_000)),
    }


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
