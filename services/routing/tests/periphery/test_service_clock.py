"""Clocks that count from service: 申请复查 begins with the answer's service, not with its date."""

from datetime import UTC, datetime

from kernel.clock import SHANGHAI


def at(text):
    """The beginning of a day in Asia/Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


async def served(desk, case_id, day, **body):
    """A service of that day."""
    await desk.record(case_id, "intake.served", at(day), body={"document": "d", **body})


async def accepted(desk):
    """An accepted petition."""
    case_id = await desk.register()
    await desk.record(case_id, "intake.accepted", at("2026-03-03"))
    return case_id


def review(desk, case_id):
    """State, first day and last day of the clock."""
    row = desk.clocks(case_id).get(("review_request", ""))
    return row and (row["state"], row["started_on"], row["due_on"])


async def test_the_right_to_review_counts_from_service(desk):
    """条例 35: 30 days from receipt of the answer; unserved, the clock has not begun."""
    case_id = await accepted(desk)
    await served(desk, case_id, "2026-03-04")
    assert review(desk, case_id) is None
    await served(desk, case_id, "2026-03-05", starts_clock="review_request")
    assert review(desk, case_id) == ("running", "2026-03-05", "2026-04-07")  # 清明


async def test_a_corrected_service_moves_the_clock_or_takes_it_back(desk):
    """The right day counts anew; where nobody was served after all there is no clock."""
    case_id = await accepted(desk)
    await served(desk, case_id, "2026-03-05", starts_clock="review_request")
    await served(desk, case_id, "2026-03-20", restarts_clock="review_request")
    assert review(desk, case_id) == ("running", "2026-03-20", "2026-04-20")
    assert "clock.restarted" in desk.log(case_id)
    await served(desk, case_id, "2026-03-20", cancels_clock="review_request")
    assert review(desk, case_id)[0] == "cancelled"
    await served(desk, case_id, "2026-03-25", restarts_clock="review_request")
    assert review(desk, case_id) == ("running", "2026-03-25", "2026-04-24")


async def test_a_service_after_the_end_wakes_no_clock_of_the_handling(desk):
    """A withdrawn case stays without its 60 days, whatever paper is served afterwards."""
    case_id = await accepted(desk)
    await desk.record(case_id, "intake.withdrawn", ending="withdrawn")
    await served(desk, case_id, "2026-03-06", starts_clock="review_request")
    assert desk.clocks(case_id)["handling", ""]["state"] == "cancelled"
    assert review(desk, case_id)[0] == "running"
