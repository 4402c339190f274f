"""The public notice 公告 of a hearing: shown while people are called to it, and no longer."""

from collections.abc import Collection
from typing import Any
from uuid import uuid5

from hearing.domain.concerned import ENDS, What
from hearing.handlers.acting import Opened, Row
from hearing.handlers.protecting import is_protected
from hearing.storage.tables_notices import public_notice
from kernel.unit_of_work import UnitOfWork

OFF = ENDS | {What.ADJOURNED}
SHOWN = frozenset({What.CONFIRMED, What.TIME, What.ROOM})


def announce(uow: UnitOfWork, opened: Opened, row: Row, what: Collection[What]) -> None:
    """Let the public notice follow a change; `row` is the hearing as it stands after it.

    Only of a public hearing, and never of a matter that must not be heard in public.
    """
    shown = uow.get(public_notice, **opened.key)
    public = row["public"] and not is_protected(uow, opened)
    off = OFF & set(what)
    if shown is not None and (off or not public):
        _take_down(uow, opened, shown, what)
    elif public and not off and SHOWN & set(what):
        _show(uow, opened, shown, row)


def _take_down(uow: UnitOfWork, opened: Opened, shown: Row, what: Collection[What]) -> None:
    if shown["taken_down_at"] is None:
        why = " ".join(sorted(one.value for one in what))
        uow.update(public_notice, opened.key, {"taken_down_at": uow.now, "taken_down_why": why})


def _show(uow: UnitOfWork, opened: Opened, shown: Row | None, row: Row) -> None:
    values: dict[str, Any] = {
        "unit": opened.row["holder_unit"],
        **{name: row[name] for name in ("begins", "ends", "room_id")},
        "seats": row["public_seats"],
        "changed_at": uow.now,
        "taken_down_at": None,
        "taken_down_why": "",
    }
    if shown is not None:
        uow.update(public_notice, opened.key, values)
        return
    notice_id = uuid5(opened.hearing_id, "public")  # says nothing of the case
    kept = {"notice_id": notice_id, "published_at": uow.now}
    uow.insert(public_notice, {**opened.key, **kept, **values})
