"""The typed hearing problem `hearing-plan/1`: what is to be planned, as clerks know it.

Days and times of day are local (Asia/Shanghai). docs/hearing-plan.md explains every field.
"""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

Id = Annotated[str, Meta(min_length=1, max_length=64)]
Minutes = Annotated[int, Meta(ge=1, le=24 * 60)]
Count = Annotated[int, Meta(ge=0, le=10_000)]
Time = Annotated[dt.time, Meta(tz=False)]
Colour = Literal["red", "yellow", "green"]
Why = Literal["absence", "hearing", "hours"]


class Span(Struct, frozen=True, forbid_unknown_fields=True):
    """Part of one day, from `begins` up to `ends`; of a hearing elsewhere, at which site.

    `why` is told when it keeps a hearing from being held; `hours` that are not worked are not.
    """

    day: dt.date
    begins: Time
    ends: Time
    why: Why = "absence"
    site: str = ""


class Break(Struct, frozen=True, forbid_unknown_fields=True):
    """A time of each day that is kept free, such as the lunch hour."""

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

    `ties` name units, parties or cases that the person may not judge. `breaks` are kept free but by
    a hearing that is longer than any stretch between them, or that a person pinned to its hour.
    """

    id: Id
    begins: Time
    ends: Time
    busy: tuple[Span, ...] = ()
    breaks: tuple[Break, ...] = ()
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

    def is_of_pool(self, name: str) -> bool:
        """Whether this is somebody of the panel pool."""
        return any(one.kinds for one in self.people if one.id == name)

    def busy_of(self, name: str) -> tuple[Span, ...]:
        """When a person or a room is busy."""
        owners: tuple[Person | Room, ...] = (*self.people, *self.rooms)
        return tuple(span for one in owners if one.id == name for span in one.busy)

    def minutes_between(self, one: str, other: str) -> int:
        """Travel between two sites; 0 where the table says nothing."""
        found = (leg.minutes for leg in self.travel if {leg.one, leg.other} == {one, other})
        return 0 if one == other else next(found, 0)


class Demand(Struct, frozen=True, order=True):
    """One thing asked for. `kind` is the key of its text, `subject` whom or what it is about."""

    kind: str
    hearing: str
    subject: str = ""


class Absence(Struct, frozen=True, order=True):
    """Without this the demands could hold: somebody, or a room, is not to be had.

    `part` is what the owner would be in the hearing, or `room`; `department` whom a representative
    speaks for. `why` is that of the spans, `days` those on which the hearing could be.
    """

    owner: str
    hearing: str
    why: str
    part: str
    department: str = ""
    days: tuple[dt.date, ...] = ()


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
    one left out (another conflict may stand beside), or any owner of `absences` to be had.
    `unknown`: neither was found within the limit.
    """

    state: Literal["proposed", "infeasible", "unknown"]
    hearings: tuple[Planned, ...] = ()
    medium: int = 0
    bound: int = 0
    soft: int = 0
    changes: tuple[Change, ...] = ()
    demands: tuple[Demand, ...] = ()
    smallest: bool = False
    absences: tuple[Absence, ...] = ()
    seconds: float = 0.0
