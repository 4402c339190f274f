import datetime as dt
import itertools
import json
import random

import msgspec
import pytest

from hearing.checking import broken
from hearing.scheduling.limits import Limit
from hearing.scheduling.plan.problem import Demand, Planned
from hearing.scheduling.plan.reading import ProblemInvalid, read_problem, schema
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


def _away(plain, name, days, **more):
    """A person who is away on these days, all day."""
    person = next(one for one in plain["people"] if one["id"] == name)
    person["busy"] = [{"day": day, **HOURS, **more} for day in days]
    return name


def test_absences_behind_what_cannot_be_are_named(month):
    """A party who is away all the time is named with the part and the days that count, alone."""
    plain = month(3, 6, pool=20, days=8)
    hearing, days = plain["hearings"][1], plain["workdays"]
    away = _away(plain, hearing["parties"][0], days)
    _away(plain, "guest0", days)
    answer = plan(_read(plain), QUICK)
    assert (answer.state, answer.smallest) == ("infeasible", True)
    (one,) = answer.absences
    assert (one.owner, one.hearing, one.part, one.why) == (away, "h1", "party", "absence")
    counted = [day for day in days if hearing["earliest"] <= day <= hearing["latest"]]
    assert [day.isoformat() for day in one.days] == counted


def test_all_who_could_have_sat_are_named_by_part_and_reason(month):
    """Chairs who are all away or elsewhere are named, and nobody when hours alone stand against."""
    plain = month(1, 6, pool=20, days=8)
    hearing = plain["hearings"][0] | {"about": [], "chairs": ["chair0", "chair1"]}
    plain["hearings"] = [hearing]
    _away(plain, "chair0", plain["workdays"])
    _away(plain, "chair1", plain["workdays"], why="hearing", site="county")
    answer = plan(_read(plain), QUICK)
    told = [(one.owner, one.part, one.why) for one in answer.absences]
    assert told == [("chair0", "chair", "absence"), ("chair1", "chair", "hearing")]
    _away(plain, "chair1", plain["workdays"], why="hours")
    hearing["chairs"] = ["chair1"]
    answer = plan(_read(plain), QUICK)
    assert (answer.state, answer.absences) == ("infeasible", ())


def _one_room(site, way, closes="11:30:00"):
    """One hearing, one room; its chair is elsewhere until ten, `way` minutes from there."""
    taken = {"day": DAY, "begins": "08:30:00", "ends": "10:00:00", "why": "hearing"}
    people = [{"id": name, **HOURS} for name in ("chair", "party")]
    people.append({"id": "panel", **HOURS, "kinds": ["lawyer"]})
    people[0]["busy"] = [taken | {"site": "town"}]
    return {
        "format": "hearing-plan/1",
        "workdays": [DAY],
        "rooms": [{"id": "r", "site": site, "capacity": 9, "opens": "08:30:00",
                   "closes": closes}],
        "travel": [{"one": "town", "other": "county", "minutes": way}],
        "people": people,
        "hearings": [{"id": "h", "minutes": 60, "earliest": DAY, "latest": DAY,
                      "chairs": ["chair"], "panel_size": 1, "parties": ["party"]}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("site", "way", "closes", "begins"),
    [
        ("town", 60, "11:00:00", "10:00:00"),
        ("county", 30, "11:30:00", "10:30:00"),
        ("county", 60, "11:30:00", None),
    ],
)
def test_the_way_counts_between_the_two_places_concerned(site, way, closes, begins):
    """From a hearing elsewhere it is kept free to this room's site, not to the farthest one."""
    problem = _read(_one_room(site, way, closes))
    answer = plan(problem, QUICK)
    assert [one.begins.isoformat() for one in answer.hearings] == ([begins] if begins else [])
    assert broken(problem, answer.hearings) == ([] if begins else [Demand("HELD", "h")])
    if begins:
        early = msgspec.structs.replace(
            answer.hearings[0], begins=dt.time(9, 30), ends=dt.time(10, 30)
        )
        assert Demand("BUSY", "h", "chair") in broken(problem, (early,))


@pytest.mark.parametrize(
    ("minutes", "pinned", "first"),
    [(120, None, 13), (300, None, 9), (120, "11:00:00", 11)],
)
def test_lunch_hour_is_kept_free_where_it_can_be(minutes, pinned, first):
    """What fits before or after it leaves it free; a whole day's or a pinned hearing does not."""
    plain = _one_room("county", 30)
    plain["people"] = [
        {**one, "busy": [], "breaks": [{"begins": "10:30:00", "ends": "13:30:00"}]}
        for one in plain["people"]
    ]
    plain["rooms"][0] |= {"opens": "09:00:00", "closes": "17:30:00"}
    plain["hearings"][0] |= {"minutes": minutes, "pinned": {"begins": pinned} if pinned else {}}
    problem = _read(plain)
    (found,) = plan(problem, QUICK).hearings
    assert found.begins.hour >= first
    assert broken(problem, (found,)) == []
    early = msgspec.structs.replace(found, begins=dt.time(10), ends=dt.time(10 + minutes // 60))
    assert (broken(problem, (early,)) == []) is (first == 9)


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
