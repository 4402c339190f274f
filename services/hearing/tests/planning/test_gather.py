import datetime as dt
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from hearing.checking import broken
from hearing.planning.clashes import RECORDER, clashes
from hearing.planning.clocks import Term
from hearing.planning.gather import Frame, NobodyFor, Waiting, Wish, problem_of
from hearing.planning.register import Entry, Register
from hearing.planning.replanning import broken_by, held
from hearing.scheduling.limits import Limit
from hearing.scheduling.plan.problem import Fixed, Person, Room, Span, Travel
from hearing.scheduling.plan.reading import read_problem
from hearing.scheduling.plan.solving import plan
from kernel.calendar import seed_calendar
from kernel.regulation import load_profile

NATIONAL = Path(__file__).resolve().parents[4] / "deploy/regulation/cn-2022.yaml"
TODAY = dt.date(2026, 11, 2)
OPEN = (dt.time(8, 30), dt.time(17, 30))
LIMIT = Limit(seconds=5)


@pytest.fixture(scope="module")
def frame():
    """A Monday in November, the workdays, the national rules."""
    return Frame(TODAY, seed_calendar(), load_profile(NATIONAL).rules.hearing)


def _person(name, *kinds, **more):
    return Person(name, *OPEN, kinds=frozenset(kinds), **more)


def _register():
    rooms = (Room("hall", "county", 40, *OPEN), Room("yard", "town", 20, *OPEN))
    judges = [Entry(_person(f"m{n}", "lawyer" if n % 2 else "resident")) for n in range(8)]
    chairs = [Entry(_person(f"c{n}"), staff=f"chair{n}", unit="court", chairs=True) for n in (0, 1)]
    others = [
        Entry(_person("rec"), records=True),
        Entry(_person("land0"), department="land", stand_in=0),
        Entry(_person("land1"), department="land", stand_in=1),
    ]
    way = Travel("county", "town", 40)
    return Register(rooms, (*judges, *chairs, *others), (way,))


def _waiting(name="h0", **more):
    one = Waiting(
        hearing_id=name,
        case_id=f"case-{name}",
        minutes=120,
        panel_size=5,
        colour="",
        public=5,
        online=False,
        equipment=frozenset(),
        departments=("land",),
        parties=(f"party-{name}",),
        about=frozenset({"village"}),
        handlers=frozenset(),
        hold_by=dt.date(2026, 11, 30),
    )
    return replace(one, **more)


def _planned(problem):
    answer = plan(read_problem(msgspec.json.encode(problem)), LIMIT)
    assert answer.state == "proposed", answer.demands
    assert broken(problem, answer.hearings) == []
    return answer


def test_proposal_breaks_nothing_and_nothing_clashes_by_hand(frame):
    """What the solver proposes for hearings that wait could be set by hand just so."""
    problem = problem_of([_waiting("h0"), _waiting("h1")], _register(), frame)
    answer = _planned(problem)
    assert [clashes(problem, one, []) for one in answer.hearings] == [[], []]
    assert all(one.day >= frame.earliest for one in answer.hearings)
    assert all(one.representatives[RECORDER] == "rec" for one in answer.hearings)


def test_handler_never_presides(frame):
    """Who handled the case neither presides nor judges, whatever else is said."""
    waiting = _waiting(handlers=frozenset({"chair0"}))
    problem = problem_of([waiting], _register(), frame)
    assert problem.hearings[0].chairs == ("c1",)
    assert waiting.case_id in problem.person("c0").ties


def test_who_was_recused_or_belongs_to_the_unit_in_question_is_tied(frame):
    """Who was replaced as biased, and officials of the unit it is about, are kept out."""
    waiting = _waiting(recused=frozenset({"m0"}), about=frozenset({"court"}))
    problem = problem_of([waiting], _register(), frame)
    about = problem.hearings[0].about
    barred = [one.id for one in problem.people if one.ties & about]
    assert barred == ["m0", "c0", "c1"]


def test_a_recorder_who_is_tied_or_handled_the_case_is_not_asked(frame):
    """Whoever must step back is not sent; with nobody else the part is named."""
    register = _register()
    tied = Entry(_person("rec1", ties=frozenset({"village"})), records=True)
    handler = Entry(_person("rec2"), staff="clerk", unit="town", records=True)
    waiting = _waiting(handlers=frozenset({"clerk"}))
    more = replace(register, entries=(*register.entries, tied, handler))
    departments = problem_of([waiting], more, frame).hearings[0].departments
    sent = {one.id: one.representatives for one in departments}
    assert sent[RECORDER] == ("rec",)
    rest = tuple(one for one in more.entries if one.person.id != "rec")
    with pytest.raises(NobodyFor) as caught:
        problem_of([waiting], replace(more, entries=rest), frame)
    assert caught.value.part == RECORDER


def test_what_is_pinned_or_forbidden_is_asked_of_the_solver(frame):
    """Pins stay, banned rooms and a party's absence are avoided."""
    day = frame.workdays(dt.date(2026, 11, 30))[-3]
    away = (("party-h0", Span(day, dt.time(8, 0), dt.time(12, 0))),)
    wish = Wish(Fixed(day=day, room="yard", chair="c1"), away=away)
    answer = _planned(problem_of([_waiting(wish=wish)], _register(), frame))
    planned = answer.hearings[0]
    assert (planned.day, planned.room, planned.chair) == (day, "yard", "c1")
    assert planned.begins >= dt.time(12, 0)


def test_citizens_clock_bounds_the_days(frame):
    """No day after a citizen's last day is planned; a unit's own clock does not bound."""
    due = dt.date(2026, 11, 20)
    term = Term("handling", due, citizens=True)
    unit = Term("ordinary", dt.date(2026, 11, 3), citizens=False)
    problem = problem_of([_waiting(terms=(term, unit))], _register(), frame)
    assert problem.hearings[0].latest == due


def test_after_an_absence_only_what_must_be_is_changed(frame):
    """A member of the panel who became absent is replaced; day, room, chair and the others stay."""
    register = _register()
    first = _planned(problem_of([_waiting()], register, frame)).hearings[0]
    gone = first.panel[0]
    ill = tuple(
        replace(one, person=msgspec.structs.replace(one.person, busy=(Span(first.day, *OPEN),)))
        if one.person.id == gone
        else one
        for one in register.entries
    )
    known, waiting = replace(register, entries=ill), _waiting(stands=first)
    found = broken_by(waiting, problem_of([waiting], known, frame), [])
    assert [(one.kind, one.subject) for one in found] == [("BUSY", gone)]
    answer = _planned(problem_of([held(waiting, found)], known, frame, (first,)))
    assert [(one.part, one.hearing) for one in answer.changes] == [("panel", "h0")]
    assert len(set(answer.hearings[0].panel) & set(first.panel)) == len(first.panel) - 1


def test_absent_party_lets_the_time_go(frame):
    """When a party cannot come no other person mends it: the time is open again."""
    first = _planned(problem_of([_waiting()], _register(), frame)).hearings[0]
    wish = Wish(away=(("party-h0", Span(first.day, *OPEN)),))
    waiting = _waiting(stands=first, wish=wish)
    found = broken_by(waiting, problem_of([waiting], _register(), frame), [])
    again = held(waiting, found)
    assert not again.hold
    answer = _planned(problem_of([again], _register(), frame, (first,)))
    assert [one.part for one in answer.changes] == ["time"]


def test_hearing_that_was_told_keeps_its_time(frame):
    """When its notice could not be given anew, a hearing keeps day and hour; people may change."""
    day = frame.workdays(dt.date(2026, 11, 30))[1]
    first = _planned(problem_of([_waiting()], _register(), frame)).hearings[0]
    stands = msgspec.structs.replace(first, day=day)
    waiting = _waiting(stands=stands, told=True)
    found = problem_of([waiting], _register(), frame, (stands,)).hearings[0]
    assert (found.pinned.day, found.pinned.begins, found.earliest) == (day, stands.begins, day)


def test_nobody_to_ask_is_said_by_part(frame):
    """Without a recorder, a chair or a department's representative the part is named."""
    register = _register()
    for part, lacks in (("recorder", "rec"), ("land", "land"), ("chair", "c")):
        rest = tuple(one for one in register.entries if not one.person.id.startswith(lacks))
        with pytest.raises(NobodyFor) as caught:
            problem_of([_waiting()], replace(register, entries=rest), frame)
        assert caught.value.part == part
