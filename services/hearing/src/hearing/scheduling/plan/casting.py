"""Finds whom one hearing would have at one time and place, given who is taken already."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from .model import is_barred
from .problem import Hearing, Person, Problem
from .times import Slot, is_free, minute_of

Can = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Held:
    """Where and when somebody or a room is taken, in minutes of one day."""

    begins: int
    ends: int
    site: str


@dataclass(slots=True)
class Diary:
    """What is taken so far, and how much each person of the pool has been asked."""

    people: dict[tuple[str, int], list[Held]] = field(default_factory=lambda: defaultdict(list))
    rooms: dict[tuple[str, int], list[Held]] = field(default_factory=lambda: defaultdict(list))
    load: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(slots=True)
class Cast:
    """Everybody who takes part, and in which part; `all` keeps anyone from having two."""

    all: set[str]
    chair: str = ""
    panel: list[str] = field(default_factory=list)
    representatives: dict[str, str] = field(default_factory=dict)
    guests: list[str] = field(default_factory=list)


def _elsewhere(problem: Problem) -> Iterator[tuple[str, int, Held]]:
    """Persons, days and times of hearings that stand at a site, for the way from there."""
    day_at = {day: at for at, day in enumerate(sorted(set(problem.workdays)))}
    for person in problem.people:
        for span in person.busy:
            if span.site and span.day in day_at:
                held = Held(minute_of(span.begins), minute_of(span.ends), span.site)
                yield person.id, day_at[span.day], held


class Caster:
    """Chooses people: those of the previous plan first, then the least burdened."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._people = {person.id: person for person in problem.people}
        self._pool = [person for person in problem.people if person.kinds]
        self._before = {planned.hearing: planned for planned in problem.previous}
        self._elsewhere = list(_elsewhere(problem))
        self.diary = Diary()

    def begin(self) -> None:
        """Nobody is taken but by hearings elsewhere."""
        self.diary = Diary()
        for elsewhere, at, span in self._elsewhere:
            self.diary.people[elsewhere, at].append(span)
        for person in self._pool:
            self.diary.load[person.id] = person.load

    def keep(self, at: int, span: Held, cast: Cast) -> None:
        """Take everybody of a cast for so long."""
        for person in {*cast.all, *cast.guests}:
            self.diary.people[person, at].append(span)
        for person in (*cast.panel, cast.chair):
            self.diary.load[person] += 1

    def clashes(self, taken: list[Held], span: Held) -> bool:
        """Whether the span, with the travel it needs, meets any that is taken."""
        for held in taken:
            travel = self._problem.minutes_between(held.site, span.site)
            if held.begins < span.ends + travel and span.begins < held.ends + travel:
                return True
        return False

    def _can(self, person: str, hearing: Hearing, slot: Slot, span: Held) -> bool:
        return is_free(self._people[person], slot, hearing) and not self.clashes(
            self.diary.people[person, slot.at], span
        )

    def cast(self, hearing: Hearing, slot: Slot, span: Held) -> Cast | None:
        """Whom the hearing would have here; None when somebody it needs cannot."""

        def can(person: str) -> bool:
            return self._can(person, hearing, slot, span)

        if not all(can(party) for party in hearing.parties):
            return None
        cast = Cast(set(hearing.parties))
        before = self._before.get(hearing.id)
        for department in hearing.departments:
            sent = before.representatives.get(department.id, "") if before else ""
            likely = sorted(department.representatives, key=sent.__ne__)
            who = self._first(likely, cast, can)
            if who is None:
                return None
            cast.representatives[department.id] = who
        return self._judges(hearing, cast, can)

    def _judges(self, hearing: Hearing, cast: Cast, can: Can) -> Cast | None:
        before, pinned = self._before.get(hearing.id), hearing.pinned
        may = [
            one
            for one in hearing.chairs
            if pinned.chair in {None, one} and self._fits(hearing, one)
        ]
        kept = [before.chair] if before and before.chair in may else []
        busy = sorted(may, key=lambda one: -self.diary.load[one])
        chair = self._first([*kept, *busy], cast, can)
        if chair is None:
            return None
        cast.chair = chair
        if not self._seat_panel(hearing, cast, can):
            return None
        cast.guests = [one for one in hearing.optional if one not in cast.all and can(one)]
        return cast

    def _seat_panel(self, hearing: Hearing, cast: Cast, can: Can) -> bool:
        before = self._before.get(hearing.id)
        stay = set(before.panel) if before else set()
        pool = sorted(
            (one for one in self._pool if self._fits(hearing, one.id)),
            key=lambda one: (one.id not in stay, self.diary.load[one.id], one.id),
        )
        wanted = sorted(hearing.pinned.panel)
        if not all(self._fits(hearing, one) and one not in cast.all and can(one) for one in wanted):
            return False
        cast.panel = wanted
        cast.all.update(wanted)
        for quota in hearing.quotas:
            have = sum(quota.kind in self._people[one].kinds for one in cast.panel)
            self._seat((p for p in pool if quota.kind in p.kinds), quota.least - have, cast, can)
        self._seat(pool, hearing.panel_size - len(cast.panel), cast, can)
        kinds = [self._people[one].kinds for one in cast.panel]
        met = all(sum(q.kind in kind for kind in kinds) >= q.least for q in hearing.quotas)
        return met and len(cast.panel) == hearing.panel_size

    def _seat(self, people: Iterable[Person], count: int, cast: Cast, can: Can) -> None:
        ready = (one.id for one in people if one.id not in cast.all and can(one.id))
        for person in itertools.islice(ready, max(count, 0)):
            cast.panel.append(person)
            cast.all.add(person)

    def _fits(self, hearing: Hearing, person: str) -> bool:
        barred = is_barred(hearing, self._people[person])
        return not barred and person not in hearing.forbidden.persons

    @staticmethod
    def _first(people: Iterable[str], cast: Cast, can: Can) -> str | None:
        for person in people:
            if person not in cast.all and can(person):
                cast.all.add(person)
                return person
        return None
