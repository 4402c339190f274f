"""Faults of peer systems with deadlines, each as a case to pass."""

from dataclasses import replace
from datetime import date, timedelta

from kernel.calendar import Day, seed_calendar
from kernel.group_commit import Work
from routing.commands.handover import BeginHandover
from routing.domain.words import Kind
from routing.handlers.clocks import RecomputeDues, recompute
from routing.handlers.handover import begin


async def test_zammad_5177_midnight_before_a_weekend(desk, at):
    """A ticket of the last second of a Friday counts from Friday; a second later from Saturday."""
    friday = at("2026-03-06", 23, 59, 59)
    first = await desk.register(procedure="hotline", at=friday)
    second = await desk.register(procedure="hotline", at=friday + timedelta(seconds=1))
    due = {desk.clocks(case)["hotline", ""]["due_on"] for case in (first, second)}
    assert due == {"2026-03-13"}  # Saturday and Sunday are no working days either way
    assert desk.clocks(second)["hotline", ""]["started_on"] == "2026-03-07"


async def test_zammad_3180_weekends_that_are_worked(desk, at):
    """调休: working days before 国庆 2026 count the worked Sunday and skip the holiday."""
    case_id = await desk.register(procedure="hotline", at=at("2026-09-18"))
    assert desk.clocks(case_id)["hotline", ""]["due_on"] == "2026-09-24"


async def test_zammad_4432_overlapping_rules(desk):
    """A hotline ticket rated simple has one clock from registration, its procedure's own."""
    case_id = await desk.register(procedure="hotline", difficulty="simple")
    assert {name for name, _ in desk.clocks(case_id)} == {"hotline"}


async def test_grid_systems_restart_the_clock_at_each_touch(desk, who, at):
    """Passed on twice, a ticket is due on the day it was due at registration."""
    case_id = await desk.register(procedure="hotline")
    before = desk.clocks(case_id)["hotline", ""]
    for holder, target in (("s-dipu", "u-dipu-sifasuo"), ("u-dipu-sifasuo", "u-dipu-minsheng")):
        desk.clock.set(desk.clock.now() + timedelta(days=1))
        hand = BeginHandover(
            **desk.seen(case_id), kind=Kind.FORWARD, to_unit=target, reason="competent"
        )
        await desk.do(begin.begin_handover, hand, who(holder))
        await desk.settle()
    after = desk.clocks(case_id)["hotline", ""]
    assert (after["started_on"], after["due_on"]) == (before["started_on"], before["due_on"])
    assert desk.case(case_id)["next_clock"] in {"hotline", "sign_for"}
    assert ("sign_for", "u-dipu-sifasuo") in desk.clocks(case_id)
    accepted_by_handing_on = desk.clocks(case_id)["sign_for", "u-dipu-sifasuo"]
    assert accepted_by_handing_on["state"] == "met"
    assert desk.clocks(case_id)["sign_for", "u-dipu-minsheng"]["state"] == "running"


async def test_holiday_notice_moves_an_open_due_date(desk, at):
    """A notice that makes the last Saturday a workday moves the end back to it, with an entry."""
    case_id = await desk.register(at=at("2026-11-10"))
    desk.clock.set(at("2026-11-10"))
    await desk.record(case_id, "intake.accepted", at("2026-11-10"))
    before = desk.clocks(case_id)["handling", ""]
    assert (before["due_on"], before["provisional"]) == ("2027-01-11", True)
    saturday = date(2027, 1, 9)
    worked = Day(saturday, is_workday=True, source="notice", final=True, name="")
    calendar = seed_calendar().replace([worked])
    node = replace(desk.node, workdays=lambda: calendar)

    def handler(uow, command):
        return recompute(uow, command, node=node)

    changed = await desk.writer.perform(Work(handler, RecomputeDues(case_id, (saturday,))))
    after = desk.clocks(case_id)["handling", ""]
    assert (changed, after["due_on"]) == (1, "2027-01-09")
    assert "clock.recomputed" in desk.log(case_id)
