import io

import pytest
from pypdf import PdfReader

from intake.receipt import Format, Receipt, render
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import intake_service_pb2 as pb

A5 = (420, 595)


def receipt(asked=("请把排水沟挖开，恢复原样",), code="ABCDE-FGHJK"):
    """A receipt with everything on it."""
    return Receipt(
        title="登记回执",
        office="昌硕街道社会矛盾纠纷调处化解分中心",
        number_label="登记编号",
        number="330523002-2026-00017",
        code_label="查询码",
        code=code,
        asked_label="您反映的诉求",
        asked=asked,
        rows=(("收到日期", "2026年11月21日"), ("现由谁办", "昌硕街道分中心")),
        how="凭编号和查询码，随时可查。",
        notes=("登记、调解不收费。",),
    )


def pages(data):
    """The pages of a PDF."""
    return PdfReader(io.BytesIO(data)).pages


async def test_a_receipt_is_one_a5_page_with_number_code_holder_and_phone(front):
    """What the resident takes home, as PDF; and nothing of the other party."""
    made = await front.register(
        requests=[case.Request(text="请把排水沟挖开，恢复原样")],
        parties=[
            *front.draft().parties,
            case.Party(role=common.PARTY_ROLE_RESPONDENT, name="吴大顺"),
        ],
    )
    answer = await front.intake(front.clerk).GetReceipt(
        pb.GetReceiptRequest(case_id=made.stamp.case_id, query_code=made.query_code)
    )
    assert answer.media_type == "application/pdf"
    (page,) = pages(answer.data)
    assert (round(page.mediabox.width), round(page.mediabox.height)) == A5
    text = "".join(page.extract_text().split())
    for wanted in (made.stamp.case_no, made.query_code, "请把排水沟挖开", "昌硕街道", "0572"):
        assert "".join(wanted.split()) in text
    assert "吴大顺" not in text
    assert "周小满" not in text


async def test_a_receipt_in_html_needs_nothing_else_and_escapes_what_was_said(front):
    """The page for a browser is self-contained; markup in a request stays text."""
    made = await front.register(requests=[case.Request(text="<script>alert(1)</script>")])
    answer = await front.intake(front.clerk).GetReceipt(
        pb.GetReceiptRequest(case_id=made.stamp.case_id, format="html")
    )
    text = answer.data.decode()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "http" not in text


async def test_a_code_of_another_case_is_not_printed(front):
    """Only a code that belongs to the case goes on paper."""
    made, other = await front.register(), await front.register()
    call = front.intake(front.clerk).GetReceipt(
        pb.GetReceiptRequest(case_id=made.stamp.case_id, query_code=other.query_code)
    )
    assert (await front.refused(call)).reason == "TRACKING_REFUSED"
    unknown = front.intake(front.clerk).GetReceipt(
        pb.GetReceiptRequest(case_id=made.stamp.case_id, format="docx")
    )
    assert (await front.refused(unknown)).reason == "INVALID_INPUT"


@pytest.mark.parametrize(
    "asked",
    [
        (),
        ("短",),
        tuple(["一项诉求写得很长"[:8] * 4 + "……等等"] * 4 + ["等共 50 项"]),
        ('#import "x" *strong* $math$ \\ ] [ // 注',),
    ],
)
def test_a_receipt_stays_one_page_whatever_was_asked(asked):
    """Long, many or hostile requests never break the page."""
    assert len(pages(render(receipt(asked), Format.PDF))) == 1
    assert len(pages(render(receipt(asked, "查询码此前已交给本人；遗失的来补"), Format.PDF))) == 1


async def test_the_other_side_gets_a_notice_with_a_code_of_its_own(front):
    """One page: rights, number, its own code; no word of the applicant, no code of another."""
    respondent = case.Party(role=common.PARTY_ROLE_RESPONDENT, name="吴大顺")
    made = await front.register(parties=[*front.draft().parties, respondent])
    (given,) = made.party_codes
    asked = {"case_id": made.stamp.case_id, "party_id": given.party_id}
    request = pb.GetReceiptRequest(query_code=given.query_code, **asked)
    (page,) = pages((await front.intake(front.clerk).GetReceipt(request)).data)
    text = "".join(page.extract_text().split())
    for wanted in (
        "参加调解告知书",
        made.stamp.case_no,
        given.query_code,
        "自愿",
        "不告诉无关的人",
    ):
        assert wanted in text
    for private in ("周小满", "吴大顺", "排水沟", "13800001234"):
        assert private not in text
    wrong = pb.GetReceiptRequest(query_code=made.query_code, **asked)
    refused = await front.refused(front.intake(front.clerk).GetReceipt(wrong))
    assert refused.reason == "TRACKING_REFUSED"
    nobody = pb.GetReceiptRequest(case_id=made.stamp.case_id, party_id=made.stamp.case_id)
    refused = await front.refused(front.intake(front.clerk).GetReceipt(nobody))
    assert refused.reason == "PARTY_MISSING"
