"""What parties said and which duties there are, read for one case."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select

from mediation.storage.tables_closing import casework, duty
from mediation.storage.tables_consent import consent
from mediation.storage.tables_people import assignment, participant

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class File:
    """Rows of one case, each kind in the order of its keys."""

    consents: tuple[Row, ...]
    duties: tuple[Row, ...]
    participants: tuple[Row, ...]
    assignments: tuple[Row, ...]
    family_violence: bool
    green_channel: bool


def file_of(connection: Connection, case_id: UUID) -> File:
    """Consent, duties and people of a case; empty where nothing was said yet."""

    def rows(table: Table) -> tuple[Row, ...]:
        query = select(table).where(table.c.case_id == case_id).order_by(*table.primary_key)
        return tuple(connection.execute(query).mappings())

    work = rows(casework)
    return File(
        consents=rows(consent),
        duties=rows(duty),
        participants=rows(participant),
        assignments=rows(assignment),
        family_violence=any(row["family_violence"] for row in work),
        green_channel=any(row["green_channel"] for row in work),
    )
