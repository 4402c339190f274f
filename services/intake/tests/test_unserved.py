from datetime import timedelta

import pytest

from intake.documents.kept import Made, Register
from intake.domain.facts import SERVICE_OVERDUE
from intake.handlers.telling import NoteCustody, note_custody
from intake.handlers.unserved import LookAtUnserved, look
from intake.storage.tables import cases, fact, outbox
from intake.storage.tables_unserved import unserved
from kernel.clock import SHANGHAI
from kernel.ids import new_id
from kernel.testing.waiting import eventually
from lianxin.common.v1 import case_pb2 as common
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.intake.v1 import documents_pb2 as documents
from lianxin.intake.v1 import events_pb2 as events
from lianxin.intake.v1 import intake_service_pb2 as service
from lianxin.intake.v1 import unserved_pb2 as pb
from lianxin.intake.v1.documents_pb2_grpc import DocumentServiceStub
from lianxin.intake.v1.unserved_pb2_grpc import UnservedServiceStub

COUNTY = "330523.000.000"
OPINION = {
    "facts": "院墙占用排水沟约0.4米，情况属实。",
    "basis": "xinfang_2022:32",
    "outcome": "supported",
    "opinion": "限期拆除占沟部分。",
    "review_body": "s-anji",
}


def papers_of(front, caller=None):
    """The stub of this caller for papers that go out."""
    return DocumentServiceStub(front.line(caller or front.clerk))


async def listed(front, caller=None, **asked):
    """What waits for its service, as this caller sees it."""
    stub = UnservedServiceStub(front.line(caller or front.clerk))
    return await stub.ListUnserved(pb.ListUnservedRequest(**asked))


def on(stamp, request, **values):
    """A request about this case as it was last seen."""
    seen = common.Seen(epoch=stamp.epoch, version=stamp.version)
    return request(request_id=str(new_id()), case_id=stamp.case_id, seen=seen, **values)


async def accepted(front):
    """A petition that was accepted."""
    made = await front.register()
    request = on(made.stamp, service.AcceptCaseRequest, procedure=common.PROCEDURE_PETITION)
    return (await front.intake(front.clerk).AcceptCase(request)).stamp


async def opinion(front, stamp, **values):
    """A written opinion on it; the case after it, and the document."""
    given = [documents.DocumentValue(name=n, value=v) for n, v in (OPINION | values).items()]
    request = on(stamp, documents.RenderDocumentRequest, kind="opinion", values=given)
    made = await papers_of(front).RenderDocument(request)
    return made.stamp, made.document.document_id


async def serve(front, stamp, document, **to):
    """Its service today; on the applicant unless said otherwise."""
    shown = await front.get(stamp.case_id)
    whom = (
        to
        if {"unit_id", "party_id"} & to.keys()
        else {"party_id": shown.content.parties[0].party_id} | to
    )
    request = on(
        stamp,
        documents.RecordServiceRequest,
        document_id=document,
        method=documents.SERVICE_METHOD_DIRECT,
        served_by="王工",
        served_on=front.clock.now().astimezone(SHANGHAI).date().isoformat(),
        **whom,
    )
    return await papers_of(front).RecordService(request)


def overdue_facts(front):
    """What was told of papers that are late."""
    return [row for row in front.rows(fact) if row["kind"] == SERVICE_OVERDUE]


def made(number="", starts="review_request", kind="opinion"):
    """A paper that was made."""
    return Made(
        document_id=new_id(),
        kind=kind,
        number=number,
        sha256="",
        template="",
        unit="s-changshuo",
        values={},
        starts=starts,
    )


@pytest.mark.parametrize(
    ("papers", "wait"),
    [
        ([made(starts="")], []),
        ([made(), made()], [1]),
        ([made("1号"), made("2号"), made("1号")], [1, 2]),
        ([made(), made(kind="review_opinion", starts="rereview_request")], [0, 1]),
    ],
)
def test_a_paper_made_again_under_its_number_takes_the_place_of_the_first(papers, wait):
    """Papers of other numbers and kinds wait beside it; what starts no clock never waits."""
    waiting = Register(papers, []).waiting()
    assert {papers.index(one) for one in waiting} == set(wait)


async def test_an_opinion_waits_from_its_making_until_it_is_served(front):
    """The list names number, kind, day and rule; the service ends it, a repeat changes nothing."""
    stamp, document = await opinion(front, await accepted(front))
    (paper,) = (await listed(front)).papers
    assert (paper.case_no, paper.document_id, paper.title) == (
        stamp.case_no,
        document,
        "信访事项处理意见书",
    )
    assert (paper.starts_clock, paper.clock_title) == ("review_request", "申请复查")
    assert (paper.holder_unit, paper.overdue) == ("s-changshuo", False)
    assert paper.due_on > front.clock.now().date().isoformat()
    assert "文书制作之日" in paper.explanation
    assert paper.article == "地方做法"
    assert "排水沟" not in str(front.rows(unserved))
    await serve(front, stamp, document)
    assert not (await listed(front)).papers


async def test_a_service_that_was_recorded_wrongly_lets_it_wait_again(front):
    """Corrected to a body instead of the applicant, the clock has not begun after all."""
    stamp, document = await opinion(front, await accepted(front))
    first = await serve(front, stamp, document)
    assert not front.rows(unserved)
    wrong = {"unit_id": "s-anji", "corrects": first.service.service_id}
    await serve(front, first.stamp, document, **wrong)
    (row,) = front.rows(unserved)
    assert str(row["document_id"]) == document


async def test_the_sweep_tells_once_of_a_paper_that_is_late(front):
    """A fact of codes and ids, dated when the day was over; nobody's reading is out of date."""
    stamp, document = await opinion(front, await accepted(front))
    front.clock.advance(timedelta(days=30))
    await eventually(lambda: bool(overdue_facts(front)), 20)
    (told,) = overdue_facts(front)
    event = events.CaseFactRecorded.FromString(front.rows(outbox)[-1]["body"])
    (row,) = front.rows(unserved)
    assert dict(event.fact.body) == {
        "document": document,
        "document_kind": "opinion",
        "due_on": row["due_on"].isoformat(),
    }
    assert (told["unit"], event.substantive) == ("s-changshuo", False)
    assert told["at"].astimezone(SHANGHAI).date() == row["due_on"] + timedelta(days=1)
    await front.hear(look, LookAtUnserved(row["case_id"]))
    assert len(overdue_facts(front)) == 1
    assert front.rows(cases)[0]["version"] == stamp.version
    answer = await listed(front, overdue=True)
    assert (answer.overdue_count, answer.papers[0].overdue) == (1, True)
    await serve(front, stamp, document)
    assert (await listed(front, all=True)).overdue_count == 0


async def test_a_stranger_is_shown_nothing_and_a_site_above_the_line(front):
    """The list follows the one rule of who may know of a case."""
    await opinion(front, await accepted(front))
    assert not (await listed(front, front.other_unit, all=True)).papers
    assert not (await listed(front, front.other_unit, unit_id="s-changshuo")).papers
    assert not (await listed(front, front.county)).papers
    assert len((await listed(front, front.county, all=True)).papers) == 1


async def test_papers_are_listed_in_pages_by_their_day(front):
    """Due first on top, each once; a token belongs to its list."""
    for _ in range(3):
        await opinion(front, await accepted(front))
        front.clock.advance(timedelta(days=1))
    first = await listed(front, page_size=2)
    second = await listed(front, page_size=2, page_token=first.next_page_token)
    days = [one.due_on for one in (*first.papers, *second.papers)]
    assert (len(set(days)), days) == (3, sorted(days))
    assert not second.next_page_token
    stub = UnservedServiceStub(front.line(front.clerk))
    bad = pb.ListUnservedRequest(all=True, page_token=first.next_page_token)
    assert (await front.refused(stub.ListUnserved(bad))).reason == "PAGE_TOKEN_INVALID"


async def test_what_is_not_served_is_watched_where_the_case_goes(
    front, start, make_settings, clock
):
    """It waits under a lock, arrives late and is told of there; here nobody waits any more."""
    stamp, document = await opinion(front, await accepted(front))
    case_id, handoff = stamp.case_id, str(new_id())
    await front.parts().Release(
        part.ReleaseRequest(handoff_id=handoff, case_id=case_id, epoch=stamp.epoch)
    )
    clock.advance(timedelta(days=30))
    (row,) = front.rows(unserved)
    before = row["next_look_at"]
    await eventually(lambda: front.rows(unserved)[0]["next_look_at"] > before, 20)
    assert not overdue_facts(front)
    wanted = part.ExportPartRequest(handoff_id=handoff, case_id=case_id)
    sent = await front.parts().ExportPart(wanted)
    async with start(make_settings("next"), clock) as there:
        await there.parts().ImportPart(
            part.ImportPartRequest(
                handoff_id=handoff,
                case_id=case_id,
                epoch=stamp.epoch + 1,
                unit="s-anji",
                path=COUNTY,
                format=sent.format,
                part=sent.part,
            )
        )
        await eventually(lambda: bool(overdue_facts(there)), 20)
        assert overdue_facts(there)[0]["unit"] == "s-anji"
        (paper,) = (await listed(there, there.county)).papers
        assert (paper.document_id, paper.overdue) == (document, True)
    gone = NoteCustody(row["case_id"], stamp.epoch + 1, "out", "s-anji", COUNTY)
    await front.hear(note_custody, gone)
    assert not front.rows(unserved)


async def test_another_unit_of_the_node_is_told_anew(front):
    """What its predecessor was told of is late all the same, and now its own to serve."""
    stamp, _ = await opinion(front, await accepted(front))
    front.clock.advance(timedelta(days=30))
    await eventually(lambda: bool(overdue_facts(front)), 20)
    handoff = str(new_id())
    await front.parts().Release(
        part.ReleaseRequest(handoff_id=handoff, case_id=stamp.case_id, epoch=stamp.epoch)
    )
    await front.parts().ImportPart(
        part.ImportPartRequest(
            handoff_id=handoff,
            case_id=stamp.case_id,
            epoch=stamp.epoch + 1,
            unit="s-lingfeng",
            path="330523.003.000",
        )
    )
    await eventually(lambda: len(overdue_facts(front)) == 2, 20)
    assert [row["unit"] for row in overdue_facts(front)] == ["s-changshuo", "s-lingfeng"]


async def test_a_withdrawn_matter_has_nothing_left_to_serve(front):
    """Its paper leaves the list with the withdrawal, and no day is told of."""
    stamp, _ = await opinion(front, await accepted(front))
    asked = on(stamp, service.WithdrawCaseRequest, why="已自行和好")
    stamp = (await front.intake(front.clerk).WithdrawCase(asked)).stamp
    decided = on(stamp, service.ConfirmWithdrawalRequest, confirmed=True)
    await front.intake(front.second).ConfirmWithdrawal(decided)
    assert not (await listed(front)).papers
    front.clock.advance(timedelta(days=30))
    await eventually(lambda: not front.rows(unserved), 20)
    assert not overdue_facts(front)


async def test_where_the_profile_sets_no_day_the_paper_is_listed_without_one(
    start, make_settings, clock, settings, tmp_path
):
    """Nothing is told of it, since no rule says when; it stands last in the list."""
    folder = tmp_path / "rules"
    folder.mkdir()
    text = (settings.regulation / "cn-2022.yaml").read_text("utf-8")
    without = text.replace("    clock: serve\n", "    clock: ''\n")
    (folder / "cn-2022.yaml").write_text(without, "utf-8")
    async with start(make_settings("free", regulation=folder), clock) as front:
        await opinion(front, await accepted(front))
        (paper,) = (await listed(front)).papers
        assert (paper.due_on, paper.overdue, paper.explanation) == ("", False, "")
        assert [row["next_look_at"] for row in front.rows(unserved)] == [None]
