"""Reading sittings: one, its matters as they stand now, its minutes, lists of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, select, tuple_

from intake.storage.reading import Row, columns
from intake.storage.tables import cases
from intake.storage.tables_sittings import sitting, sitting_matter, sitting_minutes
from kernel import subtrees
from kernel.identity import Caller
from kernel.scope import Level, readable


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page: of a unit, or of a site and, when `below`, of everything below it."""

    unit: str
    path: str
    below: bool
    first: date | None
    last: date | None
    after: tuple[date, UUID] | None
    size: int


def by_id(connection: Connection, sitting_id: UUID) -> Row | None:
    """The row of a sitting."""
    wanted = select(sitting).where(sitting.c.sitting_id == sitting_id)
    return connection.execute(wanted).mappings().first()


def matters_of(
    connection: Connection, caller: Caller, sitting_id: UUID, now: datetime
) -> Sequence[Row]:
    """Its matters that the caller may know of, with their cases, by number."""
    allowed = readable(caller, columns, Level.HEADER, now=now)
    wanted = (
        select(sitting_matter.c.no, sitting_matter.c.registered_there, cases)
        .join_from(sitting_matter, cases, sitting_matter.c.case_id == cases.c.case_id)
        .where(sitting_matter.c.sitting_id == sitting_id, allowed)
        .order_by(sitting_matter.c.no)
    )
    return connection.execute(wanted).mappings().all()


def sealed_of(connection: Connection, case_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Those of these cases that are sealed matters."""
    wanted = select(cases.c.case_id).where(
        cases.c.case_id.in_(case_ids), cases.c.sealed_for.is_not(None)
    )
    return connection.execute(wanted).scalars().all()


def counts_of(connection: Connection, sitting_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """How many matters each of them has; one without any is left out."""
    column = sitting_matter.c.sitting_id
    wanted = select(column, func.count()).where(column.in_(sitting_ids)).group_by(column)
    return {row[0]: int(row[1]) for row in connection.execute(wanted)}


def minutes_of(connection: Connection, sitting_id: UUID) -> Sequence[Row]:
    """All versions of its minutes, oldest first."""
    mine = sitting_minutes.c.sitting_id == sitting_id
    wanted = select(sitting_minutes).where(mine).order_by(sitting_minutes.c.version)
    return connection.execute(wanted).mappings().all()


def called_from(connection: Connection, unit: str, first: date) -> Mapping[date, Row]:
    """The sittings of a unit from a day on that were not cancelled, by day."""
    mine = sitting.c.unit == unit, sitting.c.on_day >= first, sitting.c.state != "cancelled"
    return {
        row["on_day"]: row for row in connection.execute(select(sitting).where(*mine)).mappings()
    }


def page(connection: Connection, asked: Asked) -> Sequence[Row]:
    """A page, newest first; one row more than asked for when there are more."""
    newest_first = sitting.c.on_day.desc(), sitting.c.sitting_id.desc()
    wanted = select(sitting).where(*_wanted(asked)).order_by(*newest_first)
    return connection.execute(wanted.limit(asked.size + 1)).mappings().all()


def _wanted(asked: Asked) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if asked.unit:
        wanted.append(sitting.c.unit == asked.unit)
    elif asked.below:
        wanted.append(subtrees.below(sitting.c.path, asked.path))
    else:
        wanted.append(sitting.c.path == asked.path)
    if asked.first is not None:
        wanted.append(sitting.c.on_day >= asked.first)
    if asked.last is not None:
        wanted.append(sitting.c.on_day <= asked.last)
    if asked.after is not None:
        wanted.append(tuple_(sitting.c.on_day, sitting.c.sitting_id) < tuple_(*asked.after))
    return wanted
