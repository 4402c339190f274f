"""Clocks that mediation's facts begin, begin anew and meet, with dates worked out by hand."""

from datetime import UTC, datetime

import pytest

from kernel.clock import SHANGHAI
from kernel.ids import new_id
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.mediation.v1 import events_pb2 as events
from routing.commands.supervision import DecideExtension, ExtendClock
from routing.convert.mediation_facts import mediation_fact
from routing.handlers import facts
from routing.handlers.clocks import extending

TALKS = "mediation labour_mediation court_referral court_commission court_commission_summary"


def at(text, hour=9):
    """An hour of a day in Asia/Shanghai."""
    moment = datetime.fromisoformat(text).replace(hour=hour, tzinfo=SHANGHAI)
    return moment.astimezone(UTC)


async def accepted(desk, procedure="peoples_mediation", **matter):
    """A case accepted on 3 March 2026, a Tuesday."""
    case_id = await desk.register(procedure=procedure, **matter)
    await desk.record(case_id, "intake.accepted", at("2026-03-03"))
    return case_id


async def tell(desk, case_id, kind, day, **body):
    """A fact of mediation as it comes over the bus, recorded on a day."""
    row = desk.case(case_id)
    fact = part.Fact(
        event_id=str(new_id()),
        fact_no=row["applied"].get("mediation", 0) + 1,
        kind=f"mediation.{kind}",
        case_id=str(case_id),
        epoch=row["epoch"],
        unit=row["holder_unit"],
        actor="li",
        at=at(day).isoformat(),
        body=body,
    )
    message = events.MediationFactRecorded(fact=fact, state="performing")
    await desk.do(facts.record, mediation_fact(message.SerializeToString()))


def clock(desk, case_id, name):
    """State, first day and last day of a clock of the case."""
    row = desk.clocks(case_id).get((name, ""))
    return row and (row["state"], row["started_on"], row["due_on"])


async def test_the_window_for_confirmation_counts_from_the_day_it_came_into_force(desk):
    """民诉法 205: in force on 5 March, noted a day late: day 30 is 清明, so 7 April."""
    case_id = await accepted(desk)
    since = at("2026-03-05").isoformat()
    body = {"meets_clock": TALKS, "restarts_clock": "confirmation", "effective_at": since}
    await tell(desk, case_id, "agreement_in_force", "2026-03-06", **body)
    assert clock(desk, case_id, "confirmation") == ("running", "2026-03-05", "2026-04-07")
    assert clock(desk, case_id, "mediation") == ("met", "2026-03-03", "2026-04-03")


async def test_the_courts_thirty_days_begin_with_the_application_and_end_with_its_answer(desk):
    """民诉法 187: applied on 10 March, due on 9 April; the window for applying is met."""
    case_id = await accepted(desk)
    since = at("2026-03-05").isoformat()
    body = {"restarts_clock": "confirmation", "effective_at": since}
    await tell(desk, case_id, "agreement_in_force", "2026-03-05", **body)
    applied = {"meets_clock": "confirmation", "restarts_clock": "court_rule"}
    await tell(desk, case_id, "confirmation", "2026-03-10", **applied)
    assert clock(desk, case_id, "confirmation")[0] == "met"
    assert clock(desk, case_id, "court_rule") == ("running", "2026-03-10", "2026-04-09")
    await tell(desk, case_id, "confirmation", "2026-04-01", meets_clock="court_rule")
    assert clock(desk, case_id, "court_rule")[0] == "met"


async def test_nobody_is_supervised_for_a_window_that_passes(desk):
    """The parties' right: warned of, then lapsed, and nothing was owed."""
    case_id = await accepted(desk)
    body = {"meets_clock": TALKS, "restarts_clock": "confirmation"}
    await tell(desk, case_id, "agreement_in_force", "2026-03-05", **body)
    await desk.sweep(at("2026-04-08"))
    assert clock(desk, case_id, "confirmation")[0] == "lapsed"
    log = desk.log(case_id)
    assert "clock.lapsed" in log
    assert "supervision.issued" not in log


async def test_labour_mediation_has_fifteen_days(desk):
    """劳动争议法 14: accepted on 3 March, due on the 18th; failed in time, it is met."""
    case_id = await accepted(desk, category="labour")
    assert clock(desk, case_id, "labour_mediation") == ("running", "2026-03-03", "2026-03-18")
    await tell(desk, case_id, "failed", "2026-03-17", meets_clock=TALKS)
    assert {clock(desk, case_id, n)[0] for n in ("labour_mediation", "mediation")} == {"met"}


@pytest.mark.parametrize(
    "named,due_on",
    [("court_commission", "2026-03-18"), ("court_commission_summary", "2026-03-10")],
)
async def test_a_commissioned_file_has_its_own_days(desk, named, due_on):
    """特邀调解的规定 27: 30 days referred; 15 or 7 commissioned, from signing for the file."""
    case_id = await accepted(desk, "court_entrusted")
    assert clock(desk, case_id, "court_referral") == ("running", "2026-03-03", "2026-04-02")
    body = {"starts_clock": named, "cancels_clock": "court_referral"}
    since = at("2026-03-03").isoformat()
    await tell(desk, case_id, "opened", "2026-03-04", effective_at=since, **body)
    await tell(desk, case_id, "assigned", "2026-03-05")
    assert clock(desk, case_id, named) == ("running", "2026-03-03", due_on)
    assert clock(desk, case_id, "court_referral")[0] == "cancelled"
    await tell(desk, case_id, "agreement_in_force", "2026-03-06", meets_clock=TALKS)
    assert clock(desk, case_id, named)[0] == "met"


async def test_a_supported_opinion_has_the_date_that_it_set(desk):
    """条例 32, 40: 1 May stays 1 May; carried out, it is met."""
    case_id = await accepted(desk, "petition")
    body = {"starts_clock": "execute_opinion", "due_on": "2026-05-01"}
    await tell(desk, case_id, "answered", "2026-03-20", **body)
    assert clock(desk, case_id, "execute_opinion") == ("running", "2026-03-20", "2026-05-01")
    await tell(desk, case_id, "carried_out", "2026-04-20", meets_clock="execute_opinion")
    assert clock(desk, case_id, "execute_opinion")[0] == "met"


@pytest.mark.parametrize(
    "name,due_on",
    [
        ("limitation_labour", "2027-03-02"),
        ("limitation_land", "2028-03-02"),
        ("limitation_civil", "2029-03-02"),
    ],
)
async def test_limitation_counts_from_the_day_the_harm_was_known(desk, name, due_on):
    """One, two and three years from 2 March; told anew when the day was wrong."""
    case_id = await accepted(desk)
    for known, end in (("2026-02-02", None), ("2026-03-02", due_on)):
        since = at(known).isoformat()
        await tell(
            desk, case_id, "harm_known", "2026-03-04", restarts_clock=name, effective_at=since
        )
        found = clock(desk, case_id, name)
        assert found[:2] == ("running", known)
        assert end in {None, found[2]}


async def test_coming_back_to_the_table_counts_the_month_anew(desk):
    """Failed in time and taken up again on 20 April: a month from then."""
    case_id = await accepted(desk)
    await tell(desk, case_id, "failed", "2026-03-30", meets_clock=TALKS)
    await tell(desk, case_id, "mediated_again", "2026-04-20", restarts_clock="mediation")
    assert clock(desk, case_id, "mediation") == ("running", "2026-04-20", "2026-05-20")


async def test_both_sides_may_lengthen_the_month(desk, who):
    """若干规定 33: twenty days more than the month from 3 March is 23 April."""
    case_id = await accepted(desk)
    unit = desk.case(case_id)["holder_unit"]
    ask = ExtendClock(**desk.seen(case_id), clock="mediation", days=20, grounds="both_agree")
    _, extension = await desk.do(extending.extend_clock, ask, who(unit, "clerk"))
    decide = DecideExtension(
        **desk.seen(case_id), extension_id=extension, approved=True, resident_told=True
    )
    await desk.do(extending.decide_extension, decide, who(unit, "head"))
    assert clock(desk, case_id, "mediation") == ("running", "2026-03-03", "2026-04-23")


async def test_a_clock_the_place_does_not_have_is_left_out(desk):
    """A fact that names a clock of another profile is entered all the same."""
    case_id = await accepted(desk)
    await tell(desk, case_id, "harm_known", "2026-03-04", restarts_clock="limitation_of_nowhere")
    assert "mediation.harm_known" in desk.log(case_id)
    assert clock(desk, case_id, "limitation_of_nowhere") is None
