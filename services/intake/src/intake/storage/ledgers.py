"""Results owed to source systems, and the record of who has read."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, literal, or_, select, tuple_

from intake.domain.words import Identity
from intake.storage.lists import Asked, Cursor
from intake.storage.reading import Row, columns, content_of
from intake.storage.tables import cases, read_audit
from kernel.scope import Level, readable


@dataclass(frozen=True, slots=True)
class Owed:
    """A case whose result is owed, with its requests and key."""

    row: Row
    key: Row | None
    requests: Sequence[Row]


@dataclass(frozen=True, slots=True)
class OwedPage:
    """A page of them."""

    results: Sequence[Owed]
    cursor: Cursor | None


def owed(connection: Connection, asked: Asked) -> OwedPage:
    """Ended cases with a source number that were not reported back, oldest first."""
    after, size, source_system = asked.after, asked.size, asked.filter.source_system
    wanted = [
        readable(asked.caller, columns, Level.TIMELINE, now=asked.now),
        cases.c.ended_at.is_not(None),
        cases.c.reported_back_at.is_(None),
        cases.c.source_system.is_not(None),
    ]
    if source_system:
        wanted.append(cases.c.source_system == source_system)
    if after is not None:
        wanted.append(
            tuple_(cases.c.ended_at, cases.c.case_id)
            > tuple_(
                literal(after.registered_at, cases.c.ended_at.type),
                literal(after.case_id, cases.c.case_id.type),
            )
        )
    oldest = select(cases).where(*wanted).order_by(cases.c.ended_at, cases.c.case_id)
    rows = connection.execute(oldest.limit(size + 1)).mappings().all()
    results = [_with_requests(connection, row) for row in rows[:size]]
    if len(rows) <= size:
        return OwedPage(results, None)
    last = rows[size - 1]
    return OwedPage(results, Cursor(last["ended_at"], last["case_id"]))


def _with_requests(connection: Connection, row: Row) -> Owed:
    content = content_of(connection, row["case_id"])
    return Owed(row, content.key, content.requests)


def restricted(connection: Connection, case_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Of these cases those that are sealed, or whose applicant is withheld from handlers.

    Help flags (a minor, an illness) are no mark of a case: they are under seal, for the handler.
    """
    withheld = cases.c.identity == Identity.WITHHELD.value
    wanted = select(cases.c.case_id, cases.c.sealed_for).where(
        cases.c.case_id.in_(case_ids), or_(cases.c.sealed_for.is_not(None), withheld)
    )
    rows = connection.execute(wanted)
    return {row.case_id: "sealed" if row.sealed_for else "withheld" for row in rows}


def reads(
    connection: Connection, case_id: UUID, after: Cursor | None, size: int
) -> tuple[Sequence[Row], Cursor | None]:
    """Who read a case, newest first. The cursor's id holds the number of the entry."""
    wanted = [read_audit.c.case_id == case_id]
    if after is not None:
        wanted.append(read_audit.c.seq < after.case_id.int)
    newest = select(read_audit).where(*wanted).order_by(read_audit.c.seq.desc()).limit(size + 1)
    rows = connection.execute(newest).mappings().all()
    if len(rows) <= size:
        return rows, None
    last = rows[size - 1]
    return rows[:size], Cursor(last["at"], UUID(int=last["seq"]))
