"""No sequence of commands leaves a date without a watcher (bounded, seeded, in process)."""

import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from kernel.calendar import seed_calendar
from kernel.errors import Refusal
from mediation import commands_casework as todo
from mediation.commands_plan import MeetMeasure, PlanCase
from mediation.domain.measures import Measure, MeasureKind, MeasureOutcome
from mediation.domain.watching import About, Day, alerts
from mediation.domain.words import Confirmation, Ending, Finding, Route
from mediation.handlers import agreeing, closing, finding, performing, planning
from mediation.storage.tables import mediation
from mediation.storage.tables_agreements import agreement, term
from mediation.storage.tables_closing import answer
from mediation.storage.tables_plan import plan_measure
from mediation.storage.tables_sessions import milestone, session
from mediation.testing.table import LI, SUN

ROOT = Path(__file__).resolve().parents[3]
SEEDS, STEPS = 4, 20
HELP = Measure(MeasureKind.HARDSHIP, "", "sun", date(2026, 12, 31), "送米送油")
TALKING = {"opened", "assigned", "planned", "in_session", "agreed"}


def acts(case):
    """What may be tried at any time; what is not possible is refused and changes nothing."""
    supported = {"finding": Finding.SUPPORTED, "reasons": "有据"}
    by, due_on = date(2026, 12, 30), date(2027, 1, 8)
    paid = {"term_no": 1, "on": date(2026, 11, 23), "amount": 250_000}
    routes = frozenset({Route.COURT})
    applied = {"result": Confirmation.APPLIED}
    act = case.act
    find = {"request_no": 1, "carry_out_by": by, **supported}
    return [
        lambda: case.assign(LI),
        lambda: case.assign(SUN),
        lambda: act(planning.plan_case, PlanCase, sealed=True, due_on=due_on, measures=(HELP,)),
        lambda: act(planning.meet_measure, MeetMeasure, no=1, outcome=MeasureOutcome.DONE),
        lambda: case.schedule(start=30),
        case.hold,
        case.draft,
        case.sign_all,
        lambda: case.sign_all(2),
        lambda: act(performing.render_term, todo.RenderTerm, **paid),
        lambda: act(performing.note_default, todo.OnCase),
        lambda: act(performing.resume, todo.OnCase),
        lambda: act(performing.mediate_again, todo.OnCase),
        lambda: act(agreeing.record_confirmation, todo.RecordConfirmation, **applied),
        lambda: act(agreeing.drop_agreement, todo.OnCase),
        lambda: act(closing.fail_mediation, todo.FailMediation, routes=routes),
        lambda: act(closing.withdraw_mediation, todo.OnCase),
        lambda: act(closing.confirm_withdrawal, todo.Decide, who="sun", approved=False),
        lambda: act(finding.find_request, todo.FindRequest, sealed=True, **find),
        lambda: act(finding.carry_out, todo.CarryOut, request_no=1),
        lambda: case.close(Ending.AGREED),
        case.make_ready,
        case.sweep,
    ]


def expected(case):
    """The open dates, read from the rows by themselves and not by the code that watches them."""

    def of(table):
        return [row for row in case.rows(table) if row["case_id"] == case.case_id]

    [file] = of(mediation)
    closed = file["state"] == "closed"
    force = {r["version"] for r in of(agreement) if r["in_force_from"] and not r["dropped_at"]}
    found = {
        (About.TERM, f"{row['version']}.{row['no']}")
        for row in of(term)
        if row["version"] in force and row["standing"] != "performed"
    }
    if closed:
        return found if file["ending"] == "agreed" else set()
    found |= {
        (About.SESSION, str(row["session_id"]))
        for row in of(session)
        if row["state"] == "scheduled"
    }
    found |= {
        (About.CARRY_OUT, str(row["request_no"]))
        for row in of(answer)
        if row["finding"] == "supported" and row["carry_out_by"] and not row["carried_out_at"]
    }
    found |= {
        (About.MEASURE, str(row["no"])) for row in of(plan_measure) if row["outcome"] == "open"
    }
    if file["state"] in TALKING:
        found |= {(About.MILESTONE, row["step"]) for row in of(milestone) if not row["met_at"]}
    if file["state"] in {"refusing", "withdrawing", "closing"}:
        found.add((About.DECISION, file["state"]))
    return found


def check(case):
    """Each has a row, and each row is looked at again or has nothing left to tell."""
    days = case.days()
    assert {(about.value, ref) for about, ref in expected(case)} <= set(days)
    for (about, ref), row in days.items():
        told = alerts(Day(About(about), ref, row["since"], row["due_at"]), seed_calendar())
        assert row["next_look_at"] is not None or row["told"] == len(told)


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_no_sequence_of_acts_leaves_a_date_without_a_watcher(quick, seed):
    """Acts, sweeps and time in any order: after each, every open date has its watcher."""
    dice = random.Random(seed)  # noqa: S311 (a repeatable order, no secret)
    if seed % 2:  # half of them begin with an agreement in force
        for act in (quick.assign, quick.hold, quick.draft, quick.sign_all):
            await act()
    for _ in range(STEPS):
        try:
            await dice.choice(acts(quick))()
        except Refusal:
            quick.clock.advance(timedelta(hours=dice.choice([1, 20, 100])))
        check(quick)
