"""Notices to staff: the recipient is an account of the node."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from kernel.identity import Caller
from kernel.notifying.tables import add_to, for_a_person
from kernel.scope import Level, readable
from routing.storage.metadata import metadata
from routing.storage.staff import staff
from routing.storage.tables import case_row, case_scope

Row = Mapping[Any, Any]
notice = add_to(metadata)
Reader = Connection
"""A connection that only reads."""


def recipient(connection: Connection, row: Row) -> tuple[Row | None, Row | None]:
    """The account and the case of a notice."""
    account = select(staff).where(staff.c.staff_id == row["recipient"])
    case = select(case_row).where(case_row.c.case_id == row["case_id"])
    found = (connection.execute(query).mappings().first() for query in (account, case))
    return next(found), next(found)


def of_unit(caller: Caller, unit: str, now: datetime, *, only_open: bool) -> Select[Any]:
    """The notices to the staff of a unit, of cases that the caller may know of."""
    chosen = _shown(caller, now).where(notice.c.unit == unit)
    return chosen.where(for_a_person(notice)) if only_open else chosen


def known_to(caller: Caller, notice_id: Any, now: datetime) -> Select[Any]:
    """One notice, of a case that the caller may know of."""
    return _shown(caller, now).where(notice.c.notice_id == notice_id)


def _shown(caller: Caller, now: datetime) -> Select[Any]:
    shown = select(notice, case_row.c.case_no).join(
        case_row, case_row.c.case_id == notice.c.case_id
    )
    return shown.where(readable(caller, case_scope, Level.HEADER, now=now))
