from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from intake import owing
from intake.domain import follow_up
from intake.domain.follow_up import (
    LEAST,
    TABLE,
    Ended,
    Result,
    Satisfaction,
    State,
    Step,
    after,
    caller_of,
    totals,
)
from intake.domain.words import Ending
from intake.handlers import telling
from intake.storage import follow_up as stored
from intake.storage.tables import case_access, cases, outbox, read_audit
from intake.storage.tables_follow_up import callback, callback_call, evaluation
from kernel.catalogue import Catalogue, Language
from kernel.database import Database
from kernel.identity import Role
from kernel.ids import new_id
from kernel.testing.waiting import eventually
from lianxin.common.v1 import case_pb2 as common
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import follow_up_pb2 as pb
from lianxin.intake.v1 import intake_service_pb2 as service
from lianxin.intake.v1.follow_up_pb2_grpc import FollowUpServiceStub

COUNTY = "330523.000.000"
OFFICE = "u-changshuo-pingan"
GOOD, BAD = pb.SATISFACTION_SATISFIED, pb.SATISFACTION_DISSATISFIED


def after_service(front, caller=None):
    """The stub of this caller; of nobody without one."""
    return FollowUpServiceStub(front.line(caller))


def joint_office(front):
    """Somebody of the joint office of the site."""
    return replace(front.as_role(Role.JOINT_OFFICE), id="office", unit=OFFICE)


async def ended_elsewhere(front, *, procedure=0, ending="settled", **values):
    """A case registered here, handed to the county's water bureau, and ended there."""
    made = await front.register(**values)
    if procedure:
        made.stamp.CopyFrom((await accepted(front, made, procedure)).stamp)
    case_id = front.case_id(made)
    gone = telling.NoteCustody(case_id, 2, "out", "u-anji-shuili", COUNTY)
    await front.hear(telling.note_custody, gone)
    await front.hear(
        telling.note_custody,
        telling.NoteCustody(case_id, 2, "ended", "u-anji-shuili", COUNTY, ending=ending),
    )
    return made


async def accepted(front, made, procedure):
    """The case accepted under a procedure."""
    return await front.intake(front.clerk).AcceptCase(
        service.AcceptCaseRequest(
            request_id=str(new_id()),
            case_id=made.stamp.case_id,
            seen=common.Seen(epoch=made.stamp.epoch, version=made.stamp.version),
            procedure=procedure,
        )
    )


async def ended_here(front, *, ending="settled", **values):
    """A case that the registering unit ended itself."""
    made = await front.register(**values)
    await front.parts().EndGrant(
        part.EndGrantRequest(case_id=made.stamp.case_id, epoch=1, ending=ending)
    )
    return made


async def due(front, caller, **asked):
    """The call-backs a caller sees as due."""
    answer = await after_service(front, caller).ListCallbacks(pb.ListCallbacksRequest(**asked))
    return list(answer.callbacks)


def recorded(one, **said):
    """A request about a call-back as it was listed."""
    given = {"result": pb.CALLBACK_RESULT_REACHED, "unit": GOOD, "office": GOOD} | said
    return pb.RecordCallbackRequest(
        request_id=str(new_id()), case_id=one.case_id, seen=one.seen, **given
    )


def evaluated(made, unit=GOOD, **more):
    """A resident's request."""
    given = {"case_no": made.stamp.case_no, "query_code": made.query_code} | more
    return pb.SubmitEvaluationRequest(request_id=str(new_id()), office=GOOD, unit=unit, **given)


async def events_of(front, made):
    """Kinds of follow-up events in the outbox, and everything they say."""
    rows = front.rows(outbox, case_id=front.case_id(made))
    found = [r for r in rows if r["type"] == "intake.followed_up"]
    return [pb.FollowedUp.FromString(row["body"]) for row in found]


# The table and the words.


def test_a_call_back_is_over_by_one_call_and_nothing_comes_after_it():
    """Only a due one takes calls; one that nobody answered stays due; each result is known."""
    for state in State:
        for step in (*Result, *Step):
            assert after(state, step) == TABLE.get((state, step))
            assert (after(state, step) is None) == (state is not State.DUE)
    assert after(State.DUE, Result.NOT_REACHED) is State.DUE
    assert after(State.DUE, Step.ASSIGN) is State.DUE
    assert {after(State.DUE, one).done for one in Result if one is not Result.NOT_REACHED} == {True}


@pytest.mark.parametrize(
    "ended,beside,calls",
    [
        (Ended("h", "o", ()), ("j",), "o"),
        (Ended("h", "h", ()), ("h", "j"), "j"),
        (Ended("h", "o", ("o",)), ("j",), "j"),
        (Ended("h", "o", ("o", "j")), ("j",), None),
    ],
)
def test_the_registering_unit_calls_unless_it_handled_or_is_complained_of(ended, beside, calls):
    """Never the handler, never the unit the matter is about."""
    assert caller_of(ended, beside) == calls


def test_few_evaluations_are_not_told_apart_from_persons():
    """A total of less than five says only that there are too few."""
    few = totals({Satisfaction.DISSATISFIED: LEAST - 1})
    assert (few.counts, few.too_few) == ({}, True)
    assert totals({}).too_few is False
    assert totals({Satisfaction.SATISFIED: LEAST}).counts == {Satisfaction.SATISFIED: LEAST}


def test_what_follows_an_answer_has_words_in_both_languages():
    """Steps, notices and consequences."""
    texts = Catalogue.load("intake")
    keys = {f"STEP_{kind}" for kind in follow_up.FOLLOW_UPS} | {"NOTICE_evaluate"}
    keys |= {f"FOLLOWED_{one.value}" for one in follow_up.Consequence}
    for language in Language:
        assert keys <= texts.keys(language)


# Who calls, until when.


async def test_a_case_ended_elsewhere_is_asked_about_by_the_counter_that_registered_it(front):
    """Due five working days after the ending, with handler and ending; nothing personal."""
    made = await ended_elsewhere(front)
    (one,) = await due(front, front.clerk)
    assert (one.case_no, one.unit_id) == (made.stamp.case_no, "s-changshuo")
    assert (one.handler_unit, one.ending) == ("u-anji-shuili", common.ENDING_KIND_SETTLED)
    assert (one.state, one.overdue, one.attempts) == ("due", False, 0)
    ended = front.clock.now().date()
    assert ended + timedelta(days=5) <= date.fromisoformat(one.due_on) <= ended + timedelta(days=20)
    assert "周小满" not in str(one)
    assert "13800001234" not in str(one)


async def test_a_case_the_counter_handled_itself_is_asked_about_by_the_joint_office(front):
    """Not by the unit that handled it; the office reads the case for that, and no longer."""
    made = await ended_here(front)
    assert await due(front, front.clerk) == []
    office = joint_office(front)
    (one,) = await due(front, office)
    assert one.unit_id == OFFICE
    answer = await after_service(front, office).RecordCallback(recorded(one))
    assert answer.callback.state == "reached"
    (access,) = front.rows(case_access, case_id=front.case_id(made), why="callback")
    assert access["until"] is not None


@pytest.mark.parametrize("ending", sorted(one.value for one in follow_up.NOT_ASKED))
async def test_an_ending_without_an_answer_is_not_asked_about(front, ending):
    """Voided, merged, withdrawn, refused: neither a call-back nor an evaluation."""
    made = await ended_elsewhere(front, ending=ending)
    assert await due(front, front.clerk) == []
    refused = await front.refused(after_service(front).SubmitEvaluation(evaluated(made)))
    assert refused.reason == "NOTHING_TO_EVALUATE"
    assert Ending(ending) in follow_up.NOT_ASKED


async def test_pages_go_by_the_due_day_and_overdue_ones_are_counted(front, clock):
    """Each one once, the one due first on top; after the day it shows as overdue."""
    numbers = []
    for _ in range(3):
        numbers.append((await ended_elsewhere(front)).stamp.case_no)
        await due(front, front.clerk)
        clock.advance(timedelta(days=1))
    stub, seen, token = after_service(front, front.clerk), [], ""
    while True:
        page = await stub.ListCallbacks(pb.ListCallbacksRequest(page_size=1, page_token=token))
        seen += [one.case_no for one in page.callbacks]
        token = page.next_page_token
        if not token:
            break
    assert sorted(seen) == sorted(numbers)
    clock.advance(timedelta(days=30))
    stub = after_service(front, front.clerk)
    page = await stub.ListCallbacks(pb.ListCallbacksRequest(overdue=True, page_size=2))
    assert page.overdue_count == 3
    assert all(one.overdue for one in page.callbacks)
    bad = pb.ListCallbacksRequest(page_token=page.next_page_token)
    assert (await front.refused(stub.ListCallbacks(bad))).reason == "PAGE_TOKEN_INVALID"


async def test_the_sweep_opens_what_nobody_looked_at_and_counts_the_overdue(
    start, settings, clock, monkeypatch
):
    """A row waits for nobody's question; each answer is opened once."""
    monkeypatch.setattr(owing, "EVERY_S", 0.05)
    async with start(settings, clock) as front:
        await ended_elsewhere(front)
        await eventually(lambda: bool(front.rows(callback)), 20)
        assert len(front.rows(callback)) == 1
        database = Database.open(front.database_url)
        with database.readers.connect() as connection:
            today = clock.now().date()
            assert stored.unasked(connection, 10) == []
            assert stored.all_overdue(connection, today) == 0
            assert stored.all_overdue(connection, today + timedelta(days=60)) == 1
        database.close()


async def test_a_case_that_goes_on_has_no_call_back_due_about_the_answer_before(front):
    """Reopened where it was handled or elsewhere: nobody calls, nobody reads the case for that."""
    here, there = await ended_here(front), await ended_elsewhere(front)
    for made in (here, there):
        case_id = front.case_id(made)
        await eventually(lambda one=case_id: front.rows(callback, case_id=one, state="due"))
    granted = part.ImportPartRequest(
        handoff_id=str(new_id()),
        case_id=here.stamp.case_id,
        epoch=2,
        unit="s-changshuo",
        path="330523.002.000",
    )
    await front.parts().ImportPart(granted)
    again = telling.NoteCustody(front.case_id(there), 3, "held", "u-anji-shuili", COUNTY)
    await front.hear(telling.note_custody, again)
    for made in (here, there):
        case_id = front.case_id(made)
        assert [row["state"] for row in front.rows(callback, case_id=case_id)] == ["dropped"]
        (reading,) = front.rows(case_access, case_id=case_id, why="callback")
        assert reading["until"] is not None


async def test_a_stranger_sees_no_call_back_and_is_told_nothing(front):
    """Another unit: an empty list, and a case that does not exist."""
    made = await ended_elsewhere(front)
    (one,) = await due(front, front.clerk)
    assert await due(front, front.other_unit, all=True) == []
    stub = after_service(front, front.other_unit)
    for call in (
        stub.GetCallback(pb.GetCallbackRequest(case_id=made.stamp.case_id)),
        stub.RecordCallback(recorded(one)),
    ):
        assert (await front.refused(call)).reason == "CASE_MISSING"


# The call.


async def test_the_wish_how_to_be_called_is_shown_with_the_number_and_the_reading_recorded(front):
    """safe_contact stands beside the phone; whoever looks is on record; others get nothing."""
    applicant = case.Party(
        role=common.PARTY_ROLE_APPLICANT,
        name="周小满",
        phone="13800001234",
        safe_contact="只在上班时间打，接电话的不是本人就挂断",
    )
    made = await ended_elsewhere(front, parties=[applicant])
    wanted = pb.GetCallbackRequest(case_id=made.stamp.case_id)
    answer = await after_service(front, front.clerk).GetCallback(wanted)
    (contact,) = answer.contacts
    assert (contact.safe_contact[:6], contact.phone) == ("只在上班时间", "13800001234")
    (read,) = front.rows(read_audit, method="GetCallback")
    assert (read["caller"], read["case_id"]) == ("clerk", front.case_id(made))
    refused = await front.refused(after_service(front, front.county).GetCallback(wanted))
    assert refused.reason == "NOT_YOUR_CALLBACK"
    assert "昌硕街道" in refused.message
    assert "s-changshuo" not in refused.message


async def test_a_withheld_name_is_not_told_to_another_unit_that_calls(front):
    """The joint office gets the wish and the telephone; the counter that took the name has it."""
    made = await ended_here(front, identity=common.IDENTITY_MODE_WITHHELD)
    (one,) = await due(front, joint_office(front))
    wanted = pb.GetCallbackRequest(case_id=one.case_id)
    answer = await after_service(front, joint_office(front)).GetCallback(wanted)
    assert (answer.contacts[0].name, answer.contacts[0].phone) == ("", "13800001234")
    other = await ended_elsewhere(front, identity=common.IDENTITY_MODE_WITHHELD)
    await due(front, front.clerk)
    wanted = pb.GetCallbackRequest(case_id=other.stamp.case_id)
    answer = await after_service(front, front.clerk).GetCallback(wanted)
    assert answer.contacts[0].name == "周小满"
    assert made.stamp.case_no == one.case_no


async def test_attempts_are_counted_until_somebody_is_reached_and_the_note_is_sealed(front):
    """Not reached stays due; a repeat of the request counts once; the log hears codes only."""
    made = await ended_elsewhere(front)
    stub = after_service(front, front.clerk)
    (one,) = await due(front, front.clerk)
    missed = recorded(one, result=pb.CALLBACK_RESULT_NOT_REACHED, unit=0, office=0)
    for _ in range(2):
        answer = await stub.RecordCallback(missed)
        assert (answer.callback.state, answer.callback.attempts) == ("due", 1)
    stale = await front.refused(stub.RecordCallback(recorded(one)))
    assert stale.reason == "STALE_VERSION"
    done = recorded(
        answer.callback, performance=pb.PERFORMANCE_PARTLY, note="周小满说沟通了，墙还没拆完"
    )
    answer = await stub.RecordCallback(done)
    assert (answer.callback.state, answer.callback.attempts) == ("reached", 2)
    assert await due(front, front.clerk) == []
    over = recorded(answer.callback)
    assert (await front.refused(stub.RecordCallback(over))).reason == "CALLBACK_DONE"
    told = await events_of(front, made)
    assert [one.kind for one in told] == ["intake.call_missed", "intake.called_back"]
    assert (told[1].result, told[1].performance) == ("reached", "partly")
    assert "satisfied" not in str(told)
    assert "周小满" not in str(front.rows(callback_call))
    shown = await stub.GetCallback(pb.GetCallbackRequest(case_id=made.stamp.case_id))
    assert shown.calls[1].note == "周小满说沟通了，墙还没拆完"


async def test_the_handling_unit_and_the_handler_never_call(front):
    """Refused by type, whoever the call was given to."""
    made = await ended_elsewhere(front)
    (one,) = await due(front, front.clerk)
    given = pb.AssignCallbackRequest(
        request_id=str(new_id()), case_id=one.case_id, seen=one.seen, unit_id="u-anji-shuili"
    )
    stub = after_service(front, front.clerk)
    assert (await front.refused(stub.AssignCallback(given))).reason == "CALLBACK_BY_HANDLER"
    database = Database.open(front.database_url)
    with database.writer.begin() as connection:
        mine = cases.c.case_id == front.case_id(made)
        connection.execute(update(cases).where(mine).values(accepted_by="clerk"))
    database.close()
    assert (await front.refused(stub.RecordCallback(recorded(one)))).reason == "CALLBACK_BY_HANDLER"
    answer = await after_service(front, front.second).RecordCallback(recorded(one))
    assert answer.callback.state == "reached"


async def test_a_call_is_given_to_another_unit_by_those_concerned_only(front):
    """By the unit that was to call; then the new one calls, and the former one no more."""
    await ended_elsewhere(front)
    (one,) = await due(front, front.clerk)
    given = pb.AssignCallbackRequest(
        request_id=str(new_id()), case_id=one.case_id, seen=one.seen, unit_id="s-anji"
    )
    given_on = await after_service(front, front.clerk).AssignCallback(given)
    assert given_on.callback.unit_id == "s-anji"
    refused = await front.refused(
        after_service(front, front.clerk).RecordCallback(recorded(given_on.callback))
    )
    assert refused.reason == "NOT_YOUR_CALLBACK"
    (now,) = await due(front, front.county)
    assert now.unit_title == "县矛调中心"
    answer = await after_service(front, front.county).RecordCallback(recorded(now))
    assert answer.callback.state == "reached"
    unknown = pb.AssignCallbackRequest(
        request_id=str(new_id()), case_id=one.case_id, seen=one.seen, unit_id="s-nowhere"
    )
    stub = after_service(front, front.county)
    assert (await front.refused(stub.AssignCallback(unknown))).reason == "STALE_VERSION"


@pytest.mark.parametrize(
    "said,field",
    [
        ({"unit": 0}, "unit"),
        ({"result": 0}, "result"),
        ({"result": pb.CALLBACK_RESULT_REFUSED, "office": 0}, "unit"),
        ({"result": 99}, "result"),
        ({"note": "身份证11010519491231002X"}, "note"),
    ],
)
async def test_a_call_says_what_belongs_to_it_and_no_more(front, said, field):
    """Grades only when somebody was spoken to; no identity numbers in a note."""
    await ended_elsewhere(front)
    (one,) = await due(front, front.clerk)
    refused = await front.refused(
        after_service(front, front.clerk).RecordCallback(recorded(one, **said))
    )
    assert refused.reason == "FIELDS_INVALID"
    assert field in refused.fields


# The evaluation, and what follows.


async def test_a_resident_evaluates_an_answer_once_and_a_later_one_again(front):
    """A repeat answers the same; a second one is refused; a new answer may be evaluated again."""
    made = await ended_elsewhere(front)
    request = evaluated(made)
    first = await after_service(front).SubmitEvaluation(request)
    assert first == await after_service(front).SubmitEvaluation(request)
    again = await front.refused(after_service(front).SubmitEvaluation(evaluated(made)))
    assert again.reason == "EVALUATED_BEFORE"
    case_id = front.case_id(made)
    for epoch, state in ((3, "held"), (3, "ended")):
        told = telling.NoteCustody(case_id, epoch, state, "u-anji-shuili", COUNTY, ending="settled")
        await front.hear(telling.note_custody, told)
    await after_service(front).SubmitEvaluation(evaluated(made))
    assert sorted(row["epoch"] for row in front.rows(evaluation)) == [2, 3]
    assert sorted(row["state"] for row in front.rows(callback)) == ["dropped", "due"]
    assert [one.kind for one in await events_of(front, made)] == ["intake.evaluated"] * 2


async def test_number_and_code_are_guarded_as_in_tracking(front):
    """A wrong code and a wrong number are answered alike; an open case has nothing to evaluate."""
    made, open_one = await ended_elsewhere(front), await front.register()
    wrong = await front.refused(
        after_service(front).SubmitEvaluation(evaluated(made, query_code="22222-22222"))
    )
    nobody = await front.refused(
        after_service(front).SubmitEvaluation(evaluated(made, case_no="330523002-2026-99999"))
    )
    assert wrong == nobody
    assert wrong.reason == "TRACKING_REFUSED"
    early = await front.refused(after_service(front).SubmitEvaluation(evaluated(open_one)))
    assert early.reason == "NOTHING_TO_EVALUATE"
    reasons = set()
    for _ in range(40):
        call = after_service(front).SubmitEvaluation(evaluated(made, query_code="22222-22222"))
        reasons.add((await front.refused(call)).reason)
        if "TRACKING_TOO_OFTEN" in reasons:
            break
    assert "TRACKING_TOO_OFTEN" in reasons


async def test_the_other_party_does_not_evaluate(front):
    """A respondent tracks with a code of his own and is refused here."""
    respondent = case.Party(role=common.PARTY_ROLE_RESPONDENT, name="吴大顺")
    made = await ended_elsewhere(front, parties=[*front.draft().parties, respondent])
    (code,) = made.party_codes
    call = after_service(front).SubmitEvaluation(evaluated(made, query_code=code.query_code))
    assert (await front.refused(call)).reason == "NOT_YOURS_TO_EVALUATE"


@pytest.mark.parametrize(
    "procedure,consequence,kinds",
    [
        (common.PROCEDURE_HOTLINE, pb.CONSEQUENCE_DONE_AGAIN, {"intake.redo_wanted"}),
        (common.PROCEDURE_PETITION, pb.CONSEQUENCE_REVIEW_RIGHT_TOLD, set()),
        (common.PROCEDURE_PEOPLES_MEDIATION, pb.CONSEQUENCE_UNSPECIFIED, set()),
    ],
)
async def test_what_dissatisfied_does_follows_the_procedure(front, procedure, consequence, kinds):
    """Hotline: done again. Petition: review is told with its last day. Mediation: neither."""
    made = await ended_elsewhere(front, procedure=procedure)
    answer = await after_service(front).SubmitEvaluation(evaluated(made, BAD))
    assert answer.consequence == consequence
    assert bool(answer.told) == (consequence != 0)
    assert {one.kind for one in await events_of(front, made)} == kinds | {"intake.evaluated"}
    if consequence == pb.CONSEQUENCE_REVIEW_RIGHT_TOLD:
        until = date.fromisoformat(answer.review_until)
        assert until >= front.clock.now().date() + timedelta(days=30)
        assert answer.review_until in answer.told


async def test_dissatisfaction_with_the_counter_alone_sends_nothing_back(front):
    """The office and the unit are graded apart."""
    made = await ended_elsewhere(front, procedure=common.PROCEDURE_HOTLINE)
    request = evaluated(made)
    request.office = BAD
    answer = await after_service(front).SubmitEvaluation(request)
    assert answer.consequence == pb.CONSEQUENCE_UNSPECIFIED


async def test_the_handler_gets_totals_and_never_a_person(front):
    """Office and unit apart; under five nothing; who evaluates himself counts once."""
    front.clerk_figures = front.as_role(Role.TRIAGE)
    stub = after_service(front, front.clerk_figures)
    for number in range(LEAST):
        made = await ended_elsewhere(front)
        if number == 0:
            (one,) = await due(front, front.clerk)
            await after_service(front, front.clerk).RecordCallback(recorded(one, office=BAD))
        if number == LEAST - 1:
            asked = pb.CountEvaluationsRequest(unit_id="s-changshuo")
            assert (await stub.CountEvaluations(asked)).office.too_few
        await after_service(front).SubmitEvaluation(evaluated(made))
    answer = await stub.CountEvaluations(pb.CountEvaluationsRequest(unit_id="s-changshuo"))
    assert (answer.office.satisfied, answer.office.dissatisfied) == (LEAST, 0)
    above = after_service(front, front.county_as(Role.SUPERVISOR))
    handler = await above.CountEvaluations(pb.CountEvaluationsRequest(unit_id="u-anji-shuili"))
    assert handler.unit.satisfied == LEAST
    whole = await above.CountEvaluations(pb.CountEvaluationsRequest(subtree=True))
    assert whole.unit.satisfied == LEAST
    refused = await front.refused(
        stub.CountEvaluations(pb.CountEvaluationsRequest(unit_id="u-anji-shuili"))
    )
    assert refused.reason == "NOT_YOUR_UNIT"


async def test_tracking_says_that_an_evaluation_can_be_given_and_that_somebody_called(front):
    """In plain words, and not any more once it was given."""
    made = await ended_elsewhere(front)
    await due(front, front.clerk)
    asked = service.TrackCaseRequest(case_no=made.stamp.case_no, query_code=made.query_code)
    (notice,) = (await front.intake().TrackCase(asked)).notices
    assert "评价" in notice
    step = telling.NoteStep(
        front.case_id(made), "intake.called_back", "s-changshuo", front.clock.now()
    )
    await front.hear(telling.note_step, step)
    await after_service(front).SubmitEvaluation(evaluated(made))
    told = await front.intake().TrackCase(asked)
    assert list(told.notices) == []
    assert any("回访" in one.text for one in told.steps)


async def test_a_case_answered_on_the_spot_is_asked_about(front):
    """当场答复 is an answer like any other."""
    made = await front.register()
    await front.intake(front.clerk).AnswerOnTheSpot(
        service.AnswerOnTheSpotRequest(
            request_id=str(new_id()),
            case_id=made.stamp.case_id,
            seen=common.Seen(epoch=1, version=made.stamp.version),
            answer="已经联系村里来清沟。",
            settled=True,
        )
    )
    (one,) = await due(front, front.county, all=True)
    assert (one.unit_id, one.ending) == (OFFICE, common.ENDING_KIND_ANSWERED)


async def test_call_backs_and_evaluations_travel_with_the_case(front, start, make_settings, clock):
    """The next node knows what was asked before; a part of an older sender has none of it."""
    made = await ended_elsewhere(front)
    (one,) = await due(front, front.clerk)
    await after_service(front, front.clerk).RecordCallback(recorded(one, note="都办好了"))
    case_id, handoff = made.stamp.case_id, str(new_id())
    await front.parts().ImportPart(
        part.ImportPartRequest(
            handoff_id=str(new_id()), case_id=case_id, epoch=3, unit="s-changshuo"
        )
    )
    await front.parts().Release(part.ReleaseRequest(handoff_id=handoff, case_id=case_id, epoch=3))
    sent = await front.parts().ExportPart(
        part.ExportPartRequest(handoff_id=handoff, case_id=case_id)
    )
    async with start(make_settings("next"), clock) as other:
        await other.parts().ImportPart(
            part.ImportPartRequest(
                handoff_id=handoff,
                case_id=case_id,
                epoch=4,
                unit="s-anji",
                path=COUNTY,
                format=sent.format,
                part=sent.part,
            )
        )
        (kept,) = other.rows(callback)
        assert (kept["state"], kept["epoch"], kept["attempts"]) == ("reached", 2, 1)
        (call,) = other.rows(callback_call)
        assert call["sealed_note"] != front.rows(callback_call)[0]["sealed_note"]
        assert [row["source"] for row in other.rows(evaluation)] == ["call"]
