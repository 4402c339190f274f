"""Lists of mediations and of mediators, by keyset pages."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from kernel.identity import Caller
from kernel.scope import Level, readable
from mediation.domain.assignment import Mediator
from mediation.domain.words import Performance, SessionState
from mediation.storage.guests import held_by
from mediation.storage.joining import joined_to
from mediation.storage.mediators import mediator_from
from mediation.storage.reading import columns
from mediation.storage.tables import mediation
from mediation.storage.tables_agreements import agreement, term
from mediation.storage.tables_people import assignment, mediator, mediator_leave
from mediation.storage.tables_sessions import session

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for which page: of one unit, or (`unit` empty) of all he may know of.

    `own`: what he mediates for other units, too.
    """

    caller: Caller
    now: datetime
    unit: str
    states: tuple[str, ...]
    kind: str
    mediator: UUID | None
    case_id: UUID | None
    after: UUID | None
    size: int
    own: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A mediation in a list; what is planned is known to readers of its timeline only."""

    row: Row
    level: Level
    mediators: tuple[UUID, ...] = ()
    next_session: datetime | None = None
    next_term: date | None = None
    joined: Sequence[Row] = ()


def page(connection: Connection, asked: Asked) -> tuple[list[Line], UUID | None]:
    """One page, newest first as ids of cases grow with time, and its last case if more come."""
    levels = {
        level: readable(asked.caller, columns, level, now=asked.now).label(level.name.lower())
        for level in Level
    }
    wanted = [levels[Level.HEADER], *_wanted(asked)]
    if asked.unit:
        mine = asked.caller if asked.own else None
        wanted.append(held_by(connection, asked.unit, mine, asked.now))
    query = select(mediation, *levels.values()).where(*wanted)
    query = query.order_by(mediation.c.case_id.desc()).limit(asked.size + 1)
    rows = connection.execute(query).mappings().all()
    shown = rows[: asked.size]
    more = shown[-1]["case_id"] if len(rows) > asked.size else None
    return _lines(connection, shown, asked.now), more


def _wanted(asked: Asked) -> list[Any]:
    wanted: list[Any] = []
    if asked.states:
        wanted.append(mediation.c.state.in_(asked.states))
    if asked.kind:
        wanted.append(mediation.c.kind == asked.kind)
    if asked.mediator is not None:
        assigned = select(assignment.c.case_id).where(
            assignment.c.mediator_id == asked.mediator, assignment.c.ended_at.is_(None)
        )
        wanted.append(mediation.c.case_id.in_(assigned))
    if asked.case_id is not None:
        wanted.append(mediation.c.case_id == asked.case_id)
    if asked.after is not None:
        wanted.append(mediation.c.case_id < asked.after)
    return wanted


def _lines(connection: Connection, rows: Sequence[Row], now: datetime) -> list[Line]:
    levels = {
        row["case_id"]: max(level for level in Level if row[level.name.lower()]) for row in rows
    }
    inside = [case_id for case_id, level in levels.items() if level >= Level.TIMELINE]
    mediators = _mediators(connection, inside)
    joined = joined_to(connection, list(levels))
    sessions, terms = _sessions(connection, inside, now), _terms(connection, inside)
    return [
        Line(
            row,
            levels[row["case_id"]],
            tuple(mediators[row["case_id"]]),
            sessions.get(row["case_id"]),
            terms.get(row["case_id"]),
            joined[row["case_id"]],
        )
        for row in rows
    ]


def _mediators(connection: Connection, cases: Iterable[UUID]) -> defaultdict[UUID, list[UUID]]:
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    open_ones = assignment.c.case_id.in_(cases) & assignment.c.ended_at.is_(None)
    query = select(assignment).where(open_ones).order_by(assignment.c.mediator_id)
    for row in connection.execute(query).mappings():
        found[row["case_id"]].append(row["mediator_id"])
    return found


def _sessions(connection: Connection, cases: Iterable[UUID], now: datetime) -> dict[UUID, datetime]:
    of_case, starts = session.c.case_id, session.c.starts_at
    scheduled = session.c.state == SessionState.SCHEDULED.value
    coming = of_case.in_(cases) & scheduled & (session.c.ends_at >= now)
    query = select(of_case, starts).where(coming).order_by(starts.desc())
    return {row.case_id: row.starts_at for row in connection.execute(query)}


def _terms(connection: Connection, cases: Iterable[UUID]) -> dict[UUID, date]:
    in_hand = (term.c.case_id == agreement.c.case_id) & (term.c.version == agreement.c.version)
    owed = [
        term.c.case_id.in_(cases),
        term.c.standing != Performance.PERFORMED.value,
        agreement.c.dropped_at.is_(None),
        agreement.c.in_force_from.is_not(None),
    ]
    first = func.min(term.c.due_on).label("first")
    query = select(term.c.case_id, first).join(agreement, in_hand).where(*owed)
    return {row.case_id: row.first for row in connection.execute(query.group_by(term.c.case_id))}


@dataclass(frozen=True, slots=True)
class WhichMediators:
    """Which page of the register: of one unit or (`unit` empty) of the node."""

    unit: str
    ended: bool
    after: UUID | None
    size: int


def mediators(connection: Connection, which: WhichMediators) -> tuple[list[Mediator], UUID | None]:
    """One page in order of ids, and the last id of it if more come."""
    wanted = [mediator.c.unit == which.unit] if which.unit else []
    if not which.ended:
        wanted.append(mediator.c.ended.is_(False))
    if which.after is not None:
        wanted.append(mediator.c.mediator_id > which.after)
    query = select(mediator).where(*wanted).order_by(mediator.c.mediator_id).limit(which.size + 1)
    rows = connection.execute(query).mappings().all()
    shown = rows[: which.size]
    leave = _leave(connection, [row["mediator_id"] for row in shown])
    more = shown[-1]["mediator_id"] if len(rows) > which.size else None
    return [mediator_from(row, leave[row["mediator_id"]], ()) for row in shown], more


def _leave(
    connection: Connection, ids: Sequence[UUID]
) -> defaultdict[UUID, list[tuple[date, date]]]:
    found: defaultdict[UUID, list[tuple[date, date]]] = defaultdict(list)
    query = select(mediator_leave).where(mediator_leave.c.mediator_id.in_(ids))
    for row in connection.execute(query).mappings():
        found[row["mediator_id"]].append((row["first_on"], row["last_on"]))
    return found
