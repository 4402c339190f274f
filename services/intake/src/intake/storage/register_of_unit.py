"""The register (台账) of a unit: what it registered or holds, of a period, as far as known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from intake.storage.reading import Row, columns
from intake.storage.tables import cases
from kernel.identity import Caller
from kernel.scope import Level, readable


@dataclass(frozen=True, slots=True)
class Period:
    """Whose register, from when (inclusive) to when (exclusive), for whom."""

    unit: str
    begins: datetime
    ends: datetime
    caller: Caller
    now: datetime


def registered(connection: Connection, period: Period, most: int) -> Sequence[Row]:
    """Its cases that the caller may know of, oldest first; one more than `most` if there are."""
    allowed = readable(period.caller, columns, Level.HEADER, now=period.now)
    within = cases.c.registered_at >= period.begins, cases.c.registered_at < period.ends
    found: dict[UUID, Row] = {}
    for column in (cases.c.registering_unit, cases.c.holder_unit):
        wanted = select(cases).where(column == period.unit, *within, allowed)
        oldest = wanted.order_by(cases.c.registered_at, cases.c.case_id).limit(most + 1)
        found |= {row["case_id"]: row for row in connection.execute(oldest).mappings()}
    return sorted(found.values(), key=lambda row: (row["registered_at"], row["case_no"]))


def with_content(connection: Connection, period: Period, case_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these cases whose content the caller may read."""
    allowed = readable(period.caller, columns, Level.CONTENT, now=period.now)
    wanted = select(cases.c.case_id).where(cases.c.case_id.in_(case_ids), allowed)
    return set(connection.execute(wanted).scalars())
