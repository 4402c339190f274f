import datetime as dt
import itertools
import json
import random
from pathlib import Path

import pytest

from hearing.checking import broken
from hearing.planning.clashes import Standing, clashes
from hearing.planning.clocks import Term, bearing, last_day, of_clocks
from hearing.scheduling.plan.problem import Planned
from hearing.scheduling.plan.reading import read_problem
from kernel.regulation import load_profile

HOURS = {"begins": "08:30:00", "ends": "17:30:00"}
FIRST, SECOND = "2026-11-02", "2026-11-03"
DAY = dt.date(2026, 11, 2)
NATIONAL = Path(__file__).resolve().parents[4] / "deploy/regulation/cn-2022.yaml"


@pytest.fixture(scope="module")
def profile():
    """The national profile."""
    return load_profile(NATIONAL)


def _problem(dice: random.Random):
    """Two hearings that may clash in every way there is."""

    def busy():
        return [{"day": FIRST, "begins": "09:00:00", "ends": "10:00:00"}] * (dice.random() < 0.3)

    def some_break():
        return [{"begins": "10:00:00", "ends": "10:30:00"}] * (dice.random() < 0.2)

    def some(*names):
        return [name for name in names if dice.random() < 0.4]

    people = [
        {"id": name, **HOURS, "busy": busy(), "breaks": some_break(), "ties": some("case", "p0"),
         "kinds": ["lawyer"] if name.startswith("m") else []}
        for name in ("c0", "c1", "r0", "p0", "p1", "m0", "m1")
    ]  # fmt: skip
    hearings = [
        {
            "id": f"h{at}", "minutes": 60, "earliest": dice.choice([FIRST, SECOND]),
            "latest": dice.choice([FIRST, SECOND]), "chairs": ["c0", "c1"], "panel_size": 1,
            "parties": [f"p{at}"], "about": some("case"), "public": dice.choice([0, 0, 9]),
            "equipment": some("screen"), "online": dice.random() < 0.3,
            "departments": [{"id": "u", "representatives": ["r0"]}],
            "quotas": [{"kind": "lawyer", "least": 1}],
            "pinned": {name: value for name, value in (("room", "a"), ("chair", "c0")) if some(1)},
            "forbidden": {"persons": some("m0"), "days": some(FIRST), "rooms": some("b")},
        }
        for at in range(2)
    ]  # fmt: skip
    room = {"capacity": 9, "opens": "09:00:00", "closes": "11:00:00"}
    plain = {
        "format": "hearing-plan/1",
        "workdays": [FIRST, SECOND],
        "rooms": [
            {"id": "a", "site": "x", **room, "equipment": ["screen"], "busy": busy()},
            {"id": "b", "site": "y", **room, "online": True},
        ],
        "travel": [{"one": "x", "other": "y", "minutes": 30}],
        "people": people,
        "hearings": hearings,
    }
    return read_problem(json.dumps(plain).encode())


def _wanted(problem, hearing):
    for day, hour, room, chair, member in itertools.product(
        problem.workdays, (8, 9, 10), "ab", ("c0", "c1"), ("m0", "m1")
    ):
        ends = dt.time(hour + 1)
        yield Planned(hearing, day, dt.time(hour), ends, room, chair, (member,), {"u": "r0"})


def _stands(problem, planned):
    hearing = next(one for one in problem.hearings if one.id == planned.hearing)
    site = next(room.site for room in problem.rooms if room.id == planned.room)
    people = {planned.chair, *planned.panel, *planned.representatives.values(), *hearing.parties}
    when = (planned.day, planned.begins, planned.ends)
    return Standing(planned.hearing, *when, planned.room, site, frozenset(people))


@pytest.mark.parametrize("seed", range(12))
def test_no_clash_means_that_the_checker_finds_nothing(seed):
    """A hearing clashes with nothing exactly when the checker finds the plan unbroken."""
    dice = random.Random(seed)  # noqa: S311 (a repeatable problem, no secret)
    problem = _problem(dice)
    pairs = list(itertools.product(_wanted(problem, "h0"), _wanted(problem, "h1")))
    for one, other in dice.sample(pairs, 150):
        found = clashes(problem, one, [_stands(problem, other)])
        found += clashes(problem, other, [_stands(problem, one)])
        assert (not found) == (not broken(problem, (one, other))), (found, one, other)


def test_every_clash_is_shown_at_once():
    """Room, chair and department that are taken are all named, each with the other hearing."""
    problem = _problem(random.Random(4))  # noqa: S311 (a repeatable problem, no secret)
    wanted = next(_wanted(problem, "h0"))
    people = frozenset({"c0", "r0"})
    taken = Standing("other", DAY, dt.time(8), dt.time(9), wanted.room, "x", people)
    found = {(one.kind, one.subject) for one in clashes(problem, wanted, [taken])
             if one.other == "other"}  # fmt: skip
    assert found == {("ROOM_TAKEN", "a"), ("TWO_PLACES", "c0"), ("TWO_PLACES", "r0")}


def test_time_to_travel_is_needed_between_two_places():
    """Whoever sits elsewhere until nine cannot sit here at nine when the way takes half an hour."""
    problem = _problem(random.Random(4))  # noqa: S311 (a repeatable problem, no secret)
    wanted = next(one for one in _wanted(problem, "h0") if one.begins.hour == 9)
    people = frozenset({"r0"})
    here = Standing("other", DAY, dt.time(8), dt.time(9), "z", "x", people)
    there = Standing("other", DAY, dt.time(8), dt.time(9), "z", "y", people)
    kinds = [[one.kind for one in clashes(problem, wanted, [stands])] for stands in (here, there)]
    assert "TWO_PLACES" not in kinds[0]
    assert "TWO_PLACES" in kinds[1]


def test_citizens_clock_refuses_and_a_units_warns(profile):
    """A day after a citizen's last day is refused; after a unit's, or just before, warned of."""
    rule = profile.rules.hearing
    citizens = Term("handling", DAY, citizens=True)
    units = Term("ordinary", DAY, citizens=False)
    late = [
        (one.kind, one.hard) for one in of_clocks(DAY + dt.timedelta(1), (citizens, units), rule)
    ]
    assert late == [("CLOCK_BROKEN", True), ("CLOCK_OF_UNIT", False)]
    close = [(one.kind, one.hard) for one in of_clocks(DAY, (citizens,), rule)]
    assert close == [("CLOCK_TIGHT", False)]
    assert last_day(DAY + dt.timedelta(9), (citizens, units)) == DAY


def test_clock_that_stands_still_for_the_hearing_is_not_in_its_way(profile):
    """The re-review's clock does not count the hearing's days; handing-over clocks are others'."""
    running = dict.fromkeys(("handling", "rereview", "sign_for", "ordinary"), DAY)
    terms = [(term.clock, term.citizens) for term in bearing(profile, running)]
    assert terms == [("handling", True), ("ordinary", False)]
