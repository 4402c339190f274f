import csv
import io
import shutil

import pytest
from docx import Document
from openpyxl import load_workbook

from intake.storage.tables import read_audit
from kernel.identity import Role
from kernel.ids import new_id
from kernel.regulation import find_profile
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import intake_service_pb2 as service
from lianxin.intake.v1 import unit_papers_pb2 as pb
from lianxin.intake.v1.unit_papers_pb2_grpc import UnitPaperServiceStub

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
YEAR = {"from_day": "2026-01-01", "to_day": "2026-12-31"}


def papers_of(front, caller=None):
    """The stub of this caller."""
    return UnitPaperServiceStub(front.line(caller or front.clerk))


async def paper(front, kind, unit="s-dipu-lujia", **more):
    """A card or a chart."""
    request = pb.MakeUnitPaperRequest(unit_id=unit, kind=kind, **more)
    return await papers_of(front).MakeUnitPaper(request, timeout=60)


async def ledger(front, caller=None, unit="", **more):
    """A register."""
    request = pb.MakeLedgerRequest(unit_id=unit, **(YEAR | more))
    return await papers_of(front, caller).MakeLedger(request)


def text_of(data):
    """All text of a docx file."""
    body = Document(io.BytesIO(data)).element.body
    return "".join(one.text or "" for one in body.iter(f"{W}t"))


async def test_a_service_card_says_where_when_who_and_what(front):
    """Everything stands there as the directory has it; nothing is left blank."""
    made = await paper(front, "service_card")
    said = text_of(made.paper.data)
    for word in ("鲁家村矛盾纠纷调处站", "0572-0101011", "鲁家村便民服务中心", "於大树", "12345"):
        assert word in said
    assert "2026年12月4日" in said  # the first Friday of the month
    assert not made.blanks
    assert made.paper.filename.startswith("鲁家村矛盾纠纷调处站-便民服务卡-")


async def test_what_the_directory_does_not_say_is_left_to_be_written_in(front):
    """A station without address and officers still has its card, and is told what is missing."""
    made = await paper(front, "service_card", "s-changshuo-fenghuang")
    assert set(made.blanks) == {"address", "officers"}
    assert "____" in text_of(made.paper.data)


async def test_the_guide_card_takes_days_and_articles_from_the_profile(front, settings):
    """No clock of the profile that a step names is missing, with its limit and article."""
    said = text_of((await paper(front, "guide_card")).paper.data)
    profile = find_profile("cn-2022", settings.regulation)
    for name in ("route", "handling", "review_request", "review", "rereview"):
        clock = profile.clocks[name]
        assert f"{clock.limit}日" in said
        assert profile.cite(clock.article) in said
    assert "1个月" in said


async def test_the_chart_goes_up_level_by_level_and_names_the_other_outlets(front):
    """Village, township and county in this order; court, reconsideration, arbitration beside."""
    said = text_of((await paper(front, "visit_chart")).paper.data)
    places = [said.index(one) for one in ("鲁家村矛盾", "递铺街道社会矛盾", "安吉县社会矛盾")]
    assert places == sorted(places)
    assert said.count("↓") == 2
    for body in ("安吉县人民法院", "行政复议局", "仲裁委员会", "复查复核委员会"):
        assert body in said
    assert "涉法涉诉、" not in said  # no matter of a centre
    top = text_of((await paper(front, "visit_chart", "s-anji")).paper.data)
    assert "↓" not in top


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this machine")
async def test_a_paper_is_made_as_pdf(front):
    """The file is a PDF where LibreOffice is there."""
    made = await paper(front, "service_card", format="pdf")
    assert made.paper.data.startswith(b"%PDF")


async def test_kinds_units_and_forms_are_checked(front):
    """An unknown one is refused by its name."""
    for more, reason in (
        ({"kind": "poster"}, "FIELDS_INVALID"),
        ({"kind": "service_card", "format": "xlsx"}, "FIELDS_INVALID"),
        ({"kind": "service_card", "unit_id": "s-nowhere"}, "UNIT_UNKNOWN"),
    ):
        call = papers_of(front).MakeUnitPaper(pb.MakeUnitPaperRequest(**more))
        assert (await front.refused(call)).reason == reason


async def settled(front, **values):
    """A matter answered on the spot."""
    made = await front.register(**values)
    request = service.AnswerOnTheSpotRequest(
        request_id=str(new_id()),
        case_id=made.stamp.case_id,
        seen=common.Seen(epoch=made.stamp.epoch, version=made.stamp.version),
        answer="当场说清。",
        settled=True,
    )
    return (await front.intake(front.clerk).AnswerOnTheSpot(request)).stamp


@pytest.mark.parametrize("form", ["docx", "xlsx", "csv"])
async def test_a_register_lists_matters_and_names_nobody(front, form):
    """Number, day, channel, kind, holder, state; no name and no word of what is asked."""
    open_one, done = (await front.register()).stamp, await settled(front)
    made = await ledger(front, format=form)
    said = readable(made.paper.data, form)
    assert made.rows == 2
    assert made.named_rows == 0
    for word in (open_one.case_no, done.case_no, "来访", "昌硕街道分中心", "当场答复"):
        assert word in said
    assert "周小满" not in said
    assert "排水沟" not in said


def readable(data, form):
    """The text of a file."""
    if form == "csv":
        return data.decode()
    if form == "docx":
        return text_of(data)
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)


async def test_names_are_printed_for_who_may_read_them_with_a_reason_and_on_record(front):
    """Each case is on record before; who may not is denied; without a reason nobody gets them."""
    made = await front.register()
    answer = await ledger(front, format="csv", named=True, why="迎接年度检查")
    assert answer.named_rows == 1
    assert "周小满" in answer.paper.data.decode()
    (read,) = front.rows(read_audit, method="MakeLedger")
    assert read["case_id"] == front.case_id(made)
    assert read["reason"] == "迎接年度检查"
    without = ledger(front, named=True)
    assert (await front.refused(without)).reason == "FIELDS_INVALID"
    denied = ledger(front, front.as_role(Role.SUPERVISOR), named=True, why="看看")
    assert (await front.refused(denied)).reason == "DENIED"


async def test_who_looks_down_sees_the_register_but_no_names(front):
    """The county prints the register of a township; content is not its own, so no names."""
    await front.register()
    answer = await ledger(front, front.county, "s-changshuo", named=True, why="检查")
    assert (answer.rows, answer.named_rows) == (1, 0)
    for caller in (front.other_unit, front.as_role(Role.TRIAGE)):
        above = ledger(front, caller, "s-anji")
        assert (await front.refused(above)).reason == "NOT_YOUR_UNIT"


async def test_who_wished_not_to_be_named_and_a_sealed_matter_stay_out(front):
    """A withheld name is not printed to another unit; a sealed matter is in no register."""
    await front.register(identity=common.IDENTITY_MODE_WITHHELD)
    accused = {"purpose": common.PURPOSE_ACCUSATION, "sealed_for": "u-anji-jijian"}
    await front.register(**accused)
    answer = await ledger(front, front.as_role(Role.REGISTRAR), named=True, why="检查")
    assert answer.rows == 1


async def test_a_period_is_at_most_a_year_and_in_order(front):
    """Days are whole days at Shanghai."""
    for days in (
        {"from_day": "2026-12-31", "to_day": "2026-01-01"},
        {"from_day": "2024-01-01", "to_day": "2026-01-01"},
        {"from_day": "gestern"},
        {"to_day": ""},
    ):
        assert (await front.refused(ledger(front, **days))).reason == "FIELDS_INVALID"
    await front.register()
    later = await ledger(front, from_day="2027-01-01", to_day="2027-12-31")
    assert later.rows == 0


async def test_no_cell_of_a_table_is_a_formula(front):
    """What somebody wrote to be computed is a text, in csv behind an apostrophe."""
    hostile = '=HYPERLINK("http://x","y")'
    applicant = case.Party(role=common.PARTY_ROLE_APPLICANT, name=hostile)
    await front.register(parties=[applicant])
    said = await ledger(front, format="csv", named=True, why="核对")
    rows = list(csv.reader(io.StringIO(said.paper.data.decode("utf-8-sig"))))
    assert "'" + hostile in rows[1]
    sheet = await ledger(front, format="xlsx", named=True, why="核对")
    cells = load_workbook(io.BytesIO(sheet.paper.data)).worksheets[0]["J2"]
    assert (cells.value, cells.data_type) == (hostile, "s")
