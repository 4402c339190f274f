"""Judges a plan of hearings demand by demand, knowing nothing of how it was found.

Every rule is read from the problem's own words again; nothing is shared with the scheduler but the
shapes of problem and plan.
"""

import datetime as dt
from collections.abc import Iterator
from itertools import combinations

from hearing.scheduling.plan.problem import Demand, Hearing, Person, Planned, Problem, Room, Span


def broken(problem: Problem, plan: tuple[Planned, ...]) -> list[Demand]:
    """Every demand that a plan breaks; empty when it may be held as it stands.

    `kind` is that of the scheduler's demands, or ROOM_TAKEN, TWO_PLACES, TWO_PARTS, NOT_ASKED for
    what nobody has to ask for.
    """
    found = [*_not_held(problem, plan)]
    hearings = {one.id: one for one in problem.hearings}
    for planned in plan:
        found += _one(problem, hearings[planned.hearing], planned)
    for one, other in combinations(plan, 2):
        found += _two(problem, one, other)
    return sorted(set(found))


def _not_held(problem: Problem, plan: tuple[Planned, ...]) -> Iterator[Demand]:
    times = [planned.hearing for planned in plan]
    for hearing in problem.hearings:
        if times.count(hearing.id) != 1:
            yield Demand("HELD", hearing.id)


def _one(problem: Problem, hearing: Hearing, planned: Planned) -> Iterator[Demand]:
    kinds = [*_when(problem, hearing, planned), *_where(problem, hearing, planned)]
    yield from (Demand(kind, hearing.id) for kind, holds in kinds if not holds)
    yield from _who(problem, hearing, planned)


def _when(problem: Problem, hearing: Hearing, planned: Planned) -> list[tuple[str, bool]]:
    length = _at(planned.day, planned.ends) - _at(planned.day, planned.begins)
    pinned = hearing.pinned
    return [
        ("HELD", length == dt.timedelta(minutes=hearing.minutes)),
        ("HELD", planned.day in problem.workdays),
        ("NOTICE", planned.day >= hearing.earliest),
        ("HOLD_BY", planned.day <= hearing.latest),
        ("FORBIDDEN_DAYS", planned.day not in hearing.forbidden.days),
        ("PINNED_TIME", pinned.day is None or pinned.day == planned.day),
        ("PINNED_TIME", pinned.begins is None or pinned.begins == planned.begins),
    ]


def _where(problem: Problem, hearing: Hearing, planned: Planned) -> list[tuple[str, bool]]:
    room = next(room for room in problem.rooms if room.id == planned.room)
    seats = hearing.public + len(hearing.parties) + len(hearing.departments)
    seats += len(hearing.optional) + hearing.panel_size + 1
    return [
        ("HELD", _free(room, room.opens, room.closes, planned)),
        ("SEATS", room.capacity >= seats),
        ("EQUIPMENT", not hearing.equipment - room.equipment),
        ("ONLINE", room.online or not hearing.online),
        ("FORBIDDEN_ROOMS", room.id not in hearing.forbidden.rooms),
        ("PINNED_ROOM", hearing.pinned.room is None or hearing.pinned.room == room.id),
    ]


def _who(problem: Problem, hearing: Hearing, planned: Planned) -> Iterator[Demand]:
    people = {person.id: person for person in problem.people}
    for name in sorted(set(_everybody(hearing, planned))):
        if not _can_come(problem, hearing, people[name], planned):
            yield Demand("BUSY", hearing.id, name)
    parts = list(_everybody(hearing, planned))
    for name in {name for name in parts if parts.count(name) > 1}:
        yield Demand("TWO_PARTS", hearing.id, name)
    for department in hearing.departments:
        if planned.representatives.get(department.id) not in department.representatives:
            yield Demand("DEPARTMENT", hearing.id, department.id)
    if not set(planned.attending) <= set(hearing.optional):
        yield Demand("NOT_ASKED", hearing.id)
    yield from _judges(hearing, planned, people)


def _judges(hearing: Hearing, planned: Planned, people: dict[str, Person]) -> Iterator[Demand]:
    if planned.chair not in hearing.chairs:
        yield Demand("CHAIR", hearing.id)
    if hearing.pinned.chair not in {None, planned.chair}:
        yield Demand("PINNED_CHAIR", hearing.id, str(hearing.pinned.chair))
    if len(set(planned.panel)) != hearing.panel_size:
        yield Demand("PANEL", hearing.id)
    for name in sorted(hearing.pinned.panel - set(planned.panel)):
        yield Demand("PINNED_PANEL", hearing.id, name)
    for quota in hearing.quotas:
        if sum(quota.kind in people[name].kinds for name in planned.panel) < quota.least:
            yield Demand("QUOTA", hearing.id, quota.kind)
    yield from _barred(hearing, planned, people)


def _barred(hearing: Hearing, planned: Planned, people: dict[str, Person]) -> Iterator[Demand]:
    for name in (planned.chair, *planned.panel):
        if people[name].ties & {*hearing.about, *hearing.parties} or name in hearing.parties:
            yield Demand("RECUSAL", hearing.id, name)
        if name in hearing.forbidden.persons:
            yield Demand("FORBIDDEN_PERSON", hearing.id, name)


def _two(problem: Problem, one: Planned, other: Planned) -> Iterator[Demand]:
    hearings = {hearing.id: hearing for hearing in problem.hearings}
    sites = {room.id: room.site for room in problem.rooms}
    if one.room == other.room and _meet(one, other, 0):
        yield Demand("ROOM_TAKEN", one.hearing, other.hearing)
    travel = problem.minutes_between(sites[one.room], sites[other.room])
    shared = {*_everybody(hearings[one.hearing], one)} & {
        *_everybody(hearings[other.hearing], other)
    }
    if shared and _meet(one, other, travel):
        yield from (Demand("TWO_PLACES", one.hearing, name) for name in sorted(shared))


def _everybody(hearing: Hearing, planned: Planned) -> Iterator[str]:
    yield from hearing.parties
    yield planned.chair
    yield from planned.panel
    yield from planned.representatives.values()
    yield from planned.attending


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time)


def _meet(one: Planned, other: Planned, minutes: int) -> bool:
    between = dt.timedelta(minutes=minutes)
    ends, begins = _at(one.day, one.ends), _at(other.day, other.begins)
    again, first = _at(other.day, other.ends), _at(one.day, one.begins)
    return one.day == other.day and begins < ends + between and first < again + between


def _free(who: Room | Person, begins: dt.time, ends: dt.time, planned: Planned) -> bool:
    within = begins <= planned.begins and planned.ends <= ends
    return within and not any(_covers(span, planned) for span in who.busy)


def _covers(span: Span, planned: Planned) -> bool:
    return span.day == planned.day and span.begins < planned.ends and planned.begins < span.ends


def _can_come(problem: Problem, hearing: Hearing, person: Person, planned: Planned) -> bool:
    """Free, also of the way from a hearing elsewhere, and of a break that could be kept."""
    if not _free(person, person.begins, person.ends, planned):
        return False
    site = next(room.site for room in problem.rooms if room.id == planned.room)
    begins, ends = _at(planned.day, planned.begins), _at(planned.day, planned.ends)
    for span in person.busy:
        if span.site and span.day == planned.day:
            way = dt.timedelta(minutes=problem.minutes_between(span.site, site))
            over, first = _at(span.day, span.ends) + way, _at(span.day, span.begins) - way
            if begins < over and first < ends:
                return False
    in_break = any(one.begins < planned.ends and planned.begins < one.ends for one in person.breaks)
    return not in_break or hearing.pinned.begins is not None or _outlasts(person, hearing)


def _outlasts(person: Person, hearing: Hearing) -> bool:
    """Whether a hearing is longer than each stretch of the person's day between breaks."""
    marks = [person.begins, person.ends, *(one.ends for one in person.breaks)]
    length = dt.timedelta(minutes=hearing.minutes)
    day = hearing.earliest
    for begin in marks:
        stops = [one.begins for one in person.breaks if one.begins >= begin]
        stop = min([*stops, person.ends])
        inside = any(one.begins <= begin < one.ends for one in person.breaks)
        if not inside and begin < stop and _at(day, stop) - _at(day, begin) >= length:
            return False
    return True
