"""The typed hearing problem `hearing-plan/1`: what is to be planned, as clerks know it.

Days and times of day are local (Asia/Shanghai). docs/hearing-plan.md explains every field.
"""

import datetime as dt
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

Id = Annotated[str, Meta(min_length=1, max_length=64)]
Minutes = Annotated[int, Meta(ge=1, le=24 * 60)]
Count = Annotated[int, Meta(ge=0, le=10_000)]
Time = Annotated[dt.time, Meta(tz=False)]
Colour = Literal["red", "yellow", "green"]


class Span(Struct, frozen=True, forbid_unknown_fields=True):
    """Part of one day, from `begins` up to `ends`."""

    day: dt.date
    begins: Time
    ends: Time


class Room(Struct, frozen=True, forbid_unknown_fields=True):
    """A room with its seats and hours; `busy` is when somebody else has it."""

    id: Id
    site: Id
    capacity: Count
    opens: Time
    closes: Time
    equipment: frozenset[str] = frozenset()
    online: bool = False
    busy: tuple[Span, ...] = ()


class Person(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who takes part; `kinds` are those of the panel pool, `load` hearings so far.

    `ties` name units, parties or cases that the person may not judge.
    """

    id: Id
    begins: Time
    ends: Time
    busy: tuple[Span, ...] = ()
    kinds: frozenset[str] = frozenset()
    ties: frozenset[str] = frozenset()
    load: Count = 0


class Quota(Struct, frozen=True, forbid_unknown_fields=True):
    """At least so many of the panel are of this kind."""

    kind: Id
    least: Annotated[int, Meta(ge=1, le=99)]


class Department(Struct, frozen=True, forbid_unknown_fields=True):
    """A department that must be there by one of these, who stand in for each other."""

    id: Id
    representatives: Annotated[tuple[Id, ...], Meta(min_length=1)]


class Fixed(Struct, frozen=True, forbid_unknown_fields=True):
    """Parts of a hearing that a person has pinned; what is left out is free."""

    day: dt.date | None = None
    begins: Time | None = None
    room: Id | None = None
    chair: Id | None = None
    panel: frozenset[Id] = frozenset()


class Forbidden(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person has ruled out for a hearing: days, rooms, persons as chair or on the panel."""

    days: frozenset[dt.date] = frozenset()
    rooms: frozenset[Id] = frozenset()
    persons: frozenset[Id] = frozenset()


class Hearing(Struct, frozen=True, forbid_unknown_fields=True):
    """One hearing. `earliest` is when its notice has run, `latest` the hold-by date of its case.

    `about` names what ties recuse from: units, parties, the case. `public` are seats beside those
    who take part.
    """

    id: Id
    minutes: Minutes
    earliest: dt.date
    latest: dt.date
    chairs: Annotated[tuple[Id, ...], Meta(min_length=1)]
    panel_size: Annotated[int, Meta(ge=1, le=15)]
    quotas: tuple[Quota, ...] = ()
    colour: Colour = "green"
    public: Count = 0
    equipment: frozenset[str] = frozenset()
    online: bool = False
    parties: tuple[Id, ...] = ()
    departments: tuple[Department, ...] = ()
    optional: tuple[Id, ...] = ()
    about: frozenset[str] = frozenset()
    pinned: Fixed = Fixed()
    forbidden: Forbidden = Forbidden()


class Travel(Struct, frozen=True, forbid_unknown_fields=True):
    """Minutes between two sites, the same both ways."""

    one: Id
    other: Id
    minutes: Minutes


class Planned(Struct, frozen=True):
    """One hearing as planned; `representatives` by department, `attending` of the optional."""

    hearing: str
    day: dt.date
    begins: Time
    ends: Time
    room: str
    chair: str
    panel: tuple[str, ...]
    representatives: dict[str, str]
    attending: tuple[str, ...] = ()


class Problem(Struct, frozen=True, forbid_unknown_fields=True):
    """All that wait together. Hearings begin on multiples of `grain_minutes` after a room opens."""

    format: Literal["hearing-plan/1"]
    workdays: Annotated[tuple[dt.date, ...], Meta(min_length=1, max_length=260)]
    rooms: Annotated[tuple[Room, ...], Meta(min_length=1)]
    people: tuple[Person, ...]
    hearings: tuple[Hearing, ...]
    travel: tuple[Travel, ...] = ()
    previous: tuple[Planned, ...] = ()
    grain_minutes: Annotated[int, Meta(ge=5, le=240)] = 30

    def person(self, name: str) -> Person:
        """The person with this id."""
        return next(one for one in self.people if one.id == name)

    def minutes_between(self, one: str, other: str) -> int:
        """Travel between two sites; 0 where the table says nothing."""
        found = (leg.minutes for leg in self.travel if {leg.one, leg.other} == {one, other})
        return 0 if one == other else next(found, 0)


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


class Demand(Struct, frozen=True, order=True):
    """One thing asked for. `kind` is the key of its text, `subject` whom or what it is about."""

    kind: str
    hearing: str
    subject: str = ""


class Change(Struct, frozen=True):
    """What a new plan changes of the previous one: `part` of a hearing, before and after."""

    hearing: str
    part: str
    before: str
    after: str


class Answer(Struct, frozen=True):
    """A proposal, or why there is none.

    `medium` and `soft` are costs, less is better; no better `medium` than `bound` exists. With
    state `infeasible` the `demands` cannot hold together; `smallest` says that they could with any
    one left out (another conflict may stand beside). `unknown`: neither was found within the limit.
    """

    state: Literal["proposed", "infeasible", "unknown"]
    hearings: tuple[Planned, ...] = ()
    medium: int = 0
    bound: int = 0
    soft: int = 0
    changes: tuple[Change, ...] = ()
    demands: tuple[Demand, ...] = ()
    smallest: bool = False
    seconds: float = 0.0
