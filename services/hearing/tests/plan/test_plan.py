import datetime as dt
import itertools
import json
import random

import msgspec
import pytest

from hearing.checking import broken
from hearing.scheduling.limits import Limit
from hearing.scheduling.plan.problem import Planned, ProblemInvalid, read_problem, schema
from hearing.scheduling.plan.solving import plan

HOURS = {"begins": "08:30:00", "ends": "17:30:00"}
QUICK = Limit(seconds=5)
DAY = "2026-11-02"


def _read(plain):
    return read_problem(json.dumps(plain).encode())


def _tiny(dice: random.Random) -> dict:
    """Three hearings that compete for a room, two chairs and two members, on one short day."""
    morning, noon = (
        {"begins": "09:00:00", "ends": "10:00:00"},
        {"begins": "10:00:00", "ends": "11:00:00"},
    )

    def busy():
        return [{"day": DAY, **span} for span in (morning, noon) if dice.random() < 0.3]

    names = ["chair0", "chair1", "rep0", "party0", "party1"]
    people = [{"id": one, **HOURS, "busy": busy()} for one in names]
    people += [{"id": f"panel{n}", **HOURS, "busy": busy(), "kinds": ["lawyer"]} for n in range(2)]
    people[-1]["ties"] = ["case"] if dice.random() < 0.5 else []
    room = {"site": "a", "capacity": 9, "opens": "09:00:00", "closes": "11:00:00"}
    return {
        "format": "hearing-plan/1",
        "workdays": [DAY],
        "grain_minutes": 60,
        "rooms": [{"id": "r0", **room}, {"id": "r1", **room, "site": "b"}],
        "travel": [{"one": "a", "other": "b", "minutes": 30}],
        "people": people,
        "hearings": [_tiny_hearing(dice, at) for at in range(dice.choice([1, 2, 2, 3]))],
    }


def _tiny_hearing(dice, at):
    return {
        "id": f"h{at}", "minutes": 60, "earliest": DAY, "latest": DAY,
        "chairs": ["chair0", "chair1"], "panel_size": 1, "about": ["case"] if at else [],
        "parties": [f"party{at % 2}"],
        "departments": [{"id": "u", "representatives": ["rep0"]}] if dice.random() < 0.5 else [],
        "pinned": {"room": "r0"} if dice.random() < 0.5 else {},
    }  # fmt: skip


def _every_plan(problem):
    options = []
    for hearing in problem.hearings:
        sent = {one.id: one.representatives[0] for one in hearing.departments}
        options.append(
            [
                Planned(hearing.id, problem.workdays[0], dt.time(hour), dt.time(hour + 1), room.id,
                        chair, (member,), sent)
                for hour in (9, 10)
                for room in problem.rooms
                for chair in hearing.chairs
                for member in ("panel0", "panel1")
            ]
        )  # fmt: skip
    return itertools.product(*options)


def _possible(problem):
    return any(not broken(problem, one) for one in _every_plan(problem))


@pytest.mark.parametrize("seed", range(24))
def test_verdict_is_that_of_trying_everything(seed):
    """On small problems a plan is proposed exactly when some plan among all holds."""
    problem = _read(_tiny(random.Random(seed)))  # noqa: S311 (a repeatable problem, no secret)
    answer = plan(problem, QUICK)
    assert answer.state == ("proposed" if _possible(problem) else "infeasible")
    if answer.state == "proposed":
        assert broken(problem, answer.hearings) == []
    else:
        assert answer.smallest
        assert answer.demands


@pytest.mark.parametrize("hearings,seed", [(5, 1), (8, 2), (12, 3)])
def test_checker_finds_nothing_broken(hearings, seed, month):
    """A proposed plan keeps every demand, the checker finds, and costs at least its bound."""
    problem = _read(month(hearings, seed, pool=40, days=12))
    answer = plan(problem, QUICK)
    assert answer.state == "proposed"
    assert broken(problem, answer.hearings) == []
    assert answer.bound <= answer.medium


def test_month_of_a_county_is_planned_with_a_bound(month):
    """Sixty hearings of a month are planned in seconds, nothing broken, the bound shown."""
    problem = _read(month(60, 1))
    answer = plan(problem, Limit(seconds=6))
    assert answer.state == "proposed"
    assert broken(problem, answer.hearings) == []
    assert answer.bound <= answer.medium


def test_what_is_pinned_does_not_move(month):
    """Pinned day, time, room, chair and members stay where a person put them."""
    plain = month(6, 4, pool=40, days=12)
    first = plan(_read(plain), QUICK).hearings[2]
    plain["hearings"][2]["pinned"] = {
        "day": first.day.isoformat(),
        "begins": first.begins.isoformat(),
        "room": first.room,
        "chair": first.chair,
        "panel": list(first.panel),
    }
    problem = _read(plain)
    again = plan(problem, QUICK, seed=9)
    assert broken(problem, again.hearings) == []
    now = again.hearings[2]
    assert (now.day, now.begins, now.room, now.chair, now.panel) == (
        first.day,
        first.begins,
        first.room,
        first.chair,
        first.panel,
    )


def test_replanning_after_an_absence_changes_only_what_it_must(month):
    """When the chair of one hearing falls ill, the others stay and each change is listed."""
    plain = month(4, 5, pool=40, days=12)
    before = plan(_read(plain), QUICK).hearings
    ill = before[0].chair
    person = next(one for one in plain["people"] if one["id"] == ill)
    person["busy"] = [*person.get("busy", []), {"day": before[0].day.isoformat(), **HOURS}]
    plain["previous"] = msgspec.to_builtins(before)
    problem = _read(plain)
    after = plan(problem, QUICK)
    assert broken(problem, after.hearings) == []
    touched = {one.hearing for one in before if one.chair == ill and one.day == before[0].day}
    assert {change.hearing for change in after.changes} == touched
    assert {change.part for change in after.changes} == {"chair"}


def _impossible(month):
    plain = month(3, 6, pool=20, days=8)
    plain["hearings"][1]["pinned"] = {"day": plain["workdays"][0]}
    plain["hearings"][1]["earliest"] = plain["workdays"][4]
    return plain


def test_what_cannot_be_is_explained_by_few_demands(month):
    """A hearing pinned before its notice has run is explained by these demands alone."""
    answer = plan(_read(_impossible(month)), QUICK)
    assert answer.state == "infeasible"
    assert answer.smallest
    kinds = {(one.kind, one.hearing) for one in answer.demands}
    assert kinds == {("HELD", "h1"), ("NOTICE", "h1"), ("PINNED_TIME", "h1")}


def test_without_a_named_demand_it_can_be(month):
    """Taking back a demand that the explanation names makes the problem feasible."""
    plain = _impossible(month)
    plain["hearings"][1]["pinned"] = {}
    assert plan(_read(plain), QUICK).state == "proposed"


def test_same_seed_gives_the_same_plan(month):
    """Within a limit of steps the seed alone decides."""
    problem = _read(month(5, 7, pool=30, days=10))
    answers = [plan(problem, Limit(steps=20), seed=3) for _ in range(2)]
    assert answers[0].hearings == answers[1].hearings


@pytest.mark.parametrize(
    "change,wrong",
    [
        (lambda p: p["hearings"][0].update(panel_size=4), ("hearings[0].panel_size", "PANEL_EVEN")),
        (lambda p: p["hearings"][0].update(chairs=["x"]), ("hearings[0].chairs", "PERSON_UNKNOWN")),
        (lambda p: p["hearings"][0].update(minutes="x"), ("hearings[0].minutes", "VALUE_INVALID")),
        (lambda p: p["rooms"].append(p["rooms"][0]), ("rooms", "TWICE")),
    ],
)
def test_wrong_field_is_named(change, wrong, month):
    """A problem that cannot be read names its field and why."""
    plain = month(2, 8, pool=10, days=8)
    change(plain)
    with pytest.raises(ProblemInvalid) as caught:
        _read(plain)
    assert wrong in [(one.field.replace("[...]", "[0]"), one.reason) for one in caught.value.wrong]


def test_schema_names_every_part():
    """The JSON schema describes hearings, rooms and people."""
    assert {"Problem", "Hearing", "Room", "Person"} <= set(schema()["$defs"])
