"""Call-backs that are due, one of them with its calls, and evaluations as totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, func, select

from intake.storage import by_day
from intake.storage.by_day import Asked
from intake.storage.lists import Cursor
from intake.storage.reading import Row
from intake.storage.tables import cases
from intake.storage.tables_follow_up import DUE, UNASKED, callback, callback_call, evaluation
from kernel import subtrees

OF_CASE = tuple(cases.c[name] for name in ("case_no", "procedure", "identity", "sealed_code_key"))


@dataclass(frozen=True, slots=True)
class Period:
    """Whose evaluations: of one unit, or of a subtree; between two instants."""

    unit: str
    path: str
    begins: datetime | None
    ends: datetime | None


def unasked(connection: Connection, most: int) -> Sequence[UUID]:
    """Cases whose last answer nobody has looked at yet, oldest first."""
    oldest = select(cases.c.case_id).where(UNASKED).order_by(cases.c.ended_at).limit(most)
    return connection.scalars(oldest).all()


def page(connection: Connection, asked: Asked) -> tuple[Sequence[Row], Cursor | None]:
    """One page, due first on top, and the cursor of the next one."""
    query = select(callback, *OF_CASE).join(cases, _of_last_answer()).where(*_wanted(asked))
    return by_day.page(connection, query, asked, callback.c.due_on, callback.c.case_id)


def overdue_count(connection: Connection, asked: Asked) -> int:
    """How many of the list are overdue, as far as lists count."""
    late = select(callback.c.case_id).join(cases, _of_last_answer())
    late = late.where(*_wanted(asked), callback.c.due_on < asked.today)
    return by_day.count(connection, late)


def all_overdue(connection: Connection, today: date) -> int:
    """How many call-backs of this node are overdue, as far as lists count."""
    late = select(callback.c.case_id).join(cases, _of_last_answer())
    return by_day.count(connection, late.where(DUE, callback.c.due_on < today))


def _of_last_answer() -> ColumnElement[bool]:
    """Of a case that went on since nobody is asked."""
    same = (callback.c.case_id == cases.c.case_id) & (callback.c.epoch == cases.c.epoch)
    return same & cases.c.ended_at.is_not(None)


def _wanted(asked: Asked) -> list[ColumnElement[bool]]:
    return [DUE, *by_day.wanted(asked, callback.c.unit, callback.c.due_on)]


def of_case(connection: Connection, case_id: UUID) -> Row | None:
    """The call-back of the last answer of a case; None when none is owed here."""
    last = select(callback, *OF_CASE).join(cases, _of_last_answer())
    return connection.execute(last.where(callback.c.case_id == case_id)).mappings().first()


def calls_of(connection: Connection, case_id: UUID, epoch: int) -> Sequence[Row]:
    """The calls made about one answer, oldest first."""
    mine = (callback_call.c.case_id == case_id) & (callback_call.c.epoch == epoch)
    made = select(callback_call).where(mine).order_by(callback_call.c.no)
    return connection.execute(made).mappings().all()


def may_evaluate(connection: Connection, case_id: UUID) -> bool:
    """Whether the last answer was asked about here and has no evaluation of the resident yet."""
    owed = of_case(connection, case_id)
    if owed is None:
        return False
    kept = evaluation.c
    mine = (kept.case_id == case_id) & (kept.epoch == owed["epoch"]) & (kept.source == "resident")
    return connection.execute(select(kept.epoch).where(mine)).first() is None


def counts(connection: Connection, period: Period, whose: str) -> dict[str, int]:
    """How often each grade was given, to offices (`office`) or to handling units (`handler`).

    Who evaluates himself counts by that; else by what he said in the call-back.
    """
    kept = evaluation.c
    grade: Column[str] = kept.office if whose == "office" else kept.unit
    wanted = [grade != "", *_within(period, whose), ~_said_himself(kept.source)]
    each = select(grade, func.count()).where(*wanted).group_by(grade)
    return {word: int(number) for word, number in connection.execute(each)}


def _said_himself(source: ColumnElement[str]) -> ColumnElement[bool]:
    own = evaluation.alias("own")
    same = (own.c.case_id == evaluation.c.case_id) & (own.c.epoch == evaluation.c.epoch)
    there = select(own.c.epoch).where(same, own.c.source == "resident").correlate(evaluation)
    return (source == "call") & there.exists()


def _within(period: Period, whose: str) -> list[ColumnElement[bool]]:
    unit, path = evaluation.c[f"{whose}_unit"], evaluation.c[f"{whose}_path"]
    wanted = [unit == period.unit] if period.unit else [subtrees.below(path, period.path)]
    if period.begins is not None:
        wanted.append(evaluation.c.at >= period.begins)
    if period.ends is not None:
        wanted.append(evaluation.c.at < period.ends)
    return wanted


def all_calls_of(connection: Connection, case_id: UUID) -> Sequence[Row]:
    """All call-backs that were made in a case, oldest first, notes still sealed."""
    mine = select(callback_call).where(callback_call.c.case_id == case_id)
    ordered = mine.order_by(callback_call.c.epoch, callback_call.c.no)
    return connection.execute(ordered).mappings().all()
