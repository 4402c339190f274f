"""Turns what the model chose into a plan, and tells a plan's changes of the previous one."""

from collections.abc import Iterator, Mapping

from ortools.sat.python.cp_model import CpSolver, IntVar

from .model import HearingModel, Sitting
from .problem import Change, Planned
from .times import minute_of, time_of


def planned_of(solver: CpSolver, whole: HearingModel) -> tuple[Planned, ...]:
    """The plan in the order of the hearings."""
    return tuple(_planned(solver, sitting) for sitting in whole.sittings)


def _planned(solver: CpSolver, sitting: Sitting) -> Planned:
    pairs = zip(sitting.slots, sitting.at, strict=True)
    slot = next(slot for slot, at in pairs if solver.boolean_value(at))
    return Planned(
        hearing=sitting.hearing.id,
        day=slot.day,
        begins=time_of(slot.minute),
        ends=time_of(slot.minute + sitting.hearing.minutes),
        room=_chosen(solver, sitting.room)[0],
        chair=_chosen(solver, sitting.chair)[0],
        panel=_chosen(solver, sitting.panel),
        representatives={
            department: _chosen(solver, people)[0]
            for department, people in sitting.representing.items()
        },
        attending=_chosen(solver, sitting.optional),
    )


def _chosen(solver: CpSolver, literals: Mapping[str, IntVar]) -> tuple[str, ...]:
    return tuple(sorted(who for who, one in literals.items() if solver.boolean_value(one)))


def hint(whole: HearingModel, plan: tuple[Planned, ...]) -> None:
    """Let a search begin at a plan, as far as the plan says."""
    by_hearing = {planned.hearing: planned for planned in plan}
    for sitting in whole.sittings:
        if planned := by_hearing.get(sitting.hearing.id):
            for literal, value in _values(sitting, planned):
                whole.model.add_hint(literal, value)


def _values(sitting: Sitting, planned: Planned) -> Iterator[tuple[IntVar, bool]]:
    stands = (planned.day, minute_of(planned.begins))
    for slot, at in zip(sitting.slots, sitting.at, strict=True):
        yield at, (slot.day, slot.minute) == stands
    for literals, names in (
        (sitting.room, {planned.room}),
        (sitting.chair, {planned.chair}),
        (sitting.panel, set(planned.panel)),
        (sitting.optional, set(planned.attending)),
    ):
        yield from ((literal, who in names) for who, literal in literals.items())
    for department, people in sitting.representing.items():
        sent = planned.representatives.get(department)
        yield from ((literal, who == sent) for who, literal in people.items())


def changes(before: tuple[Planned, ...], after: tuple[Planned, ...]) -> tuple[Change, ...]:
    """Each part of a hearing in both plans that differs."""
    earlier = {planned.hearing: planned for planned in before}
    return tuple(
        Change(planned.hearing, part, old, new)
        for planned in after
        if planned.hearing in earlier
        for (part, old), new in zip(
            _parts(earlier[planned.hearing]).items(), _parts(planned).values(), strict=False
        )
        if old != new
    )


def _parts(planned: Planned) -> dict[str, str]:
    sent = (f"{unit}={who}" for unit, who in sorted(planned.representatives.items()))
    return {
        "time": f"{planned.day.isoformat()}T{planned.begins:%H:%M}",
        "room": planned.room,
        "chair": planned.chair,
        "panel": " ".join(planned.panel),
        "representatives": " ".join(sent),
    }
