"""Notices as they are listed, and what is opened to send one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, and_, select

from intake.storage.reading import columns
from intake.storage.tables import case_key, cases, notice, party
from kernel.identity import Caller
from kernel.notifying.tables import for_a_person
from kernel.scope import Level, readable

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Recipient:
    """A party of a case, still sealed, and what opens it."""

    case: Row
    party: Row
    key: Row | None


def recipient(connection: Connection, case_id: UUID, party_id: UUID) -> Recipient | None:
    """The party and its case; None when it is not there."""
    one = and_(party.c.case_id == case_id, party.c.party_id == party_id)
    found = connection.execute(_PARTY.where(one)).mappings().first()
    if found is None:
        return None
    key = connection.execute(select(case_key).where(case_key.c.case_id == case_id))
    return Recipient(found, found, key.mappings().first())


_PARTY = select(
    *(cases.c.identity, cases.c.sealed_for, cases.c.sealed_code_key),
    *(cases.c.holder_unit, cases.c.case_no),
    party.c.sealed,
).join(party, party.c.case_id == cases.c.case_id)


def roles(connection: Connection, case_ids: Collection[UUID]) -> dict[tuple[UUID, str], str]:
    """Roles of the parties of these cases, by case and party."""
    chosen = select(party.c.case_id, party.c.party_id, party.c.role)
    rows = connection.execute(chosen.where(party.c.case_id.in_(case_ids)))
    return {(case_id, str(party_id)): role for case_id, party_id, role in rows}


def of_case(caller: Caller, case_id: UUID, now: datetime, *, only_open: bool) -> Select[Any]:
    """The notices of a case, for who reads its content."""
    chosen = _shown(caller, Level.CONTENT, now).where(notice.c.case_id == case_id)
    return chosen.where(for_a_person(notice)) if only_open else chosen


def of_unit(caller: Caller, unit: str, now: datetime, *, only_open: bool) -> Select[Any]:
    """The notices that a unit has to see to, of cases that the caller may know of."""
    chosen = _shown(caller, Level.HEADER, now).where(notice.c.unit == unit)
    return chosen.where(for_a_person(notice)) if only_open else chosen


def known_to(caller: Caller, notice_id: UUID, now: datetime) -> Select[Any]:
    """One notice, of a case that the caller may know of."""
    return _shown(caller, Level.HEADER, now).where(notice.c.notice_id == notice_id)


def _shown(caller: Caller, level: Level, now: datetime) -> Select[Any]:
    shown = select(notice, cases.c.case_no).join(cases, cases.c.case_id == notice.c.case_id)
    return shown.where(readable(caller, columns, level, now=now))
