"""Everything that is kept of one case: the rows of each table that travels with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Table, select

from kernel.identity import Caller
from kernel.scope import Level
from mediation.domain import facts
from mediation.storage import reading
from mediation.storage.guests import reading_accounts
from mediation.storage.mediators import Work, work_of
from mediation.storage.portable import PORTABLE
from mediation.storage.tables import fact

Row = Mapping[Any, Any]
ENDS = (facts.REFUSAL_PROPOSED,)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A mediation with the rows of each table, in the order of their keys; nothing is opened.

    `said` is what the last fact of each kind of end tells; none on a node that did not write it.
    `guests` are accounts of other units that read the file as its mediators.
    """

    row: Row
    key: Row | None
    work: Work
    tables: Mapping[str, tuple[Row, ...]]
    said: Mapping[str, Row]
    guests: frozenset[str] = frozenset()

    def of(self, table: Table) -> tuple[Row, ...]:
        """The rows of a table."""
        return self.tables[table.name]


def file_of(connection: Connection, row: Row) -> CaseFile:
    """The file of a mediation that was found."""
    case_id = row["case_id"]
    tables = {table.name: _rows(connection, table, case_id) for table in PORTABLE}
    key, work = reading.key_of(connection, case_id), work_of(connection, case_id)
    guests = reading_accounts(connection, case_id)
    return CaseFile(row, key, work, tables, _said(connection, case_id), guests)


def content_of(
    connection: Connection, caller: Caller, case_id: UUID, now: datetime
) -> CaseFile | None:
    """The file; None when there is none, or the caller may not read its content."""
    found = reading.by_case(connection, caller, case_id, now)
    if found is None or found.level is not Level.CONTENT:
        return None
    return file_of(connection, found.row)


def _rows(connection: Connection, table: Table, case_id: UUID) -> tuple[Row, ...]:
    query = select(table).where(table.c.case_id == case_id).order_by(*table.primary_key)
    return tuple(connection.execute(query).mappings())


def _said(connection: Connection, case_id: UUID) -> dict[str, Row]:
    of_case = (fact.c.case_id == case_id) & fact.c.kind.in_(ENDS)
    query = select(fact).where(of_case).order_by(fact.c.fact_no)
    return {
        row["kind"]: {"at": row["at"], **msgspec.json.decode(row["body"])}
        for row in connection.execute(query).mappings()
    }
