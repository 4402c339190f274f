"""Papers of a hearing: filled from what hearing keeps, names of parties from the registration."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import grpc
import pytest
from docx import Document

from intake.case_file.order import layouts
from intake.documents.kinds import Hearing, kinds
from kernel.identity import Role
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.hearing.v1 import (
    conclusion_pb2,
    conclusion_pb2_grpc,
    hearing_pb2,
    hearing_service_pb2,
    hearing_service_pb2_grpc,
    session_pb2,
    session_pb2_grpc,
)
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import documents_pb2 as pb
from lianxin.intake.v1 import intake_service_pb2 as service
from lianxin.intake.v1.documents_pb2_grpc import DocumentServiceStub

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ADDRESS, PHONE = "安吉县递铺街道鹤鹿溪村19号", "13900005678"
BOTH = [
    case.Party(role=common.PARTY_ROLE_APPLICANT, name="周小满", phone="13800001234"),
    case.Party(role=common.PARTY_ROLE_RESPONDENT, name="沈大年", phone=PHONE, living_place=ADDRESS),
]
BEGINS = datetime(2026, 12, 10, 6, 30, tzinfo=UTC)
PANEL = ("deputy", "scholar", "lawyer", "resident", "resident")
PAPERS = tuple(name for name in kinds() if name.startswith("hearing_"))
SAID = "我方愿意退让院墙，请求协调排水费用。"
ELSEWHERE = str(new_id())
"""A party of another case that is heard along."""


class HearingThatKnows(
    hearing_service_pb2_grpc.HearingServiceServicer,
    session_pb2_grpc.HearingSessionServiceServicer,
    conclusion_pb2_grpc.HearingConclusionServiceServicer,
):
    """Hearing's three answers that intake asks for."""

    def __init__(self):
        self.address = ""
        self.file = None
        self.session = session_pb2.Session()
        self.conclusion = conclusion_pb2.Conclusion()
        self.asked = []

    async def GetHearing(self, request, context):
        """The hearings of the case; NOT_FOUND when there never was one."""
        self.asked.append(("GetHearing", request.why))
        if self.file is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, "none")
        return hearing_service_pb2.GetHearingResponse(file=self.file)

    async def GetSession(self, request, context):
        """The day."""
        self.asked.append(("GetSession", request.why))
        return session_pb2.GetSessionResponse(session=self.session)

    async def GetConclusion(self, request, context):
        """Opinions and conclusion."""
        self.asked.append(("GetConclusion", request.why))
        return conclusion_pb2.GetConclusionResponse(conclusion=self.conclusion)


@pytest.fixture
async def hearing():
    """A server that answers as hearing does."""
    server, known = grpc.aio.server(), HearingThatKnows()
    hearing_service_pb2_grpc.add_HearingServiceServicer_to_server(known, server)
    session_pb2_grpc.add_HearingSessionServiceServicer_to_server(known, server)
    conclusion_pb2_grpc.add_HearingConclusionServiceServicer_to_server(known, server)
    known.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    yield known
    await server.stop(0)


@pytest.fixture
def settings(settings, hearing):
    """An intake that has a hearing service to ask."""
    return replace(settings, hearing=hearing.address)


@pytest.fixture
async def heard(front, hearing):
    """An accepted case that was heard to its conclusion."""
    made = await front.register(parties=BOTH)
    request = service.AcceptCaseRequest(
        request_id=str(new_id()),
        case_id=made.stamp.case_id,
        seen=common.Seen(epoch=made.stamp.epoch, version=made.stamp.version),
        procedure=common.PROCEDURE_PETITION,
    )
    stamp = (await front.intake(front.clerk).AcceptCase(request)).stamp
    parties = [one.party_id for one in (await front.get(stamp.case_id)).content.parties]
    hearing.file = file_of(parties)
    hearing.session = session_of(parties)
    hearing.conclusion = conclusion_of()
    return stamp.case_id


def file_of(parties):
    """One hearing that is set: chair, recorder, panel of five, a department, both sides."""
    one = hearing_pb2.Hearing(
        number=1,
        state="noticed",
        triggers=["strong_dispute", "several_departments", "a_local_one"],
        request="排水沟牵涉水利和城建两个部门，多次协商没有结果。",
        needs=hearing_pb2.Needs(public=True, public_seats=20, departments=["u-anji-shuili"]),
        parties=[
            hearing_pb2.Party(party_id=parties[0], role="applicant"),
            hearing_pb2.Party(party_id=parties[1], role="respondent"),
            hearing_pb2.Party(party_id=ELSEWHERE, role="applicant"),
        ],
    )
    one.asked_at.FromDatetime(datetime(2026, 11, 2, 1, tzinfo=UTC))
    one.begins.FromDatetime(BEGINS)
    member(one, "chair", "钱建国")
    member(one, "recorder", "孙丽")
    for number, kind in enumerate(PANEL, start=1):
        member(one, "panelist", f"评议员{number}", kind=kind)
    member(one, "panelist", "被换下的人", kind="lawyer", state="replaced")
    member(one, "representative", "郑水", department="u-anji-shuili")
    return hearing_pb2.HearingFile(current=1, hearings=[one])


def member(hearing, part, name, **more):
    """Somebody who sits."""
    given = {"state": "named"} | more
    hearing.members.add(member_no=len(hearing.members) + 1, part=part, name=name, **given)


def session_of(parties):
    """A day with a request for recusal, two statements, a piece of evidence and minutes."""
    first, other = f"party:{parties[0]}", f"party:{parties[1]}"
    came = [
        ("member:1", session_pb2.CAME_PRESENT),
        (first, session_pb2.CAME_PRESENT),
        (other, session_pb2.CAME_ABSENT),
        (f"party:{ELSEWHERE}", session_pb2.CAME_PRESENT),
    ]
    held = [session_pb2.Attendance(attendee=who, came=what) for who, what in came]
    return session_pb2.Session(
        sittings=[session_pb2.Sitting(sitting_no=1, attendances=held)],
        recusals=[session_pb2.Recusal(member_no=3, attendee=first, reasons="与对方是同事")],
        statements=[
            session_pb2.Statement(
                statement_no=1, stage=session_pb2.STAGE_STATEMENT, attendee=first, text=SAID
            ),
            session_pb2.Statement(
                statement_no=2,
                stage=session_pb2.STAGE_FACTS,
                attendee="member:9",
                text="排水沟属村级沟渠。",
            ),
        ],
        evidence=[
            session_pb2.Evidence(
                evidence_no=1,
                attendee=first,
                kind=session_pb2.EVIDENCE_KIND_INSPECTION,
                title="现场测量",
                shows="占沟0.4米",
                answered="无异议",
            )
        ],
        minutes=[session_pb2.Minutes(version_no=1, text="初稿"), minutes(2, "更正后的笔录。")],
    )


def minutes(number, text):
    """A version of the minutes."""
    return session_pb2.Minutes(version_no=number, text=text)


def conclusion_of():
    """Three to two, with the two on record."""
    held = [conclusion_pb2.OPINION_PARTLY] * 3 + [conclusion_pb2.OPINION_NOT_SUPPORTED] * 2
    return conclusion_pb2.Conclusion(
        opinions=[
            conclusion_pb2.MemberOpinion(member_no=number, opinion=one, reasons="见现场测量。")
            for number, one in enumerate(held, start=3)
        ],
        finding=conclusion_pb2.FINDING_PARTLY,
        votes=[
            conclusion_pb2.Votes(finding=conclusion_pb2.FINDING_PARTLY, count=3),
            conclusion_pb2.Votes(finding=conclusion_pb2.FINDING_NOT_SUPPORTED, count=2),
            conclusion_pb2.Votes(finding=conclusion_pb2.FINDING_SUPPORTED, count=0),
        ],
        dissent=[6, 7],
        found="院墙占用排水沟0.4米。",
        reasons="排水沟由村集体管理，占用应当恢复。",
        text="建议后退院墙，排水费用由双方分担。",
        concluded_on="2026-12-10",
        on_the_spot=True,
    )


async def render(front, case_id, kind, **values):
    """Make a document of the case as it is now."""
    now = await front.get(case_id)
    request = pb.RenderDocumentRequest(
        request_id=str(new_id()),
        case_id=case_id,
        seen=common.Seen(epoch=now.epoch, version=now.version),
        kind=kind,
        values=[pb.DocumentValue(name=name, value=value) for name, value in values.items()],
    )
    return await DocumentServiceStub(front.line(front.as_role(Role.JUSTICE_OFFICE))).RenderDocument(
        request
    )


async def text_of(front, case_id, kind, **values):
    """All text of a paper, with the place where it asks for one."""
    if "hearing_place" in kinds()[kind].fields:
        values = {"hearing_place": "安吉县矛调中心听证室"} | values
    body = Document(io.BytesIO((await render(front, case_id, kind, **values)).data)).element.body
    return "".join(one.text or "" for one in body.iter(f"{W}t"))


async def test_a_notice_names_time_place_chair_and_the_panel_to_object_to(front, heard, hearing):
    """In this order; who was replaced is not on the list. Only what is set is read, on record."""
    text = await text_of(front, heard, "hearing_notice")
    wanted = ["听证通知书", "周小满：", "《信访工作条例》第31条", "2026年12月10日14时30分"]
    wanted += [
        "安吉县矛调中心听证室",
        "公开举行",
        "钱建国",
        "孙丽",
        "水利局",
        "评议员1",
        "人大代表",
    ]
    wanted += ["评议员5", "5个工作日内申请回避", "代表不超过5人", "每方不超过2人"]
    at = [text.index(one) for one in wanted]
    assert at == sorted(at)
    assert "被换下的人" not in text
    assert hearing.asked == [("GetHearing", "document:hearing_notice")]
    assert "水利局窗口：" in await text_of(front, heard, "hearing_notice", to="u-anji-shuili")


async def test_the_place_is_the_room_that_is_booked(front, heard, hearing):
    """House and room of the register; nothing has to be handed in."""
    one = hearing.file.hearings[0]
    one.room, one.site_id = "三楼听证室", "s-anji"
    made = await render(front, heard, "hearing_announcement")
    body = Document(io.BytesIO(made.data)).element.body
    text = "".join(piece.text or "" for piece in body.iter(f"{W}t"))
    assert "中心三楼听证室" in text


async def test_what_is_announced_says_nothing_of_the_matter_or_of_anybody(front, heard, hearing):
    """Time, place, seats; of a hearing that is not public there is no announcement."""
    text = await text_of(front, heard, "hearing_announcement")
    assert "20席" in text
    case_no = (await front.get(heard)).case_no
    for one in ("周小满", "沈大年", "钱建国", "评议员1", "院墙", case_no):
        assert one not in text
    hearing.file.hearings[0].needs.public = False
    refusal = await front.refused(
        render(front, heard, "hearing_announcement", hearing_place="听证室")
    )
    assert refusal.fields.keys() == {"values.seats"}


async def test_the_sheet_lists_who_is_called_and_leaves_lines_for_others(front, heard):
    """Chair, recorder, panel, department, both sides; nobody of a case that is heard along."""
    text = await text_of(front, heard, "hearing_attendance")
    for one in ("主持人钱建国", "听证评议员（律师）评议员3", "部门代表（", "申请人周小满"):
        assert one in text
    assert "被申请人沈大年" in text


async def test_the_record_follows_the_day(front, heard, hearing):
    """Who came, recusal and its decision, what was said stage by stage, evidence, minutes."""
    text = await text_of(front, heard, "hearing_record")
    wanted = ["到场", "无故未到，视为放弃", "申请听证评议员（人大代表）评议员1回避", "不同意回避"]
    wanted += [f"【陈述】申请人周小满：{SAID}", "【事实和依据】部门代表（", "现场测量（勘验笔录）"]
    wanted += ["六、笔录", "更正后的笔录。"]
    at = [text.index(one) for one in wanted]
    assert at == sorted(at)
    assert "初稿" not in text
    assert [method for method, _ in hearing.asked] == ["GetHearing", "GetSession"]


async def test_nobody_of_another_case_is_named_on_the_record(front, heard, hearing):
    """What such a party said stands there without a name."""
    hearing.session.statements[0].attendee = f"party:{ELSEWHERE}"
    text = await text_of(front, heard, "hearing_record")
    assert f"【陈述】同场听证的其他当事人：{SAID}" in text


async def test_opinions_of_the_panel_are_a_paper_of_their_own(front, heard, hearing):
    """Each with reasons, the votes, who held otherwise; not made before all are given."""
    text = await text_of(front, heard, "hearing_opinions")
    assert "部分支持3票，不予支持2票" in text
    assert "持不同意见的评议员：评议员4、评议员5" in text
    del hearing.conclusion.opinions[:]
    refusal = await front.refused(render(front, heard, "hearing_opinions"))
    assert refusal.fields.keys() == {"values.opinions"}


async def test_the_conclusion_goes_to_both_sides_without_the_opinion_of_anybody(front, heard):
    """Facts, reasons, conclusion, the votes and that some held otherwise."""
    text = await text_of(front, heard, "hearing_conclusion")
    wanted = ["周小满、沈大年：", "钱建国主持，5名听证评议员参加", "院墙占用排水沟0.4米。"]
    wanted += ["建议后退院墙", "部分支持3票", "少数意见已经如实记录在卷", "已经当场宣读"]
    at = [text.index(one) for one in [*wanted, "2026年12月10日"][:-1]]
    assert at == sorted(at)
    assert text.endswith("2026年12月10日")
    assert "评议员4" not in text


async def test_an_application_is_made_with_a_hearing_and_without_one(front, heard, hearing):
    """What is on file stands there; before anybody asked, the reason is handed in."""
    text = await text_of(front, heard, "hearing_request")
    for one in ("2026年11月2日", "多次协商没有结果", "（一）争议较大", "（二）涉及多个部门"):
        assert one in text
    assert "（三）" not in text.split("申请人知道")[0].split("三、")[1]
    hearing.file = None
    assert "想当面说清楚" in await text_of(front, heard, "hearing_request", reason="想当面说清楚")
    refusal = await front.refused(render(front, heard, "hearing_notice", hearing_place="听证室"))
    assert refusal.reason == "DOCUMENT_NO_HEARING"


@pytest.mark.parametrize("kind", PAPERS)
async def test_no_telephone_and_no_address_of_anybody_is_on_a_paper_of_a_hearing(
    front, heard, kind
):
    """Both sides read them, and a hearing may follow family violence."""
    text = await text_of(front, heard, kind)
    assert not [one for one in (PHONE, ADDRESS, "13800001234", "{{", "DOCUMENT_") if one in text]


def test_every_paper_of_a_hearing_has_its_place_in_the_file():
    """In both layouts, before what follows from the hearing."""
    assert len(PAPERS) == 7
    for layout in layouts().values():
        order = [kind for place in layout.order for kind in place.kinds]
        assert set(PAPERS) <= set(order)
        assert order.index("hearing_conclusion") < order.index("agreement")
    needed = {name for name, kind in kinds().items() if kind.hearing.needed}
    assert needed == set(PAPERS) - {"hearing_request"}
    assert kinds()["hearing_request"].hearing is Hearing.USED
