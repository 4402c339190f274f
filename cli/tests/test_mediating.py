"""Mediation as it is typed: what is wrong is named before anything is sent."""

import json

import pytest
import yaml

from lianxin.cli.errors import BadInput, Remote
from lianxin.cli.failure import report
from lianxin.cli.files.columns import MATTERS
from lianxin.cli.files.mediators import COLUMNS, by_entry, id_of, rows_of
from lianxin.cli.files.units import Units
from lianxin.cli.mediating.drafting import draft_from
from lianxin.cli.mediating.measures import measure_from
from lianxin.cli.mediating.people import mediator_id
from lianxin.cli.mediating.showing import file_data, show_agreement, show_file, with_names, yuan
from lianxin.cli.mediating.texts import in_words, text_of
from lianxin.cli.plain import plain
from lianxin.cli.shipped import shipped
from lianxin.cli.words import codes, texts
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import file_pb2, mediation_pb2, plan_pb2
from mediation.domain.states import State

SAMPLE = shipped("samples") / "anji" / "mediators.csv"
TERM = "by=被申请人 until=2026-12-20 amount=1,300.50元 what=付 修缮费=全部"


def test_help_stands_under_headings(run):
    """A long group reads in the order of a case."""
    outcome = run("mediation", "--help")
    assert outcome.status == 0
    headings = ["查看", "启动和人员", "计划和会议", "查明、答复和处理", "结束", "名册"]
    places = [outcome.out.index(f"{one}:") for one in headings]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "words, reason, field",
    [
        ("ask 1 高兴", "WORD_UNKNOWN", "ANSWER"),
        ("find 1 --finding 好", "WORD_UNKNOWN", "--finding"),
        ("find 1 --finding 支持 --due 明天", "DATE_INVALID", "--due"),
        ("fail 1 --route 吵架", "WORD_UNKNOWN", "--route"),
        ("plan 1 --measure 困难帮扶:送米", "MEASURE_INVALID", "--measure"),
        ("plan 1 --measure 送礼:2026-12-20:米", "WORD_UNKNOWN", "--measure"),
        ("plan 1 --measure 困难帮扶:明天:米", "DATE_INVALID", "--measure"),
        ("measure 1 --outcome 办得好", "WORD_UNKNOWN", "--outcome"),
        ("measure 1", "MEASURE_OUTCOME_NEEDED", "--outcome"),
        ("session add 1 --at 后天", "TIME_INVALID", "--at"),
        ("session record 1 --outcome 很好", "WORD_UNKNOWN", "--outcome"),
        ("list --state 开心", "WORD_UNKNOWN", "--state"),
        ("mediators import nothing.csv", "FILE_UNREADABLE", "FILE"),
        ("facts 1 --file nothing.txt", "FILE_UNREADABLE", "--file"),
    ],
)
def test_a_wrong_word_is_named_with_its_field(run, words, reason, field):
    """Status 2, without a node; the message lists what there is."""
    outcome = run("mediation", *words.split(), "--json")
    error = json.loads(outcome.out)["error"]
    assert (outcome.status, error["reason"]) == (2, reason)
    assert field in error["fields"]


def test_each_state_of_mediation_has_a_word():
    """In both languages, and no word is without a state."""
    assert set(codes("mediation_state")) == {state.value for state in State}
    english = {key for key in texts("en") if key.startswith("word.mediation_state.")}
    assert len(english) == len(State)


def test_an_agreement_is_drafted_from_a_file_and_from_what_is_typed(run, tmp_path):
    """Parts by code or word; a term keeps its blanks; what is typed counts over the file."""
    file = tmp_path / "agreement.yaml"
    file.write_text(
        "parts: {协议内容: 疏通水沟, 履行地点: 村委会}\n"
        "terms: [{by: 申请人, until: 2026-12-01, what: 让出半米}]\n",
        "utf-8",
    )
    draft = draft_from("书面", ["content=疏通并赔付"], [TERM], file)
    assert draft.form == pb.AGREEMENT_FORM_WRITTEN
    assert draft.parts == {"content": "疏通并赔付", "place": "村委会"}
    assert [one["what"] for one in draft.terms] == ["让出半米", "付 修缮费=全部"]
    assert yuan(130_050) == "1,300.50元"


@pytest.mark.parametrize(
    "part, term, reason",
    [
        ("content", "", "PART_INVALID"),
        ("天气=晴", "", "WORD_UNKNOWN"),
        ("", "by=申请人 what=让路", "TERM_INVALID"),
        ("", "by=申请人 until=明天 what=让路", "DATE_INVALID"),
        ("", "by=申请人 until=2026-12-01 wer=ich what=让路", "TERM_INVALID"),
    ],
)
def test_a_part_or_term_that_cannot_be_read_is_refused(run, part, term, reason):
    """By its option, before anything is sent."""
    with pytest.raises(BadInput) as caught:
        draft_from("written", [part] if part else [], [term] if term else [], None)
    assert caught.value.reason == reason


def test_the_sample_register_is_read_by_its_chinese_titles():
    """Every column means something; the same number is the same mediator at every import."""
    rows = rows_of(SAMPLE)
    assert len(rows) >= 20
    assert set(rows[0].fields) == set(COLUMNS.fields)
    assert MATTERS.field_of("擅长") is None
    assert id_of("AJ-T001") == id_of("AJ-T001") != id_of("AJ-T002")
    assert id_of("AJ-T001")[14] == "7"


def test_a_file_without_units_is_refused(run, tmp_path):
    """Its titles say nothing of where a mediator works."""
    file = tmp_path / "mediators.csv"
    file.write_text("工号,擅长\nT-1,邻里\n", "utf-8")
    with pytest.raises(BadInput) as caught:
        rows_of(file)
    assert caught.value.reason == "MEDIATOR_COLUMNS_MISSING"


def test_a_refusal_shows_words_for_the_codes_it_quotes(run):
    """The state as people call it; a gap as a sentence."""
    told = in_words(Remote("NOT_POSSIBLE_NOW", "in_session", {}, {"state": "in_session"}))
    assert "调解中" in told.message
    assert text_of("CLOSING_RESIDENT_NOT_ASKED") == "还没有征求群众意见。"
    untouched = in_words(Remote("STALE_VERSION", "x", {}, {"current": "3"}))
    assert untouched.message == "x"


@pytest.mark.parametrize("said", ["TH-T001", "tj.yuzhishu", id_of("TH-T001").upper()])
def test_a_mediator_is_named_by_account_number_or_id(said):
    """A number also where the mediator has an account of another name."""
    entries = [
        pb.MediatorEntry(mediator_id=id_of("TH-T001"), staff="tj.yuzhishu"),
        pb.MediatorEntry(mediator_id=id_of("AJ-S002"), staff="AJ-S002"),
    ]
    assert mediator_id(entries, said, "MEDIATOR") == id_of("TH-T001")
    assert mediator_id(entries, "AJ-S002", "MEDIATOR") == id_of("AJ-S002")
    for nobody in ("TH-T999", ""):
        with pytest.raises(BadInput, match="MEDIATOR_UNKNOWN"):
            mediator_id(entries, nobody, "MEDIATOR")


@pytest.mark.parametrize(
    "said, unit",
    [
        ("余村", "s-tianhuangping-yucun"),
        ("余村村", "s-tianhuangping-yucun"),
        ("余村村站", "s-tianhuangping-yucun"),
        ("老支书工作室", "u-tianhuangping-yucun"),
        ("递铺街道", "s-dipu"),
        ("递铺街道人民调解委员会", "u-dipu-tiaowei"),
    ],
)
def test_a_unit_is_named_by_title_place_or_what_people_call_it(said, unit):
    """As at the counter; what two are called so names neither."""
    sample = shipped("samples") / "anji" / "directory.yaml"
    units = Units(yaml.safe_load(sample.read_text("utf-8")))
    assert units.id_of(f" {said} ", "unit") == unit
    twins = [{"id": one, "title": one, "place": "新村"} for one in ("s-1", "s-2")]
    with pytest.raises(BadInput, match="UNIT_UNKNOWN"):
        Units({"sites": twins}).id_of("新村", "unit")


def test_a_desk_knows_its_joint_offices_and_the_units_below():
    """A committee has none of either; a unit of another township is not below."""
    sample = shipped("samples") / "anji" / "directory.yaml"
    units = Units(yaml.safe_load(sample.read_text("utf-8")))
    assert units.joint_offices("s-dipu") == ["u-dipu-pingan"]
    assert units.joint_offices("u-dipu-tiaowei") == []
    below = ("s-dipu", "u-dipu-pingan", "s-dipu-lujia")
    assert all(units.is_under(one, desk) for one in below for desk in ("s-dipu", "s-anji"))
    for unit, desk in (
        ("s-anji", "s-dipu"),
        ("u-changshuo-pingan", "s-dipu"),
        ("u-dipu-tiaowei", "u-dipu-tiaowei"),
        ("nowhere", "s-anji"),
        ("", ""),
    ):
        assert not units.is_under(unit, desk)


def test_what_the_node_refuses_is_told_by_the_columns_of_the_file():
    """Each has a title in both languages; a mediator of another tree is told by the unit."""
    entries = [pb.MediatorEntry(mediator_id=id_of(one)) for one in ("T-1", "T-2")]
    wrong = {f"mediators[1].{one.name}": "?" for one in pb.MediatorEntry.DESCRIPTOR.fields}
    told = by_entry(Remote("FIELDS_INVALID", "", wrong, {}), entries)
    assert set(told) == {1}
    assert set(told[1]) == set(COLUMNS.fields)
    assert all(f"col.{one}" in texts(tongue) for one in told[1] for tongue in ("zh-CN", "en"))
    elsewhere = Remote("MEDIATOR_ELSEWHERE", "no", {}, {"mediator": id_of("T-1")})
    assert by_entry(elsewhere, entries) == {0: {"unit": "no"}}


@pytest.mark.parametrize(
    "typed, unit, staff",
    [
        ("困难帮扶：2026-12-20：申请救助：两项", "s-changshuo", ""),
        ("hardship@u-civil:2026-12-20:申请救助：两项", "u-civil", ""),
        ("困难帮扶＝wang：2026-12-20：申请救助：两项", "", "wang"),
    ],
)
def test_a_measure_is_typed_with_who_takes_it(typed, unit, staff):
    """In either kind of colon; the holder takes what names nobody; words keep theirs."""
    found = measure_from(typed).to_plan("s-changshuo")
    assert (found.kind, found.due_on) == (plan_pb2.MEASURE_KIND_HARDSHIP, "2026-12-20")
    assert (found.unit_id, found.staff, found.words) == (unit, staff, "申请救助：两项")


def test_a_file_shows_lead_team_and_measures_with_their_words(capsys):
    """Codes in plain words; who takes a measure, until when, and what came of it."""
    standing = plan_pb2.MeasureStanding(
        no=1,
        kind=plan_pb2.MEASURE_KIND_HARDSHIP,
        unit_id="u-civil",
        due_on="2026-12-20",
        outcome=plan_pb2.MEASURE_OUTCOME_OPEN,
    )
    file = file_pb2.MediationFile(
        mediation=mediation_pb2.Mediation(case_no="安昌硕〔2026〕1号", state="planned"),
        plan=plan_pb2.PlanStanding(lead_staff="chen", team_staff=["li"], team_unit_ids=["u-law"]),
        closing=file_pb2.ClosingRecord(),
        measures=[plan_pb2.MeasureRecord(measure=standing, words="申请临时救助")],
    )
    show_file(file_data(file, None, pb.GetCaseworkResponse()))
    shown = capsys.readouterr().out
    wanted = ["chen", "li", "u-law", "困难帮扶", "u-civil", "2026-12-20", "申请临时救助", "未办"]
    assert [one for one in wanted if one not in shown] == []


def test_a_file_shows_the_bodies_that_joined(capsys):
    """联合调解: the kind in words, and the body."""
    body = mediation_pb2.JoinedKind(kind=mediation_pb2.MEDIATION_KIND_JUDICIAL, unit_id="u-court")
    head = mediation_pb2.Mediation(case_no="安昌硕〔2026〕1号", state="opened", joined=[body])
    file = file_pb2.MediationFile(mediation=head, closing=file_pb2.ClosingRecord())
    show_file(file_data(file, None, pb.GetCaseworkResponse()))
    shown = capsys.readouterr().out
    assert [said for said in ("联合调解", "司法调解 u-court") if said not in shown] == []


def test_a_term_shows_what_was_paid_on_it(capsys):
    """Amount, and what was paid of it so far."""
    owed = pb.TermStanding(no=1, amount_fen=30_000, due_on="2026-12-20", standing="partly")
    paid = [file_pb2.RenderedRecord(on_day="2026-12-01", amount_fen=one) for one in (5_000, 5_000)]
    term = file_pb2.TermRecord(term=owed, what="赔偿", rendered=paid)
    agreement = plain(file_pb2.AgreementRecord(version=1, terms=[term]))
    show_agreement(with_names([agreement], {}))
    shown = capsys.readouterr().out
    assert [said for said in ("300.00元", "100.00元") if said not in shown] == []


def test_a_refusal_names_the_part_and_the_posts(capsys):
    """A missing part by its word; who may do it instead, by post."""
    report(Remote("AGREEMENT_INCOMPLETE", "x", {"texts.manner": "y"}, {}))
    report(Remote("DENIED", "x", {}, {"permission": "case.approve"}))
    told = capsys.readouterr().err
    assert [said for said in ("履行方式 (texts.manner)", "调委会主任") if said not in told] == []
