"""Reading a service's row of one case as far as a caller may."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, Table, select

from kernel.identity import Caller
from kernel.scope import CaseColumns, Level, readable

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """The row of a case and how much of it the caller may read."""

    row: Row
    level: Level


class CaseReading:
    """Reads the rows of cases in `cases`; `access` says who may, `keys` has their wrapped keys."""

    def __init__(self, cases: Table, access: Table, keys: Table) -> None:
        self._cases = cases
        self._keys = keys
        self.columns = CaseColumns.of(cases, access)

    def by_case(
        self, connection: Connection, caller: Caller, case_id: UUID, now: datetime
    ) -> Found | None:
        """The row of this case; None when there is none or the caller may not know of it."""
        levels = {
            level: readable(caller, self.columns, level, now=now).label(level.name.lower())
            for level in Level
        }
        which = (self._cases.c.case_id == case_id, levels[Level.HEADER])
        statement: Select[Any] = select(self._cases, *levels.values()).where(*which)
        row = connection.execute(statement).mappings().first()
        if row is None:
            return None
        return Found(row, max(level for level in Level if row[level.name.lower()]))

    def key_of(self, connection: Connection, case_id: UUID) -> Row | None:
        """The wrapped key of a case."""
        query = select(self._keys).where(self._keys.c.case_id == case_id)
        return connection.execute(query).mappings().first()
