"""A service of two tables, as small as group commit can be tried with."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text, Uuid, func, select

from kernel import tables
from kernel.database import Database, UtcDateTime
from kernel.errors import WrongState
from kernel.group_commit import Work, Writer
from kernel.testing.clock import FakeClock
from kernel.unit_of_work import EncodedEvent, UnitOfWork

METADATA = MetaData()
CASE = Table(
    "case",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("no", Integer, nullable=False, unique=True),
    Column("title", Text),
    Column("version", Integer, nullable=False, default=1),
    Column("merged_into", Uuid, ForeignKey("case.id", deferrable=True, initially="DEFERRED")),
    Column("at", UtcDateTime, nullable=False),
)
NOTE = Table(
    "note",
    METADATA,
    Column("case_id", Uuid, ForeignKey("case.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("text", Text, nullable=False),
)
tables.add_to(METADATA)
OUTBOX, REQUEST, COUNTER = (METADATA.tables[name] for name in ("outbox", "request", "counter"))


@dataclass(frozen=True)
class Opened:
    """A case was opened."""

    case_id: UUID
    no: int


class Unwanted(WrongState):
    """The handler does not want to."""

    reason = "UNWANTED"


def encode(event: Any) -> EncodedEvent:
    """Any event of this file as JSON."""
    name = type(event).__name__.lower()
    body = json.dumps(asdict(event), default=str).encode()
    return EncodedEvent(f"test.{name}", f"case.1.1.1.test.{name}", event.case_id, body)


def open_case(uow: UnitOfWork, title: str) -> UUID:
    """Open a case with the next number."""
    case_id, no = uow.new_id(), uow.next_number("site")
    uow.insert(CASE, {"id": case_id, "no": no, "title": title, "at": uow.now})
    uow.emit(Opened(case_id, no))
    return case_id


def add_note(uow: UnitOfWork, command: tuple[UUID, str]) -> int:
    """Add the case's next note; the case counts its notes in its version."""
    case_id, text = command
    case = uow.get(CASE, id=case_id)
    if case is None:
        raise Unwanted
    n = case["version"]
    uow.insert(NOTE, {"case_id": case_id, "n": n, "text": text})
    uow.update(CASE, {"id": case_id}, {"version": n + 1}, expect={"version": n})
    uow.emit(Opened(case_id, n))
    return int(n)


def count_notes(uow: UnitOfWork, case_id: UUID) -> int:
    """How many notes the case has, by a query."""
    counted = select(func.count()).select_from(NOTE).where(NOTE.c.case_id == case_id)
    return int(uow.scalar(counted))


def writer_of(database: Database, **settings: Any) -> Writer:
    """A writer of this service, with a clock that stands still."""
    return Writer(database, METADATA, clock=FakeClock(), encode=encode, **settings)


def create(database: Database) -> None:
    """Make the tables."""
    with database.writer.begin() as connection:
        METADATA.create_all(connection)


def rows(database: Database, table: Table) -> list[dict[str, Any]]:
    """All rows of a table, in the order of their keys."""
    with database.readers.connect() as connection:
        found = connection.execute(select(table).order_by(*table.primary_key))
        return [dict(row) for row in found.mappings()]


def work(handler: Callable[[UnitOfWork, Any], Any], command: Any = None, **more: Any) -> Work[Any]:
    """A command without a trace."""
    return Work(handler, command, traceparent="", **more)
