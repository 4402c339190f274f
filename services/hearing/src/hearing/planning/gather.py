"""Makes the problem `hearing-plan/1` of hearings that wait, from what service and register know.

Rooms and people come with what keeps them busy, other hearings included; ids stand for names.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import structs

from hearing.planning.clashes import RECORDER
from hearing.planning.clocks import Term, last_day
from hearing.planning.register import Entry, Register
from hearing.scheduling.plan.problem import (
    Colour,
    Department,
    Fixed,
    Forbidden,
    Hearing,
    Person,
    Planned,
    Problem,
    Quota,
    Span,
)
from kernel.calendar import Calendar
from kernel.regulation.rules import Hearing as Rule
from kernel.regulation.values import Unit

WHOLE_DAY = (dt.time(0, 0), dt.time(23, 59))
AHEAD = 180
"""Days that a plan looks ahead at the most."""
COLOURS: Mapping[str, Colour] = {"red": "red", "yellow": "yellow"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What people said of one hearing: pinned, forbidden, when parties are away."""

    pinned: Fixed = field(default_factory=Fixed)
    forbidden: Forbidden = field(default_factory=Forbidden)
    away: tuple[tuple[str, Span], ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """One hearing that is to be set, or set anew.

    `handlers` are accounts of who handled the case; `recused` persons who were replaced as biased;
    `stands` is how it is set now, `told` that people were told of it, `hold` that time and room of
    it are kept. `rooms` are those it may be held in, where it is held in another unit's hall.
    """

    hearing_id: str
    case_id: str
    minutes: int
    panel_size: int
    colour: str
    public: int
    online: bool
    equipment: frozenset[str]
    departments: tuple[str, ...]
    parties: tuple[str, ...]
    about: frozenset[str]
    handlers: frozenset[str]
    hold_by: dt.date
    recused: frozenset[str] = frozenset()
    optional: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    wish: Wish = field(default_factory=Wish)
    stands: Planned | None = None
    told: bool = False
    hold: bool = False
    not_before: dt.date | None = None
    rooms: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """The day it is, the workdays, the rule of hearings."""

    today: dt.date
    calendar: Calendar
    rule: Rule

    @property
    def earliest(self) -> dt.date:
        """The first day on which a notice that goes out today is in time."""
        if self.rule.notice_unit is Unit.WORKING_DAYS:
            return self.calendar.workday_after(self.today, self.rule.notice_days)
        return self.today + dt.timedelta(days=self.rule.notice_days)

    def workdays(self, last: dt.date) -> tuple[dt.date, ...]:
        """The workdays from tomorrow to a day, at least to the first that keeps the notice."""
        first = self.today + dt.timedelta(days=1)
        until = min(max(last, self.earliest), self.today + dt.timedelta(days=AHEAD))
        return tuple(day.date for day in self.calendar.days(first, until) if day.is_workday)


class NobodyFor(Exception):
    """The register has nobody for a part (`part`: room, chair, recorder, a department)."""

    def __init__(self, part: str) -> None:
        super().__init__("NOBODY_FOR")
        self.part = part


def problem_of(
    waiting: Sequence[Waiting],
    register: Register,
    frame: Frame,
    previous: tuple[Planned, ...] = (),
    until: dt.date = dt.date.min,
) -> Problem:
    """All these hearings as one problem, on days at least to `until`. Raises NobodyFor."""
    if not register.rooms:
        raise NobodyFor("room")
    hearings = tuple(_hearing(one, register, frame) for one in waiting)
    latest = max([until, *(one.latest for one in hearings)])
    days = {*frame.workdays(latest), *_pinned_days(hearings)}
    return Problem(
        format="hearing-plan/1",
        workdays=tuple(sorted(days)),
        rooms=register.rooms,
        people=_people(waiting, register),
        hearings=hearings,
        travel=register.travel,
        previous=previous,
    )


def _pinned_days(hearings: Iterable[Hearing]) -> set[dt.date]:
    return {one.pinned.day for one in hearings if one.pinned.day is not None}


def _hearing(waiting: Waiting, register: Register, frame: Frame) -> Hearing:
    earliest = max(frame.earliest, waiting.not_before or frame.earliest)
    pinned = waiting.wish.pinned
    if waiting.told and waiting.stands is not None and waiting.stands.day < earliest:
        # Its notice has run for this day alone: people may be replaced, the time stays.
        earliest = waiting.stands.day
        pinned = _at_its_time(waiting, pinned, pinned.room)
    if waiting.hold and waiting.stands is not None:
        pinned = _at_its_time(waiting, pinned, waiting.stands.room)
    return Hearing(
        id=waiting.hearing_id,
        minutes=waiting.minutes,
        earliest=earliest,
        latest=_latest(waiting, frame, earliest),
        chairs=_chairs(waiting, register),
        panel_size=waiting.panel_size,
        quotas=tuple(Quota(one.kind, one.least) for one in frame.rule.quotas),
        colour=COLOURS.get(waiting.colour, "green"),
        public=waiting.public,
        equipment=waiting.equipment,
        online=waiting.online,
        parties=waiting.parties,
        departments=tuple(_departments(waiting, register)),
        optional=waiting.optional,
        about=waiting.about | {waiting.case_id},
        pinned=pinned,
        forbidden=_forbidden(waiting, register),
    )


def _latest(waiting: Waiting, frame: Frame, earliest: dt.date) -> dt.date:
    """The last day to hold it; what was postponed beyond that day is still to be held soon.

    A citizen's last day bounds it in any case.
    """
    hold_by = waiting.hold_by
    if hold_by < earliest:
        hold_by = earliest + dt.timedelta(days=frame.rule.held_within_days)
    return last_day(hold_by, waiting.terms)


def _at_its_time(waiting: Waiting, pinned: Fixed, room: str | None) -> Fixed:
    stands = waiting.stands
    if stands is None:
        return pinned
    return structs.replace(pinned, day=stands.day, begins=stands.begins, room=room)


def _forbidden(waiting: Waiting, register: Register) -> Forbidden:
    """What people forbade, and every room but those of the hall where it is to be held."""
    said = waiting.wish.forbidden
    if waiting.rooms is None:
        return said
    others = {room.id for room in register.rooms} - waiting.rooms
    return structs.replace(said, rooms=said.rooms | others)


def _chairs(waiting: Waiting, register: Register) -> tuple[str, ...]:
    """Who may preside: never somebody who handled the case."""
    chairs = [one for one in register.entries if one.chairs and one.staff not in waiting.handlers]
    if not chairs:
        raise NobodyFor("chair")
    return tuple(one.person.id for one in chairs)


def _departments(waiting: Waiting, register: Register) -> Iterable[Department]:
    """The departments that take part, and the recorder as one of them."""
    records = [one for one in register.entries if one.records]
    recorders = [one.person.id for one in records if not _barred(one, waiting)]
    yield _sends(RECORDER, recorders)
    in_turn = sorted(register.entries, key=lambda one: (one.stand_in, one.person.id))
    for unit in waiting.departments:
        yield _sends(unit, [one.person.id for one in in_turn if one.department == unit])


def _barred(entry: Entry, waiting: Waiting) -> bool:
    """Whether the person is tied to the matter, as none is who judges or records."""
    about = {waiting.case_id, *waiting.about, *waiting.parties}
    return bool(_tied(entry, (waiting,)).ties & about)


def _sends(department: str, people: list[str]) -> Department:
    if not people:
        raise NobodyFor(department)
    return Department(department, tuple(people))


def _people(waiting: Sequence[Waiting], register: Register) -> tuple[Person, ...]:
    entries = [_tied(one, waiting) for one in register.entries]
    known = {one.id for one in entries}
    parties: dict[str, list[Span]] = {}
    for hearing in waiting:
        for party in hearing.parties:
            parties.setdefault(party, [])
        for party, span in hearing.wish.away:
            parties.setdefault(party, []).append(span)
    strangers = [
        Person(name, *WHOLE_DAY, busy=tuple(spans))
        for name, spans in parties.items()
        if name not in known
    ]
    return (*entries, *strangers)


def _tied(entry: Entry, waiting: Sequence[Waiting]) -> Person:
    """The person, tied to the own unit and to each case that he handled or was recused from."""
    ties = {
        one.case_id
        for one in waiting
        if (entry.staff and entry.staff in one.handlers) or entry.person.id in one.recused
    }
    if entry.staff and entry.unit:
        ties.add(entry.unit)
    person = entry.person
    return structs.replace(person, ties=person.ties | ties)
