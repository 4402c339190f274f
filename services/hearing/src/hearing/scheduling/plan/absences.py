"""What an absence has to do with a hearing: as what somebody is missed there, on which days."""

import datetime as dt
from collections.abc import Iterator

from .problem import Absence, Demand, Hearing, Problem


def told_of(
    problem: Problem, hearing: Hearing, owner: tuple[str, str], demands: tuple[Demand, ...]
) -> Absence | None:
    """One owner's absences of a kind as far as they matter to a hearing; None when they do not.

    `owner` is an id and why it is busy; the demands of this hearing say who is asked for.
    """
    name, why = owner
    kinds = {one.kind for one in demands if one.hearing == hearing.id}
    days = tuple(sorted(_days(problem, hearing, owner)))
    part = next(_parts(problem, hearing, name, kinds), None)
    if part is None or not days:
        return None
    return Absence(name, hearing.id, why, *part, days=days)


def _parts(
    problem: Problem, hearing: Hearing, name: str, kinds: set[str]
) -> Iterator[tuple[str, str]]:
    """As what somebody, or a room, could be in the hearing by demands of these kinds."""
    if name in {room.id for room in problem.rooms} and "HELD" in kinds:
        yield "room", ""
    if name in hearing.parties and "PARTY" in kinds:
        yield "party", ""
    for department in hearing.departments:
        if name in department.representatives and "DEPARTMENT" in kinds:
            yield "representative", department.id
    if name in hearing.chairs and kinds & {"CHAIR", "PINNED_CHAIR"}:
        yield "chair", ""
    if problem.is_of_pool(name) and kinds & {"PANEL", "QUOTA", "PINNED_PANEL"}:
        yield "panelist", ""


def _days(problem: Problem, hearing: Hearing, owner: tuple[str, str]) -> set[dt.date]:
    """Workdays on which the owner is busy for this reason: those that the hearing may have."""
    name, why = owner
    spans = problem.busy_of(name)
    busy = {span.day for span in spans if span.why == why} & set(problem.workdays)
    pinned = hearing.pinned.day
    return {
        day for day in busy if hearing.earliest <= day <= hearing.latest and pinned in {None, day}
    } or busy
