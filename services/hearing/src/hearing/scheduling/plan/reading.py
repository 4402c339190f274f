"""Reads a problem `hearing-plan/1` and names every field of it that is wrong."""

import datetime as dt

import msgspec
from msgspec import Struct

from .problem import Person, Problem, Room


class Wrong(Struct, frozen=True):
    """A field that is wrong: its path in the file and the key of the text that says why."""

    field: str
    reason: str


class ProblemInvalid(Exception):
    """The problem cannot be read; `wrong` names each field."""

    def __init__(self, wrong: tuple[Wrong, ...]) -> None:
        super().__init__("PROBLEM_INVALID")
        self.wrong = wrong


def read_problem(content: bytes) -> Problem:
    """Read and check a problem; raises ProblemInvalid with every field that names nobody."""
    try:
        problem = msgspec.json.decode(content, type=Problem)
    except msgspec.ValidationError as fault:
        path = str(fault).rpartition(" - at `$")[2].rstrip("`").lstrip(".")
        raise ProblemInvalid((Wrong(path or "$", "VALUE_INVALID"),)) from fault
    except msgspec.DecodeError as fault:
        raise ProblemInvalid((Wrong("$", "NOT_JSON"),)) from fault
    if wrong := tuple(_unknown(problem)) + tuple(_odd(problem)):
        raise ProblemInvalid(wrong)
    return problem


def _unknown(problem: Problem) -> list[Wrong]:
    """Names that stand for nobody, or twice."""
    people, rooms = ({one.id for one in kept} for kept in (problem.people, problem.rooms))
    wrong = []
    for at, hearing in enumerate(problem.hearings):
        named = {
            "parties": hearing.parties,
            "chairs": hearing.chairs,
            "optional": hearing.optional,
            "departments": [who for one in hearing.departments for who in one.representatives],
            "pinned.panel": hearing.pinned.panel,
            "pinned.chair": {hearing.pinned.chair} - {None},
        }
        wrong += [
            Wrong(f"hearings[{at}].{name}", "PERSON_UNKNOWN")
            for name, who in named.items()
            if not set(who) <= people
        ]
        if not {hearing.pinned.room} - {None} <= rooms:
            wrong.append(Wrong(f"hearings[{at}].pinned.room", "ROOM_UNKNOWN"))
    return wrong


def _repeated(problem: Problem) -> list[Wrong]:
    """What may stand only once and stands twice."""
    lists = {
        "people": [one.id for one in problem.people],
        "rooms": [one.id for one in problem.rooms],
        "hearings": [one.id for one in problem.hearings],
    }
    for at, hearing in enumerate(problem.hearings):
        lists[f"hearings[{at}].parties"] = list(hearing.parties)
        lists[f"hearings[{at}].optional"] = list(hearing.optional)
        lists[f"hearings[{at}].departments"] = [one.id for one in hearing.departments]
    return [Wrong(name, "TWICE") for name, ids in lists.items() if len(set(ids)) < len(ids)]


def _uneven(problem: Problem) -> list[Wrong]:
    """Times of day that are no whole minutes: the plan counts in minutes."""
    times = {
        **{f"rooms[{at}]": [one.opens, one.closes] for at, one in enumerate(problem.rooms)},
        **{f"people[{at}]": [one.begins, one.ends] for at, one in enumerate(problem.people)},
    }
    owners: tuple[tuple[str, tuple[Room | Person, ...]], ...] = (
        ("rooms", problem.rooms),
        ("people", problem.people),
    )
    for name, kept in owners:
        for at, one in enumerate(kept):
            times[f"{name}[{at}].busy"] = [t for s in one.busy for t in (s.begins, s.ends)]
    for at, person in enumerate(problem.people):
        times[f"people[{at}].breaks"] = [t for s in person.breaks for t in (s.begins, s.ends)]
    for at, hearing in enumerate(problem.hearings):
        times[f"hearings[{at}].pinned.begins"] = [hearing.pinned.begins or dt.time()]
    return [
        Wrong(field, "VALUE_INVALID")
        for field, kept_times in times.items()
        if any(time.second or time.microsecond for time in kept_times)
    ]


def _odd(problem: Problem) -> list[Wrong]:
    hearings = problem.hearings
    wrong = [
        Wrong(f"hearings[{at}].panel_size", "PANEL_EVEN")
        for at, hearing in enumerate(hearings)
        if hearing.panel_size % 2 == 0
    ]
    return [*wrong, *_repeated(problem), *_uneven(problem)]


def schema() -> dict[str, object]:
    """The JSON schema of a problem."""
    return msgspec.json.schema(Problem)
