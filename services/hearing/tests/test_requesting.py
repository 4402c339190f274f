from dataclasses import replace

import pytest

from hearing.domain.states import State
from hearing.storage.tables import hearing, hearing_file, hearing_party
from kernel.catalogue import Catalogue, Language
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.hearing.v1 import hearing_pb2
from lianxin.hearing.v1 import hearing_service_pb2 as pb
from lianxin.routing.v1 import custody_pb2

TEXTS = Catalogue.load("hearing")


async def test_a_request_is_kept_with_parties_rules_and_its_last_day(bench):
    """What the rules leave open is filled by them; parties are as registered; words are sealed."""
    told = await bench.request()
    assert (told.number, told.stamp.state, told.stamp.version) == (1, "requested", 1)
    (row,) = bench.rows(hearing)
    assert (row["minutes"], row["panel_size"], row["public"]) == (120, 5, False)
    assert row["decide_by"].isoformat() == told.decide_by
    assert "争议" not in repr(dict(row))
    sides = {(str(one["party_id"]), one["side"]) for one in bench.rows(hearing_party)}
    assert sides == {
        (bench.intake.applicant, "applicant"),
        (bench.intake.respondent, "respondent"),
    }
    (file,) = bench.rows(hearing_file)
    assert (file["handlers"], file["about_units"]) == ("handler", "d-housing")
    assert bench.facts() == ["hearing.requested"]


async def test_a_repeat_gets_the_first_answer_and_one_hearing_runs_at_a_time(bench):
    """The same request id is one request; another one waits until the hearing is over."""
    asked = bench.asked()
    door = bench.hearing()
    first = await door.RequestHearing(asked)
    assert await door.RequestHearing(asked) == first
    refused = await bench.refused(bench.request(version=1))
    assert refused.reason == "HEARING_UNDER_WAY"
    assert bench.facts() == ["hearing.requested"]


async def test_a_refused_request_is_over_and_the_next_one_is_number_two(bench):
    """A refusal says its ground; the file goes on with a hearing of its own number."""
    asked = await bench.request()
    decided = await bench.hearing().DecideHearing(
        bench.decision(asked.stamp.version, granted=False)
    )
    assert decided.stamp.state == "refused"
    again = await bench.request(version=decided.stamp.version)
    assert (again.number, again.stamp.state) == (2, "requested")
    shown = await bench.get()
    assert [one.state for one in shown.hearings] == ["refused", "requested"]
    assert shown.hearings[0].ground == hearing_pb2.GROUND_CLEAR_FACTS
    assert shown.hearings[0].reason == "符合听证条件。"
    assert bench.facts() == ["hearing.requested", "hearing.decided", "hearing.requested"]


async def test_a_granted_hearing_is_taken_back_or_cancelled_with_a_reason(bench):
    """Both end it; what is written for it is for readers of the content alone."""
    stamp = await bench.granted()
    request = pb.CancelHearingRequest(
        request_id=str(new_id()),
        case_id=bench.case_id,
        epoch=1,
        version=stamp.version,
        why=hearing_pb2.OVER_WHY_SETTLED,
        reason="双方已和解。",
    )
    done = await bench.hearing().CancelHearing(request)
    assert done.stamp.state == "cancelled"
    shown = (await bench.get()).hearings[0]
    assert (shown.over, shown.over_why) == ("双方已和解。", hearing_pb2.OVER_WHY_SETTLED)
    again = await bench.request(version=done.stamp.version)
    request = pb.WithdrawHearingRequest(
        request_id=str(new_id()),
        case_id=bench.case_id,
        epoch=1,
        version=again.stamp.version,
        reason="不再申请。",
    )
    assert (await bench.hearing().WithdrawHearing(request)).stamp.state == "withdrawn"


async def test_a_resident_takes_the_own_request_back_and_no_other(bench):
    """By intake, which saw number and code; what the handler asked for is the handler's."""
    door = bench.hearing(bench.service)

    def back():
        return door.TakeBackHearing(
            pb.TakeBackHearingRequest(
                request_id=str(new_id()), case_id=bench.case_id, reason="不想再谈。"
            )
        )

    assert (await bench.refused(back())).reason == "HEARING_MISSING"
    asked = pb.AskHearingRequest(
        request_id=str(new_id()), case_id=bench.case_id, reason="请求听证。"
    )
    await door.AskHearing(asked)
    assert (await back()).case_no == "安昌硕〔2026〕1号"
    shown = await bench.get()
    assert (shown.hearings[0].state, shown.hearings[0].over) == ("withdrawn", "不想再谈。")
    assert (await bench.refused(back())).reason == "NOT_POSSIBLE_NOW"
    version = bench.rows(hearing_file)[0]["version"]
    await bench.request(version=version)
    assert (await bench.refused(back())).reason == "NOT_POSSIBLE_NOW"


@pytest.mark.parametrize(
    ("more", "field", "reason", "limit"),
    [
        ({"needs": {"panel_size": 6}}, "needs.panel_size", "PANEL_NOT_ODD", ""),
        ({"needs": {"panel_size": 3}}, "needs.panel_size", "TOO_SMALL", "5"),
        ({"needs": {"minutes": 600}}, "needs.minutes", "TOO_LARGE", "480"),
        ({"needs": {"hold_by": "2099-01-01"}}, "needs.hold_by", "HELD_TOO_LATE", "30"),
        ({"needs": {"public_seats": 5}}, "needs.public_seats", "NOT_ALLOWED", ""),
        ({"triggers": ["curiosity"]}, "triggers[0]", "TRIGGER_UNKNOWN", ""),
        ({"triggers": []}, "triggers", "REQUIRED", ""),
        ({"elsewhere": ["gossip"]}, "elsewhere[0]", "UNKNOWN_VALUE", ""),
    ],
)
async def test_what_is_against_the_rules_is_refused_field_by_field(
    bench, more, field, reason, limit
):
    """The profile's sizes, days and words bind."""
    refused = await bench.refused(bench.request(**more))
    assert refused.reason == "HEARING_AGAINST_RULES"
    assert refused.fields == {field: TEXTS.text(reason, Language.ZH_CN, limit=limit)}


async def test_last_day_within_the_notice_is_refused_with_the_first_that_is_not(bench):
    """A day before ten working days have run is refused at the request and at the decision."""
    early, first = {"hold_by": "2026-11-15"}, {"hold_by": "2026-11-16"}
    refused = await bench.refused(bench.request(needs=early))
    assert (refused.reason, first["hold_by"] in refused.message) == ("HOLD_BY_TOO_EARLY", True)
    assert refused.fields == {"needs.hold_by": TEXTS.text("HOLD_BY_IN_NOTICE", Language.ZH_CN)}
    version = (await bench.request(needs=first)).stamp.version
    decision = bench.decision(version, needs=early)
    refused = await bench.refused(bench.hearing().DecideHearing(decision))
    assert refused.reason == "HOLD_BY_TOO_EARLY"


async def test_family_violence_and_minors_are_never_heard_in_public(bench):
    """A closed hearing is possible, a public one is refused."""
    bench.intake.told.flags.append("family_violence")
    refused = await bench.refused(bench.request(needs={"public": True}))
    assert refused.fields == {"needs.public": TEXTS.text("NEVER_PUBLIC", Language.ZH_CN)}
    del bench.intake.told.flags[:]
    bench.intake.register(str(new_id()), common.PARTY_ROLE_CONCERNED, minor=True)
    refused = await bench.refused(bench.request(needs={"public": True}))
    assert refused.fields == {"needs.public": TEXTS.text("NEVER_PUBLIC", Language.ZH_CN)}
    assert (await bench.request()).stamp.state == "requested"


async def test_what_a_court_decides_or_nobody_accepted_is_not_heard(bench):
    """Barred procedures by the profile, said or known; and acceptance comes first."""
    refused = await bench.refused(bench.request(elsewhere=["litigation"]))
    assert refused.reason == "HEARING_BARRED"
    bench.routing.custody.procedure = common.PROCEDURE_STATUTORY_ROUTE
    assert (await bench.refused(bench.request())).reason == "HEARING_BARRED"
    bench.routing.custody.procedure = common.PROCEDURE_PETITION
    bench.routing.custody.ClearField("accepted_at")
    assert (await bench.refused(bench.request())).reason == "NOT_ACCEPTED"


@pytest.mark.parametrize(
    ("body", "procedure"),
    [
        ("o-anji-court", "litigation"),
        ("o-anji-land-arbitration", "arbitration"),
        ("o-anji-reconsideration", "administrative_review"),
    ],
)
async def test_what_routing_knows_to_be_decided_elsewhere_is_not_heard(bench, body, procedure):
    """Referred to those who decide: neither asked for nor granted, until they leave it here."""
    asked = await bench.request()
    referral = bench.routing.custody.referrals.add(outside_unit=body, state="received")
    decide = bench.decision(asked.stamp.version)
    refused = await bench.refused(bench.hearing().DecideHearing(decide))
    assert (refused.reason, refused.ids["procedure"]) == ("HEARING_BARRED", procedure)
    referral.state = "declined"
    assert (await bench.hearing().DecideHearing(decide)).stamp.state == "granted"


@pytest.mark.parametrize(
    ("custody", "barred"),
    [
        ({"litigation": True}, True),
        ({"procedure": common.PROCEDURE_COURT_ENTRUSTED}, True),
        ({"referrals": [{"outside_unit": "o-huzhou-huanbao", "state": "sent"}]}, False),
        ({"referrals": [{"outside_unit": "o-anji-court", "state": "owed"}]}, False),
    ],
)
async def test_a_matter_of_a_court_is_not_asked_to_be_heard(bench, custody, barred):
    """Litigation, or entrusted by a court; a bureau, or a court that assigned it, bars none."""
    bench.routing.custody.MergeFrom(custody_pb2.Custody(**custody))
    if barred:
        assert (await bench.refused(bench.request())).reason == "HEARING_BARRED"
    else:
        assert (await bench.request()).stamp.state == "requested"


async def test_only_five_representatives_and_two_agents_speak(bench):
    """A group chooses whom it sends before it is heard."""
    for _ in range(6):
        bench.intake.register(str(new_id()), common.PARTY_ROLE_REPRESENTATIVE)
    for _ in range(3):
        bench.intake.register(str(new_id()), common.PARTY_ROLE_AGENT)
    refused = await bench.refused(bench.request())
    (text,) = refused.fields.values()
    assert "5" in text
    assert "2" in text


async def test_a_reviewer_asks_while_it_reviews_and_others_do_not(bench):
    """The body of the review, though it does not hold the case; no other unit."""
    asked = {"asked_by": hearing_pb2.ASKED_BY_REVIEWER, "triggers": ["before_review"]}
    assert (await bench.refused(bench.request(bench.other_unit, **asked))).reason == "CASE_MISSING"
    assert (await bench.refused(bench.request(**asked))).reason == "MAY_NOT_ASK"
    bench.routing.review_body = bench.other_unit.unit
    told = await bench.request(bench.other_unit, **asked)
    assert told.stamp.state == "requested"
    (row,) = bench.rows(hearing)
    assert (row["asked_by"], row["review_level"]) == ("reviewer", "rereview")


async def test_a_resident_asks_through_a_service_without_a_reason_of_the_rules(bench):
    """Intake proves who asks; staff do not come in by this door."""
    intake = Caller(Kind.SERVICE, "anji/intake")
    request = pb.AskHearingRequest(
        request_id=str(new_id()), case_id=bench.case_id, reason="请求听证。"
    )
    told = await bench.hearing(intake).AskHearing(request)
    assert (told.number, told.case_no) == (1, "安昌硕〔2026〕1号")
    (row,) = bench.rows(hearing)
    assert row["asked_by"] == "resident"
    request.request_id = str(new_id())
    assert (await bench.refused(bench.hearing().AskHearing(request))).reason == "DENIED"


async def test_others_read_no_more_than_their_scope(bench):
    """A neighbour knows nothing of it; a list shows no words."""
    await bench.request()
    assert (await bench.refused(bench.get(bench.other_unit))).reason == "HEARING_MISSING"
    listed = await bench.hearing().ListHearings(pb.ListHearingsRequest(states=["requested"]))
    (line,) = listed.files
    assert (line.case_id, line.hearings[0].request) == (bench.case_id, "")
    assert (await bench.get()).hearings[0].request == "双方争议很大，请求公开听证。"
    other = await bench.hearing(bench.other_unit).ListHearings(pb.ListHearingsRequest())
    assert list(other.files) == []


async def test_pages_follow_each_other_without_gap(bench):
    """Newest first, a page of one at a time; a token of nothing is refused."""
    cases = []
    for _ in range(3):
        bench.case_id = str(new_id())
        await bench.grant()
        await bench.request()
        cases.append(bench.case_id)
    found, token = [], ""
    for _ in cases:
        request = pb.ListHearingsRequest(page_size=1, page_token=token)
        page = await bench.hearing().ListHearings(request)
        found += [one.case_id for one in page.files]
        token = page.next_page_token
    assert (found, token) == (sorted(cases, reverse=True), "")
    wrong = bench.hearing().ListHearings(pb.ListHearingsRequest(page_token="x"))
    assert (await bench.refused(wrong)).reason == "PAGE_TOKEN_INVALID"


async def test_states_of_the_list_are_those_of_the_table(bench):
    """A state that is none is refused."""
    wrong = bench.hearing().ListHearings(pb.ListHearingsRequest(states=["asleep"]))
    refused = await bench.refused(wrong)
    assert set(refused.fields) == {"states"}
    every = [state.value for state in State]
    assert not (await bench.hearing().ListHearings(pb.ListHearingsRequest(states=every))).files


async def test_a_clerk_organises_and_a_leader_decides(bench):
    """Who may run hearings does not decide on them by that."""
    asked = await bench.request()
    clerk = replace(bench.head, id="clerk", roles=frozenset({Role.HANDLER}))
    refused = await bench.refused(
        bench.hearing(clerk).DecideHearing(bench.decision(asked.stamp.version))
    )
    assert refused.reason == "DENIED"
