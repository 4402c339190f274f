"""The opening: who came, whether it can be held, who should step back (回避)."""

from datetime import date
from typing import Any

from hearing.commands.session import NoteAttendance, OpenHearing
from hearing.domain import attendees, facts, presence
from hearing.domain.concerned import Who
from hearing.domain.days import day_of
from hearing.domain.presence import Attends, panel_lacks, sides_lack
from hearing.domain.session_words import Came, Stage
from hearing.domain.states import Act, State
from hearing.domain.words import Part
from hearing.errors import NotPossibleNow
from hearing.errors_openness import CalledLate
from hearing.errors_session import AttendanceWrong, ItsDayPast, NotItsDay
from hearing.handlers.acting import Change, Opened, Row, Stamp, open_hearing, record
from hearing.handlers.protecting import expect_may_be_public
from hearing.handlers.session_rows import (
    called,
    quorum_of,
    refuse_without,
    seats,
    sitting_no,
    sitting_of,
)
from hearing.office import Office
from hearing.storage.tables_notices import hearing_change, hearing_told
from hearing.storage.tables_session import attendance, sitting
from kernel.errors import FieldViolation, InvalidInput
from kernel.unit_of_work import UnitOfWork

PARTY = Who.PARTY.value
CONDUCTS = frozenset({Part.CHAIR.value, Part.PANELIST.value})


def open_session(uow: UnitOfWork, command: OpenHearing, *, office: Office) -> Stamp:
    """Open it with everybody accounted for; after an adjournment it goes on where it stopped.

    Raises:
        AttendanceWrong: somebody called is left out, or somebody was never called.
        InvalidInput: who should step back was not asked.
        NotItsDay: people were called to a later day.
        ItsDayPast: people were called to an earlier day: postpone it, and call them again.
        NeverPublic: the public must not be there, by what is registered now.
        CalledLate: a party who was called within the notice is not there, and waives nothing.
        QuorumMissing: chair, recorder, panel, or the side that asked is not there.
    """
    opened = open_hearing(uow, command.case_id, command.seen, Act.OPEN)
    expected = called(uow, opened)
    _expect_all(expected, command)
    _expect_its_day(uow, opened)
    expect_may_be_public(uow, opened)
    _expect_called_in_time(uow, opened, command)
    people = [Attends(part, command.came[who]) for who, part in expected.items()]
    refuse_without(panel_lacks(people, quorum_of(opened, office)))
    refuse_without(sides_lack(people, opened.hearing["asked_by"]))
    before = sitting_of(uow, opened)
    row = _sit_down(uow, opened, before, command)
    for who, part in expected.items():
        _note(uow, opened, row["sitting_no"], (who, part), command.came[who])
    values = {
        "stage": _stage(opened, before, row).value,
        "opened_by": uow.caller.id,
        "opened_at": opened.hearing["opened_at"] or uow.now,
    }
    there = sum(how.takes_part for how in command.came.values())
    body = {"sitting": str(row["sitting_no"]), "came": str(there), "called": str(len(expected))}
    return record(uow, opened, Change(facts.OPENED, values, body))


def _expect_all(expected: dict[str, str], command: OpenHearing) -> None:
    wrong = [
        FieldViolation(f"came.{who}", "REQUIRED")
        for who in sorted(expected.keys() - command.came.keys())
    ]
    wrong += [
        FieldViolation(f"came.{who}", "HEARING_NOT_CALLED")
        for who in sorted(command.came.keys() - expected.keys())
    ]
    wrong += [
        FieldViolation(f"came.{who}", "HEARING_NOT_LEFT_YET")
        for who, how in sorted(command.came.items())
        if how is Came.LEFT
    ]
    if wrong:
        raise AttendanceWrong(*wrong)
    if not command.recusal_asked:
        raise InvalidInput(FieldViolation("recusal_asked", "REQUIRED"))


def _expect_its_day(uow: UnitOfWork, opened: Opened) -> None:
    day = opened.hearing["day"]
    if day is None:
        return
    today = day_of(uow.now)
    if today < day:
        raise NotItsDay(day=day)
    if today > day:
        raise ItsDayPast(day=day)


def _expect_called_in_time(uow: UnitOfWork, opened: Opened, command: OpenHearing) -> None:
    """Whoever was registered, and so called, after the notice had to be out: there, or postpone."""
    last = opened.hearing["notice_by"]
    called_on: dict[str, date] = {}
    for change in uow.find(hearing_change, **opened.key):
        for row in uow.find(hearing_told, **opened.key, change_no=change["change_no"], part=PARTY):
            day = day_of(change["at"])
            called_on[row["recipient"]] = min(day, called_on.get(row["recipient"], day))
    away = (
        attendees.PARTY + party
        for party, day in sorted(called_on.items())
        if last is not None and day > last
    )
    late = [who for who in away if who in command.came and not command.came[who].takes_part]
    if late:
        raise CalledLate(*(FieldViolation(f"came.{who}", "HEARING_CALLED_LATE") for who in late))


def _expect_heard(
    uow: UnitOfWork, opened: Opened, command: NoteAttendance, expected: dict[str, str]
) -> None:
    """Whoever decides has heard everything: after the opening nobody joins the panel."""
    if opened.hearing["stage"] in {"", Stage.OPENING.value}:
        return
    row = sitting_of(uow, opened)
    heard = {attendees.member(int(no)) for no in row["panel"].split()} if row else set()
    late = [
        FieldViolation(f"came.{who}", "HEARING_MISSED_A_PART")
        for who, how in sorted(command.came.items())
        if how.takes_part and expected[who] in CONDUCTS and who not in heard
    ]
    if late:
        raise AttendanceWrong(*late)


def _sit_down(
    uow: UnitOfWork, opened: Opened, before: Row | None, command: OpenHearing
) -> dict[str, Any]:
    panel = sorted(
        no
        for no, row in seats(uow, opened).items()
        if row["part"] in CONDUCTS and command.came[attendees.member(no)].takes_part
    )
    row = opened.key | {
        "sitting_no": 1 if before is None else before["sitting_no"] + 1,
        "opened_at": uow.now,
        "opened_by": uow.caller.id,
        "panel": " ".join(map(str, panel)),
    }
    uow.insert(sitting, row)
    return row


def _stage(opened: Opened, before: Row | None, row: Row) -> Stage:
    """Whoever decides has heard everything: with another panel it begins anew."""
    if before is None or not opened.hearing["stage"]:
        return Stage.OPENING
    if not set(row["panel"].split()) <= set(before["panel"].split()):
        return Stage.OPENING
    return Stage(opened.hearing["stage"])


def _note(uow: UnitOfWork, opened: Opened, no: int, who: tuple[str, str], how: Came) -> None:
    attendee, part = who
    key = opened.key | {"sitting_no": no, "attendee": attendee}
    values = {"came": how.value, "waived": presence.waives(part, how), "at": uow.now}
    if uow.get(attendance, **key) is None:
        uow.insert(attendance, key | {"part": part} | values)
    else:
        uow.update(attendance, key, values)


def note_attendance(uow: UnitOfWork, command: NoteAttendance) -> Stamp:
    """Who comes later, or leaves; without leave it is a waiver.

    Raises:
        NotPossibleNow: nobody sits together; who gives an opinion is settled when they withdraw.
        AttendanceWrong: nobody, or somebody never called, or one who decides and missed a part.
    """
    opened = open_hearing(uow, command.case_id, command.seen, Act.HOLD)
    if opened.state is not State.OPENED:
        raise NotPossibleNow(state=opened.state.value, act=Act.HOLD.value)
    expected, no = called(uow, opened), sitting_no(uow, opened)
    unknown = sorted(command.came.keys() - expected.keys())
    if unknown or not command.came:
        reason = "HEARING_NOT_CALLED" if unknown else "REQUIRED"
        raise AttendanceWrong(*(FieldViolation(f"came.{who}", reason) for who in unknown or ["0"]))
    _expect_heard(uow, opened, command, expected)
    for who, how in command.came.items():
        _note(uow, opened, no, (who, expected[who]), how)
    body = {"what": "attendance", "sitting": str(no)}
    return record(uow, opened, Change(facts.RECORDED, {}, body))
