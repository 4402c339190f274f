"""What a written plan costs on the levels medium and soft, counted from the plan itself."""

import datetime as dt

from .problem import Hearing, Planned, Problem
from .times import Slot, minute_of
from .wishes import CHANGE, DAY, LOAD, MISSED, ROOM, WAIT


def change_cost(before: Planned | None, slot: Slot, room: str) -> int:
    """Cost of holding a hearing that was planned elsewhere or at another time."""
    if before is None:
        return 0
    moved = (before.day, minute_of(before.begins)) != (slot.day, slot.minute)
    return CHANGE * (moved + (before.room != room))


def medium_cost(problem: Problem, plan: tuple[Planned, ...]) -> int:
    """Changes of the previous plan, optional guests missed, days that red cases wait."""
    before = {planned.hearing: planned for planned in problem.previous}
    hearings = {hearing.id: hearing for hearing in problem.hearings}
    total = 0
    for planned in plan:
        hearing = hearings[planned.hearing]
        total += MISSED * len(set(hearing.optional) - set(planned.attending))
        total += WAIT * _waited(sorted(set(problem.workdays)), hearing, planned.day)
        if planned.hearing in before:
            total += CHANGE * _changed(before[planned.hearing], planned)
    return total


def _waited(days: list[dt.date], hearing: Hearing, day: dt.date) -> int:
    if hearing.colour != "red":
        return 0
    return sum(hearing.earliest <= one < day for one in days)


def _changed(before: Planned, now: Planned) -> int:
    """How many parts of a plan no longer stand: time, room, chair, each member, each sent one."""
    parts = [
        (before.day, before.begins) != (now.day, now.begins),
        before.room != now.room,
        before.chair != now.chair,
        *(one not in now.panel for one in before.panel),
        *(now.representatives.get(unit) != who for unit, who in before.representatives.items()),
    ]
    return sum(parts)


def soft_cost(problem: Problem, plan: tuple[Planned, ...]) -> int:
    """Days out and rooms of chairs and representatives, and the load of the busiest member."""
    days, rooms = set(), set()
    load = {person.id: person.load for person in problem.people}
    for planned in plan:
        for person in (planned.chair, *planned.representatives.values()):
            days.add((person, planned.day))
            rooms.add((person, planned.room))
        for person in planned.panel:
            load[person] += 1
    return DAY * len(days) + ROOM * len(rooms) + LOAD * max(load.values(), default=0)
