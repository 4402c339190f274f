import json
from dataclasses import replace
from datetime import time, timedelta
from uuid import UUID

import pytest

from intake.domain import facts
from intake.domain.notices import (
    OF_FACTS,
    OF_HEARINGS,
    OF_STEPS,
    MayNotify,
    told_by_step,
    wish_of,
)
from intake.handlers import telling
from intake.storage.tables import cases, notice, outbox, party
from kernel.catalogue import Catalogue, Language
from kernel.clock import SHANGHAI, SystemClock
from kernel.identity import Role
from kernel.ids import new_id
from kernel.testing.waiting import eventually
from lianxin.common.v1 import case_pb2 as common
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import follow_up_pb2 as after
from lianxin.intake.v1 import intake_service_pb2 as service
from lianxin.intake.v1 import notice_pb2 as pb
from lianxin.intake.v1.notice_pb2_grpc import NoticeServiceStub

APPLICANT = {
    "role": common.PARTY_ROLE_APPLICANT,
    "name": "周小满",
    "phone": "138-0000-1234",
    "living_place": "安吉县递铺街道鹤鹿溪村18号",
}
RESPONDENT = case.Party(role=common.PARTY_ROLE_RESPONDENT, name="吴大有", phone="13900005678")


def notices(front, caller=None):
    """The stub of this caller."""
    return NoticeServiceStub(front.line(caller or front.clerk))


async def settled(front, case_id, count=1):
    """The notices of a case, once no machine has anything to do with them."""

    def done():
        rows = front.rows(notice, case_id=case_id)
        return len(rows) >= count and not any(row["next_try_at"] for row in rows)

    await eventually(done)
    return front.rows(notice, case_id=case_id)


async def only_state(front, **more):
    """State and reason of the one notice of a registration with this applicant."""
    made = await front.register(parties=[case.Party(**(APPLICANT | more))])
    (row,) = await settled(front, front.case_id(made))
    return row["state"], row["reason"]


def written(settings):
    """What the local sink was given."""
    files = sorted((settings.data / "notices/residents").rglob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


# What is told.


def test_every_text_of_a_notice_is_in_both_languages_and_quotes_nothing_personal():
    """Office, number, telephone of the office, time and day: no text may ask for more."""
    texts = Catalogue.load("intake")
    told = {*OF_FACTS.values(), *OF_STEPS.values()}
    told |= {told_by_step("handover.received", {"kind": kind}) for kind in ("assign", "reopen")}
    told |= set(OF_HEARINGS.values())
    keys = {f"TELL_{one.template}" for one in told} | {"TELL_registered", "TELL_call_back"}
    plain = dict.fromkeys(("office", "number", "phone", "at", "day"), "")
    for language in Language:
        assert keys <= texts.keys(language)
        for key in keys:
            assert "—" not in texts.text(key, language, **plain), key
            assert "调解" not in texts.text(key, Language.ZH_CN, **plain)


def test_what_changes_nothing_for_a_resident_is_told_nobody():
    """A site that moves to another node, a mistaken registration, what was told by itself."""
    assert told_by_step("handover.received", {"kind": "relocate"}) is None
    assert told_by_step("custody.ended", {"ending": "voided"}) is None
    assert told_by_step("custody.ended", {"ending": "settled"}) == OF_STEPS["custody.ended"]
    assert facts.REFUSAL_PROPOSED not in OF_FACTS


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ({}, MayNotify.ANY),
        ({"safe_contact": "晚上不要打"}, None),
        ({"safe_contact": "晚上不要打", "may_notify": "only_in_hours"}, MayNotify.ONLY_IN_HOURS),
        ({"may_notify": "in_person_only"}, MayNotify.IN_PERSON_ONLY),
    ],
)
def test_a_wish_in_words_stops_every_message_until_it_is_put_as_a_choice(said, wish):
    """A machine cannot follow a sentence; whoever says nothing may be told at any time."""
    assert wish_of(said) is wish


# Owed, opened, kept.


async def test_a_registration_is_told_who_asked_and_written_down_where_there_is_no_gateway(
    front, settings
):
    """One file for the applicant, none for the other side; telephone masked, no matter in it."""
    made = await front.register(parties=[case.Party(**APPLICANT), RESPONDENT])
    (row,) = await settled(front, front.case_id(made))
    assert (row["state"], row["channel"], row["template"]) == ("kept", "local", "registered")
    (said,) = written(settings)
    assert said["to"] == {"phone": "138****1234"}
    assert made.stamp.case_no in said["text"]
    for word in ("墙", "水沟", "周小满", "吴大有", made.query_code):
        assert word not in said["text"]
    (file,) = (settings.data / "notices/residents").rglob("*.json")
    assert file.stat().st_mode & 0o077 == 0


async def test_nothing_personal_stands_in_a_row_of_a_notice(front):
    """Who is told is an id, and where he is reached is not kept."""
    made = await front.register()
    (row,) = await settled(front, front.case_id(made))
    said = " ".join(str(value) for value in row.values())
    for word in ("周小满", "13800001234", "鹤鹿溪村"):
        assert word not in said


async def test_who_cannot_or_must_not_be_told_by_message_is_put_to_a_person(front):
    """No telephone, a landline, a wish in words, a wish for a person."""
    assert await only_state(front, phone="") == ("not_possible", "no_contact")
    assert await only_state(front, phone="0572-5123456") == ("not_possible", "landline")
    assert await only_state(front, safe_contact="婆婆在家时不要打") == ("held", "safe_contact")
    wish = case.MAY_NOTIFY_IN_PERSON_ONLY
    assert await only_state(front, may_notify=wish) == ("held", "in_person")


async def test_who_wishes_to_be_told_in_office_hours_waits_for_them(front, clock, settings):
    """Nothing leaves at night; it leaves in the morning, and the wait counts as no try."""
    clock.advance(timedelta(hours=12))
    made = await front.register(
        parties=[case.Party(**APPLICANT, may_notify=case.MAY_NOTIFY_ONLY_IN_HOURS)]
    )
    case_id = front.case_id(made)
    await eventually(lambda: front.rows(notice, case_id=case_id, reason="out_of_hours"))
    (row,) = front.rows(notice, case_id=case_id)
    assert row["next_try_at"].astimezone(SHANGHAI).time() == time(8, 30)
    assert not written(settings)
    clock.set(row["next_try_at"])
    (row,) = await settled(front, case_id)
    assert (row["state"], row["tries"]) == ("kept", 1)


async def test_an_accusation_and_an_anonymous_matter_are_told_nobody(front):
    """No row at all: not even that a notice could not be sent."""
    accusation = await front.register(
        purpose=common.PURPOSE_ACCUSATION, sealed_for="u-anji-jijian", category=""
    )
    anonymous = await front.register(
        identity=common.IDENTITY_MODE_ANONYMOUS,
        parties=[case.Party(role=common.PARTY_ROLE_APPLICANT, phone="13800001234")],
    )
    for made in (accusation, anonymous):
        assert front.rows(notice, case_id=front.case_id(made)) == []


async def test_who_stays_unknown_to_the_handlers_is_told_by_the_desk_that_took_it_down(front):
    """A withheld identity is never written to: the registering unit sees to it."""
    made = await front.register(identity=common.IDENTITY_MODE_WITHHELD)
    (row,) = await settled(front, front.case_id(made))
    assert (row["state"], row["reason"], row["unit"]) == ("held", "withheld", "s-changshuo")


async def test_an_act_at_the_counter_and_its_notice_are_kept_together(front):
    """Accepting is told once; a refused command tells nobody."""
    made = await front.register()
    request = service.AcceptCaseRequest(
        request_id=str(new_id()),
        case_id=made.stamp.case_id,
        seen=common.Seen(epoch=1, version=made.stamp.version),
        procedure=common.PROCEDURE_PEOPLES_MEDIATION,
    )
    await front.intake(front.clerk).AcceptCase(request)
    await front.intake(front.clerk).AcceptCase(request)
    request.request_id = str(new_id())
    await front.refused(front.intake(front.clerk).AcceptCase(request))
    rows = await settled(front, front.case_id(made), 2)
    assert sorted(row["template"] for row in rows) == ["accepted", "registered"]


async def test_a_step_of_others_is_told_both_sides_once_at_the_node_that_held_the_case(front):
    """A meeting is told applicant and respondent; another epoch's is not ours to tell."""
    made = await front.register(parties=[case.Party(**APPLICANT), RESPONDENT])
    case_id, now = front.case_id(made), SystemClock().now()
    body = {"session": str(new_id()), "starts_at": "2026-12-01T06:30:00+00:00"}
    kind = "mediation.session_scheduled"
    for epoch, number in ((1, 7), (1, 7), (2, 8)):
        step = telling.NoteStep(case_id, kind, "s-changshuo", now, body, epoch, number)
        await front.hear(telling.note_step, step)
    rows = await settled(front, case_id, 3)
    meeting = [row for row in rows if row["template"] == "meeting"]
    assert len(meeting) == 2
    assert {row["occasion"] for row in meeting} == {f"{kind}:1.7"}


async def test_only_the_parties_that_are_named_are_told(front):
    """A meeting with one side concerns nobody else, nor does calling it off."""
    made = await front.register(parties=[case.Party(**APPLICANT), RESPONDENT])
    (other,) = front.rows(party, case_id=front.case_id(made), role="respondent")
    case_id, now, session = front.case_id(made), SystemClock().now(), str(new_id())
    called = {"session": session, "parties": str(other["party_id"])}
    for number, (kind, body) in enumerate(
        (("scheduled", called), ("cancelled", {"session": session})), start=9
    ):
        step = telling.NoteStep(case_id, f"mediation.session_{kind}", "u", now, body, 1, number)
        await front.hear(telling.note_step, step)
        rows = await settled(front, case_id, number - 7)
    for template in ("meeting", "meeting_off"):
        assert [r["recipient"] for r in rows if r["template"] == template] == [called["parties"]]


async def test_nobody_is_called_to_a_meeting_after_it_was_called_off(front, clock):
    """Whom no try reached yet, at night, hears in the morning of neither."""
    clock.advance(timedelta(hours=12))
    asking = case.Party(**APPLICANT, may_notify=case.MAY_NOTIFY_ONLY_IN_HOURS)
    made = await front.register(parties=[asking])
    case_id, body = front.case_id(made), {"session": str(new_id())}
    waits = {"case_id": case_id, "reason": "out_of_hours"}
    for number, kind in enumerate(("scheduled", "cancelled"), start=9):
        step = telling.NoteStep(
            case_id, f"mediation.session_{kind}", "u", clock.now(), body, 1, number
        )
        await front.hear(telling.note_step, step)
        await eventually(lambda n=11 - number: len(front.rows(notice, **waits)) == n)
    assert [row["template"] for row in front.rows(notice, case_id=case_id)] == ["registered"]


@pytest.mark.parametrize(
    ("became", "reason"),
    [({"identity": "anonymous"}, "anonymous"), ({"sealed_for": "u-anji-jijian"}, "sealed")],
)
async def test_nobody_is_told_of_a_case_that_became_anonymous_or_sealed_meanwhile(
    front, clock, settings, became, reason
):
    """A notice that waited for the morning is stopped then, and asks no person to tell it."""
    clock.advance(timedelta(hours=12))
    asking = case.Party(**APPLICANT, may_notify=case.MAY_NOTIFY_ONLY_IN_HOURS)
    case_id = front.case_id(await front.register(parties=[asking]))
    await eventually(lambda: front.rows(notice, case_id=case_id, reason="out_of_hours"))
    (row,) = front.rows(notice, case_id=case_id)

    def change(uow, _):
        uow.update(cases, {"case_id": case_id}, became)

    await front.hear(change, None)
    clock.set(row["next_try_at"])
    (row,) = await settled(front, case_id)
    assert (row["state"], row["reason"], row["done_at"]) == ("stopped", reason, None)
    assert not written(settings)
    shown = await notices(front).ListNotices(pb.ListNoticesRequest(open=True))
    assert not shown.notices


async def test_a_change_of_a_hearing_is_told_the_parties_it_names_and_what_waits_is_not_sent(
    front, clock
):
    """Called at night, moved before the morning: one message, with the time that counts."""
    clock.advance(timedelta(hours=12))
    asking = case.Party(**APPLICANT, may_notify=case.MAY_NOTIFY_ONLY_IN_HOURS)
    made = await front.register(parties=[asking, RESPONDENT])
    case_id = front.case_id(made)
    (one,) = front.rows(party, case_id=case_id, role="applicant")
    said = {"parties": str(one["party_id"]), "starts_at": "2026-12-01T06:30:00+00:00"}
    for number, (kind, text) in enumerate((("confirmed", "called"), ("moved", "moved")), 9):
        body = said | {"tell": f"hearing_{text}"}
        step = telling.NoteStep(case_id, f"hearing.{kind}", "u", clock.now(), body, 1, number)
        await front.hear(telling.note_step, step)
    rows = [row for row in front.rows(notice, case_id=case_id) if "hearing" in row["template"]]
    assert [(row["template"], row["recipient"]) for row in rows] == [
        ("hearing_moved", str(one["party_id"]))
    ]


async def test_a_call_to_a_hearing_that_was_kept_is_not_tried_after_the_word_that_it_is_off(front):
    """Nobody is called to a hearing after he was told that there is none."""
    made = await front.register()
    case_id = front.case_id(made)
    (one,) = front.rows(party, case_id=case_id, role="applicant")
    said = {"parties": str(one["party_id"])}
    await tell_step(front, case_id, "confirmed", said | {"tell": "hearing_called"}, 9)
    await settled(front, case_id, 2)
    await tell_step(front, case_id, "cancelled", said | {"tell": "hearing_cancelled"}, 10)
    rows = {row["template"]: row["state"] for row in await settled(front, case_id, 3)}
    assert (rows["hearing_called"], rows["hearing_cancelled"]) == ("stopped", "kept")


async def tell_step(front, case_id, kind, body, number):
    """Intake hears of a step of hearing."""
    step = telling.NoteStep(case_id, f"hearing.{kind}", "u", front.clock.now(), body, 1, number)
    await front.hear(telling.note_step, step)


def test_a_step_of_a_hearing_that_names_nobody_is_told_nobody():
    """Most steps concern the file alone; a text of another service's making is none."""
    assert told_by_step("hearing.opened", {}) is None
    assert told_by_step("hearing.confirmed", {"parties": "p", "tell": "meeting"}) is None


async def test_who_is_going_to_be_called_is_told_so(front):
    """The call-back that is owed for an answer announces itself."""
    made = await front.register()
    case_id = front.case_id(made)
    await front.parts().EndGrant(
        part.EndGrantRequest(case_id=made.stamp.case_id, epoch=1, ending="settled")
    )
    rows = await settled(front, case_id, 2)
    assert {row["template"] for row in rows} == {"registered", "call_back"}


# What a person does.


async def test_a_unit_lists_what_waits_for_a_person_and_pages_through_it(front):
    """Newest first; held ones alone when asked for; no page twice."""
    for wish in ("晚上不要打", "", "只能发短信给女儿"):
        made = await front.register(parties=[case.Party(**APPLICANT, safe_contact=wish)])
        await settled(front, front.case_id(made))
    waiting = await notices(front).ListNotices(pb.ListNoticesRequest(open=True))
    assert [(one.state, one.role) for one in waiting.notices] == [("held", "applicant")] * 2
    seen, token = [], ""
    while len(seen) < 3:
        page = await notices(front).ListNotices(
            pb.ListNoticesRequest(page_size=1, page_token=token)
        )
        seen += [one.notice_id for one in page.notices]
        token = page.next_page_token
    assert len(set(seen)) == 3
    assert not token


async def test_the_notices_of_a_case_are_for_who_reads_its_content(front):
    """Another unit learns nothing, and nobody lists another unit's."""
    made = await front.register()
    await settled(front, front.case_id(made))
    of_case = pb.ListNoticesRequest(case_id=made.stamp.case_id)
    shown = await notices(front).ListNotices(of_case)
    assert [one.case_no for one in shown.notices] == [made.stamp.case_no]
    refusal = await front.refused(notices(front, front.other_unit).ListNotices(of_case))
    assert refusal.reason == "CASE_MISSING"
    other = pb.ListNoticesRequest(unit_id="s-lingfeng")
    assert (await front.refused(notices(front).ListNotices(other))).reason == "NOT_YOUR_UNIT"
    both = pb.ListNoticesRequest(unit_id="s-changshuo", case_id=made.stamp.case_id)
    assert (await front.refused(notices(front).ListNotices(both))).reason == "FIELDS_INVALID"


async def one_open(front, **more):
    """A notice that waits for a person, as it is listed."""
    made = await front.register(parties=[case.Party(**(APPLICANT | more))])
    await settled(front, front.case_id(made))
    listed = await notices(front).ListNotices(pb.ListNoticesRequest(case_id=made.stamp.case_id))
    return listed.notices[0]


async def test_a_person_who_told_the_resident_says_so_once_and_the_log_of_the_case_hears(front):
    """TOLD with who and when; a second time and a stale version are refused; codes only go out."""
    held = await one_open(front, safe_contact="婆婆在家时不要打")
    request = pb.MarkToldRequest(
        request_id=str(new_id()), notice_id=held.notice_id, version=held.version
    )
    told = (await notices(front).MarkTold(request)).notice
    again = (await notices(front).MarkTold(request)).notice
    assert (told.state, told.done_by, told) == ("told", front.clerk.id, again)
    request.request_id = str(new_id())
    assert (await front.refused(notices(front).MarkTold(request))).reason == "STALE_VERSION"
    request.version = told.version
    assert (await front.refused(notices(front).MarkTold(request))).reason == "NOTICE_NOT_SO"
    events = [r for r in front.rows(outbox) if r["type"] == "intake.followed_up"]
    (said,) = (after.FollowedUp.FromString(row["body"]) for row in events)
    assert (said.kind, said.case_id) == ("intake.told_in_person", held.case_id)


async def test_a_corrected_telephone_is_tried_again(front):
    """Without one it is not possible; with one, RetryNotice reaches the same recipient."""
    stopped = await one_open(front, phone="")
    shown = await front.get(stopped.case_id)
    changed = case.Party(party_id=stopped.recipient_id, phone="13800001234")
    await front.intake(front.clerk).AmendCase(
        service.AmendCaseRequest(
            request_id=str(new_id()),
            case_id=stopped.case_id,
            seen=common.Seen(epoch=1, version=shown.version),
            change_parties=[changed],
            why="补登电话",
        )
    )
    request = pb.RetryNoticeRequest(
        request_id=str(new_id()), notice_id=stopped.notice_id, version=stopped.version
    )
    await notices(front).RetryNotice(request)
    (row,) = await settled(front, UUID(shown.case_id))
    assert row["state"] == "kept"


async def test_a_notice_is_not_known_to_another_unit(front):
    """Neither told nor tried again by somebody who may not know of the case."""
    held = await one_open(front, safe_contact="婆婆在家时不要打")
    for call, request in (
        ("MarkTold", pb.MarkToldRequest),
        ("RetryNotice", pb.RetryNoticeRequest),
    ):
        asked = request(request_id=str(new_id()), notice_id=held.notice_id, version=1)
        refusal = await front.refused(getattr(notices(front, front.other_unit), call)(asked))
        assert refusal.reason == "NOTICE_MISSING"


async def test_a_gateway_reports_by_its_key_what_was_sent_and_not_what_was_only_kept(front):
    """Whoever may report learns nothing; a notice that never left cannot have arrived."""
    kept = await one_open(front)
    reporter = replace(front.as_role(Role.CALLBACK), id="sms-gateway")
    request = pb.ReportDeliveryRequest(
        request_id=str(new_id()), notice_id=kept.notice_id, arrived=True
    )
    refusal = await front.refused(notices(front, reporter).ReportDelivery(request))
    assert refusal.reason == "NOTICE_NOT_SO"
    assert (await front.refused(notices(front).ReportDelivery(request))).reason == "DENIED"
