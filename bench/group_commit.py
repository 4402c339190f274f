"""Commands through the writer ÷ the same rows inserted by bare driver calls, batch by batch.

    .venv/bin/python bench/group_commit.py [sqlite|postgresql] [--commands 6000] [--callers 64]

The floor is what no unit of work could beat: rows known beforehand, one `executemany` a table, one
COMMIT for 64 commands, in the main thread. The empty calls show what the way to the writer's
thread and back costs.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text, Uuid

from kernel import tables
from kernel.clock import SystemClock
from kernel.database import Database, UtcDateTime
from kernel.group_commit import Work, Writer
from kernel.ids import new_id
from kernel.testing.postgres import PostgresServer
from kernel.unit_of_work import EncodedEvent, UnitOfWork
from kernel.unit_of_work.postgresql import PostgresDriver
from kernel.unit_of_work.sqlite import SqliteDriver
from kernel.unit_of_work.statements import Statements

METADATA = MetaData()
CASE = Table(
    "case",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("no", Text, nullable=False, unique=True),
    *(Column(f"code_{i}", Text) for i in range(12)),
    Column("sealed", LargeBinary),
    Column("version", Integer, nullable=False, default=1),
    *(Column(f"at_{i}", UtcDateTime) for i in range(4)),
    Index("case_by_unit", "code_0", "at_0"),
)


def _part(name: str) -> Table:
    return Table(
        name,
        METADATA,
        Column("case_id", Uuid, ForeignKey("case.id"), primary_key=True),
        Column("n", Integer, primary_key=True),
        Column("code", Text),
        Column("sealed", LargeBinary),
        Column("at", UtcDateTime),
    )


PARTY, DEMAND, FACT, GRANT = (_part(name) for name in ("party", "demand", "fact", "grant_held"))
FEATURE = Table(
    "feature",
    METADATA,
    Column("case_id", Uuid, ForeignKey("case.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("blind", LargeBinary, nullable=False, index=True),
)
tables.add_to(METADATA)
KEY = tables.add_case_keys_to(METADATA)
SEALED = bytes(range(120))
FEATURES = 6


def register(uow: UnitOfWork, blinds: list[bytes]) -> bytes:
    """What a registration writes: 8 tables, 16 rows, a number, a look-up for duplicates."""
    case_id, now = uow.new_id(), uow.now
    for blind in blinds:
        uow.find(FEATURE, blind=blind)
    number = uow.next_number("330523001204")
    uow.insert(CASE, _case(case_id, number, now))
    uow.insert(KEY, {"case_id": case_id, "wrapped": SEALED[:60], "key_id": "k1"})
    for n in (1, 2):
        uow.insert(PARTY, _row(case_id, n, now))
    for table in (DEMAND, FACT, GRANT):
        uow.insert(table, _row(case_id, 1, now))
    for n, blind in enumerate(blinds):
        uow.insert(FEATURE, {"case_id": case_id, "n": n, "blind": blind})
    uow.emit(case_id)
    return case_id.bytes


def _case(case_id: object, number: int, now: datetime) -> dict[str, object]:
    codes = {f"code_{i}": "330523.001.204" for i in range(12)}
    times = {f"at_{i}": now for i in range(4)}
    return {"id": case_id, "no": f"2026-{number:06}", "sealed": SEALED * 3, **codes, **times}


def _row(case_id: object, n: int, now: datetime) -> dict[str, object]:
    return {"case_id": case_id, "n": n, "code": "applicant", "sealed": SEALED, "at": now}


def encode(case_id: object) -> EncodedEvent:
    """An event of the usual size."""
    return EncodedEvent("bench.registered", "case.1.2.3.bench.registered", case_id, SEALED)  # type: ignore[arg-type]  # it is a UUID


def work() -> Work[bytes]:
    """One registration, as a servicer hands it in."""
    blinds = [uuid4().bytes for _ in range(FEATURES)]
    counter = METADATA.tables["counter"]
    return Work(
        register,
        blinds,
        request_id=uuid4(),
        fingerprint=SEALED,
        answer=bytes,
        method="Register",
        prefetch=(
            (counter, {"series": "330523001204"}),
            *((FEATURE, {"blind": blind}) for blind in blinds),
        ),
    )


def nothing(_uow: UnitOfWork, _command: None) -> None:
    """Do nothing: what is left is the way to the writer and back."""


async def through_writer(
    database: Database, make: Callable[[], Work[Any]], commands: int, callers: int
) -> float:
    """Commands a second with this many callers, each waiting for its answer."""
    writer = Writer(database, METADATA, clock=SystemClock(), encode=encode)

    async def call(count: int) -> None:
        for _ in range(count):
            await writer.submit(make())

    async with writer:
        await asyncio.gather(*(call(5) for _ in range(callers)))
        start = time.perf_counter()
        await asyncio.gather(*(call(commands // callers) for _ in range(callers)))
        return commands / (time.perf_counter() - start)


def bare(database: Database, commands: int, batch: int) -> float:
    """The same rows by one statement a table and batch, without anything around it."""
    kind = SqliteDriver if database.dialect.name == "sqlite" else PostgresDriver
    statements = {t.name: Statements(t, database.dialect) for t in METADATA.sorted_tables}
    batches = [_rows(batch, statements) for _ in range(commands // batch)]
    start = time.perf_counter()
    for rows in batches:
        with database.writer.connect() as connection, connection.begin():
            driver = kind(connection)
            for name, listed in rows.items():
                sent = statements[name]
                (sent.append if name == "outbox" else sent.insert)(driver, listed)
            driver.commit()
    return commands / (time.perf_counter() - start)


def _rows(count: int, statements: dict[str, Statements]) -> dict[str, list[dict[str, object]]]:
    now = datetime.now(UTC)
    rows: dict[str, list[dict[str, object]]] = {}

    def add(name: str, row: dict[str, object]) -> None:
        rows.setdefault(name, []).append(statements[name].complete(row))

    for _ in range(count):
        case_id = new_id()
        add("case", _case(case_id, case_id.int, now))
        add("case_key", {"case_id": case_id, "wrapped": SEALED[:60], "key_id": "k1"})
        for name, n in (("party", 1), ("party", 2), ("demand", 1), ("fact", 1), ("grant_held", 1)):
            add(name, _row(case_id, n, now))
        for n in range(FEATURES):
            add("feature", {"case_id": case_id, "n": n, "blind": uuid4().bytes})
        request = {"request_id": uuid4(), "method": "Register", "fingerprint": SEALED[:16]}
        add("request", {**request, "answer": case_id.bytes, "at": now})
        event = {"type": "bench.registered", "subject": "case.1.2.3", "body": SEALED}
        add(
            "outbox",
            {"link": "local", "event_id": new_id(), "case_id": case_id, "at": now, **event},
        )
    return rows


@contextmanager
def _fresh(kind: str) -> Iterator[Database]:
    server = PostgresServer(durable=True) if kind == "postgresql" else None
    with tempfile.TemporaryDirectory() as folder:
        if server is not None:
            server.start()
        url = server.create() if server is not None else f"sqlite:///{Path(folder) / 'bench.db'}"
        database = Database.open(url)
        with database.writer.begin() as connection:
            METADATA.create_all(connection)
        yield database
        database.close()
        if server is not None:
            server.stop()


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("kinds", nargs="*", default=["sqlite", "postgresql"])
    arguments.add_argument("--commands", type=int, default=6400)
    arguments.add_argument("--callers", type=int, default=64)
    asked = arguments.parse_args()
    for kind in asked.kinds:
        with _fresh(kind) as database:
            floor = bare(database, asked.commands, 64)
            empty = asyncio.run(
                through_writer(database, lambda: Work(nothing, None), asked.commands, asked.callers)
            )
            full = asyncio.run(through_writer(database, work, asked.commands, asked.callers))
        print(
            f"{kind:10} bare {floor:7.0f}/s  empty {empty:7.0f}/s  register {full:7.0f}/s"
            f"  = {1e6 / full:.0f} us each, {full / floor:.2f} of bare"
        )


if __name__ == "__main__":
    main()
