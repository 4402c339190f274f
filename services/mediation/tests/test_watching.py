"""Every day that somebody waits for is told of in time, once, and by itself decides nothing."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kernel.calendar import seed_calendar
from kernel.clock import SHANGHAI
from mediation import commands_casework as todo
from mediation.commands_plan import PlanCase
from mediation.domain.watching import About, Day, alerts, end_after
from mediation.domain.words import (
    Asked,
    Confirmation,
    Disposition,
    Duty,
    Ending,
    Finding,
    Route,
    SessionOutcome,
)
from mediation.handlers import agreeing, assigning, closing, finding, meeting, performing, planning
from mediation.handlers.telling import NoteCustody, note_custody
from mediation.storage.tables import fact
from mediation.storage.tables_sessions import booking, session
from mediation.testing.table import LI, SUN, known

ROOT = Path(__file__).resolve().parents[3]
DAY = timedelta(days=1)


def at(day, hour=8, minute=30):
    """An hour of a day in Asia/Shanghai."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), SHANGHAI).replace(
        hour=hour, minute=minute
    )


async def told_at(case, day, hour=9, minute=0):
    """What the sweep tells at that hour."""
    before = len(case.kinds())
    case.clock.set(at(day, hour, minute).astimezone(UTC))
    await case.sweep()
    return [kind.partition(".")[2] for kind in case.kinds()[before:]]


async def in_force(case):
    """Agreed on 23 November, in force, 5000 yuan due on 3 December."""
    await case.assign()
    await case.hold()
    await case.draft()
    await case.sign_all()


async def test_a_term_is_told_of_before_and_once_when_it_is_over(case):
    """Seven days before, a day before, on the day; then overdue, and nothing was decided."""
    await in_force(case)
    told = {}
    for n in range(1, 16):
        day = (date(2026, 11, 23) + n * DAY).isoformat()
        told[day] = await told_at(case, day) + await told_at(case, day, 10)
    assert {day: kinds for day, kinds in told.items() if kinds} == {
        "2026-11-26": ["term_due_soon"],
        "2026-12-02": ["term_due_soon"],
        "2026-12-03": ["term_due_soon"],
        "2026-12-04": ["term_overdue"],
    }
    last = case.rows(fact)[-1]
    assert (last["body"], last["at"]) == (
        '{"ref":"1.1","due_on":"2026-12-03"}',
        datetime(2026, 12, 3, 16, tzinfo=UTC),
    )
    assert case.days()["term", "1.1"]["next_look_at"] is None


async def test_after_an_outage_the_last_thing_is_told_dated_when_it_came(quick):
    """Three warnings and the end in one look: one fact, at the end of the last day."""
    await in_force(quick)
    assert await told_at(quick, "2026-12-20") == ["term_overdue"]
    assert await told_at(quick, "2026-12-21") == []


async def test_a_term_that_was_performed_is_waited_for_no_more(quick):
    """Paid in parts that add up to the whole: no reminder comes after it."""
    await in_force(quick)
    for amount in (200_000, 300_000):
        paid = {"term_no": 1, "on": date(2026, 11, 23), "amount": amount}
        await quick.act(performing.render_term, todo.RenderTerm, **paid)
    assert ("term", "1.1") not in quick.days()
    assert await told_at(quick, "2026-12-10") == []


async def test_the_window_for_confirmation_closes_after_thirty_days(quick):
    """In force on 23 November: the 30th day is 23 December; the right is lost, no more."""
    await in_force(quick)
    await told_at(quick, "2026-12-04")
    assert await told_at(quick, "2026-12-23", 23, 59) == []
    assert await told_at(quick, "2026-12-24", 0, 1) == ["confirmation_lapsed"]
    assert await told_at(quick, "2026-12-25") == []


async def test_a_window_that_was_used_lapses_no_more(quick):
    """Applied for in time: nothing lapses, whatever the court takes."""
    await in_force(quick)
    result = Confirmation.APPLIED
    await quick.act(agreeing.record_confirmation, todo.RecordConfirmation, result=result)
    assert ("confirmation", "1") not in quick.days()
    await told_at(quick, "2026-12-04")
    assert await told_at(quick, "2027-01-04") == []


async def test_steps_of_a_plan_are_told_of_until_they_are_met(quick):
    """Two days before and when overdue; a step that was met is waited for no more."""
    await quick.assign()
    due_on = date(2026, 12, 18)
    await quick.act(planning.plan_case, PlanCase, sealed=True, due_on=due_on)
    facts_on = quick.days()["milestone", "facts"]["due_at"].astimezone(SHANGHAI) - DAY
    assert facts_on.date() == date(2026, 12, 2)
    assert await told_at(quick, "2026-11-30") == ["milestone_due_soon"]
    await quick.act(finding.establish_facts, todo.EstablishFacts, sealed=True, what="看过")
    assert ("milestone", "facts") not in quick.days()
    assert await told_at(quick, "2026-12-09") == ["milestone_overdue"]  # the session, on the 8th


async def test_a_plan_made_anew_is_told_of_anew(quick):
    """Another due date moves the days; what was told of the old ones counts no more."""
    await quick.assign()
    for due_on in (date(2026, 11, 27), date(2026, 12, 25)):
        await quick.act(planning.plan_case, PlanCase, sealed=True, due_on=due_on)
        quick.clock.advance(timedelta(minutes=1))
    await told_at(quick, "2026-11-27")
    assert await told_at(quick, "2026-12-26") == ["milestone_overdue"] * 5


async def test_a_session_without_a_record_is_told_of_on_the_day_after_the_next(quick):
    """Held or not, somebody has to say so; the record ends the waiting."""
    await quick.assign()
    session_id, _ = await quick.schedule()
    assert await told_at(quick, "2026-11-24", 23) == []
    assert await told_at(quick, "2026-11-25", 0, 1) == ["session_unrecorded"]
    given = {"session_id": session_id, "outcome": SessionOutcome.CONTINUED, "came": {}}
    await quick.act(meeting.record_session, todo.RecordSession, sealed=True, record="谈过", **given)
    assert ("session", str(session_id)) not in quick.days()


async def test_leave_that_collides_with_a_session_is_told_at_once(quick):
    """Whether the leave was there before the session or came after it."""
    await quick.assign()
    session_id, _ = await quick.schedule(start=48)
    assert await told_at(quick, "2026-11-23", 10) == []
    away = known(LI, leave=((date(2026, 11, 25), date(2026, 11, 27)),))
    await quick.run(_keep, (away,))
    assert await told_at(quick, "2026-11-23", 11) == ["session_on_leave"]
    await quick.run(_keep, (known(LI),))
    assert ("leave", str(session_id)) not in quick.days()


def _keep(uow, mediators):
    return assigning.keep_mediators(uow, todo.KeepMediators(mediators))


async def test_a_second_persons_word_that_is_waited_for_too_long_is_told(quick):
    """A withdrawal that nobody confirms, a disposition that nobody approves."""
    given = {"disposition": Disposition.BY_LAW, "what": "动手", "basis": "治安管理处罚法"}
    await quick.act(finding.dispose, todo.Dispose, sealed=True, **given)
    await quick.act(closing.withdraw_mediation, todo.OnCase)
    assert {ref for about, ref in quick.days() if about == "decision"} == {
        "disposition:1",
        "withdrawing",
    }
    assert await told_at(quick, "2026-11-26", 23) == []
    assert await told_at(quick, "2026-11-27", 0, 1) == ["decision_overdue"] * 2
    await quick.act(closing.confirm_withdrawal, todo.Decide, who="sun", approved=True)
    assert {ref for about, ref in quick.days() if about == "decision"} == {"disposition:1"}


async def test_what_was_supported_is_followed_until_it_is_carried_out(quick):
    """落实: warned of ten, three days before and on its day, then overdue."""
    said = {"finding": Finding.SUPPORTED, "reasons": "应当支持", "carry_out_by": date(2026, 12, 31)}
    await quick.act(finding.find_request, todo.FindRequest, sealed=True, request_no=1, **said)
    assert await told_at(quick, "2026-12-21") == ["carry_out_due_soon"]
    await quick.act(closing.answer_mediation, todo.OnCase, sealed=True)
    assert await told_at(quick, "2027-01-01") == ["carry_out_overdue"]
    await quick.act(finding.carry_out, todo.CarryOut, request_no=1)
    assert not quick.days()


async def test_a_duty_to_report_waits_a_day(quick):
    """Noted and not reported: told; a report ends it."""
    await quick.act(finding.note_duty, todo.NoteDuty, duty=Duty.POLICE)
    assert await told_at(quick, "2026-11-25", 0, 1) == ["duty_unreported"]
    await quick.act(finding.note_duty, todo.NoteDuty, duty=Duty.POLICE, reported_to="u-police")
    assert not quick.days()


async def test_what_is_told_makes_nobodys_reading_out_of_date(quick):
    """The version stays: an act that was begun before the sweep goes through."""
    await in_force(quick)
    assert await told_at(quick, "2026-12-04") == ["term_overdue"]
    assert await quick.act(performing.note_default, todo.OnCase) == "defaulted"


async def test_talks_that_are_over_call_their_sessions_off(quick):
    """Failed: nobody comes on Friday, and the mediator is free; the fact says so."""
    await quick.assign()
    session_id, _ = await quick.schedule(start=72)
    routes = frozenset({Route.COURT})
    await quick.act(closing.fail_mediation, todo.FailMediation, routes=routes)
    assert [row["state"] for row in quick.rows(session)] == ["cancelled"]
    assert quick.rows(booking) == []
    assert str(session_id) in quick.rows(fact)[-1]["body"]
    assert not quick.days()


async def test_a_closed_file_goes_on_waiting_for_what_was_agreed(quick):
    """达成协议待履行: the terms are watched until they are performed; the rest has ended."""
    await in_force(quick)
    await quick.make_ready(Asked.SATISFIED)
    assert await quick.close(Ending.AGREED) == "closed"
    assert set(quick.days()) == {("term", "1.1"), ("confirmation", "1")}
    assert await told_at(quick, "2026-12-04") == ["term_overdue"]


async def test_a_mediator_who_leaves_the_case_has_the_time_free(quick):
    """Replaced by another: the session the sides were told of is called off."""
    await quick.assign(LI)
    await quick.schedule(start=48)
    await quick.assign(SUN)
    assert quick.rows(booking) == []
    assert [row["state"] for row in quick.rows(session)] == ["cancelled"]


async def test_a_case_that_left_takes_up_nobodys_time_and_is_watched_elsewhere(quick):
    """After a hand-over to another node the mediator here is free, and nothing is told here."""
    await quick.assign()
    await quick.schedule(start=48)
    gone = NoteCustody(quick.case_id, 2, "out", "s-dipu", "330523.001.000")
    await quick.run(note_custody, gone)
    assert quick.rows(booking) == []
    assert await told_at(quick, "2026-12-30") == []
    assert all(day["next_look_at"] is None for day in quick.days().values())


@pytest.mark.parametrize("about", About)
def test_nothing_is_told_before_a_day_came_to_be(about):
    """Warnings that would lie before it are left out; the rest is in order of time."""
    begun = at("2026-12-01").astimezone(UTC)
    found = alerts(Day(about, "", begun, end_after(begun, 2)), seed_calendar())
    assert all(one.at >= begun for one in found)
    assert [one.at for one in found] == sorted(one.at for one in found)
