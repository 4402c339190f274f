"""A hearing not held on its day, or stopped before its end: with a reason, told to everybody."""

from typing import Any

from hearing.commands.session import Adjourn, Postpone
from hearing.domain import facts
from hearing.domain.concerned import What
from hearing.domain.states import Act
from hearing.handlers.acting import Change, Stamp, open_hearing, record
from hearing.handlers.booking import free
from hearing.handlers.noticing import owe
from hearing.handlers.session_rows import sitting_of, words_of
from hearing.office import Office
from hearing.storage.tables import hearing
from hearing.storage.tables_session import sitting
from kernel.unit_of_work import UnitOfWork

NO_TIME: dict[str, Any] = {"day": None, "begins": None, "ends": None, "room_id": None}
NO_CONCLUSION: dict[str, Any] = {"conferring_at": None, "serve_by": None, "serve_by_at": None}
"""Nothing is owed by a day while it is not clear when it goes on."""


def postpone(uow: UnitOfWork, command: Postpone, *, office: Office) -> Stamp:
    """It is held another day: its room and people are free, everybody called is told once."""
    opened = open_hearing(uow, command.case_id, command.seen, Act.POSTPONE)
    words = words_of(uow, opened.case_id, office)
    said = {"reason": command.reason}
    sealed = words.seal(hearing, opened.hearing, said, "sealed_postponed")
    values = NO_TIME | {"postponed_at": uow.now, "postponed": opened.hearing["postponed"] + 1}
    free(uow, opened.hearing_id)
    body = owe(uow, opened, {What.POSTPONED}, office=office, values=values)
    values["sealed_postponed"] = sealed.data
    kept = {"reason": sealed.commitment}
    return record(uow, opened, Change(facts.POSTPONED, values, body, kept))


def adjourn(uow: UnitOfWork, command: Adjourn, *, office: Office) -> Stamp:
    """It goes on another day. What a panel that conferred had said by then counts no more."""
    opened = open_hearing(uow, command.case_id, command.seen, Act.ADJOURN)
    row = sitting_of(uow, opened)
    if row is None:
        raise LookupError("a hearing that was opened has a sitting")
    sealed = words_of(uow, opened.case_id, office).seal(sitting, row, {"reason": command.reason})
    ended = {"ended_at": uow.now, "ended_how": "adjourned", "sealed": sealed.data}
    uow.update(sitting, opened.key | {"sitting_no": row["sitting_no"]}, ended)
    values = NO_TIME | NO_CONCLUSION | {"adjourned_at": uow.now}
    free(uow, opened.hearing_id)
    body = owe(uow, opened, {What.ADJOURNED}, office=office, values=values)
    body |= {"sitting": str(row["sitting_no"])}
    kept = {"reason": sealed.commitment}
    return record(uow, opened, Change(facts.ADJOURNED, values, body, kept))
