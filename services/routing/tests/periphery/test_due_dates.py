"""A due date that has passed is refused where a person sets it, and nothing is changed."""

import pytest

from kernel.ids import new_id
from lianxin.routing.v1 import custody_pb2 as pb
from routing.commands.handover import BeginHandover
from routing.commands.joint import (
    Decision,
    OpenCohandling,
    OpenConference,
    RecordAssignment,
    RecordConference,
    ReferOut,
)
from routing.commands.supervision import Supervise, SuspendClock
from routing.convert import handover
from routing.domain.words import Kind
from routing.errors import FieldWrong
from routing.handlers import cohandling, conferences, referrals, supervision
from routing.handlers.clocks import suspending
from routing.handlers.handover import begin
from routing.storage.clocks import clock

TODAY, YESTERDAY = "2026-03-02", "2026-03-01"
HOLDER, BELOW, ABOVE = "s-dipu", "u-dipu-sifasuo", "s-anji"


def assign(seen, day):
    """Assign."""
    to = {"kind": Kind.ASSIGN, "to_unit": BELOW, "reason": "other"}
    return begin.begin_handover, BeginHandover(**seen, **to, due_on=day), HOLDER


def cohandle(seen, day):
    """Ask to handle jointly."""
    ask = OpenCohandling(**seen, unit=BELOW, task="look", due_on=day)
    return cohandling.open_cohandling, ask, HOLDER


def supervise(seen, day):
    """Supervise."""
    return supervision.supervise, Supervise(seen["case_id"], "urge", "slow", day), ABOVE


def refer(seen, day):
    """Refer to a body outside."""
    to = {"outside_unit": "o-anji-court", "letter_no": "1", "ends": False, "note": ""}
    return referrals.refer_out, ReferOut(**seen, **to, due_on=day), HOLDER


def assigned_outside(seen, day):
    """Assigned from outside."""
    by = {"outside_unit": "o-huzhou-xinfang", "their_no": "7", "report_owed": True}
    return referrals.record_assignment, RecordAssignment(**seen, **by, due_on=day), HOLDER


def refused(caught):
    """The field that was refused, and why."""
    (violation,) = caught.value.fields
    return violation.field, violation.reason


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (assign, "DATE_PASSED"),
        (cohandle, "DATE_PASSED"),
        (supervise, "DATE_PASSED"),
        (refer, "DATE_PASSED"),
        (assigned_outside, "DATE_BEFORE_RECEIPT"),
    ],
)
async def test_a_day_that_has_passed_is_refused(desk, who, act, reason):
    """Yesterday is refused, naming `due_on`, and leaves no trace; today is the first day."""
    case_id = await desk.register(HOLDER)
    before = desk.log(case_id)
    handler, command, unit = act(desk.seen(case_id), YESTERDAY)
    with pytest.raises(FieldWrong) as caught:
        await desk.do(handler, command, who(unit))
    assert refused(caught) == ("due_on", reason)
    assert desk.log(case_id) == before
    handler, command, unit = act(desk.seen(case_id), TODAY)
    await desk.do(handler, command, who(unit))
    assert len(desk.log(case_id)) > len(before)


async def test_today_is_the_day_in_shanghai(desk, who, at):
    """At one in the morning it is today already, though it is yesterday in UTC."""
    case_id = await desk.register(HOLDER)
    desk.clock.set(at("2026-03-03", 1))
    handler, command, unit = cohandle(desk.seen(case_id), TODAY)
    with pytest.raises(FieldWrong):
        await desk.do(handler, command, who(unit))


async def test_a_decision_for_a_day_that_has_passed_decides_nothing(desk, who):
    """The decision is named; none of the others is ordered either, and it can be recorded anew."""
    cases = [await desk.register(HOLDER), await desk.register(HOLDER)]
    call = OpenConference("joint", ABOVE, tuple(cases), (), desk.clock.now(), "chair")
    conference_id = await desk.do(conferences.open_conference, call, who(ABOVE))

    def record(*days):
        decided = [
            Decision(case, "s-lingfeng", (), "", day, "competent")
            for case, day in zip(cases, days, strict=True)
        ]
        return RecordConference(conference_id, (), tuple(decided), "")

    with pytest.raises(FieldWrong) as caught:
        await desk.do(conferences.record_conference, record("", YESTERDAY), who(ABOVE))
    assert refused(caught) == ("decisions[1].due_on", "DATE_PASSED")
    orders = await desk.do(conferences.record_conference, record("", TODAY), who(ABOVE))
    assert len(orders) == len(cases)


async def test_a_clock_is_not_suspended_until_yesterday(desk, who):
    """挂起: the day to look again lies ahead."""
    case_id = await desk.register(difficulty="complex")
    stop = {"clock": "complex", "grounds": "g", "article": "", "approved_by": "head"}
    command = SuspendClock(**desk.seen(case_id), **stop, look_again_on=YESTERDAY)
    with pytest.raises(FieldWrong) as caught:
        await desk.do(suspending.suspend_clock, command, who(HOLDER))
    assert refused(caught) == ("look_again_on", "DATE_PASSED")
    assert desk.clocks(case_id)["complex", ""]["state"] == "running"


async def test_a_backlog_case_keeps_the_true_date(desk, who, at):
    """积案: what a superior assigned long ago is recorded with the date it gave."""
    case_id = await desk.register(backlog=True, received_at=at("2012-03-04"))
    handler, command, unit = assigned_outside(desk.seen(case_id), "2011-05-05")
    await desk.do(handler, command, who(unit))
    assert "assignment.recorded" in desk.log(case_id)


async def test_an_assignment_recorded_late_keeps_its_date(desk, who, at):
    """A date from outside that passed after the receipt is true, and kept."""
    case_id = await desk.register(received_at=at("2026-02-02"))
    handler, command, unit = assigned_outside(desk.seen(case_id), "2026-02-27")
    await desk.do(handler, command, who(unit))
    (row,) = desk.rows(clock, case_id=case_id, clock="assignment")
    assert row["due_on"] == "2026-02-27"


def test_a_date_without_hyphens_is_the_same_date():
    """Dates are kept in one form, so that they sort and compare as days."""
    request = pb.AssignRequest(
        case_id=str(new_id()), to_unit=BELOW, reason="other", due_on=YESTERDAY.replace("-", "")
    )
    assert handover.assign(request).due_on == YESTERDAY


def test_a_day_that_no_calendar_knows_is_refused_at_the_door():
    """Taken, it would stop the receiver of a hand-over for good: its clock could not be counted."""
    for far in ("2999-01-31", "2199-06-01", "1900-01-01"):
        with pytest.raises(FieldWrong) as refused:
            handover.day(far, "due_on")
        assert refused.value.fields[0].reason == "DATE_OUT_OF_RANGE"
    assert handover.day("2027-01-29", "due_on") == "2027-01-29"
