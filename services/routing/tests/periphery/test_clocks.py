"""Clocks of cases: what starts them, what ends them, and what never touches them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kernel.clock import SHANGHAI
from routing.handlers.clocks import RecomputeDues, recompute
from routing.storage.clocks import clock


def at(text, hour=9, minute=0, second=0):
    """An instant of a day in Asia/Shanghai."""
    moment = datetime.fromisoformat(text).replace(hour=hour, minute=minute, second=second)
    return moment.replace(tzinfo=SHANGHAI).astimezone(UTC)


async def test_petition_counts_from_receipt(desk):
    """Routing and notice count from receipt, not registration; no 60 days before acceptance."""
    case_id = await desk.register(received_at=at("2026-02-26"))
    clocks = desk.clocks(case_id)
    assert set(clocks) == {("route", ""), ("notice", "s-dipu")}
    assert clocks["route", ""]["due_on"] == "2026-03-13"
    assert desk.case(case_id)["next_clock"] in {"route", "notice"}


async def test_fence_quarrel_gets_no_sixty_days(desk):
    """People's mediation has its month from acceptance, never the 60 days of a petition."""
    case_id = await desk.register(procedure="peoples_mediation", difficulty="ordinary")
    await desk.record(case_id, "intake.accepted", at("2026-03-03"))
    assert {name for name, _ in desk.clocks(case_id)} == {"ordinary", "mediation"}
    assert desk.clocks(case_id)["mediation", ""]["due_on"] == "2026-04-03"


@pytest.mark.parametrize(
    "matter,sixty",
    [
        ({}, True),
        ({"purpose": "help"}, True),
        ({"purpose": "suggestion"}, False),
        ({"purpose": "enquiry"}, False),
        ({"litigation": True}, False),
    ],
)
async def test_sixty_days_are_for_the_sixth_branch(desk, matter, sixty):
    """条例 31(6), 34: what asks for a decision and goes by no other procedure, nothing else."""
    case_id = await desk.register(**matter)
    await desk.record(case_id, "intake.accepted", at("2026-03-03"))
    assert (("handling", "") in desk.clocks(case_id)) is sixty


async def test_a_corrected_purpose_ends_the_sixty_days(desk):
    """What turns out to be a suggestion loses the clock of a petition; the record stays."""
    case_id = await desk.register()
    await desk.record(case_id, "intake.accepted", at("2026-03-03"))
    await desk.record(case_id, "intake.confirmed", purpose="suggestion")
    assert desk.clocks(case_id)["handling", ""]["state"] == "cancelled"


async def test_acceptance_processed_late(desk):
    """An acceptance processed ten days late starts the 60 days on the day it happened."""
    case_id = await desk.register()
    desk.clock.set(at("2026-03-13"))
    await desk.record(case_id, "intake.accepted", at("2026-03-03", 23, 59, 59))
    clocks = desk.clocks(case_id)
    assert clocks["handling", ""]["started_on"] == "2026-03-03"
    assert clocks["handling", ""]["due_on"] == "2026-05-06"  # day 60 is 2 May, inside the holiday
    assert clocks["route", ""]["state"] == clocks["notice", "s-dipu"]["state"] == "met"


async def test_late_fact_withdraws_nothing_in_time(desk):
    """An act after the last day is met late, and the breach is dated at the end of that day."""
    case_id = await desk.register()
    await desk.record(case_id, "intake.accepted", at("2026-03-18"))
    route = desk.clocks(case_id)["route", ""]
    assert route["state"] == "met_late"
    assert route["breached_at"] == at("2026-03-18", 0)
    assert "clock.breached" in desk.log(case_id)


async def test_year_end_is_provisional_and_recomputed(desk):
    """A clock that ends in a year without a holiday notice is provisional until one is loaded."""
    desk.clock.set(at("2026-11-10"))
    case_id = await desk.register(at=at("2026-11-10"))
    await desk.record(case_id, "intake.accepted", at("2026-11-10"))
    assert desk.clocks(case_id)["handling", ""]["provisional"]
    changed = await desk.do(recompute, RecomputeDues(case_id, (date(2027, 1, 11),)))
    assert changed == 0  # nothing was published yet


async def test_another_procedure_keeps_both_records(desk):
    """A change of procedure cancels the clocks of the first and keeps them on record."""
    case_id = await desk.register(procedure="hotline")
    await desk.record(
        case_id, "intake.accepted", at("2026-03-04"), procedure="petition", difficulty="simple"
    )
    clocks = desk.clocks(case_id)
    assert clocks["hotline", ""]["state"] == "cancelled"
    assert clocks["handling", ""]["state"] == "running"
    assert "clock.cancelled" in desk.log(case_id)


@pytest.mark.parametrize("later", [False, True])
async def test_what_becomes_a_petition_as_it_is_accepted_owes_no_routing(desk, later):
    """条例 22: acceptance found the competent unit; the 15 days of routing do not begin then."""
    case_id = await desk.register(procedure="peoples_mediation", difficulty="ordinary")
    accepted = {} if later else {"procedure": "petition"}
    await desk.record(case_id, "intake.accepted", at("2026-03-03"), **accepted)
    if later:
        await desk.record(case_id, "intake.confirmed", procedure="petition")
    running = {row["clock"] for row in desk.rows(clock, case_id=case_id, state="running")}
    assert running == {"ordinary", "handling"}


async def test_backlog_has_no_clocks(desk):
    """积案: true dates are kept, no clock runs out on them."""
    case_id = await desk.register(backlog=True, received_at=at("2012-03-04"))
    assert desk.clocks(case_id) == {}
    assert desk.case(case_id)["next_due_at"] is None


async def test_ending_stops_clocks(desk):
    """An answered case has met its clocks; the services are told that nobody writes any more."""
    case_id = await desk.register()
    await desk.record(case_id, "intake.answered", ending="answered", substantive=True)
    row = desk.case(case_id)
    assert (row["state"], row["ending"], row["settled_path"]) == (
        "ended",
        "answered",
        row["holder_path"],
    )
    assert {r["state"] for r in desk.rows(clock, case_id=case_id)} == {"met"}
    assert row["next_due_at"] is None


async def test_midnight_belongs_to_the_next_day(desk):
    """A minute before midnight and midnight are two days; the due date says which."""
    late = at("2026-03-02", 23, 59, 59)
    before = await desk.register(at=late)
    after = await desk.register(at=late + timedelta(seconds=1))
    dues = [desk.clocks(case)["route", ""]["due_on"] for case in (before, after)]
    assert dues == ["2026-03-17", "2026-03-18"]


async def test_rating_later_breaches_nothing(desk):
    """A target set later than it would have run out is not set: nothing is breached by rating."""
    case_id = await desk.register(procedure="hotline")
    desk.clock.set(at("2026-03-09"))
    await desk.record(case_id, "intake.accepted", procedure="petition", difficulty="simple")
    assert "simple" not in {name for name, _ in desk.clocks(case_id)}
    assert not desk.case(case_id)["overdue"]
