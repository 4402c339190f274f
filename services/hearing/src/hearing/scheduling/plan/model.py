"""The problem as a CP-SAT model: each demand has a literal, so that it can be taken back.

What is nobody's demand holds always: a room holds one hearing at a time, nobody is in two places,
who goes from site to site travels in between, nobody has two parts in one hearing.
"""

from collections import defaultdict
from collections.abc import Iterable
from enum import Enum
from itertools import combinations

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from .problem import Demand, Hearing, Person, Problem, Room
from .times import (
    DAY_MINUTES,
    Slot,
    is_free,
    is_open,
    is_there,
    meets,
    room_is_free,
    slots_of,
)


class Panels(Enum):
    """Whom the model may put on a panel: nobody (no panels asked), a choice, or the whole pool."""

    NONE = 0
    CHOICE = 1
    WHOLE = 2


class Sitting:
    """The variables of one hearing."""

    def __init__(self, model: CpModel, problem: Problem, hearing: Hearing) -> None:
        self.hearing = hearing
        self.slots = slots_of(problem, hearing)
        self.at = [model.new_bool_var("") for _ in self.slots]
        self.room = {room.id: model.new_bool_var("") for room in problem.rooms}
        self.site = {site: model.new_bool_var("") for site in {r.site for r in problem.rooms}}
        instants = [slot.instant for slot in self.slots]
        self.start = model.new_int_var(0, max(instants, default=0), "")
        model.add(self.start == LinearExpr.weighted_sum(self.at, instants))
        self.present: dict[str, list[IntVar]] = defaultdict(list)
        self.chair: dict[str, IntVar] = {}
        self.panel: dict[str, IntVar] = {}
        self.optional: dict[str, IntVar] = {}
        self.representing: dict[str, dict[str, IntVar]] = {}

    def on_days(self) -> dict[int, list[IntVar]]:
        """The beginnings by day's position."""
        days: dict[int, list[IntVar]] = defaultdict(list)
        for slot, at in zip(self.slots, self.at, strict=True):
            days[slot.at].append(at)
        return days


class HearingModel:
    """The whole model; `demands` maps each demand to its literal.

    When it is `loose` each absence of an owner has a literal as well, to be taken back.
    """

    def __init__(
        self, problem: Problem, panels: Panels = Panels.WHOLE, *, loose: bool = False
    ) -> None:
        self.problem = problem
        self.loose = loose
        self.absences: dict[tuple[str, str], IntVar] = {}
        self.panels = panels
        self.model = CpModel()
        self.demands: dict[Demand, IntVar] = {}
        self.people = {person.id: person for person in problem.people}
        self.sittings = [Sitting(self.model, problem, one) for one in problem.hearings]

    def demand(self, kind: str, hearing: Hearing, subject: str = "") -> IntVar:
        """The literal of a demand; the same demand has one literal."""
        name = Demand(kind, hearing.id, subject)
        if name not in self.demands:
            self.demands[name] = self.model.new_bool_var("")
        return self.demands[name]

    def demand_slots(self, sitting: Sitting, literal: IntVar, fits: Iterable[bool]) -> None:
        """While the literal holds the hearing begins where it fits."""
        pairs = zip(sitting.at, fits, strict=True)
        unfit = [at for at, fit in pairs if not fit]
        if unfit:
            self.model.add_at_most_one([literal, *unfit])

    def free(self, sitting: Sitting, person: str, literal: IntVar) -> None:
        """Where the literal holds the person is in the hearing, so it begins when they are free."""
        hearing, who = sitting.hearing, self.people[person]
        fits = is_there if self.loose else is_free
        self.demand_slots(sitting, literal, (fits(who, one, hearing) for one in sitting.slots))
        self.keep_clear(sitting, who, literal)
        self._keep_way(sitting, who, literal)
        sitting.present[person].append(literal)

    def keep_clear(self, sitting: Sitting, owner: Person | Room, literal: IntVar) -> None:
        """In a loose model: what keeps an owner busy, while its literals say that it does."""
        if not self.loose:
            return
        minutes, held = sitting.hearing.minutes, list(zip(sitting.slots, sitting.at, strict=True))
        for why in sorted({span.why for span in owner.busy}):
            spans = [span for span in owner.busy if span.why == why]
            met = [at for slot, at in held if any(meets(one, slot, minutes) for one in spans)]
            self._rule_out(met, [literal, *self._absence(owner.id, why)])

    def _keep_way(self, sitting: Sitting, person: Person, literal: IntVar) -> None:
        """Who is at a hearing elsewhere has the way to and from this one's site."""
        minutes, held = sitting.hearing.minutes, list(zip(sitting.slots, sitting.at, strict=True))
        for span in (one for one in person.busy if one.site):
            for site, is_there_then in sitting.site.items():
                way = self.problem.minutes_between(span.site, site)
                met = [at for slot, at in held if way and meets(span, slot, minutes, way)]
                away = self._absence(person.id, span.why) if self.loose else []
                self._rule_out(met, [literal, is_there_then, *away])

    def _absence(self, owner: str, why: str) -> list[IntVar]:
        """The literal of an absence; none of hours, which are never taken back."""
        if why == "hours":
            return []
        if (owner, why) not in self.absences:
            self.absences[owner, why] = self.model.new_bool_var("")
        return [self.absences[owner, why]]

    def _rule_out(self, met: list[IntVar], literals: list[IntVar]) -> None:
        """While all of the literals hold the hearing begins at none of these."""
        if met:
            self.model.add(sum(met) + sum(literals) <= len(literals))


def place(whole: HearingModel, sitting: Sitting) -> None:
    """When and where: one beginning and one room while the hearing is to be held."""
    model, hearing = whole.model, sitting.hearing
    held = whole.demand("HELD", hearing)
    model.add(sum(sitting.at) == held)
    model.add(sum(sitting.room.values()) == held)
    for site, literal in sitting.site.items():
        rooms = [sitting.room[room.id] for room in whole.problem.rooms if room.site == site]
        model.add(sum(rooms) == literal)
    for room in whole.problem.rooms:
        opens = is_open if whole.loose else room_is_free
        fits = (opens(room, slot, hearing.minutes) for slot in sitting.slots)
        whole.demand_slots(sitting, sitting.room[room.id], fits)
        whole.keep_clear(sitting, room, sitting.room[room.id])
        _demand_room(whole, sitting, room)
    _demand_days(whole, sitting)


def _demand_days(whole: HearingModel, sitting: Sitting) -> None:
    hearing, slots = sitting.hearing, sitting.slots
    notice, hold_by = whole.demand("NOTICE", hearing), whole.demand("HOLD_BY", hearing)
    whole.demand_slots(sitting, notice, (slot.day >= hearing.earliest for slot in slots))
    whole.demand_slots(sitting, hold_by, (slot.day <= hearing.latest for slot in slots))
    if hearing.forbidden.days:
        literal = whole.demand("FORBIDDEN_DAYS", hearing)
        whole.demand_slots(sitting, literal, (s.day not in hearing.forbidden.days for s in slots))
    if hearing.pinned.day or hearing.pinned.begins:
        literal = whole.demand("PINNED_TIME", hearing)
        whole.demand_slots(sitting, literal, (_is_pinned(hearing, slot) for slot in slots))


def _is_pinned(hearing: Hearing, slot: Slot) -> bool:
    day, begins = hearing.pinned.day, hearing.pinned.begins
    at = None if begins is None else begins.hour * 60 + begins.minute
    return day in {None, slot.day} and at in {None, slot.minute}


def seats_of(hearing: Hearing) -> int:
    """Seats: the public, and everybody who must or may take part; optional ones included."""
    taking_part = len(hearing.parties) + len(hearing.departments) + len(hearing.optional)
    return hearing.public + taking_part + hearing.panel_size + 1


def _demand_room(whole: HearingModel, sitting: Sitting, room: Room) -> None:
    hearing, pinned = sitting.hearing, sitting.hearing.pinned.room
    lacks = {
        "SEATS": room.capacity < seats_of(hearing),
        "EQUIPMENT": not hearing.equipment <= room.equipment,
        "ONLINE": hearing.online and not room.online,
        "PINNED_ROOM": pinned is not None and pinned != room.id,
        "FORBIDDEN_ROOMS": room.id in hearing.forbidden.rooms,
    }
    for kind in (kind for kind, lack in lacks.items() if lack):
        whole.model.add_implication(whole.demand(kind, hearing), ~sitting.room[room.id])


def is_barred(hearing: Hearing, person: Person) -> bool:
    """Whether ties or a person's word keep somebody from judging: chair and panel."""
    tied = bool(person.ties & (hearing.about | set(hearing.parties)))
    return tied or person.id in hearing.parties


def keep_apart(whole: HearingModel) -> None:
    """No room holds two hearings at once and nobody is in two; travel is in between."""
    _keep_rooms(whole)
    for one, other in combinations(whole.sittings, 2):
        shared = sorted(one.present.keys() & other.present.keys())
        if not shared:
            continue
        apart = whole.model.new_bool_var("")
        unheld = [~whole.demand("HELD", sitting.hearing) for sitting in (one, other)]
        for person in shared:
            for here in one.present[person]:
                for there in other.present[person]:
                    whole.model.add_bool_or(apart, ~here, ~there, *unheld)
        _order(whole, one, other, apart)


def _keep_rooms(whole: HearingModel) -> None:
    model = whole.model
    for room in whole.problem.rooms:
        spans = []
        for sitting in whole.sittings:
            minutes, taken = sitting.hearing.minutes, sitting.room[room.id]
            spans.append(
                model.new_optional_fixed_size_interval_var(sitting.start, minutes, taken, "")
            )
        model.add_no_overlap(spans)


def _order(whole: HearingModel, one: Sitting, other: Sitting, apart: IntVar) -> None:
    model = whole.model
    first, second = model.new_bool_var(""), model.new_bool_var("")
    model.add_bool_or(first, second, ~apart)
    for before, after, literal in ((one, other, first), (other, one, second)):
        gap = after.start - before.start
        minutes = before.hearing.minutes
        model.add(gap >= minutes).only_enforce_if(literal)
        for here, at_here in before.site.items():
            for there, at_there in after.site.items():
                travel = whole.problem.minutes_between(here, there)
                if travel:
                    far = model.add(gap >= min(minutes + travel, DAY_MINUTES))
                    far.only_enforce_if(literal, at_here, at_there)
