import asyncio

import pytest

from intake.domain.facts import KINDS
from intake.storage.tables import cases, fact, history, outbox
from kernel.identity import Role
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import events_pb2 as events
from lianxin.intake.v1 import intake_service_pb2 as pb

WAGES = "竹制品厂拖欠我三个月工资一万二千元，老板一直不给，要求支付拖欠的工资。"
ELSEWHERE = "330523001211"


def seen(stamp):
    return common.Seen(epoch=stamp.epoch, version=stamp.version)


def on(stamp, request, **values):
    """A request about this case as it was last seen."""
    return request(request_id=str(new_id()), case_id=stamp.case_id, seen=seen(stamp), **values)


async def accept(front, stamp, **more):
    request = on(stamp, pb.AcceptCaseRequest, procedure=common.PROCEDURE_PETITION, **more)
    return await front.intake(front.clerk).AcceptCase(request)


async def test_an_amendment_keeps_what_stood_there_before(front):
    """New values show, the old ones are kept sealed, the fact names fields only."""
    made = await front.register()
    shown = await front.get(made.stamp.case_id)
    request = on(
        made.stamp,
        pb.AmendCaseRequest,
        why="补正",
        narrative="院墙已拆一半，排水沟仍堵。",
        add_requests=[case.Request(text="请恢复排水沟")],
        add_parties=[case.Party(role=common.PARTY_ROLE_RESPONDENT, name="吴大顺")],
        change_parties=[
            case.Party(party_id=shown.content.parties[0].party_id, phone="13900004321")
        ],
    )
    done = await front.intake(front.clerk).AmendCase(request)
    assert (done.stamp.version, len(done.party_codes)) == (2, 1)
    after = await front.get(made.stamp.case_id, unmask=True, why="接待")
    assert after.content.narrative == "院墙已拆一半，排水沟仍堵。"
    assert [one.text for one in after.content.requests] == ["", "请恢复排水沟"]
    assert after.content.parties[0].phone == "13900004321"
    assert after.content.parties[0].name == "周小满"
    (entry,) = front.rows(fact, kind="intake.amended")
    assert "院墙" not in entry["body"] + entry["commitments"]
    assert len(front.rows(history)) == 1


async def test_an_amended_matter_is_proposed_anew_and_a_decision_stays(front):
    """补正 changes what nobody decided; a confirmed value stays with the new proposal beside it."""
    made = await front.register(category="water")
    request = on(made.stamp, pb.AmendCaseRequest, why="补正", narrative=WAGES, place_code=ELSEWHERE)
    await front.intake(front.clerk).AmendCase(request)
    shown = await front.get(made.stamp.case_id)
    first = next(one for one in shown.suggestions if one.field == "category")
    assert (first.value, first.confirmed, shown.content.category) == ("labour", "water", "water")
    assert shown.content.procedure == common.PROCEDURE_ADMINISTRATIVE_MEDIATION
    event = events.CaseFactRecorded.FromString(front.rows(outbox)[-1]["body"])
    assert (event.place_code, event.procedure) == (ELSEWHERE, shown.content.procedure)


async def test_an_amended_matter_is_found_by_what_it_says_now(front):
    """After 补正 it is a possible duplicate of the like, and no more of what it said before."""
    nobody = {"identity": common.IDENTITY_MODE_ANONYMOUS, "parties": []}
    made = await front.register(**nobody)
    alike = await front.register(**nobody)
    assert {one.case_no for one in alike.duplicates} == {made.stamp.case_no}
    request = on(made.stamp, pb.AmendCaseRequest, why="补正", narrative=WAGES)
    await front.intake(front.clerk).AmendCase(request)
    now = await front.register(narrative=WAGES, **nobody)
    assert {one.case_no for one in now.duplicates} == {made.stamp.case_no}
    before = await front.register(**nobody)
    assert {one.case_no for one in before.duplicates} == {alike.stamp.case_no}


async def test_acceptance_starts_the_clocks_of_its_procedure(front):
    """受理 answers due dates with article and explanation; a second one changes the procedure."""
    made = await front.register()
    done = await accept(front, made.stamp, colour=common.COLOUR_YELLOW)
    assert done.stamp.state == "accepted"
    assert {due.clock for due in done.dues} >= {"handling"}
    assert all(due.article and due.explanation for due in done.dues)
    again = on(done.stamp, pb.AcceptCaseRequest, procedure=common.PROCEDURE_PEOPLES_MEDIATION)
    changed = await front.intake(front.clerk).AcceptCase(again)
    assert {due.clock for due in changed.dues} == {"mediation"}
    assert len(front.rows(fact, kind="intake.accepted")) == 2


async def test_sixty_days_are_for_what_asks_for_a_decision(front):
    """条例 31(6): a suggestion or litigation under the petition procedure gets no such clock."""
    for purpose in (common.PURPOSE_SUGGESTION, common.PURPOSE_ENQUIRY):
        made = await front.register(purpose=purpose)
        assert not (await accept(front, made.stamp)).dues
    made = await front.register(litigation_related=True)
    assert not (await accept(front, made.stamp)).dues
    made = await front.register(purpose=common.PURPOSE_HELP)
    assert [due.clock for due in (await accept(front, made.stamp)).dues] == ["handling"]


async def test_what_a_person_confirms_need_not_be_what_was_proposed(front):
    """A decision overrides the proposal, names who decided, and an unknown value is refused."""
    made = await front.register()
    request = on(
        made.stamp,
        pb.ConfirmSuggestionsRequest,
        confirmations=[
            pb.Confirmation(field="category", value="water"),
            pb.Confirmation(field="colour", value="red"),
            pb.Confirmation(field="urgent", value="true"),
        ],
    )
    done = await front.intake(front.clerk).ConfirmSuggestions(request)
    shown = await front.get(made.stamp.case_id)
    assert (shown.content.category, shown.colour, shown.content.urgent) == (
        "water",
        common.COLOUR_RED,
        True,
    )
    assert {s.confirmed_by for s in shown.suggestions if s.confirmed} == {"clerk"}
    bad = on(
        done.stamp,
        pb.ConfirmSuggestionsRequest,
        confirmations=[pb.Confirmation(field="colour", value="mauve")],
    )
    refusal = await front.refused(front.intake(front.clerk).ConfirmSuggestions(bad))
    assert refusal.reason == "FIELDS_INVALID"


async def propose(front, stamp, kind=pb.REFUSAL_KIND_NOT_COMPETENT, **more):
    request = on(
        stamp, pb.RefuseCaseRequest, kind=kind, grounds="属市容事项", route="县综合执法局", **more
    )
    return (await front.intake(front.clerk).RefuseCase(request)).stamp


async def test_a_refusal_needs_a_second_person(front):
    """Who proposed 不予受理 cannot approve it; somebody else of the unit can."""
    made = await front.register()
    proposed = await propose(front, made.stamp)
    assert proposed.state == "refusing"
    decision = on(proposed, pb.DecideRefusalRequest, approved=True)
    refusal = await front.refused(front.intake(front.clerk).DecideRefusal(decision))
    assert refusal.reason == "SECOND_PERSON_NEEDED"
    done = await front.intake(front.second).DecideRefusal(decision)
    assert done.stamp.state == "refused"
    shown = await front.get(made.stamp.case_id)
    assert (shown.refusal, shown.ending) == ("not_competent", common.ENDING_KIND_REFUSED)


async def test_a_rejected_refusal_leads_back(front):
    """After a rejection the case stands where it stood, and nothing of the proposal remains."""
    made = await front.register()
    accepted = (await accept(front, made.stamp)).stamp
    proposed = await propose(front, accepted, pb.REFUSAL_KIND_NOT_MEDIATED)
    decision = on(proposed, pb.DecideRefusalRequest, approved=False, why="可以调解")
    done = await front.intake(front.second).DecideRefusal(decision)
    assert done.stamp.state == "accepted"
    assert (await front.get(made.stamp.case_id)).refusal == ""


async def test_completion_is_asked_by_one_person_and_ends_nothing(front):
    """待补正 is no refusal: the case stays registered, and an amendment answers it."""
    made = await front.register()
    asked = await propose(front, made.stamp, pb.REFUSAL_KIND_TO_BE_COMPLETED)
    assert asked.state == "registered"
    amended = on(asked, pb.AmendCaseRequest, why="补正", place_text="鹤鹿溪村19号院")
    await front.intake(front.clerk).AmendCase(amended)
    assert (await front.get(made.stamp.case_id)).refusal == ""


async def test_an_accepted_matter_is_no_longer_refused_as_not_accepted(front):
    """不予受理 is not possible after acceptance."""
    made = await front.register()
    accepted = (await accept(front, made.stamp)).stamp
    request = on(
        accepted,
        pb.RefuseCaseRequest,
        kind=pb.REFUSAL_KIND_NOT_ACCEPTED,
        grounds="已由法院受理",
        route="诉讼",
    )
    refusal = await front.refused(front.intake(front.clerk).RefuseCase(request))
    assert refusal.reason == "REFUSAL_IMPOSSIBLE"


async def test_an_answer_on_the_spot_ends_the_case_in_one_step(front):
    """当场答复 answers each request and tells routing the ending."""
    made = await front.register(requests=[case.Request(text="问低保怎么办")])
    request = on(made.stamp, pb.AnswerOnTheSpotRequest, answer="带户口簿到窗口办", settled=True)
    done = await front.intake(front.clerk).AnswerOnTheSpot(request)
    assert done.stamp.state == "answered"
    shown = await front.get(made.stamp.case_id)
    assert [(r.finding, r.answer) for r in shown.content.requests] == [
        ("settled", "带户口簿到窗口办")
    ]
    (row,) = front.rows(outbox, type="intake.answered")
    event = events.CaseFactRecorded.FromString(row["body"])
    assert (event.ending, event.substantive) == (common.ENDING_KIND_ANSWERED, True)


async def test_a_withdrawal_is_confirmed_by_somebody_uninvolved(front):
    """Neither who took it down nor who registered the case may confirm; a third person may."""
    made = await front.register()
    wish = on(made.stamp, pb.WithdrawCaseRequest, why="已和好")
    wished = (await front.intake(front.second).WithdrawCase(wish)).stamp
    confirm = on(wished, pb.ConfirmWithdrawalRequest, confirmed=True)
    for involved in (front.clerk, front.second):
        refusal = await front.refused(front.intake(involved).ConfirmWithdrawal(confirm))
        assert refusal.reason == "SECOND_PERSON_NEEDED"
    done = await front.intake(front.third).ConfirmWithdrawal(confirm)
    assert done.stamp.state == "withdrawn"


async def test_a_mistaken_registration_is_voided_until_it_is_accepted(front):
    """误登作废 is possible at first and not after acceptance."""
    first, other = await front.register(), await front.register()
    void = on(first.stamp, pb.VoidCaseRequest, why="double_entry")
    assert (await front.intake(front.clerk).VoidCase(void)).stamp.state == "voided"
    accepted = (await accept(front, other.stamp)).stamp
    late = on(accepted, pb.VoidCaseRequest, why="double_entry")
    refusal = await front.refused(front.intake(front.clerk).VoidCase(late))
    assert refusal.reason == "NOT_POSSIBLE_NOW"


async def test_zammad_1216_two_people_merging_crosswise_leave_one_open(front):
    """A into B and B into A at once: exactly one case goes on, and both numbers lead to it."""
    a, b = await front.register(), await front.register()

    def merge(one, other):
        return pb.MergeCasesRequest(
            request_id=str(new_id()),
            from_case_id=one.stamp.case_id,
            from_seen=seen(one.stamp),
            into_case_id=other.stamp.case_id,
            into_seen=seen(other.stamp),
        )

    stub, other_stub = front.intake(front.clerk), front.intake(front.second)
    outcomes = await asyncio.gather(
        stub.MergeCases(merge(a, b)), other_stub.MergeCases(merge(b, a)), return_exceptions=True
    )
    assert sum(isinstance(one, Exception) for one in outcomes) == 1
    states = sorted(row["state"] for row in front.rows(cases))
    assert states == ["merged", "registered"]
    shown = {(await front.get("", case_no=one.stamp.case_no)).case_id for one in (a, b)}
    (going_on,) = shown
    (merged,) = [one for one in (a, b) if one.stamp.case_id != going_on]
    told = await front.intake().TrackCase(
        pb.TrackCaseRequest(case_no=merged.stamp.case_no, query_code=merged.query_code)
    )
    (into,) = [one for one in (a, b) if one.stamp.case_id == going_on]
    assert told.case_no == into.stamp.case_no


async def test_a_link_shows_and_says_how_cases_belong_together(front):
    """repeat_of ties two cases; a case is not linked with itself."""
    a, b = await front.register(), await front.register()
    link = on(b.stamp, pb.LinkCasesRequest, other_case_id=a.stamp.case_id, kind="repeat_of")
    await front.intake(front.clerk).LinkCases(link)
    (shown,) = (await front.get(b.stamp.case_id)).links
    assert (shown.case_no, shown.kind) == (a.stamp.case_no, "repeat_of")
    itself = on(a.stamp, pb.LinkCasesRequest, other_case_id=a.stamp.case_id, kind="repeat_of")
    refusal = await front.refused(front.intake(front.clerk).LinkCases(itself))
    assert refusal.reason == "MERGE_WITH_ITSELF"


def group(stamp, representatives, members=0):
    def people(prefix, count):
        return [
            pb.GroupMember(party=case.Party(name=f"{prefix}{n}", phone="13700000000"))
            for n in range(count)
        ]

    return on(
        stamp,
        pb.LinkGroupRequest,
        headcount=40,
        representatives=people("代", representatives),
        members=people("众", members),
        mandate="speak",
    )


async def test_at_most_five_speak_for_a_group_and_members_have_codes(front):
    """条例 20: a sixth representative is refused; each member tracks with a code of his own."""
    made = await front.register()
    refusal = await front.refused(front.intake(front.clerk).LinkGroup(group(made.stamp, 6)))
    assert (refusal.reason, refusal.ids) == ("TOO_MANY_REPRESENTATIVES", {"most": "5"})
    done = await front.intake(front.clerk).LinkGroup(group(made.stamp, 5, 3))
    assert len({one.query_code for one in done.party_codes}) == 8
    told = await front.intake().TrackCase(
        pb.TrackCaseRequest(case_no=made.stamp.case_no, query_code=done.party_codes[-1].query_code)
    )
    assert told.case_no == made.stamp.case_no
    assert (await front.get(made.stamp.case_id)).content.headcount == 40


async def test_each_request_gets_its_own_finding_once(front):
    """逐条反馈: a finding stands, a second one on the same request is refused."""
    made = await front.register(requests=[case.Request(text="赔偿"), case.Request(text="道歉")])
    first = on(made.stamp, pb.AddFindingRequest, request_no=2, finding="settled", answer="已道歉")
    done = await front.intake(front.clerk).AddFinding(first)
    again = on(done.stamp, pb.AddFindingRequest, request_no=2, finding="settled", answer="再次")
    refusal = await front.refused(front.intake(front.clerk).AddFinding(again))
    assert refusal.reason == "ALREADY_FOUND"
    shown = await front.get(made.stamp.case_id)
    assert [one.finding for one in shown.content.requests] == ["", "settled"]


async def test_a_reissued_code_replaces_the_former_one(front):
    """After the identity check the new code answers and the old one does not."""
    made = await front.register()
    request = pb.ReissueCodeRequest(
        request_id=str(new_id()), case_id=made.stamp.case_id, identity_check="known_in_person"
    )
    done = await front.intake(front.clerk).ReissueCode(request)

    def ask(code):
        return front.intake().TrackCase(
            pb.TrackCaseRequest(case_no=made.stamp.case_no, query_code=code)
        )

    assert (await ask(done.query_code)).case_no == made.stamp.case_no
    assert (await front.refused(ask(made.query_code))).reason == "TRACKING_REFUSED"


async def test_a_stale_version_and_a_stale_epoch_are_aborted_and_change_nothing(front):
    """Never last-write-wins: the current version, or the holder, is named."""
    made = await front.register()
    await accept(front, made.stamp)
    stale = on(made.stamp, pb.AnswerOnTheSpotRequest, answer="好", settled=True)
    refusal = await front.refused(front.intake(front.clerk).AnswerOnTheSpot(stale))
    assert (refusal.reason, refusal.ids["current"]) == ("STALE_VERSION", "2")
    wrong_epoch = pb.AnswerOnTheSpotRequest(
        request_id=str(new_id()),
        case_id=made.stamp.case_id,
        seen=common.Seen(epoch=9, version=2),
        answer="好",
    )
    refusal = await front.refused(front.intake(front.clerk).AnswerOnTheSpot(wrong_epoch))
    assert (refusal.reason, refusal.ids["holder"]) == ("CUSTODY_MOVED", "s-changshuo")
    assert (await front.get(made.stamp.case_id)).state == "accepted"


async def test_only_the_holder_unit_writes_and_others_do_not_know_of_the_case(front):
    """A neighbour gets CASE_MISSING, an ancestor who sees the header NOT_THE_HOLDER."""
    made = await front.register()
    request = on(made.stamp, pb.AnswerOnTheSpotRequest, answer="好", settled=True)
    neighbour = await front.refused(front.intake(front.other_unit).AnswerOnTheSpot(request))
    assert neighbour.reason == "CASE_MISSING"
    county = await front.refused(front.intake(front.county).AnswerOnTheSpot(request))
    assert (county.reason, county.ids["holder"]) == ("NOT_THE_HOLDER", "s-changshuo")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.GRID_WORKER])
async def test_roles_without_the_permission_are_refused(front, role):
    """A system administrator sees no case; a grid worker registers and accepts nothing."""
    made = await front.register()
    request = on(made.stamp, pb.AcceptCaseRequest, procedure=common.PROCEDURE_PETITION)
    refusal = await front.refused(front.intake(front.as_role(role)).AcceptCase(request))
    assert refusal.reason == "DENIED"


async def test_facts_are_numbered_without_gaps_and_events_carry_no_words(front):
    """fact_no runs 1..n per case, each in the outbox under its own event id, with known kinds."""
    made = await front.register()
    stamp = (await accept(front, made.stamp)).stamp
    await front.intake(front.clerk).AnswerOnTheSpot(
        on(stamp, pb.AnswerOnTheSpotRequest, answer="答复内容", settled=False)
    )
    facts = front.rows(fact)
    assert [row["fact_no"] for row in facts] == [1, 2, 3]
    assert {row["kind"] for row in facts} <= KINDS
    sent = front.rows(outbox)
    assert [row["event_id"] for row in sent] == [row["event_id"] for row in facts]
    for row in sent:
        text = row["body"].decode("utf-8", "replace")
        assert not any(word in text for word in ("周小满", "13800001234", "排水沟", "答复内容"))
