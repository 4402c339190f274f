"""What waits for a unit now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, or_, select, union

from kernel import scope
from kernel.identity import Caller
from kernel.scope import Level
from routing.domain.protocol import OPEN_ROWS
from routing.domain.words import State
from routing.storage import review_lists
from routing.storage.metadata import metadata
from routing.storage.supervision import cohandling, report, supervision
from routing.storage.tables import case_row, case_scope, handoff, letter
from routing.storage.worklist import LINE, case

FIRST = 10
outbox, receiver = metadata.tables["outbox"], metadata.tables["link_receiver"]


@dataclass(frozen=True, slots=True)
class Day:
    """A day's bounds and whose it is. `path` is the site's path."""

    unit: str
    now: datetime
    yesterday: datetime
    tonight: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """The figures of a unit's day."""

    counts: Mapping[str, int]
    first: list[dict[str, Any]]


def waiting(connection: Connection, caller: Caller, day: Day) -> Waiting:
    """Everything that waits for a unit, as far as the caller may know of it."""
    readable = scope.readable(caller, case_scope, Level.HEADER, now=day.now)
    held = (case.holder_unit == day.unit, case.state == State.HELD, readable)
    counts = {
        "fresh": _cases(connection, *held, _is_fresh(day)),
        "to_sign": _cases(connection, *held, case.signed.is_(False)),
        "due_today": _cases(connection, *held, case.next_due_at.between(day.now, day.tonight)),
        "overdue": _cases(connection, *held, case.overdue.is_(True)),
        "pending": _cases(connection, *held, case.pending != ""),
        "unsent": _unsent(connection),
        "objections": _of(
            connection, handoff, handoff.c.from_unit == day.unit, "open", "objection"
        ),
        "supervisions": _of(connection, supervision, supervision.c.unit == day.unit, "open"),
        "reports": _of(connection, report, report.c.to_unit == day.unit, "sent"),
        "reviews": review_lists.waiting(connection, day.unit),
        "cohandlings": _of(connection, cohandling, cohandling.c.unit == day.unit, "open"),
    }
    pressing = (case.overdue.desc(), case.next_due_at.is_(None), case.next_due_at, case.case_id)
    rows = select(*LINE).where(*held).order_by(*pressing).limit(FIRST)
    return Waiting(counts, [dict(row) for row in connection.execute(rows).mappings()])


def _is_fresh(day: Day) -> ColumnElement[bool]:
    """Registered, or handed to the unit, since yesterday."""
    came = select(handoff.c.case_id).where(
        handoff.c.to_unit == day.unit, handoff.c.received_at >= day.yesterday
    )
    return or_(case.registered_at >= day.yesterday, case.case_id.in_(came))


def _cases(connection: Connection, *where: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(case_row).where(*where)
    return int(connection.scalar(query) or 0)


def _of(
    connection: Connection,
    table: Table,
    whose: ColumnElement[bool],
    state: str,
    column: str = "state",
) -> int:
    query = select(func.count()).select_from(table).where(whose, table.c[column] == state)
    return int(connection.scalar(query) or 0)


def _unsent(connection: Connection) -> int:
    """Cases of which something has not reached the parent node yet."""
    confirmed = select(func.coalesce(func.max(receiver.c.confirmed_no), 0)).where(
        receiver.c.link == "up"
    )
    behind = or_(outbox.c.link_no.is_(None), outbox.c.link_no > confirmed.scalar_subquery())
    told = select(outbox.c.case_id).where(outbox.c.link == "up", behind)
    going = select(handoff.c.case_id).where(
        handoff.c.active.is_(True), handoff.c.direction == "up", handoff.c.state.in_(OPEN_ROWS)
    )
    written = select(letter.c.case_id).where(letter.c.state == "to_send")
    query = select(func.count()).select_from(union(told, going, written).subquery())
    return int(connection.scalar(query) or 0)
