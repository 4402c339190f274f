"""Mediators of another unit than the holder's: who they are, and which cases they read by it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, or_, select

from kernel.identity import Caller
from kernel.scope import PERSON
from mediation.domain.assignment import MEDIATES
from mediation.storage.tables import case_access, mediation
from mediation.storage.tables_people import mediator


def elsewhere(
    connection: Connection, mediators: Sequence[UUID], holder: str
) -> list[tuple[str, str]]:
    """Unit and account of those of the register who work in another unit than the holder."""
    of = mediator.c
    query = select(of.unit, of.staff).where(
        of.mediator_id.in_(mediators), of.unit != holder, of.staff != "", of.ended.is_(False)
    )
    return [(row.unit, row.staff) for row in connection.execute(query)]


def mediated_by(
    connection: Connection, caller: Caller, now: datetime, case_id: UUID | None = None
) -> list[UUID]:
    """Cases of others that the caller mediates now; of one case where it is named."""
    right = case_access.c
    wanted = [
        right.unit == f"{PERSON}{caller.id}",
        right.why == MEDIATES,
        or_(right.until.is_(None), right.until > now),
    ]
    if case_id is not None:
        wanted.append(right.case_id == case_id)
    return list(connection.scalars(select(right.case_id).where(*wanted).order_by(right.case_id)))


def held_by(
    connection: Connection, unit: str, mine: Caller | None, now: datetime
) -> ColumnElement[bool]:
    """Of mediations: held by the unit, or mediated for others by a caller who asks for his own.

    The few cases of others are found first, so that each part of the condition has its index.
    """
    held = mediation.c.holder_unit == unit
    others = mediated_by(connection, mine, now) if mine else []
    return or_(held, mediation.c.case_id.in_(others)) if others else held


def reading_accounts(connection: Connection, case_id: UUID) -> frozenset[str]:
    """Accounts of those who read a case as its mediators from another unit."""
    right = case_access.c
    query = select(right.unit).where(
        right.case_id == case_id, right.why == MEDIATES, right.until.is_(None)
    )
    return frozenset(unit.removeprefix(PERSON) for unit in connection.scalars(query))
