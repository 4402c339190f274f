"""What is wished: few changes, optional guests, early days; then comfort of those who attend."""

from collections import defaultdict

from ortools.sat.python.cp_model import IntVar, LinearExpr

from .model import HearingModel, Sitting
from .problem import Planned
from .times import minute_of

CHANGE, MISSED, WAIT = 100, 10, 1
"""Costs of the medium level: a changed part, an optional guest missed, a red case's day of wait."""
DAY, ROOM, LOAD = 2, 1, 1
"""Costs of the soft level: a day out, a room more, and each further panel of the busiest."""


def medium(whole: HearingModel) -> LinearExpr:
    """Changes of the previous plan, optional guests missed, days that red cases wait."""
    terms: list[LinearExpr] = []
    before = {planned.hearing: planned for planned in whole.problem.previous}
    for sitting in whole.sittings:
        terms += [MISSED * ~guest for guest in sitting.optional.values()]
        if sitting.hearing.colour == "red":
            terms.append(WAIT * _wait(sitting))
        if planned := before.get(sitting.hearing.id):
            terms += [CHANGE * ~stays for stays in _stays(whole, sitting, planned)]
    return LinearExpr.sum(terms)


def _wait(sitting: Sitting) -> LinearExpr:
    first = min((s.at for s in sitting.slots if s.day >= sitting.hearing.earliest), default=0)
    waits = [max(slot.at - first, 0) for slot in sitting.slots]
    return LinearExpr.weighted_sum(sitting.at, waits)


def _stays(whole: HearingModel, sitting: Sitting, planned: Planned) -> list[IntVar]:
    """Literals that hold while a part of the previous plan stands."""
    time = [
        at
        for slot, at in zip(sitting.slots, sitting.at, strict=True)
        if (slot.day, slot.minute) == (planned.day, minute_of(planned.begins))
    ]
    parts: list[IntVar | None] = [sitting.room.get(planned.room), sitting.chair.get(planned.chair)]
    parts += [sitting.panel.get(one) for one in planned.panel]
    parts += [
        sitting.representing.get(department, {}).get(person)
        for department, person in planned.representatives.items()
    ]
    gone = whole.model.new_constant(0)
    return [part if part is not None else gone for part in (*parts, *(time or (None,)))]


def soft(whole: HearingModel) -> LinearExpr:
    """Days and rooms of chairs and representatives, and the load of the busiest panel member."""
    return LinearExpr.sum([*_outings(whole), LOAD * _busiest(whole)])


def _outings(whole: HearingModel) -> list[LinearExpr]:
    model = whole.model
    days: dict[tuple[str, int], IntVar] = defaultdict(lambda: model.new_bool_var(""))
    rooms: dict[tuple[str, str], IntVar] = defaultdict(lambda: model.new_bool_var(""))
    for sitting in whole.sittings:
        held = {at: model.new_bool_var("") for at in sitting.on_days()}
        for at, begins in sitting.on_days().items():
            model.add(sum(begins) == held[at])
        groups = [sitting.chair, *sitting.representing.values()]
        for person, literal in ((who, one) for group in groups for who, one in group.items()):
            for at, day in held.items():
                model.add_bool_or(~literal, ~day, days[person, at])
            for room, taken in sitting.room.items():
                model.add_bool_or(~literal, ~taken, rooms[person, room])
    return [DAY * LinearExpr.sum(list(days.values())), ROOM * LinearExpr.sum(list(rooms.values()))]


def _busiest(whole: HearingModel) -> LinearExpr:
    model = whole.model
    highest = max((person.load for person in whole.problem.people), default=0)
    top = model.new_int_var(0, highest + len(whole.sittings), "")
    panels: dict[str, list[IntVar]] = defaultdict(list)
    for sitting in whole.sittings:
        for person, literal in sitting.panel.items():
            panels[person].append(literal)
    for person, literals in panels.items():
        model.add(top >= sum(literals) + whole.people[person].load)
    return LinearExpr.sum([top])
