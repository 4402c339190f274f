"""Figures of a subtree: cases per tier, state and ending; hand-overs per kind and state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select
from sqlalchemy import case as when

from kernel import scope, subtrees
from kernel.identity import Caller
from kernel.scope import Level
from routing.storage.peers import peer
from routing.storage.tables import case_row, case_scope, handoff

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """Groups of cases, hand-overs, and the oldest news these rest on."""

    cases: list[Values]
    handovers: list[Values]
    heard_at: datetime | None


def of_subtree(connection: Connection, caller: Caller, path: str, now: datetime) -> Figures:
    """Figures of the cases held in a subtree, or settled there, in the caller's scope."""
    seen = and_(
        scope.readable(caller, case_scope, Level.HEADER, now=now),
        subtrees.below(case_row.c.holder_path, path),
    )
    return Figures(
        _cases(connection, seen),
        _handovers(connection, seen),
        connection.scalar(select(func.min(peer.c.heard_at)).where(peer.c.written_off.is_(False))),
    )


def _tier(path: ColumnElement[Any]) -> ColumnElement[str]:
    """The tier of a path, by its missing tokens."""
    return when(
        (path == "", ""),
        (path.like("%.000.000"), "county"),
        (path.like("%.000"), "township"),
        else_="village",
    )


def _cases(connection: Connection, seen: ColumnElement[bool]) -> list[Values]:
    groups = (
        _tier(case_row.c.holder_path).label("tier"),
        case_row.c.state,
        case_row.c.ending,
        _tier(case_row.c.settled_path).label("settled"),
        case_row.c.overdue,
        case_row.c.backlog,
    )
    query = select(*groups, func.count().label("n")).where(seen).group_by(*groups)
    return [dict(row) for row in connection.execute(query).mappings()]


def _handovers(connection: Connection, seen: ColumnElement[bool]) -> list[Values]:
    groups = (handoff.c.kind, handoff.c.state)
    query = (
        select(*groups, func.count().label("n"), func.sum(handoff.c.tries).label("tries"))
        .join(case_row, case_row.c.case_id == handoff.c.case_id)
        .where(seen, handoff.c.kind != "")
        .group_by(*groups)
    )
    return [dict(row) for row in connection.execute(query).mappings()]
