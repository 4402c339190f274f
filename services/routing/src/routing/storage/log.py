"""The case log: appended in order, hash-chained, never changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from kernel.unit_of_work import UnitOfWork
from routing.domain.chain import LogEntry, canonical, hash_of
from routing.storage.tables import log_entry


@dataclass(frozen=True, slots=True)
class Fact:
    """What is to be appended; `at` may precede the moment of appending."""

    kind: str
    unit: str
    actor: str
    at: datetime
    body: Mapping[str, str]
    commitments: Mapping[str, str]


def stamp(at: datetime) -> str:
    """An instant as it stands in the log: RFC 3339, UTC, microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def append(uow: UnitOfWork, case: Mapping[str, Any], fact: Fact) -> LogEntry:
    """Append the next entry of the case's epoch; the caller keeps number and hash in the row."""
    entry = LogEntry(
        case_id=case["case_id"],
        epoch=case["epoch"],
        n=case["log_n"] + 1,
        kind=fact.kind,
        unit=fact.unit,
        actor=fact.actor,
        at=stamp(fact.at),
        body=canonical(fact.body),
        commitments=canonical(fact.commitments),
        prev_hash=case["log_hash"],
    )
    entry = replace(entry, hash=hash_of(entry))
    store(uow, entry)
    return entry


def store(uow: UnitOfWork, entry: LogEntry) -> None:
    """Store an entry made here or received with a case."""
    row = {name: getattr(entry, name) for name in LogEntry.__dataclass_fields__}
    uow.insert(log_entry, row | {"at": datetime.fromisoformat(entry.at)})


def store_missing(uow: UnitOfWork, case_id: UUID, entries: Sequence[LogEntry]) -> None:
    """Keep the entries of a received log that this node lacks; sealed entries never change."""
    known = {(entry.epoch, entry.n) for entry in of_case(uow, case_id)}
    for entry in entries:
        if (entry.epoch, entry.n) not in known:
            store(uow, entry)


def of_case(uow: UnitOfWork, case_id: UUID) -> list[LogEntry]:
    """The whole log in order, as this command sees it."""
    return [_entry(row) for row in uow.query(_ordered(case_id))]


def read(connection: Connection, case_id: UUID) -> list[LogEntry]:
    """The whole log in order."""
    return [_entry(row) for row in connection.execute(_ordered(case_id))]


def all_entries(connection: Connection) -> Iterator[LogEntry]:
    """Every entry of every case, case by case in order; for the audit."""
    order = (log_entry.c.case_id, log_entry.c.epoch, log_entry.c.n)
    rows = connection.execution_options(stream_results=True, yield_per=2000).execute(
        select(log_entry).order_by(*order)
    )
    return (_entry(row) for row in rows)


def _ordered(case_id: UUID) -> Any:
    ours = log_entry.c.case_id == case_id
    return select(log_entry).where(ours).order_by(log_entry.c.epoch, log_entry.c.n)


def _entry(row: Any) -> LogEntry:
    values = dict(row._mapping)  # noqa: SLF001 (SQLAlchemy's public name for it)
    return LogEntry(**(values | {"at": stamp(values["at"])}))
