from datetime import timedelta

import pytest

from intake.domain.filters import Filter
from intake.storage import lists
from intake.storage.tables import read_audit
from kernel.database import Database
from kernel.identity import Role
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import intake_service_pb2 as pb


async def numbers(front, caller, size=50, **given):
    """Case numbers of all pages."""
    token, found, pages = "", [], 0
    while True:
        answer = await front.intake(caller).ListCases(
            pb.ListCasesRequest(filter=pb.CaseFilter(**given), page_size=size, page_token=token)
        )
        found += [line.case_no for line in answer.cases]
        token, pages = answer.next_page_token, pages + 1
        if not token:
            return found, pages


async def test_pages_hold_every_case_once_newest_first(front):
    """Keyset pages neither skip nor repeat, and a foreign token is refused."""
    made = []
    for _ in range(7):
        made.append((await front.register()).stamp.case_no)
        front.clock.advance(timedelta(seconds=1))
    found, pages = await numbers(front, front.clerk, size=3)
    assert (found, pages) == (made[::-1], 3)
    first = await front.intake(front.clerk).ListCases(pb.ListCasesRequest(page_size=3))
    foreign = pb.ListCasesRequest(
        filter=pb.CaseFilter(states=["accepted"]), page_token=first.next_page_token
    )
    refusal = await front.refused(front.intake(front.clerk).ListCases(foreign))
    assert refusal.reason == "PAGE_TOKEN_INVALID"
    garbled = pb.ListCasesRequest(page_token="bm90IGEgdG9rZW4=")
    refusal = await front.refused(front.intake(front.clerk).ListCases(garbled))
    assert refusal.reason == "PAGE_TOKEN_INVALID"


async def test_a_list_a_count_and_a_get_show_the_same_cases(front):
    """One rule of scope: own unit all, an ancestor the headers, a neighbour nothing."""
    await front.register()
    await front.register(front.other_unit)
    for caller, expected in ((front.clerk, 1), (front.other_unit, 1), (front.county, 2)):
        found, _ = await numbers(front, caller)
        counted = await front.intake(caller).CountCases(pb.CountCasesRequest())
        assert (len(found), counted.count) == (expected, expected)
    refusal = await front.refused(front.intake(front.admin).ListCases(pb.ListCasesRequest()))
    assert refusal.reason == "DENIED"
    nobody = await front.refused(front.intake().ListCases(pb.ListCasesRequest()))
    assert nobody.reason == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    "given",
    [
        {"states": ["registered"]},
        {"unit_id": "s-changshuo"},
        {"place_prefix": "330523002"},
        {"channel": common.CHANNEL_CALL},
        {"backlog": False},
        {"source_system": "12345"},
    ],
)
async def test_each_filter_narrows(front, given):
    """Every filter keeps what fits and leaves out the rest."""
    await front.register(
        channel=common.CHANNEL_CALL,
        place_code="330523002003",
        source_system="12345",
        source_no="GD-1",
    )
    found, _ = await numbers(front, front.clerk, **given)
    assert len(found) == 1
    nothing, _ = await numbers(front, front.clerk, **given | {"states": ["voided"]})
    assert nothing == []


async def test_an_unknown_state_is_a_named_fault(front):
    """A filter word that does not exist is refused, not ignored."""
    request = pb.ListCasesRequest(filter=pb.CaseFilter(states=["nonsense"]))
    refusal = await front.refused(front.intake(front.clerk).ListCases(request))
    assert list(refusal.fields) == ["filter.states[0]"]


async def test_a_search_finds_numbers_and_terms_but_no_person(front):
    """By case number, source number and lexicon terms; a name finds nothing."""
    made = await front.register(
        narrative="工地老板拖欠农民工工资，三个月没发。", source_system="12345", source_no="GD-7"
    )
    (proposed,) = [s for s in made.suggestions if s.field == "category"][:1]
    stub = front.intake(front.clerk)
    for text in (made.stamp.case_no, "GD-7", proposed.terms[0]):
        answer = await stub.SearchCases(pb.SearchCasesRequest(text=text))
        assert [line.case_no for line in answer.cases] == [made.stamp.case_no], text
    for text in ("周小满", "13800001234"):
        assert not (await stub.SearchCases(pb.SearchCasesRequest(text=text))).cases


@pytest.mark.parametrize("few", [0, 1, 1000])
async def test_a_search_finds_the_same_whether_many_or_few_have_the_word(front, monkeypatch, few):
    """All terms must be there, a number always does; newest first, page after page."""
    monkeypatch.setattr("intake.storage.searching.FEW", few)
    wages = "工地老板拖欠农民工工资，三个月没发。"
    first = await front.register(narrative=wages, source_system="12345", source_no="GD-7")
    front.clock.advance(timedelta(seconds=1))
    second = await front.register(narrative=wages)
    await front.register(front.other_unit, narrative=wages)
    await front.register(narrative="邻居的狗整夜叫，睡不着觉。")
    (proposed,) = [s for s in first.suggestions if s.field == "category"][:1]
    stub, found, token = front.intake(front.clerk), [], ""
    for _ in range(2):
        answer = await stub.SearchCases(
            pb.SearchCasesRequest(text=" ".join(proposed.terms), page_size=1, page_token=token)
        )
        found += [line.case_no for line in answer.cases]
        token = answer.next_page_token
    assert (found, token) == ([second.stamp.case_no, first.stamp.case_no], "")
    for text, one in (("GD-7", first), (second.stamp.case_no, second)):
        answer = await stub.SearchCases(pb.SearchCasesRequest(text=text))
        assert [line.case_no for line in answer.cases] == [one.stamp.case_no]
    for nothing in (f"{proposed.terms[0]} nosuchterm", "nosuchterm"):
        assert not (await stub.SearchCases(pb.SearchCasesRequest(text=nothing))).cases


async def test_a_count_ends_and_says_so(front):
    """Beyond the limit a count tells that there are more, and no longer how many."""
    for _ in range(3):
        await front.register()
    database = Database.open(front.database_url)
    try:
        with database.readers.connect() as connection:
            asked = lists.Asked(front.county, Filter(), front.clock.now())
            assert lists.count(connection, asked) == 3
            assert lists.count(connection, asked, most=3) == 3
            assert lists.count(connection, asked, most=2) == 3
            assert lists.count(connection, asked, most=1) == 2
    finally:
        database.close()


async def test_results_owed_are_listed_until_they_are_reported(front):
    """An ended case with a source number is owed once, with its answers."""
    made = await front.register(
        source_system="12345", source_no="GD-9", requests=[case.Request(text="求助")]
    )
    await front.register()
    stub = front.intake(front.clerk)
    assert not (await stub.ListOwedResults(pb.ListOwedResultsRequest())).results
    await stub.AnswerOnTheSpot(
        pb.AnswerOnTheSpotRequest(
            request_id=str(new_id()),
            case_id=made.stamp.case_id,
            seen=common.Seen(epoch=1, version=1),
            answer="已答复",
            settled=True,
        )
    )
    (owed,) = (await stub.ListOwedResults(pb.ListOwedResultsRequest())).results
    assert (owed.source_no, owed.findings[0].answer) == ("GD-9", "已答复")
    report = pb.MarkReportedRequest(request_id=str(new_id()), case_ids=[made.stamp.case_id])
    assert (await stub.MarkReported(report)).marked == 1
    assert not (await stub.ListOwedResults(pb.ListOwedResultsRequest())).results


async def test_who_reads_personal_fields_is_on_record_with_the_reason(front):
    """Unmasked reading needs a reason; both kinds of reading are listed, newest first."""
    made = await front.register()
    case_id = made.stamp.case_id
    without = front.intake(front.clerk).GetCase(pb.GetCaseRequest(case_id=case_id, unmask=True))
    assert (await front.refused(without)).reason == "REASON_NEEDED"
    await front.get(case_id)
    await front.get(case_id, unmask=True, why="联系当事人")
    stub = front.intake(front.admin)
    reads = (await stub.ListReads(pb.ListReadsRequest(case_id=case_id))).reads
    assert [(r.reader, r.fields, r.why) for r in reads] == [
        ("clerk", "content,parties", "联系当事人"),
        ("clerk", "content", ""),
    ]
    first = await stub.ListReads(pb.ListReadsRequest(case_id=case_id, page_size=1))
    second = pb.ListReadsRequest(case_id=case_id, page_size=1, page_token=first.next_page_token)
    assert (await stub.ListReads(second)).reads[0].fields == "content"


async def test_an_inspector_gives_a_reason_and_every_read_is_on_record(front):
    """上级督查 reads content of the subtree only with a reason, and lists are recorded too."""
    made = await front.register()
    inspector = front.county_as(Role.UPPER_INSPECTOR)
    refusal = await front.refused(
        front.intake(inspector).GetCase(pb.GetCaseRequest(case_id=made.stamp.case_id))
    )
    assert refusal.reason == "REASON_NEEDED"
    shown = await front.get(made.stamp.case_id, inspector, why="年度督查")
    assert shown.shown == "CONTENT"
    await front.intake(inspector).ListCases(pb.ListCasesRequest())
    assert {row["method"] for row in front.rows(read_audit)} == {"GetCase", "ListCases"}
