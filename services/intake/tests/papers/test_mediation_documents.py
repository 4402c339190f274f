import io
from dataclasses import replace

import pytest
from docx import Document

from intake.documents.figures import formal_number, money_text
from intake.documents.kinds import Mediation, kinds
from intake.documents.reviewed import LEVELS
from kernel.identity import Role
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.common.v1 import invitation_pb2
from lianxin.intake.v1 import documents_pb2 as pb
from lianxin.intake.v1.documents_pb2_grpc import DocumentServiceStub
from lianxin.mediation.v1 import casework_pb2 as cw
from lianxin.mediation.v1 import mediation_pb2

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
GIVEN = {
    "confirmation_application": {"to": "o-anji-court"},
}


async def render(front, case_id, kind, caller=None, **values):
    """Make a document of the case as it is now."""
    now = await front.get(case_id)
    request = pb.RenderDocumentRequest(
        request_id=str(new_id()),
        case_id=case_id,
        seen=common.Seen(epoch=now.epoch, version=now.version),
        kind=kind,
        values=[pb.DocumentValue(name=name, value=value) for name, value in values.items()],
    )
    desk = DocumentServiceStub(front.line(caller or front.as_role(Role.JUSTICE_OFFICE)))
    return await desk.RenderDocument(request)


async def text_of(front, case_id, kind, **values):
    """All text of a document that was made just now."""
    made = await render(front, case_id, kind, **values)
    body = Document(io.BytesIO(made.data)).element.body
    return "".join(one.text or "" for one in body.iter(f"{W}t"))


async def test_an_agreement_has_all_its_parts_in_order_and_nothing_typed_again(
    front, mediated, mediation
):
    """Parties, facts, dispute, responsibility, content, how, where, when, terms, signatures."""
    stamp = await mediated(front)
    text = await text_of(front, stamp.case_id, "agreement")
    parts = [words for part, words in mediation.parts.items() if part != cw.AGREEMENT_PART_PARTIES]
    wanted = ["调解协议书", "甲方（申请人）：周小满", "乙方（被申请人）：沈大年", *parts]
    wanted += ["1,200.50元（大写：壹仟贰佰元伍角整）"]
    wanted += ["《人民调解法》第29条、第31条", "本协议一式叁份", "调解员签名："]
    at = [text.index(one) for one in wanted]
    assert at == sorted(at)
    assert mediation.whys == ["document:agreement"]


async def test_no_telephone_and_no_address_of_the_other_side_is_on_paper(
    front, mediated, mediation
):
    """After family violence the place of the meeting is left out, too."""
    stamp = await mediated(front)
    assert "昌硕街道调解室" in await text_of(front, stamp.case_id, "mediation_record")
    mediation.file.closing.family_violence = True
    for kind in ("agreement", "mediation_record", "rights_notice"):
        text = await text_of(front, stamp.case_id, kind)
        assert not [one for one in ("13900005678", "村19号", "昌硕街道调解室") if one in text]


@pytest.mark.parametrize("kind", ["agreement", "mediation_record", "termination"])
async def test_papers_of_a_mediation_name_the_bodies_that_joined(front, mediated, mediation, kind):
    """联合调解: each with the kind it adds; nothing is said where nobody joined."""
    stamp = await mediated(front)
    mediation.file.closing.routes.append(cw.ROUTE_COURT)
    assert "联合调解" not in await text_of(front, stamp.case_id, kind)
    mediation.file.mediation.joined.add(
        kind=mediation_pb2.MEDIATION_KIND_JUDICIAL, unit_id="o-anji-court"
    )
    assert "安吉县人民法院（司法调解）" in await text_of(front, stamp.case_id, kind)


async def test_an_oral_agreement_names_the_bodies_that_joined(front, mediated, mediation):
    """As the written one does."""
    stamp = await mediated(front, form=cw.AGREEMENT_FORM_ORAL)
    mediation.file.mediation.joined.add(
        kind=mediation_pb2.MEDIATION_KIND_JUDICIAL, unit_id="o-anji-court"
    )
    text = await text_of(front, stamp.case_id, "oral_agreement")
    assert "联合调解单位：安吉县人民法院（司法调解）。" in text


async def test_what_is_not_agreed_yet_is_named(front, mediated, mediation):
    """Without an agreement in hand each part of it is missing, by its name."""
    stamp = await mediated(front)
    del mediation.file.agreements[:]
    refusal = await front.refused(render(front, stamp.case_id, "agreement"))
    assert refusal.reason == "DOCUMENT_VALUES_INVALID"
    assert refusal.fields["values.content"] == "缺少“协议内容”。"
    assert {"values.facts", "values.signers", "values.how"} <= set(refusal.fields)


async def test_an_oral_agreement_is_registered_and_no_written_one_is_made_of_it(
    front, mediated, mediation
):
    """Each form has its own paper."""
    stamp = await mediated(front, form=cw.AGREEMENT_FORM_ORAL)
    text = await text_of(front, stamp.case_id, "oral_agreement")
    assert "生效日期为2026年11月11日，由调解员于2026年11月11日登记" in text
    refusal = await front.refused(render(front, stamp.case_id, "agreement"))
    assert "values.content" in refusal.fields


async def test_what_is_mediated_is_not_accepted_by_the_articles_on_petitions(front, mediated):
    """受理告知书 cites the law of the procedure, and its month, not the sixty days."""
    stamp = await mediated(front)
    text = await text_of(front, stamp.case_id, "acceptance")
    assert "《人民调解工作若干规定》第33条" in text
    assert "信访" not in text


async def test_a_failed_mediation_names_the_other_ways(front, mediated, mediation):
    """终止调解通知书 goes to both sides; without ways named it is not made."""
    stamp = await mediated(front)
    assert (
        "values.routes" in (await front.refused(render(front, stamp.case_id, "termination"))).fields
    )
    mediation.file.closing.routes.extend([cw.ROUTE_COURT, cw.ROUTE_ARBITRATION])
    text = await text_of(front, stamp.case_id, "termination")
    assert "周小满、沈大年：" in text
    assert "（一）向人民法院提起诉讼" in text


async def test_a_refusal_is_told_once_it_is_decided(front, mediated, mediation):
    """不予调解: the ground is on paper only when the second person agreed."""
    stamp = await mediated(front)
    mediation.file.closing.refusal_ground = cw.REFUSAL_GROUND_CLEAR_REFUSAL
    mediation.file.mediation.state = "refusing"
    call = render(front, stamp.case_id, "no_mediation")
    assert "values.ground" in (await front.refused(call)).fields
    mediation.file.mediation.state = "refused"
    assert "明确表示不愿意调解" in await text_of(front, stamp.case_id, "no_mediation")


async def test_each_session_on_record_has_its_own_paper(front, mediated, mediation):
    """The last one unless another is named; one that was not held has none."""
    stamp = await mediated(front)
    text = await text_of(front, stamp.case_id, "mediation_record", session_no="1")
    assert "第1次" in text
    assert "2026年11月10日14时30分" in text
    assert "双方达成协议" in text
    for number in ("2", "0", "九", "٣", "9" * 5_000):
        call = render(front, stamp.case_id, "mediation_record", session_no=number)
        assert (await front.refused(call)).fields.keys() == {"values.session_no"}


async def test_the_record_of_a_session_names_who_was_invited_to_help(front, mediated, mediation):
    """Who came and who did not; nobody who declined or was uninvited."""
    stamp = await mediated(front)
    session = mediation.file.sessions[0]
    for name, standing in (
        ("钱为民", invitation_pb2.INVITATION_STANDING_CAME),
        ("孙广福", invitation_pb2.INVITATION_STANDING_STAYED_AWAY),
        ("李建国", invitation_pb2.INVITATION_STANDING_DECLINED),
    ):
        kind = invitation_pb2.INVITED_KIND_LAWYER
        person = invitation_pb2.InvitedPerson(kind=kind, name=name)
        session.invited.add(no=1, person=person, standing=standing)
    text = await text_of(front, stamp.case_id, "mediation_record")
    assert "受邀律师" in text
    assert "钱为民" in text
    assert "孙广福" in text
    assert "李建国" not in text


async def test_every_paper_of_a_mediation_is_made(front, mediated, mediation):
    """Each kind that draws on mediation, opinions of a review apart, is filled; nothing is open."""
    drawing = [one for one in kinds().values() if one.mediation is not Mediation.UNASKED]
    for kind in (one for one in drawing if one.id not in LEVELS):
        form = cw.AGREEMENT_FORM_ORAL if kind.id == "oral_agreement" else cw.AGREEMENT_FORM_WRITTEN
        stamp = await mediated(front, form=form)
        mediation.file.closing.routes.append(cw.ROUTE_COURT)
        mediation.file.closing.refusal_ground = cw.REFUSAL_GROUND_STATUTORY_ROUTE
        mediation.file.mediation.state = "refused"
        text = await text_of(front, stamp.case_id, kind.id, **GIVEN.get(kind.id, {}))
        assert "{{" not in text
        assert stamp.case_no in text


async def test_a_paper_of_a_mediation_that_never_was_is_refused(front, mediated, mediation):
    """No file, no paper; when mediation does not answer that is said."""
    stamp = await mediated(front)
    mediation.file = None
    refusal = await front.refused(render(front, stamp.case_id, "agreement"))
    assert refusal.reason == "DOCUMENT_NO_MEDIATION"


async def test_an_intake_without_mediation_says_so(settings, clock, start, mediated):
    """A kind that needs mediation is refused by a reason; one that may use it is made."""
    async with start(replace(settings, mediation=""), clock) as alone:
        stamp = await mediated(alone)
        refusal = await alone.refused(render(alone, stamp.case_id, "agreement"))
        assert refusal.reason == "MEDIATION_AWAY"
        assert "权利和义务" in await text_of(alone, stamp.case_id, "rights_notice")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "零"),
        (10, "壹拾"),
        (105, "壹佰零伍"),
        (10_050, "壹万零伍拾"),
        (100_005_000, "壹亿零伍仟"),
    ],
)
def test_figures_are_written_so_that_nobody_can_alter_them(number, said):
    """Noughts between places are said once, noughts at the end not at all."""
    assert formal_number(number) == said
    assert money_text(number * 100).endswith(f"（大写：{said}元整）") is (number > 0)


def test_parts_of_a_yuan_are_said():
    """角 and 分, with 零 where 角 is missing."""
    assert money_text(1205) == "12.05元（大写：壹拾贰元零伍分）"
    assert money_text(120_050) == "1,200.50元（大写：壹仟贰佰元伍角整）"
