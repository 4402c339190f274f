"""Reviews as they are read: what waits for a unit, and everything of one case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select, tuple_

from kernel import scope
from kernel.identity import Caller
from kernel.scope import Level
from routing.domain.reviews import Result, State
from routing.domain.words import EITHER_WAY
from routing.storage.clocks import clock
from routing.storage.reviews import OPEN, review
from routing.storage.tables import case_row, case_scope, step
from routing.storage.tables import letter as letters

Values = Mapping[str, Any]
Position = tuple[str, UUID]
NEVER = "9999-12-31"
"""A review whose days do not count yet comes last."""
RUNNING = ("running", "breached", "suspended")
_due_on = func.coalesce(clock.c.due_on, NEVER)
PAPERS = {"review_request": "grounds", "review_opinion": "opinion", "review_basis": "basis"}
"""Kinds of the letters in which the texts of a review are sealed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reviews are wanted; an empty unit is any."""

    caller: Caller
    now: datetime
    today: str
    unit: str = ""
    overdue_only: bool = False


def page(connection: Connection, asked: Asked, after: Position | None, limit: int) -> list[Values]:
    """Reviews of cases held here that are not decided, the earliest end first."""
    query = _with_case().where(
        scope.readable(asked.caller, case_scope, Level.HEADER, now=asked.now),
        case_row.c.custody.in_(sorted(EITHER_WAY)),
        review.c.state.in_(OPEN),
    )
    if asked.unit:
        query = query.where(decided_by(asked.unit))
    if asked.overdue_only:
        query = query.where(clock.c.due_on < asked.today)
    if after is not None:
        ends = tuple_(literal(after[0]), literal(after[1], review.c.review_id.type))
        query = query.where(tuple_(_due_on, review.c.review_id) > ends)
    rows = connection.execute(query.order_by(_due_on, review.c.review_id).limit(limit))
    return [dict(row) for row in rows.mappings()]


def ends_case(connection: Connection, case_id: UUID) -> bool:
    """Whether the decision that waits for its second person would end the case."""
    waits = (review.c.case_id == case_id) & (review.c.state == State.PROPOSED)
    result = connection.execute(select(review.c.result).where(waits)).scalar()
    return result is not None and result != Result.REVOKED


def decided_by(unit: str) -> ColumnElement[bool]:
    """The unit decides itself, or holds the case for a body outside or one to be named yet."""
    by_letter = or_(review.c.outside.is_(True), review.c.body == "")
    return or_(review.c.body == unit, and_(by_letter, case_row.c.holder_unit == unit))


def of_case(connection: Connection, case_id: UUID) -> list[Values]:
    """All reviews of a case that this node has, oldest first."""
    query = _with_case().where(review.c.case_id == case_id)
    rows = connection.execute(query.order_by(review.c.asked_at, review.c.review_id))
    return [dict(row) for row in rows.mappings()]


def _with_case() -> Select[Any]:
    counts = and_(
        clock.c.case_id == review.c.case_id,
        clock.c.clock == review.c.level,
        clock.c.unit == "",
        clock.c.state.in_(RUNNING),
        review.c.state.in_(OPEN),
    )
    shown = (case_row.c.case_no, case_row.c.epoch, case_row.c.version)
    return (
        select(review, *shown, clock.c.due_on.label("clock_due_on"))
        .join(case_row, case_row.c.case_id == review.c.case_id)
        .join(clock, counts, isouter=True)
    )


def waiting(connection: Connection, unit: str) -> int:
    """How many reviews a unit has to decide now."""
    query = (
        select(func.count())
        .select_from(review.join(case_row, case_row.c.case_id == review.c.case_id))
        .where(
            case_row.c.custody.in_(sorted(EITHER_WAY)),
            review.c.state.in_(OPEN),
            decided_by(unit),
        )
    )
    return int(connection.scalar(query) or 0)


def steps(connection: Connection, case_id: UUID) -> list[Values]:
    """The steps of a case in the order of its log."""
    query = select(step).where(step.c.case_id == case_id).order_by(step.c.epoch, step.c.n)
    return [dict(row) for row in connection.execute(query).mappings()]


def papers(connection: Connection, case_id: UUID) -> dict[str, dict[str, bytes]]:
    """What was written on each review of a case, sealed; the last of a kind counts."""
    query = (
        select(letters.c.kind, letters.c.body, letters.c.sealed_body)
        .where(letters.c.case_id == case_id, letters.c.kind.in_(PAPERS))
        .order_by(letters.c.at)
    )
    found: dict[str, dict[str, bytes]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["body"]["review_id"], {})[PAPERS[row["kind"]]] = row["sealed_body"]
    return found
