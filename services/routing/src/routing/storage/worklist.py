"""Lists and counts of cases: one scope rule, one index walked per alternative of it.

A page is the first rows of a union whose parts each read their own index in the order of the list,
so that its cost is that of the page and not of the table.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Uuid,
    exists,
    func,
    literal,
    select,
    tuple_,
    union,
)

from kernel import scope, subtrees
from kernel.database import UtcDateTime
from kernel.identity import Caller
from kernel.scope import Level
from routing.commands.worklist import After, WorkFilter
from routing.domain.words import State
from routing.storage.clocks import OPEN, clock
from routing.storage.tables import NEWEST_FIRST, case_row, case_scope

Values = Mapping[str, Any]
case = case_row.c
LINE = (
    case.case_id,
    case.case_no,
    case.state,
    case.epoch,
    case.version,
    case.custody,
    case.holder_unit,
    case.signed,
    case.colour,
    case.progress,
    case.difficulty,
    case.category,
    case.procedure,
    case.next_clock,
    case.next_due_at,
    case.overdue,
    case.frozen,
    case.backlog,
    case.registered_at,
    case.as_of,
    case.ending,
    case.handler,
)
MOST = 10_000
"""Where a count ends: nobody reads further, and a county's would cost seconds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants to see which cases, and when: grants end."""

    caller: Caller
    wanted: WorkFilter
    now: datetime


def page(connection: Connection, asked: Asked, after: After | None, limit: int) -> list[Values]:
    """At most `limit` rows in the caller's scope after a position, newest registration first."""
    parts = [_part(branch, after, limit) for branch in _branches(asked)]
    if not parts:
        return []
    found = union(*(select(part.subquery()) for part in parts)).subquery()
    ids = select(found.c.case_id).order_by(found.c.registered_at.desc(), found.c.case_id.desc())
    rows = select(*LINE).where(case.case_id.in_(ids.limit(limit))).order_by(*NEWEST_FIRST)
    return [dict(row) for row in connection.execute(rows).mappings()]


def count(connection: Connection, asked: Asked, most: int = MOST) -> int:
    """How many cases a list would have; `most` + 1 when there are more than that."""
    parts = [select(case.case_id).where(*branch.where) for branch in _branches(asked)]
    if not parts:
        return 0
    counted = union(*(select(part.limit(most + 1).subquery()) for part in parts)).subquery()
    return min(most + 1, int(connection.scalar(select(func.count()).select_from(counted)) or 0))


def lines(
    connection: Connection, caller: Caller, ids: list[UUID], now: datetime
) -> dict[UUID, Values]:
    """These cases as lines, as far as the caller may know of them."""
    readable = scope.readable(caller, case_scope, Level.HEADER, now=now)
    rows = connection.execute(select(*LINE).where(case.case_id.in_(ids), readable)).mappings()
    return {row["case_id"]: dict(row) for row in rows}


def versions(connection: Connection, caller: Caller, unit: str, now: datetime) -> dict[UUID, int]:
    """The worklist of a unit as case and version: what it takes to notice a change."""
    asked = Asked(caller, WorkFilter(unit=unit), now)
    parts = [select(case.case_id, case.version).where(*part.where) for part in _branches(asked)]
    if not parts:
        return {}
    rows = connection.execute(union(*parts))
    return {row.case_id: row.version for row in rows}


@dataclass(frozen=True, slots=True)
class _Branch:
    """A part of a list: conditions, and the instant by which its index, if any, orders it."""

    where: list[ColumnElement[bool]]
    registered_at: ColumnElement[datetime] = case.registered_at


def _branches(asked: Asked) -> Iterator[_Branch]:
    """One for each alternative of the scope rule and each state; all states at once for grants."""
    conditions, states = list(_conditions(asked.wanted)), dict.fromkeys(asked.wanted.states)
    for part in scope.alternatives(asked.caller, case_scope, Level.HEADER, now=asked.now):
        if part.by_grant:
            among = subtrees.unordered(case.state).in_(states)
            ordered_by = subtrees.unordered(case.registered_at)
            yield _Branch([part.where, among, *conditions], ordered_by)
            continue
        for state in states:
            yield _Branch([part.where, case.state == state, *conditions])


def _part(branch: _Branch, after: After | None, limit: int) -> Select[Any]:
    query = select(case.registered_at, case.case_id).where(*branch.where)
    if after is not None:
        position = (
            literal(after.registered_at, UtcDateTime()),
            literal(after.case_id, Uuid()),
        )
        query = query.where(tuple_(branch.registered_at, case.case_id) < tuple_(*position))
    return query.order_by(branch.registered_at.desc(), case.case_id.desc()).limit(limit)


EQUAL = ("colour", "progress", "category", "handler", "lead_officer")


def _conditions(wanted: WorkFilter) -> Iterator[ColumnElement[bool]]:
    yield from (case[name] == getattr(wanted, name) for name in EQUAL if getattr(wanted, name))
    if wanted.unit:
        yield case.holder_unit == wanted.unit
    if wanted.path:
        yield subtrees.below(case.holder_path, wanted.path)
    if wanted.clock:
        yield _runs(wanted.clock)
    if wanted.backlog is not None:
        yield case.backlog.is_(wanted.backlog)
    yield from _marks(wanted)


def _marks(wanted: WorkFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.overdue:
        yield case.overdue.is_(True)
    if wanted.frozen:
        yield case.frozen.is_(True)
    if wanted.pending:
        yield case.pending != ""
    if wanted.to_sign:
        yield case.signed.is_(False)
        yield case.state == State.HELD


def _runs(clock_id: str) -> ColumnElement[bool]:
    mine = clock.c.case_id == case.case_id
    return exists().where(mine, clock.c.clock == clock_id, clock.c.state.in_(OPEN))
