"""Fits hearings in one after the other, the ones that found no place first in the next round.

Quick and without proof: what it finds is a plan, what it does not find may still exist.
"""

import random

from .casting import Cast, Caster, Held
from .costs import change_cost, medium_cost
from .model import seats_of
from .problem import Hearing, Planned, Problem, Room
from .times import Slot, is_free, minute_of, room_is_free, slots_of, time_of
from .wishes import MISSED, WAIT

FREED = 7
"""Hearings placed anew beside the one that costs too much."""


class Fitter:
    """Rounds of fitting; what depends on one hearing alone is worked out once."""

    def __init__(self, problem: Problem, seed: int) -> None:
        self.problem = problem
        self._dice = random.Random(seed)  # noqa: S311 (a repeatable search, no secret)
        self._caster = Caster(problem)
        self._people = {person.id: person for person in problem.people}
        self._before = {planned.hearing: planned for planned in problem.previous}
        self._hearings = {hearing.id: hearing for hearing in problem.hearings}
        self._rooms = {room.id: room for room in problem.rooms}
        self._day_at = {day: at for at, day in enumerate(sorted(set(problem.workdays)))}
        self._places = {one.id: self._places_of(one) for one in problem.hearings}
        self._urgency = {one.id: float(len(self._places[one.id])) for one in problem.hearings}

    def bound(self) -> int:
        """What medium costs at the least: each hearing as if it were alone."""
        return sum(places[0][0] for places in self._places.values() if places)

    def round(self) -> tuple[Planned, ...] | None:
        """One plan, or None; either way the next round begins with what was hard here."""
        self._caster.begin()
        plan = {}
        for hearing in sorted(self.problem.hearings, key=self._rank):
            found = self._fit(hearing)
            if found is None:
                self._urgency[hearing.id] *= 0.3 + 0.4 * self._dice.random()
            else:
                plan[hearing.id] = found
        if len(plan) < len(self.problem.hearings):
            return None
        return tuple(plan[hearing.id] for hearing in self.problem.hearings)

    def mend(self, plan: tuple[Planned, ...]) -> tuple[Planned, ...] | None:
        """The plan with a few hearings placed anew, one that costs too much before the others."""
        self._caster.begin()
        dear = [one.hearing for one in plan if self._is_dear(one)]
        names = [one.hearing for one in plan]
        freed = [self._dice.choice(dear or names)]
        others = [name for name in names if name not in freed]
        freed += self._dice.sample(others, min(FREED, len(others)))
        anew = {one.hearing: one for one in plan if one.hearing not in freed}
        for kept in anew.values():
            self._stand(kept)
        for name in freed:
            found = self._fit(self._hearings[name])
            if found is None:
                return None
            anew[name] = found
        return tuple(anew[name] for name in names)

    def _is_dear(self, planned: Planned) -> bool:
        return medium_cost(self.problem, (planned,)) > self._places[planned.hearing][0][0]

    def _stand(self, planned: Planned) -> None:
        """Take room and people for a hearing that stays as it is."""
        hearing, room = self._hearings[planned.hearing], self._rooms[planned.room]
        span = Held(minute_of(planned.begins), minute_of(planned.ends), room.site)
        at, sent = self._day_at[planned.day], planned.representatives.values()
        everybody = {*hearing.parties, *planned.panel, *sent, planned.chair}
        cast = Cast(everybody, planned.chair, list(planned.panel), guests=list(planned.attending))
        self._caster.diary.rooms[room.id, at].append(span)
        self._caster.keep(at, span, cast)

    def _rank(self, hearing: Hearing) -> float:
        return self._urgency[hearing.id] * (0.9 + 0.2 * self._dice.random())

    def _places_of(self, hearing: Hearing) -> list[tuple[int, Slot, Room]]:
        """Cost, beginning and room of every place that the hearing's own demands allow."""
        first: int | None = None
        found = []
        for slot in slots_of(self.problem, hearing):
            if slot.day >= hearing.earliest and first is None:
                first = slot.at
            if self._may_begin(hearing, slot):
                wait = WAIT * (slot.at - (first or 0)) if hearing.colour == "red" else 0
                missed = sum(
                    not is_free(self._people[one], slot, hearing) for one in hearing.optional
                )
                for room in self.problem.rooms:
                    if _suits(hearing, room) and room_is_free(room, slot, hearing.minutes):
                        changed = change_cost(self._before.get(hearing.id), slot, room.id)
                        found.append((wait + MISSED * missed + changed, slot, room))
        return sorted(found, key=lambda place: (place[0], place[1].instant, place[2].capacity))

    def _may_begin(self, hearing: Hearing, slot: Slot) -> bool:
        pinned = hearing.pinned
        at = None if pinned.begins is None else minute_of(pinned.begins)
        in_time = hearing.earliest <= slot.day <= hearing.latest
        asked = pinned.day in {None, slot.day} and at in {None, slot.minute}
        allowed = slot.day not in hearing.forbidden.days
        people = (self._people[one] for one in hearing.parties)
        return bool(in_time and asked and allowed) and all(
            is_free(person, slot, hearing) for person in people
        )

    def _fit(self, hearing: Hearing) -> Planned | None:
        caster = self._caster
        for _, slot, room in self._places[hearing.id]:
            span = Held(slot.minute, slot.minute + hearing.minutes, room.site)
            if caster.clashes(caster.diary.rooms[room.id, slot.at], span):
                continue
            if cast := caster.cast(hearing, slot, span):
                caster.diary.rooms[room.id, slot.at].append(span)
                caster.keep(slot.at, span, cast)
                return _written(hearing, slot, room, cast)
        return None


def _suits(hearing: Hearing, room: Room) -> bool:
    """Whether a room has what the hearing asks for, and nobody has ruled it out."""
    fit = room.capacity >= seats_of(hearing) and hearing.equipment <= room.equipment
    asked = hearing.pinned.room in {None, room.id} and room.id not in hearing.forbidden.rooms
    return fit and asked and (room.online or not hearing.online)


def _written(hearing: Hearing, slot: Slot, room: Room, cast: Cast) -> Planned:
    return Planned(
        hearing=hearing.id,
        day=slot.day,
        begins=time_of(slot.minute),
        ends=time_of(slot.minute + hearing.minutes),
        room=room.id,
        chair=cast.chair,
        panel=tuple(sorted(cast.panel)),
        representatives=cast.representatives,
        attending=tuple(sorted(cast.guests)),
    )
