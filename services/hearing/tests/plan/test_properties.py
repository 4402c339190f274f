import datetime as dt
import itertools
import json

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hearing.checking import broken
from hearing.scheduling.limits import Limit
from hearing.scheduling.plan.model import is_barred, seats_of
from hearing.scheduling.plan.problem import Demand, Planned, Problem
from hearing.scheduling.plan.reading import ProblemInvalid, read_problem
from hearing.scheduling.plan.solving import plan

DAYS = ("2026-11-02", "2026-11-03")
WHOLE = {"begins": "09:00:00", "ends": "11:00:00"}
HALVES = (
    {"begins": "09:00:00", "ends": "10:00:00"},
    {"begins": "10:00:00", "ends": "11:00:00"},
)
CHAIRS, POOL, PARTIES, SENT = ("c0", "c1"), ("m0", "m1", "m2"), ("p0", "p1"), ("r0", "r1")
SPARE = "spare"
"""Somebody who may preside once nobody asks for a chair of the hearing's own."""
STEPS = Limit(steps=30)
FEW = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


replaced = msgspec.structs.replace


def _read(plain) -> Problem:
    return read_problem(json.dumps(plain).encode())


def _busy(days, whys=({}, {"why": "hearing", "site": "town"})):
    spans = [{"day": day, **half, **why} for day in days for half in HALVES for why in whys]
    return st.lists(st.sampled_from(spans), max_size=2, unique_by=str)


@st.composite
def _person(draw, name, days, kinds=()):
    judges = kinds or name in CHAIRS
    ties = draw(st.sets(st.sampled_from(["case", "unit"]), max_size=1)) if judges else ()
    return {
        "id": name, **WHOLE, "busy": draw(_busy(days)), "kinds": sorted(kinds),
        "ties": sorted(ties), "breaks": draw(st.lists(st.sampled_from(HALVES), max_size=1)),
    }  # fmt: skip


@st.composite
def _hearing(draw, at, days):
    some = st.booleans()
    pinned = {}
    if draw(some):
        pinned = draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "day": st.sampled_from(days),
                    "begins": st.sampled_from(["09:00:00", "10:00:00"]),
                    "room": st.sampled_from(["a", "b"]),
                    "chair": st.sampled_from(CHAIRS),
                    "panel": st.sampled_from(POOL).map(lambda one: [one]),
                },
            )
        )
    return {
        "id": f"h{at}",
        "minutes": 60,
        "earliest": draw(st.sampled_from(days)),
        "latest": draw(st.sampled_from(days)),
        "chairs": list(CHAIRS),
        "panel_size": 1,
        "quotas": [{"kind": "lawyer", "least": 1}] if draw(some) else [],
        "public": draw(st.sampled_from([0, 4])),
        "online": draw(st.integers(0, 3)) == 0,
        "parties": [draw(st.sampled_from(PARTIES))],
        "departments": [{"id": "unit", "representatives": list(SENT)}] if draw(some) else [],
        "about": draw(st.sampled_from([[], ["case"], ["unit"]])),
        "pinned": pinned,
        "forbidden": {"rooms": ["a"]} if draw(st.integers(0, 4)) == 0 else {},
    }


@st.composite
def problems(draw):
    """Up to three hearings on one or two short days, with a world of plans that can be listed."""
    days = list(DAYS[: draw(st.integers(1, 2))])
    room = {"capacity": 9, "opens": "09:00:00", "closes": "11:00:00"}
    people = [draw(_person(name, days)) for name in (*CHAIRS, *PARTIES, *SENT)]
    people.append({"id": SPARE, **WHOLE})
    kinds = (("lawyer",), ("lawyer", "resident"), ("resident",))
    people += [draw(_person(name, days, kind)) for name, kind in zip(POOL, kinds, strict=True)]
    hearings = [draw(_hearing(at, days)) for at in range(draw(st.integers(1, 3)))]
    if any("begins" in one["pinned"] for one in hearings):
        people = [one | {"breaks": []} for one in people]
    return {
        "format": "hearing-plan/1",
        "workdays": days,
        "grain_minutes": 60,
        "rooms": [
            {"id": "a", "site": "county", **room, "online": True, "busy": draw(_busy(days, [{}]))},
            {"id": "b", "site": "town", **room, "capacity": draw(st.sampled_from([5, 9]))},
        ],
        "travel": [{"one": "county", "other": "town", "minutes": 30}],
        "people": people,
        "hearings": hearings,
    }


def _alone(problem: Problem, hearing) -> list[Planned]:
    """Every way to hold one hearing that breaks nothing by itself."""
    alone = replaced(problem, hearings=(hearing,))
    panels = [(member,) for member in POOL] if hearing.panel_size else [()]
    sent = [{"unit": one} for one in SENT] if hearing.departments else [{}]
    ways = itertools.product(problem.workdays, (9, 10), problem.rooms, hearing.chairs, panels, sent)
    every = (
        Planned(hearing.id, day, dt.time(hour), dt.time(hour + 1), room.id, chair, panel, who)
        for day, hour, room, chair, panel, who in ways
    )
    return [one for one in every if not broken(alone, (one,))]


def _can_be(problem: Problem) -> bool:
    """Whether some plan holds, tried one hearing after the other over all their ways."""
    ways = [_alone(problem, hearing) for hearing in problem.hearings]

    def extend(chosen: tuple[Planned, ...]) -> bool:
        if len(chosen) == len(ways):
            return True
        part = replaced(problem, hearings=problem.hearings[: len(chosen) + 1])
        return any(
            not broken(part, (*chosen, one)) and extend((*chosen, one)) for one in ways[len(chosen)]
        )

    return extend(())


@FEW
@given(problems())
def test_verdict_is_that_of_an_exhaustive_search(plain):
    """A plan is proposed exactly when one exists, and what is proposed breaks no demand."""
    problem = _read(plain)
    answer = plan(problem, STEPS)
    assert answer.state == ("proposed" if _can_be(problem) else "infeasible")
    if answer.state == "proposed":
        assert broken(problem, answer.hearings) == []
        assert answer.bound <= answer.medium


@FEW
@given(problems())
def test_explanation_is_smallest(plain):
    """What an explanation names cannot hold together, and could if any one of it were left out."""
    problem = _read(plain)
    answer = plan(problem, STEPS)
    named = set(answer.demands)
    assert (answer.state == "infeasible") == bool(named) == answer.smallest
    missed = {(one.owner, one.why) for one in answer.absences}
    if named:
        assert not _can_be(_only(problem, named)), named
        assert not _can_be(_only(problem, named, missed)), (named, missed)
    for demand in named:
        assert _can_be(_only(problem, named - {demand})), (demand, named)
    for absence in missed:
        assert _can_be(_only(problem, named, missed - {absence})), (absence, named)


def _here(owner, missed: set[tuple[str, str]]):
    """A person or room that is busy for no other reasons than these."""
    return replaced(owner, busy=tuple(one for one in owner.busy if (owner.id, one.why) in missed))


def _only(
    problem: Problem, named: set[Demand], missed: set[tuple[str, str]] | None = None
) -> Problem:
    """The problem with no more asked for than these demands; a tie bars from one hearing alone.

    With `missed` nobody is away but for these reasons.
    """
    if missed is not None:
        people = tuple(_here(one, missed) for one in problem.people)
        rooms = tuple(_here(one, missed) for one in problem.rooms)
        problem = replaced(problem, people=people, rooms=rooms)
    people = tuple(
        replaced(one, ties=frozenset(h.id for h in problem.hearings if is_barred(h, one)))
        for one in problem.people
    )
    people = tuple(
        replaced(one, ties=frozenset(f"{at}:{one.id}" for at in one.ties)) for one in people
    )
    asked = tuple(
        _asked(
            problem,
            hearing,
            {(one.kind, one.subject) for one in named if one.hearing == hearing.id},
        )
        for hearing in problem.hearings
        if Demand("HELD", hearing.id) in named
    )
    return replaced(problem, people=people, hearings=asked)


def _asked(problem: Problem, hearing, named: set[tuple[str, str]]):
    kinds, pinned = {kind for kind, _ in named}, hearing.pinned
    panel = kinds & {"PANEL", "QUOTA", "PINNED_PANEL"}
    timed = "PINNED_TIME" in kinds
    less = replaced(
        hearing,
        earliest=hearing.earliest if "NOTICE" in kinds else min(problem.workdays),
        latest=hearing.latest if "HOLD_BY" in kinds else max(problem.workdays),
        parties=tuple(one for one in hearing.parties if ("PARTY", one) in named),
        departments=hearing.departments if "DEPARTMENT" in kinds else (),
        chairs=hearing.chairs if "CHAIR" in kinds else (SPARE,),
        panel_size=hearing.panel_size if panel else 0,
        quotas=hearing.quotas if "QUOTA" in kinds else (),
        online=hearing.online and "ONLINE" in kinds,
        about=frozenset(f"{hearing.id}:{who}" for kind, who in named if kind == "RECUSAL"),
        forbidden=hearing.forbidden if "FORBIDDEN_ROOMS" in kinds else type(hearing.forbidden)(),
        pinned=replaced(
            pinned,
            day=pinned.day if timed else None,
            begins=pinned.begins if timed else None,
            room=pinned.room if "PINNED_ROOM" in kinds else None,
            chair=pinned.chair if {"PINNED_CHAIR", "CHAIR"} <= kinds else None,
            panel=pinned.panel if "PINNED_PANEL" in kinds else frozenset(),
        ),
        public=0,
    )
    spared = seats_of(hearing) - seats_of(less) if "SEATS" in kinds else 0
    return replaced(less, public=spared)


@FEW
@given(problems(), st.sampled_from(["day", "begins", "room", "chair", "panel"]), st.integers(0, 2))
def test_what_is_pinned_never_moves(plain, part, seed):
    """A part of a plan that is pinned stands in every later plan, whatever else changes."""
    first = plan(_read(plain), STEPS)
    if first.state != "proposed":
        assert first.hearings == ()
        return
    stood = first.hearings[-1]
    kept = msgspec.to_builtins(getattr(stood, part))
    plain["hearings"][-1]["pinned"] = {part: list(kept) if part == "panel" else kept}
    plain["hearings"] = plain["hearings"][::-1]
    again = plan(_read(plain), STEPS, seed=seed)
    assert again.state == "proposed"
    assert broken(_read(plain), again.hearings) == []
    assert getattr(again.hearings[0], part) == getattr(stood, part)


@FEW
@given(problems(), st.integers(0, 9))
def test_same_seed_and_steps_give_the_same_answer(plain, seed):
    """Two runs with one seed and one limit of steps answer alike, an explanation included."""
    answers = [plan(_read(plain), STEPS, seed=seed) for _ in range(2)]
    first, second = (replaced(one, seconds=0.0) for one in answers)
    assert first == second


TWICE = [{"id": "unit", "representatives": ["r0"]}] * 2
TEXTS = ("", "x", "2026-11-02", "09:00:30", "09:00:00Z", "10:00:00")
ODD = (None, -1, 0, 1, 3, 10**9, 1.5, True, [], {}, ["x"], ["m0", "m0"], TWICE, *TEXTS)


def _read_or_refused(content: bytes):
    """The problem, or what is wrong with it; any other error is the test's failure."""
    try:
        return read_problem(content), ()
    except ProblemInvalid as invalid:
        return None, invalid.wrong


def _paths(plain, path=()):
    yield path
    if isinstance(plain, dict | list):
        inside = plain.items() if isinstance(plain, dict) else enumerate(plain)
        for name, value in inside:
            yield from _paths(value, (*path, name))


@st.composite
def oddities(draw):
    """A problem with one of its parts replaced by something odd, or left out."""
    plain = draw(problems())
    path = draw(st.sampled_from([path for path in _paths(plain) if path]))
    inside = plain
    for name in path[:-1]:
        inside = inside[name]
    if draw(st.booleans()):
        inside[path[-1]] = draw(st.sampled_from(ODD))
    else:
        del inside[path[-1]]
    return plain


@settings(FEW, max_examples=60)
@given(oddities())
def test_odd_problem_is_refused_with_its_field_or_planned_soundly(plain):
    """An odd part is named by its field, or the problem is one after all and its answer holds."""
    problem, wrong = _read_or_refused(json.dumps(plain).encode())
    if problem is None:
        assert wrong
        assert all(one.field and one.reason for one in wrong)
        return
    answer = plan(problem, STEPS)
    assert answer.state != "unknown"
    if answer.state == "proposed":
        assert broken(problem, answer.hearings) == []


@given(st.binary(max_size=40))
def test_what_is_no_problem_is_refused(content):
    """Bytes that are no problem are refused with a reason, never with another error."""
    problem, wrong = _read_or_refused(content)
    assert problem is None
    assert wrong
