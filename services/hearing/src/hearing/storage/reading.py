"""Reading the hearings of one case as far as a caller may."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select

from hearing.storage.tables import case_access, case_key, hearing_file
from kernel.identity import Caller
from kernel.scope import CaseColumns, Level, readable

Row = Mapping[Any, Any]
columns = CaseColumns.of(hearing_file, case_access)


@dataclass(frozen=True, slots=True)
class Found:
    """A file and how much of it the caller may read."""

    row: Row
    level: Level


def by_case(connection: Connection, caller: Caller, case_id: UUID, now: datetime) -> Found | None:
    """The hearings of this case; None when there is none or the caller may not know of it."""
    levels = {
        level: readable(caller, columns, level, now=now).label(level.name.lower())
        for level in Level
    }
    which = (hearing_file.c.case_id == case_id, levels[Level.HEADER])
    statement: Select[Any] = select(hearing_file, *levels.values()).where(*which)
    row = connection.execute(statement).mappings().first()
    if row is None:
        return None
    return Found(row, max(level for level in Level if row[level.name.lower()]))


def key_of(connection: Connection, case_id: UUID) -> Row | None:
    """The wrapped key of a case."""
    query = select(case_key).where(case_key.c.case_id == case_id)
    return connection.execute(query).mappings().first()
