"""A month of matters: how many, when in the working day, at which counter, and how each goes."""

import dataclasses
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.county.places import COUNTY, TOWNSHIP, VILLAGE, Desk
from bench.matters import GIVEN, SURNAMES, Matters
from kernel.clock import SystemClock
from lianxin.cli.demo import samples
from lianxin.cli.demo.samples import Sample
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1.case_pb2 import CaseDraft

DAYS = 22
"""Working days of the month."""
WEEK = (1.3, 1.05, 1.0, 0.9, 0.75)
"""Monday to Friday: what waited over the weekend comes on Monday."""
HOURS = (1.6, 1.4, 1.2, 0.6, 0.4, 1.1, 1.2, 1.0, 0.5)
"""From half past eight in nine hours; what came in at night is entered in the first one."""
COURSES = {
    "village": 0.50,
    "township": 0.25,
    "raised": 0.09,
    "returned": 0.01,
    "raised_to_county": 0.05,
    "assigned": 0.05,
    "county": 0.05,
}
"""Where a matter is registered and where it ends: 51 % in villages, 39 % in townships, 10 % above.

`raised` goes from a village to its township, `returned` comes back from there after an objection
that was upheld, `raised_to_county` goes from a township to the county, `assigned` from the county
to a township.
"""
REGISTERED_AT = {
    "village": VILLAGE,
    "raised": VILLAGE,
    "returned": VILLAGE,
    "township": TOWNSHIP,
    "raised_to_county": TOWNSHIP,
    "assigned": COUNTY,
    "county": COUNTY,
}
SEAT, SEAT_WEIGHT = "s-dipu", 3
"""The county seat: a third of the people, a seventh of the stations."""
SMALL = frozenset({words.PROCEDURE_PEOPLES_MEDIATION, words.PROCEDURE_HOTLINE})
"""What a village settles itself; it never holds what needs an administrative act."""
CHANNELS = frozenset(
    {
        words.CHANNEL_VISIT,
        words.CHANNEL_CALL,
        words.CHANNEL_ONLINE,
        words.CHANNEL_GRID,
        words.CHANNEL_LETTER,
        words.CHANNEL_APP,
        words.CHANNEL_MAILBOX,
    }
)
"""Doors through which a matter comes without a paper of another office."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A matter that comes in: when (seconds from the first morning), at whose counter, its way."""

    n: int
    day: int
    at_s: float
    course: str
    desk: Desk
    row: Sample


class Month:
    """Arrivals of a month; the same seed gives the same ones."""

    def __init__(self, desks: Sequence[Desk], *, day_s: float, seed: int = 1) -> None:
        self._dice = random.Random(seed)  # noqa: S311 (made-up matters, nothing secret)
        self._desks, self._day_s = desks, day_s
        self._by_tier = {
            tier: [desk for desk in desks if desk.tier == tier]
            for tier in (COUNTY, TOWNSHIP, VILLAGE)
        }
        self._rows = [row for row in samples.load(SystemClock().now()) if _plain(row)]
        self._small = [row for row in self._rows if row.procedure in SMALL]
        self._matters = Matters(seed, tuple(desk.code for desk in desks))

    def arrivals(self, cases: int, days: int = DAYS) -> Iterator[Arrival]:
        """So many matters over these working days, in the order in which they come."""
        came = sorted(self._moment(days) for _ in range(cases))
        for n, (day, hour) in enumerate(came):
            yield self._arrival(n, day, day * self._day_s + hour * self._day_s / len(HOURS))

    def _moment(self, days: int) -> tuple[int, float]:
        day = self._dice.choices(range(days), [WEEK[at % len(WEEK)] for at in range(days)])[0]
        hour = self._dice.choices(range(len(HOURS)), HOURS)[0]
        return day, hour + self._dice.random()

    def _arrival(self, n: int, day: int, at_s: float) -> Arrival:
        course = self._dice.choices(list(COURSES), list(COURSES.values()))[0]
        tier = REGISTERED_AT[course]
        places = self._by_tier[tier]
        desk = self._dice.choices(places, [_weight(one, self._by_tier) for one in places])[0]
        row = self._dice.choice(self._small if settled_below(course) else self._rows)
        return Arrival(n, day, at_s, course, desk, self._anew(n, desk, row))

    def _anew(self, n: int, desk: Desk, row: Sample) -> Sample:
        """A matter like that one, of other people at another place."""
        draft = CaseDraft()
        draft.CopyFrom(row.draft)
        draft.narrative = self._matters.draft().narrative
        draft.place_code = desk.code if desk.tier != COUNTY else self._village().code
        draft.place_text = draft.source_system = draft.source_no = ""
        draft.ClearField("received_at")
        for party in draft.parties:
            if party.kind == words.PARTY_KIND_PERSON:
                pick = self._dice
                party.name = pick.choice(SURNAMES) + "".join(pick.choices(GIVEN, k=2))
                party.phone = f"1990{pick.randrange(10**7):07}" if party.phone else ""
                party.living_place = party.household_place = f"{pick.randrange(1, 200)}号"
        return dataclasses.replace(row, no=f"{n:06}", draft=draft)

    def _village(self) -> Desk:
        return self._dice.choice(self._by_tier[VILLAGE])


def settled_below(course: str) -> bool:
    """Whether a village settles it."""
    return course in {"village", "returned"}


def _plain(row: Sample) -> bool:
    """A named matter of one of the everyday doors, without anything that has a way of its own."""
    draft = row.draft
    special = draft.sealed_for or draft.backlog or draft.litigation_related or draft.about_units
    named = draft.identity == words.IDENTITY_MODE_NAMED
    return bool(named and not special and draft.channel in CHANNELS)


def _weight(desk: Desk, by_tier: dict[str, list[Desk]]) -> float:
    """A village counts once, a township as its villages; those of the county seat more."""
    if desk.tier == VILLAGE:
        return SEAT_WEIGHT if desk.above == SEAT else 1
    below = sum(_weight(one, by_tier) for one in by_tier[VILLAGE] if one.above == desk.site)
    return max(below, 1)
