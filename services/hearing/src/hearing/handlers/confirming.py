"""Confirming a hearing that is set: from then on everybody concerned is told of it."""

from datetime import date, timedelta

from hearing.commands.scheduling import OnHearing
from hearing.domain import facts
from hearing.domain.concerned import What
from hearing.domain.days import day_of
from hearing.domain.requesting import too_many
from hearing.domain.states import Act
from hearing.domain.words import Role
from hearing.errors import RequestFaults
from hearing.errors_scheduling import Clashes, NoticeTooLate
from hearing.handlers.acting import Change, Opened, Stamp, open_hearing, record
from hearing.handlers.booking import book, free
from hearing.handlers.noticing import owe
from hearing.handlers.protecting import expect_may_be_public
from hearing.handlers.replacing import FIT, is_barred, planned
from hearing.handlers.session_rows import parties, seats
from hearing.office import Office
from hearing.planning.gather import Frame
from hearing.storage.tables import hearing
from hearing.storage.tables_register import person
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork


def confirm_hearing(uow: UnitOfWork, command: OnHearing, *, office: Office) -> Stamp:
    """Fix time, place and panel, and owe everybody the notice.

    Raises:
        NeverPublic: the public must not be there, by what is registered now.
        RequestFaults: more speak for a side than the rules let speak.
        NoticeTooLate: a notice of today is not in time for its day; set it anew.
        RoomMissing, RoomNotYours, PersonMissing, Taken, Clashes: since it was set the room or
            somebody left the register, is away, or is tied to the matter; likewise.
    """
    opened = open_hearing(uow, command.case_id, command.seen, Act.CONFIRM)
    frame = frame_of(opened, day_of(uow.now), office)
    expect_may_be_public(uow, opened)
    _expect_few(uow, opened, frame)
    day: date = opened.hearing["day"]
    if day < frame.earliest:
        raise NoticeTooLate(earliest=frame.earliest.isoformat())
    _expect_as_set(uow, opened)
    values = {
        "confirmed_by": uow.caller.id,
        "confirmed_at": uow.now,
        "notice_by": notice_by(frame, day),
    }
    body = {"hearing": str(opened.hearing_id), "day": day.isoformat()}
    body |= owe(uow, opened, {What.CONFIRMED}, office=office, values=values)
    return record(uow, opened, Change(facts.CONFIRMED, values, body))


def _expect_few(uow: UnitOfWork, opened: Opened, frame: Frame) -> None:
    roles = [Role(row["role"]) for row in parties(uow, opened).values()]
    wrong = list(too_many(roles, frame.rule))
    if wrong and not uow.find(hearing, led_by=opened.hearing_id):
        raise RequestFaults(*wrong)


def _expect_as_set(uow: UnitOfWork, opened: Opened) -> None:
    """Nobody is called to what cannot be held: book it again, and look at who judges."""
    free(uow, opened.hearing_id)
    book(uow, opened.hearing_id, planned(uow, opened))
    judges = [row for row in seats(uow, opened).values() if row["part"] in FIT]
    people = [uow.get(person, person_id=row["person_id"]) for row in judges]
    barred = [one for one in people if one is not None and is_barred(uow, opened, one)]
    if barred:
        raise Clashes(
            *(FieldViolation(f"RECUSAL:{one['person_id']}", "CLASH_RECUSAL") for one in barred)
        )


def frame_of(opened: Opened, today: date, office: Office) -> Frame:
    """Today, the workdays and the rule of the profile that the case is pinned to."""
    rule = office.profile_of(opened.row["regulation"]).rules.hearing
    return Frame(today, office.calendar, rule)


def notice_by(frame: Frame, day: date) -> date:
    """The last day on which a notice of a hearing on `day` is in time."""
    last = day - timedelta(days=1)
    while Frame(last, frame.calendar, frame.rule).earliest > day:
        last -= timedelta(days=1)
    return last
