"""Reading one case as far as a caller may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, select

from intake.storage.tables import (
    attachment,
    case_access,
    case_key,
    case_link,
    case_request,
    cases,
    fact,
    party,
    track_step,
)
from kernel import subtrees
from kernel.identity import Caller
from kernel.scope import CaseColumns, Level, readable

Row = Mapping[Any, Any]
Reader = Connection
"""A connection that only reads."""
MERGES = 20
"""How many merges a number is followed through."""

columns = CaseColumns.of(cases, case_access, subtrees.below)


@dataclass(frozen=True, slots=True)
class Found:
    """A case and how much of it the caller may read."""

    row: Row
    level: Level


@dataclass(frozen=True, slots=True)
class Content:
    """What belongs to a case besides its row, still sealed."""

    key: Row | None
    parties: Sequence[Row]
    requests: Sequence[Row]
    attachments: Sequence[Row]


def by_id(connection: Connection, caller: Caller, case_id: UUID, now: datetime) -> Found | None:
    """The case of this id; None when there is none or the caller may not know of it."""
    return _find(connection, caller, cases.c.case_id == case_id, now)


def by_number(connection: Connection, caller: Caller, number: str, now: datetime) -> Found | None:
    """The case of this number, or the one it was merged into."""
    found = _find(connection, caller, cases.c.case_no == number, now)
    for _ in range(MERGES):
        if found is None or found.row["merged_into"] is None:
            return found
        into = by_id(connection, caller, found.row["merged_into"], now)
        if into is None:
            return found
        found = into
    return found


def sealed_taken_down_by(connection: Connection, caller: Caller, case_id: UUID) -> Found | None:
    """A sealed matter that the caller himself took down: number and date, for the receipt."""
    mine = select(cases).where(
        cases.c.case_id == case_id,
        cases.c.sealed_for.is_not(None),
        cases.c.registered_by == caller.id,
    )
    row = connection.execute(mine).mappings().first()
    return None if row is None else Found(row, Level.HEADER)


def is_known_to(connection: Connection, caller: Caller, case_id: UUID, now: datetime) -> bool:
    """Whether the caller may know of the case at all."""
    allowed = readable(caller, columns, Level.HEADER, now=now)
    there = select(cases.c.case_id).where(cases.c.case_id == case_id, allowed)
    return connection.execute(there).first() is not None


def known_of(
    connection: Connection, caller: Caller, case_ids: Sequence[UUID], now: datetime
) -> list[UUID]:
    """Those of these cases whose timeline the caller may read."""
    allowed = readable(caller, columns, Level.TIMELINE, now=now)
    there = select(cases.c.case_id).where(cases.c.case_id.in_(case_ids), allowed)
    return list(connection.execute(there).scalars())


def _find(
    connection: Connection, caller: Caller, which: ColumnElement[bool], now: datetime
) -> Found | None:
    levels = {
        level: readable(caller, columns, level, now=now).label(level.name.lower())
        for level in Level
    }
    statement: Select[Any] = select(cases, *levels.values()).where(which, levels[Level.HEADER])
    row = connection.execute(statement).mappings().first()
    if row is None:
        return None
    level = max(level for level in Level if row[level.name.lower()])
    return Found(row, level)


def content_of(connection: Connection, case_id: UUID) -> Content:
    """Parties, requests, files and the key of a case."""
    key = _rows(connection, select(case_key).where(case_key.c.case_id == case_id))
    return Content(
        key=key[0] if key else None,
        parties=_rows(
            connection, select(party).where(party.c.case_id == case_id).order_by(party.c.no)
        ),
        requests=_rows(
            connection,
            select(case_request)
            .where(case_request.c.case_id == case_id)
            .order_by(case_request.c.no),
        ),
        attachments=_rows(
            connection,
            select(attachment)
            .where(attachment.c.case_id == case_id, attachment.c.of_case)
            .order_by(attachment.c.at),
        ),
    )


def links_of(connection: Connection, case_id: UUID) -> Sequence[Row]:
    """Links of a case to others."""
    mine = select(case_link).where(case_link.c.case_id == case_id).order_by(case_link.c.at)
    return _rows(connection, mine)


def registered(connection: Connection, case_id: UUID) -> Row | None:
    """The row of a case, for a service of the node: no scope."""
    return connection.execute(select(cases).where(cases.c.case_id == case_id)).mappings().first()


# For a resident, who proves himself by a code: no caller, no scope.


def tracked(connection: Connection, number: str) -> Row | None:
    """The case of a number on a receipt, whoever asks; a code decides what is answered."""
    rows = _rows(connection, select(cases).where(cases.c.case_no == number).limit(1))
    return rows[0] if rows else None


def merged_into(connection: Connection, row: Row) -> Row:
    """The case that goes on for this one; itself unless merged."""
    for _ in range(MERGES):
        if row["merged_into"] is None:
            return row
        next_row = _rows(connection, select(cases).where(cases.c.case_id == row["merged_into"]))
        if not next_row:
            return row
        row = next_row[0]
    return row


def steps_of(connection: Connection, case_id: UUID) -> tuple[Sequence[Row], Sequence[Row]]:
    """What happened: facts of this node, and steps told by routing."""
    facts = _rows(
        connection, select(fact).where(fact.c.case_id == case_id).order_by(fact.c.fact_no)
    )
    told = _rows(
        connection,
        select(track_step).where(track_step.c.case_id == case_id).order_by(track_step.c.at),
    )
    return facts, told


def _rows(connection: Connection, statement: Select[Any]) -> Sequence[Row]:
    return connection.execute(statement).mappings().all()


def accepted_in(connection: Connection, case_id: UUID) -> int | None:
    """The epoch of a case that was accepted; None before that, and for one that is not here."""
    query = select(cases.c.epoch).where(
        cases.c.case_id == case_id, cases.c.accepted_at.is_not(None)
    )
    epoch: int | None = connection.execute(query).scalar()
    return epoch
