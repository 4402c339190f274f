"""What stands against holding one hearing at a wanted time, in a wanted room, with these people.

Needs no solver. Every clash is found, not the first alone: a clerk mends them together.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hearing.scheduling.plan.problem import Hearing, Person, Planned, Problem, Room, Span
from hearing.scheduling.plan.times import keeps_breaks

RECORDER = "recorder"
"""The recorder stands in a problem as a department of this id, which sends one of its people."""

SOFT = frozenset(
    {"NOT_WORKDAY", "HOLD_BY", "OUT_OF_HOURS", "BREAK", "CLOCK_TIGHT", "CLOCK_OF_UNIT"}
)
"""Kinds that a person may decide against, by naming them; all others refuse."""


@dataclass(frozen=True, slots=True, order=True)
class Clash:
    """One thing in the way. `kind` is the key of its text.

    `subject` is whom or what it is about, `other` the hearing, clock or day that it clashes with.
    """

    kind: str
    subject: str = ""
    other: str = ""

    @property
    def hard(self) -> bool:
        """Whether nobody can decide against it."""
        return self.kind not in SOFT


@dataclass(frozen=True, slots=True)
class Standing:
    """Another hearing that stands: when, where, and everybody who is needed there."""

    hearing: str
    day: dt.date
    begins: dt.time
    ends: dt.time
    room: str
    site: str
    people: frozenset[str] = field(default_factory=frozenset)


def clashes(problem: Problem, planned: Planned, standing: Iterable[Standing]) -> list[Clash]:
    """Everything that stands against a wanted hearing; empty when it may be set.

    `problem` holds the hearing, the rooms and persons named, with what keeps them busy beside
    hearings; `standing` are the other hearings that are set.
    """
    hearing = next(one for one in problem.hearings if one.id == planned.hearing)
    found = [*_when(problem, hearing, planned), *_room(problem, hearing, planned)]
    found += [*_people(problem, hearing, planned), *_sent(hearing, planned)]
    found += [*_judges(problem, hearing, planned), *_panel(problem, hearing, planned)]
    for other in standing:
        found += _with(problem, hearing, planned, other)
    return sorted(set(found))


def _when(problem: Problem, hearing: Hearing, planned: Planned) -> Iterator[Clash]:
    day, pinned = planned.day, hearing.pinned
    if planned.ends <= planned.begins or _length(planned) != hearing.minutes:
        yield Clash("LENGTH", other=str(hearing.minutes))
    if day not in problem.workdays:
        yield Clash("NOT_WORKDAY", other=day.isoformat())
    if day < hearing.earliest:
        yield Clash("NOTICE", other=hearing.earliest.isoformat())
    if day > hearing.latest:
        yield Clash("HOLD_BY", other=hearing.latest.isoformat())
    if day in hearing.forbidden.days:
        yield Clash("FORBIDDEN_DAYS", other=day.isoformat())
    if pinned.day not in {None, day} or pinned.begins not in {None, planned.begins}:
        yield Clash("PINNED_TIME", other=pinned.day.isoformat() if pinned.day else "")


def _length(planned: Planned) -> float:
    day = planned.day
    length = dt.datetime.combine(day, planned.ends) - dt.datetime.combine(day, planned.begins)
    return length.total_seconds() / 60


def _room(problem: Problem, hearing: Hearing, planned: Planned) -> Iterator[Clash]:
    room = next((one for one in problem.rooms if one.id == planned.room), None)
    if room is None:
        yield Clash("ROOM_UNKNOWN", planned.room)
        return
    if not _within(room, planned) or _busy(room.busy, planned, hours=True):
        yield Clash("ROOM_CLOSED", room.id)
    if _busy(room.busy, planned):
        yield Clash("ROOM_BUSY", room.id)
    if room.id in hearing.forbidden.rooms:
        yield Clash("FORBIDDEN_ROOMS", room.id)
    if hearing.pinned.room not in {None, room.id}:
        yield Clash("PINNED_ROOM", room.id, str(hearing.pinned.room))
    yield from _unfit(hearing, room)


def _unfit(hearing: Hearing, room: Room) -> Iterator[Clash]:
    if room.capacity < seats(hearing):
        yield Clash("SEATS", room.id, str(seats(hearing)))
    for lack in sorted(hearing.equipment - room.equipment):
        yield Clash("EQUIPMENT", room.id, lack)
    if hearing.online and not room.online:
        yield Clash("ONLINE", room.id)


def seats(hearing: Hearing) -> int:
    """Everybody who takes part has a seat beside the public."""
    taking_part = len(hearing.parties) + len(hearing.departments) + len(hearing.optional)
    return hearing.public + taking_part + hearing.panel_size + 1


def _people(problem: Problem, hearing: Hearing, planned: Planned) -> Iterator[Clash]:
    people = {person.id: person for person in problem.people}
    parts = [*hearing.parties, *_named(planned)]
    for name in sorted(set(parts)):
        if parts.count(name) > 1:
            yield Clash("TWO_PARTS", name)
        person = people.get(name)
        if person is None:
            yield Clash("PERSON_UNKNOWN", name)
            continue
        if _busy(person.busy, planned):
            yield Clash("BUSY", name)
        if not _within(person, planned) or _busy(person.busy, planned, hours=True):
            yield Clash("OUT_OF_HOURS", name)
        if _in_break(person, planned) and keeps_breaks(person, hearing):
            yield Clash("BREAK", name)


def _in_break(person: Person, planned: Planned) -> bool:
    """Whether it would go on while the person has a break."""
    return any(one.begins < planned.ends and planned.begins < one.ends for one in person.breaks)


def _sent(hearing: Hearing, planned: Planned) -> Iterator[Clash]:
    for department in hearing.departments:
        if planned.representatives.get(department.id) not in department.representatives:
            yield Clash("DEPARTMENT", department.id)
    for name in sorted(set(planned.attending) - set(hearing.optional)):
        yield Clash("NOT_ASKED", name)


def _judges(problem: Problem, hearing: Hearing, planned: Planned) -> Iterator[Clash]:
    people = {person.id: person for person in problem.people}
    pinned = hearing.pinned
    if planned.chair not in hearing.chairs:
        yield Clash("CHAIR", planned.chair)
    if pinned.chair not in {None, planned.chair}:
        yield Clash("PINNED_CHAIR", str(pinned.chair))
    yield from _barred(hearing, {planned.chair, *planned.panel}, people)


def _panel(problem: Problem, hearing: Hearing, planned: Planned) -> Iterator[Clash]:
    people = {person.id: person for person in problem.people}
    panel = set(planned.panel)
    if len(panel) != hearing.panel_size:
        yield Clash("PANEL", other=str(hearing.panel_size))
    for name in sorted(hearing.pinned.panel - panel):
        yield Clash("PINNED_PANEL", name)
    known = [people[name] for name in sorted(panel) if name in people]
    for person in known:
        if not person.kinds:
            yield Clash("NOT_OF_POOL", person.id)
    for quota in hearing.quotas:
        if sum(quota.kind in person.kinds for person in known) < quota.least:
            yield Clash("QUOTA", quota.kind, str(quota.least))


def _barred(hearing: Hearing, judges: set[str], people: dict[str, Person]) -> Iterator[Clash]:
    subjects = {*hearing.about, *hearing.parties}
    for name in sorted(judges):
        ties = people[name].ties if name in people else frozenset[str]()
        for tie in sorted(ties & subjects):
            yield Clash("RECUSAL", name, tie)
        if name in hearing.parties:
            yield Clash("RECUSAL", name, name)
        if name in hearing.forbidden.persons:
            yield Clash("FORBIDDEN_PERSON", name)


def _with(problem: Problem, hearing: Hearing, planned: Planned, other: Standing) -> Iterator[Clash]:
    """What clashes with one other hearing: the room, and everybody who would be in both."""
    if other.hearing == planned.hearing or other.day != planned.day:
        return
    if other.room == planned.room and _meet(planned, other, 0):
        yield Clash("ROOM_TAKEN", planned.room, other.hearing)
    site = next((room.site for room in problem.rooms if room.id == planned.room), "")
    travel = problem.minutes_between(site, other.site)
    if _meet(planned, other, travel):
        shared = {*hearing.parties, *_named(planned)} & other.people
        yield from (Clash("TWO_PLACES", name, other.hearing) for name in sorted(shared))


def _named(planned: Planned) -> Iterator[str]:
    yield planned.chair
    yield from planned.panel
    yield from planned.representatives.values()
    yield from planned.attending


def _meet(planned: Planned, other: Standing, minutes: int) -> bool:
    between = dt.timedelta(minutes=minutes)

    def at(time: dt.time) -> dt.datetime:
        return dt.datetime.combine(planned.day, time)

    before = at(planned.begins) < at(other.ends) + between
    return before and at(other.begins) < at(planned.ends) + between


def _within(who: Room | Person, planned: Planned) -> bool:
    opens, closes = (who.opens, who.closes) if isinstance(who, Room) else (who.begins, who.ends)
    return opens <= planned.begins and planned.ends <= closes


def _busy(spans: tuple[Span, ...], planned: Planned, *, hours: bool = False) -> bool:
    """Whether it meets a busy time: hours that are not worked, or all others."""
    return any(
        span.day == planned.day and span.begins < planned.ends and planned.begins < span.ends
        for span in spans
        if (span.why == "hours") is hours
    )
