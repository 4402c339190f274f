import hashlib
import io
import shutil
from datetime import UTC, timedelta

from docx import Document
from pypdf import PdfReader

from intake.convert.parts import part_from
from intake.documents.kinds import Mediation, kinds
from intake.storage.tables import fact, history, outbox, read_audit
from kernel.catalogue import Catalogue, Language
from kernel.clock import SHANGHAI
from kernel.identity import Role
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import documents_pb2 as pb
from lianxin.intake.v1 import events_pb2 as events
from lianxin.intake.v1 import intake_service_pb2 as service
from lianxin.intake.v1.documents_pb2_grpc import DocumentServiceStub

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OPINION = {
    "facts": "院墙占用排水沟约0.4米，情况属实。",
    "basis": "xinfang_2022:32",
    "outcome": "supported",
    "opinion": "限期拆除占沟部分。",
    "review_body": "s-anji",
}
REVIEWED = {"wish": "撤销原意见", "ground": "测量有误", "review_body": "s-anji"}
REVIEW = {
    "requested_on": "2026-11-20",
    "facts": "已重新测量。",
    "outcome": "upheld",
    "opinion": "同前。",
}
GIVEN = {
    "hearing_request": {"reason": "想请各部门当面把话说清楚。"},
    "refusal": {"basis": "xinfang_2022:19"},
    "refusal_final": {},
    "forwarding": {"to": "s-anji", "matter": "排水沟被堵"},
    "assignment": {"to": "s-anji", "matter": "排水沟被堵", "until": "2026-12-31"},
    "supervision": {"ground": "超期未签收", "demands": "尽快答复", "until": "2026-12-31"},
    "extension": {"why": "需要现场测量", "until": "2027-01-31"},
    "opinion": OPINION,
    "authorisation": {"power": "general"},
    "callback": {"manner": "phone", "said": "问题已经解决"},
    "objection": {"to": "s-anji", "ground": "不属于街道职权"},
    "transfer": {"to": "s-anji", "matter": "排水沟被堵", "basis": "xinfang_2022:22"},
    "review_request": {"opinion_on": "2026-11-01", **REVIEWED},
    "rereview_request": {"opinion_on": "2026-11-01", "opinion_unit": "s-anji", **REVIEWED},
    "review_opinion": REVIEW | {"review_body": "s-anji"},
    "rereview_opinion": REVIEW | {"opinion_unit": "s-anji"},
}


def desk_of(front, caller=None):
    """The documents stub of this caller."""
    return DocumentServiceStub(front.line(caller or front.clerk))


def rendering(stamp, kind, **values):
    """A request to make a document of a case as it was last seen."""
    return pb.RenderDocumentRequest(
        request_id=str(new_id()),
        case_id=stamp.case_id,
        seen=common.Seen(epoch=stamp.epoch, version=stamp.version),
        kind=kind,
        values=[pb.DocumentValue(name=name, value=value) for name, value in values.items()],
    )


async def render(front, stamp, kind, caller=None, **values):
    """A document that was made."""
    return await desk_of(front, caller).RenderDocument(rendering(stamp, kind, **values))


def serving(stamp, document="", **more):
    """A request to record a service."""
    given = {
        "method": pb.SERVICE_METHOD_DIRECT,
        "served_by": "王工",
        "served_on": "",
        "request_id": str(new_id()),
    } | more
    return pb.RecordServiceRequest(
        case_id=stamp.case_id,
        seen=common.Seen(epoch=stamp.epoch, version=stamp.version),
        document_id=document,
        **given,
    )


def text_of(data):
    """All text of a docx file."""
    body = Document(io.BytesIO(data)).element.body
    return "".join(one.text or "" for one in body.iter(f"{W}t"))


def on(stamp, request, **values):
    """A request of the front door about this case as it was last seen."""
    seen = common.Seen(epoch=stamp.epoch, version=stamp.version)
    return request(request_id=str(new_id()), case_id=stamp.case_id, seen=seen, **values)


async def accepted(front, **values):
    """A registered and accepted petition."""
    made = await front.register(**values)
    request = on(made.stamp, service.AcceptCaseRequest, procedure=common.PROCEDURE_PETITION)
    return (await front.intake(front.clerk).AcceptCase(request)).stamp


async def refusing(front, kind, **values):
    """A case for which this refusal was asked for and, where needed, approved."""
    made = await front.register(**values)
    said = {"kind": kind, "grounds": "本事项已由法院受理。", "route": "请向法院提出。"}
    request = on(made.stamp, service.RefuseCaseRequest, **said)
    stamp = (await front.intake(front.clerk).RefuseCase(request)).stamp
    if stamp.state != "refusing":
        return stamp
    decided = on(stamp, service.DecideRefusalRequest, approved=True)
    return (await front.intake(front.second).DecideRefusal(decided)).stamp


REFUSALS = {
    "refusal": service.REFUSAL_KIND_NOT_ACCEPTED,
    "refusal_final": service.REFUSAL_KIND_NO_LONGER_ACCEPTED,
    "completion": service.REFUSAL_KIND_TO_BE_COMPLETED,
    "no_mediation": service.REFUSAL_KIND_NOT_MEDIATED,
}


async def ready_for(front, kind):
    """A case of which this kind of document can be made."""
    if kind in REFUSALS:
        return await refusing(front, REFUSALS[kind])
    stamp = await accepted(front)
    if kind == "representatives":
        people = [service.GroupMember(party=case.Party(name=name)) for name in ("甲某", "乙某")]
        request = on(
            stamp, service.LinkGroupRequest, representatives=people, headcount=12, mandate="speak"
        )
        return (await front.intake(front.clerk).LinkGroup(request)).stamp
    return stamp


async def values_for(front, kind, stamp):
    """What has to be handed in for a kind."""
    if kind == "service_record":
        made = await render(front, stamp, "receipt")
        return made.stamp, {"document": made.document.document_id}
    return stamp, GIVEN.get(kind, {})


MAKERS = {
    "supervision": Role.SUPERVISOR,
    "callback": Role.CALLBACK,
    "opinion": Role.HANDLER,
    "extension": Role.HANDLER,
}


def drawn_from_elsewhere(kind):
    """Papers of mediation and of hearing have tests of their own."""
    return kind.mediation is Mediation.NEEDED or kind.hearing.needed


async def test_every_document_is_made_kept_and_made_again(front):
    """Each kind is filled from the case; hash, template and maker are kept; no field stays open."""
    for kind in (one.id for one in kinds().values() if not drawn_from_elsewhere(one)):
        stamp, given = await values_for(front, kind, await ready_for(front, kind))
        maker = front.as_role(MAKERS.get(kind, Role.TRIAGE))
        made = await render(front, stamp, kind, maker, **given)
        assert made.document.sha256 == hashlib.sha256(made.data).hexdigest()
        assert (made.document.kind, made.document.made_by) == (kind, maker.id)
        text = text_of(made.data)
        assert stamp.case_no in text
        assert "{{" not in text
        again = pb.GetDocumentRequest(case_id=stamp.case_id, document_id=made.document.document_id)
        assert (await desk_of(front, maker).GetDocument(again)).data == made.data


async def test_a_document_cites_the_profile_and_says_whom_what_and_when(front):
    """The article is the profile's, days are written 年月日, the requests stand there."""
    stamp = await accepted(front, requests=[case.Request(text="请把排水沟挖开")])
    made = await render(front, stamp, "acceptance", number="递调访受〔2026〕17号")
    text = text_of(made.data)
    for wanted in (
        "受理告知书",
        "递调访受〔2026〕17号",
        "周小满：",
        "（一）请把排水沟挖开",
        "《信访工作条例》第23条、第34条",
        "信访事项程序",
    ):
        assert wanted in text
    assert "13800001234" not in text
    assert "年0" not in text


async def test_what_is_missing_is_named_in_the_callers_language(front):
    """A required field that neither the case nor the caller gives is refused by its name."""
    stamp = await accepted(front)
    call = desk_of(front).RenderDocument(rendering(stamp, "opinion", outcome="perhaps"))
    refusal = await front.refused(call)
    assert refusal.reason == "DOCUMENT_VALUES_INVALID"
    assert refusal.fields == {
        "values.facts": "缺少“查明的事实和理由”。",
        "values.basis": "缺少“依据”。",
        "values.outcome": said("NAME_A_CHOICE"),
        "values.opinion": "缺少“处理意见”。",
    }
    nobody = {"identity": common.IDENTITY_MODE_ANONYMOUS, "parties": []}
    unknown = await accepted(front, **nobody)
    call = desk_of(front).RenderDocument(rendering(unknown, "acceptance"))
    assert set((await front.refused(call)).fields) == {"values.addressee"}


async def test_opinion_names_the_body_that_the_directory_names(front):
    """Who reviews an opinion need not be typed: it is who will be asked."""
    stamp = await accepted(front)
    given = {name: value for name, value in OPINION.items() if name != "review_body"}
    said = text_of((await render(front, stamp, "opinion", **given)).data)
    assert "安吉县人民政府信访事项复查复核委员会" in said


async def test_values_are_taken_as_people_write_them(front):
    """A unit by its title, a choice by its word, and a law that the profile does not list."""
    stamp = await accepted(front)
    written = {
        "basis": "xinfang_2022:32 《土地管理法》第四十八条",
        "outcome": "予以支持",
        "review_body": "安吉县社会矛盾纠纷调处化解中心",
    }
    said = text_of((await render(front, stamp, "opinion", **OPINION | written)).data)
    wanted = ["《信访工作条例》第32条、《土地管理法》第四十八条", "予以支持", "县矛调中心"]
    assert [one for one in wanted if one not in said] == []


def test_every_field_and_kind_has_its_words_in_both_languages():
    """Titles of kinds and fields, words of choices, and what is said when one is missing."""
    texts = Catalogue.load("intake")
    wanted = {f"DOCUMENT_TITLE_{kind}" for kind in kinds()}
    for kind in kinds().values():
        for name, field in kind.fields.items():
            wanted |= {f"DOCUMENT_FIELD_{name}"} | {f"DOCUMENT_WORD_{w}" for w in field.choices}
            wanted |= {f"NEEDS_{name.upper()}"} if field.required else set()
    for language in Language:
        assert wanted <= texts.keys(language)


WRONG = [
    ({"basis": "unheard_of:1"}, "NAME_AN_ARTICLE"),
    ({"basis": "《土地管理法》"}, "NAME_AN_ARTICLE"),
    ({"basis": "practice:东至县"}, "BASIS_NOT_LAW"),
    ({"review_body": "nowhere"}, "NAME_A_UNIT"),
    ({"addressee": str(new_id())}, "UNKNOWN_VALUE"),
    ({"case_no": "1"}, "TAKEN_FROM_CASE"),
    ({"colour": "red"}, "UNKNOWN_FIELD"),
    ({"date": "22.11.2026"}, "MALFORMED"),
    ({"facts": "字" * 6_001}, "TOO_LONG"),
    ({"facts": "\x00"}, "NOT_TEXT"),
    ({"facts": "身份证11010519491231002X"}, "ID_NUMBER"),
]


def said(reason, limit=6_000):
    """What the catalogue says in Chinese."""
    return Catalogue.load("intake").text(reason, Language.ZH_CN, limit=str(limit))


async def test_wrong_values_are_refused_and_nothing_is_kept(front):
    """Unknown articles, bodies, parties and fields, wrong days and unfit texts, each named."""
    stamp = await accepted(front)
    for values, reason in WRONG:
        call = desk_of(front).RenderDocument(rendering(stamp, "opinion", **(OPINION | values)))
        assert (await front.refused(call)).fields == {f"values.{next(iter(values))}": said(reason)}
    assert not front.rows(history, kind="intake.document_made")


async def test_a_repeat_gives_the_same_file_also_after_the_case_went_on(front):
    """One request is one document, whatever the case says by then; an old view makes no other."""
    stamp = await accepted(front)
    request = rendering(stamp, "acceptance")
    first = await desk_of(front).RenderDocument(request)
    amended = on(first.stamp, service.AmendCaseRequest, why="更正", narrative="又堵了一处。")
    await front.intake(front.clerk).AmendCase(amended)
    again = await desk_of(front).RenderDocument(request)
    assert (again.data, again.document) == (first.data, first.document)
    assert len(front.rows(fact, kind="intake.document_made")) == 1
    stale = desk_of(front).RenderDocument(rendering(stamp, "acceptance"))
    assert (await front.refused(stale)).reason == "STALE_VERSION"


async def test_what_is_kept_and_told_names_nobody(front):
    """Facts and events hold codes and hashes; values are sealed; the reading is on record."""
    stamp = await accepted(front)
    made = await render(front, stamp, "acceptance")
    (entry,) = front.rows(fact, kind="intake.document_made")
    assert made.document.sha256 in entry["body"]
    event = events.CaseFactRecorded.FromString(front.rows(outbox)[-1]["body"])
    assert set(event.fact.body) == {"document", "document_kind", "sha256", "template"}
    (kept,) = front.rows(history, kind="intake.document_made")
    assert "周小满".encode() not in bytes(kept["sealed"])
    assert [one["fields"] for one in front.rows(read_audit, method="RenderDocument")] == [
        "content,parties"
    ]


async def test_who_may_not_read_or_make_gets_none(front):
    """Scope, role and state each decide; what is asked for in words must be there."""
    stamp = await accepted(front)
    for who, kind, reason in (
        (front.other_unit, "receipt", "CASE_MISSING"),
        (front.as_role(Role.GRID_WORKER), "receipt", "DENIED"),
        (front.as_role(Role.MEDIATOR), "extension", "DENIED"),
        (front.as_role(Role.SUPERVISOR), "callback", "DENIED"),
        (front.clerk, "completion", "DOCUMENT_VALUES_INVALID"),
        (front.clerk, "poem", "DOCUMENT_KIND_UNKNOWN"),
    ):
        call = desk_of(front, who).RenderDocument(rendering(stamp, kind))
        assert (await front.refused(call)).reason == reason


async def test_a_document_of_another_state_is_refused(front):
    """A case that was not accepted has no notice of acceptance, whatever is handed in."""
    made = await front.register()
    call = desk_of(front).RenderDocument(rendering(made.stamp, "opinion", **OPINION))
    assert (await front.refused(call)).reason == "DOCUMENT_NOT_NOW"


async def test_who_asked_not_to_be_named_is_named_where_the_matter_was_taken_down(front):
    """不公开: the unit that took the matter down still writes to the person by name."""
    stamp = await accepted(front, identity=common.IDENTITY_MODE_WITHHELD)
    assert "周小满" in text_of((await render(front, stamp, "receipt")).data)


async def test_the_kinds_are_listed_with_fields_and_titles(front):
    """Whoever fills a form learns which fields there are, which are needed and what they hold."""
    answer = await desk_of(front).ListDocumentKinds(pb.ListDocumentKindsRequest())
    listed = {one.kind: one for one in answer.kinds}
    assert set(listed) == set(kinds())
    assert listed["opinion"].starts_clock == "review_request"
    assert all(one.template for one in answer.kinds)
    fields = {one.name: one for one in listed["opinion"].fields}
    assert (fields["facts"].title, fields["facts"].required) == ("查明的事实和理由", True)


async def test_a_pdf_is_made_or_refused_in_words(front, monkeypatch, tmp_path):
    """With LibreOffice a PDF comes, without it a typed refusal; docx is to be had anyway."""
    stamp = await accepted(front)
    made = await render(front, stamp, "receipt")
    wanted = pb.GetDocumentRequest(
        case_id=stamp.case_id, document_id=made.document.document_id, format="pdf"
    )
    if shutil.which("soffice"):
        answer = await desk_of(front).GetDocument(wanted)
        assert len(PdfReader(io.BytesIO(answer.data)).pages) == 1
    monkeypatch.setenv("PATH", str(tmp_path))
    refusal = await front.refused(desk_of(front).GetDocument(wanted))
    assert refusal.reason == "PDF_UNAVAILABLE"


async def unserved(front, kind="opinion", **given):
    """A case with a document that nobody was served yet, and the applicant's id."""
    stamp = await accepted(front)
    maker = front.as_role(Role.HANDLER)
    made = await render(front, stamp, kind, maker, **(given or GIVEN.get(kind, {})))
    shown = await front.get(stamp.case_id)
    return made.stamp, made.document.document_id, shown.content.parties[0].party_id


async def listed(front, stamp):
    """The documents of a case."""
    answer = await desk_of(front).ListDocuments(pb.ListDocumentsRequest(case_id=stamp.case_id))
    return answer.documents


def last_fact(front):
    """Body and effective day of the last event."""
    event = events.CaseFactRecorded.FromString(front.rows(outbox)[-1]["body"])
    day = event.effective_at.ToDatetime(UTC).astimezone(SHANGHAI).date().isoformat()
    return dict(event.fact.body), day


def days(front, ahead):
    """A day so many after today."""
    today = front.clock.now().astimezone(SHANGHAI).date()
    return (today + timedelta(days=ahead)).isoformat()


async def test_the_review_clock_begins_with_service_and_not_before(front):
    """An unserved opinion shows so; served on the applicant it starts 申请复查, with its proof."""
    stamp, document, applicant = await unserved(front)
    (before,) = await listed(front, stamp)
    assert (before.state, before.starts_clock, before.clock_started_on) == (
        "unserved",
        "review_request",
        "",
    )
    front.clock.advance(timedelta(days=3))
    served_on = days(front, -1)
    request = serving(
        stamp, document, party_id=applicant, served_on=served_on, receipt_no="XA123456789CN"
    )
    done = await desk_of(front).RecordService(request)
    assert done.started_clock == "review_request"
    body, day = last_fact(front)
    assert (body["starts_clock"], body["method"], day) == ("review_request", "direct", served_on)
    assert "王工" not in str(body)
    (after,) = await listed(front, stamp)
    assert (after.state, after.clock_started_on) == ("served", served_on)
    assert after.services[0].receipt_no == "XA123456789CN"
    again = await desk_of(front).RecordService(request)
    assert again == done


async def test_a_wrong_service_is_corrected_by_another_entry(front):
    """The first entry stays; the clock counts from the day that is right, or not at all."""
    stamp, document, applicant = await unserved(front)
    front.clock.advance(timedelta(days=5))
    first = await desk_of(front).RecordService(
        serving(stamp, document, party_id=applicant, served_on=days(front, -4))
    )
    right = serving(
        first.stamp,
        document,
        party_id=applicant,
        served_on=days(front, -1),
        corrects=first.service.service_id,
    )
    second = await desk_of(front).RecordService(right)
    assert last_fact(front)[0]["restarts_clock"] == "review_request"
    assert last_fact(front)[1] == days(front, -1)
    (shown,) = await listed(front, stamp)
    assert [one.corrected_by for one in shown.services] == [second.service.service_id, ""]
    assert shown.clock_started_on == days(front, -1)
    twice = serving(
        second.stamp,
        document,
        party_id=applicant,
        served_on=days(front, 0),
        corrects=first.service.service_id,
    )
    assert (await front.refused(desk_of(front).RecordService(twice))).reason == "SERVICE_MISSING"
    elsewhere = serving(
        second.stamp,
        document,
        unit_id="s-anji",
        served_on=days(front, -1),
        corrects=second.service.service_id,
    )
    await desk_of(front).RecordService(elsewhere)
    assert last_fact(front)[0]["cancels_clock"] == "review_request"


async def test_a_refused_case_has_ended_and_its_notice_is_served_all_the_same(front):
    """不予受理 ends the case; the paper goes out after that, and the proof comes back later."""
    stamp = await refusing(front, service.REFUSAL_KIND_NOT_ACCEPTED)
    end = part.EndGrantRequest(case_id=stamp.case_id, epoch=stamp.epoch, ending="refused")
    await front.parts().EndGrant(end)
    made = await render(front, stamp, "refusal", **GIVEN["refusal"])
    assert "本事项已由法院受理。" in text_of(made.data)
    assert "《信访工作条例》第19条" in text_of(made.data)
    shown = await front.get(stamp.case_id)
    party = shown.content.parties[0].party_id
    request = serving(
        made.stamp, made.document.document_id, party_id=party, served_on=days(front, 0)
    )
    await desk_of(front).RecordService(request)
    (document,) = await listed(front, stamp)
    assert document.state == "served"


async def test_the_three_visits_are_kinds_of_service(front):
    """三上门: acceptance and result come with their paper, hearing the claim needs none."""
    stamp, document, applicant = await unserved(front, "acceptance")
    at_the_door = {"method": pb.SERVICE_METHOD_VISIT, "party_id": applicant}
    told = await desk_of(front).RecordService(
        serving(stamp, document, visit=pb.VISIT_ACCEPTANCE, served_on=days(front, 0), **at_the_door)
    )
    heard = serving(told.stamp, visit=pb.VISIT_CLAIM, served_on=days(front, 0), **at_the_door)
    await desk_of(front).RecordService(heard)
    assert last_fact(front)[0]["visit"] == "claim"
    answer = await desk_of(front).ListDocuments(pb.ListDocumentsRequest(case_id=stamp.case_id))
    assert [one.visit for one in answer.visits] == [pb.VISIT_CLAIM]
    assert [one.visit for one in answer.documents[0].services] == [pb.VISIT_ACCEPTANCE]


UNPROVEN = [
    ({"method": pb.SERVICE_METHOD_UNSPECIFIED}, "method", "REQUIRED"),
    ({"method": pb.SERVICE_METHOD_VISIT}, "visit", "REQUIRED"),
    ({"visit": pb.VISIT_RESULT}, "visit", "UNKNOWN_VALUE"),
    ({"method": pb.SERVICE_METHOD_LEFT}, "note", "REQUIRED"),
    ({"unit_id": "s-anji"}, "party_id", "ONE_RECIPIENT"),
    ({"served_by": ""}, "served_by", "REQUIRED"),
    ({"served_on": "2999-01-01"}, "served_on", "IN_FUTURE"),
    ({"served_on": "2001-01-01"}, "served_on", "BEFORE_DOCUMENT"),
    ({"document_id": ""}, "document_id", "REQUIRED"),
]


async def test_a_service_without_its_proof_is_refused(front):
    """Method, visit, recipient, day and witness are checked before anything is kept."""
    stamp, document, applicant = await unserved(front, "acceptance")
    for more, field, reason in UNPROVEN:
        given = {"party_id": applicant, "served_on": days(front, 0)} | more
        request = serving(stamp, given.pop("document_id", document), **given)
        refusal = await front.refused(desk_of(front).RecordService(request))
        assert refusal.fields == {field: said(reason)}
    assert not front.rows(history, kind="intake.served")


async def test_documents_travel_with_the_case(front):
    """What was handed out is part of the history, which the next holder receives."""
    stamp, _, _ = await unserved(front)
    handoff = str(new_id())
    release = part.ReleaseRequest(handoff_id=handoff, case_id=stamp.case_id, epoch=stamp.epoch)
    await front.parts().Release(release)
    export = part.ExportPartRequest(handoff_id=handoff, case_id=stamp.case_id)
    answer = await front.parts().ExportPart(export)
    read = part_from("intake/1", answer.part)
    assert [row["kind"] for row in read.history] == ["intake.document_made"]


async def test_documents_are_listed_in_pages(front):
    """Oldest first, each once, and the token belongs to this list only."""
    stamp = await accepted(front)
    ids = []
    for _ in range(3):
        made = await render(front, stamp, "receipt")
        stamp = made.stamp
        ids.append(made.document.document_id)
    request = pb.ListDocumentsRequest(case_id=stamp.case_id, page_size=2)
    first = await desk_of(front).ListDocuments(request)
    request.page_token = first.next_page_token
    second = await desk_of(front).ListDocuments(request)
    assert [one.document_id for one in (*first.documents, *second.documents)] == ids
    assert second.next_page_token == ""
    assert {one.state for one in first.documents} == {"not_to_be_served"}
