import json
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from intake.domain.words import HELP_FLAGS
from lianxin.cli.drafts import HELP, draft_of, party, tag_of
from lianxin.cli.errors import BadInput
from lianxin.cli.files.columns import FIELDS, MATTERS
from lianxin.cli.files.importing import fingerprint
from lianxin.cli.files.reading import CELL, Row, read_rows
from lianxin.cli.files.refused import Refused, write_report
from lianxin.cli.files.template import write_template
from lianxin.cli.words import codes
from lianxin.common.v1 import case_pb2 as common

HEAD = "来源编号,来源渠道,姓名,电话,事发地,事项"
GOOD = "A-1,来访,何木根,19900000001,鲁家村,水沟堵了"

SAMPLES = Path(__file__).resolve().parents[2] / "deploy" / "samples" / "anji"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_usual_encoding(tmp_path, encoding):
    """A file reads the same in UTF-8, with BOM, in GBK and in UTF-16."""
    file = tmp_path / "rows.csv"
    file.write_bytes(f"{HEAD}\n{GOOD}\n".encode(encoding))
    (row,) = read_rows(file)
    assert row.line == 2
    assert row.fields["narrative"] == "水沟堵了"
    assert row.fields["phone"] == "19900000001"
    assert row.problem is None


def test_a_bad_row_stops_nobody(tmp_path):
    """A row with too few cells is named by its line; the rows around it are read."""
    file = tmp_path / "rows.csv"
    file.write_text(f"{HEAD}\n{GOOD}\nA-2,来访\n\n{GOOD}\n", "utf-8")
    rows = read_rows(file)
    assert [row.line for row in rows] == [2, 3, 5]
    assert [row.problem is None for row in rows] == [True, False, True]


def test_a_row_with_an_endless_cell_is_refused_alone(tmp_path):
    """A cell beyond any limit, a NUL or a line break in it: only its own row is refused."""
    file = tmp_path / "rows.csv"
    endless = "长\n" * CELL
    file.write_text(
        f'事项,姓名\n水沟堵了,何木根\n"{endless}",严月仙\n路\0灯,何木根\n井盖,\n', "utf-8"
    )
    rows = read_rows(file)
    assert [row.fields["narrative"][:2] for row in rows] == ["水沟", "长\n", "路\0", "井盖"]
    assert [row.problem.reason if row.problem else "" for row in rows] == [
        "",
        "CELL_TOO_LONG",
        "",
        "",
    ]
    line = json.dumps({"narrative": endless})
    (tmp_path / "rows.jsonl").write_text(f'{line}\n{{"narrative": "井盖"}}\n', "utf-8")
    long, good = read_rows(tmp_path / "rows.jsonl")
    assert (long.problem is None, good.problem is None) == (False, True)


def test_the_report_keeps_a_row_with_an_endless_cell(tmp_path):
    """The report has the row as it was, and it is refused again for the same reason."""
    row = Row(2, {"narrative": "长" * (CELL + 1)})
    report = write_report(tmp_path / "rows.csv", [Refused(row, {"narrative": "太长"})])
    (again,) = read_rows(report)
    assert again.fields == row.fields
    assert again.problem is not None
    assert again.problem.ids["field"] == "narrative"


def test_lines_are_counted_as_an_editor_does(tmp_path):
    """A cell with a line break in it does not shift the numbers of later rows."""
    file = tmp_path / "rows.csv"
    file.write_text('事项,姓名\n"第一行\n第二行",何木根\n路灯坏了,严月仙\n', "utf-8")
    rows = read_rows(file)
    assert [row.line for row in rows] == [2, 4]
    assert rows[0].fields["narrative"] == "第一行\n第二行"


def test_json_lines_name_the_line_that_is_none(tmp_path):
    """A line that is no object is refused alone."""
    file = tmp_path / "rows.jsonl"
    file.write_text('{"narrative": "一"}\n[1]\n{"narr\n{"narrative": "二"}\n', "utf-8")
    rows = read_rows(file)
    assert [row.problem is None for row in rows] == [True, False, False, True]


def test_a_workbook_gives_numbers_and_dates_as_typed(tmp_path):
    """A telephone in a number cell keeps its digits, a date becomes ISO."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["事项", "电话", "收到时间"])
    sheet.append(["路灯坏了", 19900000001.0, "2026-11-02 09:10"])
    book.save(tmp_path / "rows.xlsx")
    (row,) = read_rows(tmp_path / "rows.xlsx")
    assert row.fields == {
        "narrative": "路灯坏了",
        "phone": "19900000001",
        "received_at": "2026-11-02 09:10",
    }


@pytest.mark.parametrize(
    "name,content,reason",
    [
        ("rows.doc", b"x", "FILE_FORMAT"),
        ("rows.csv", b"\xff\xff\x00", "FILE_ENCODING"),
        ("rows.csv", "编号,姓名\n1,何木根\n".encode(), "COLUMNS_MISSING"),
        ("rows.xlsx", b"no workbook", "FILE_UNREADABLE"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, name, content, reason):
    """Format, encoding, missing columns and damage have a reason each."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput) as refused:
        read_rows(tmp_path / name)
    assert refused.value.reason == reason


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "xlsx"])
def test_the_report_of_refused_rows_can_be_imported_again(tmp_path, suffix):
    """The report has the rows as they were, with reasons that reading ignores."""
    row = Row(3, {"narrative": "=1+1", "name": "何木根"})
    report = write_report(tmp_path / f"rows.{suffix}", [Refused(row, {"phone": "格式不对"})])
    (again,) = read_rows(report)
    assert {name: again.fields[name] for name in row.fields} == row.fields
    assert again.problem is None
    assert fingerprint(again) == fingerprint(row)
    assert report.stat().st_mode & 0o777 == 0o600


def test_the_template_has_a_column_for_each_field_and_choices(tmp_path):
    """The workbook reads back by its titles and offers drop-downs for channel and identity."""
    write_template(tmp_path / "blank.xlsx")
    sheet = load_workbook(tmp_path / "blank.xlsx").worksheets[0]
    assert [MATTERS.field_of(str(cell.value)) for cell in sheet[1]] == list(FIELDS)
    assert len(sheet.data_validations.dataValidation) == 2
    assert read_rows(tmp_path / "blank.xlsx") == []


def test_words_of_offices_become_codes():
    """Channel, identity and none-as-telephone are understood as people write them."""
    draft = draft_of(
        {
            "channel": "12345",
            "identity": "实名",
            "name": "何木根",
            "phone": "无",
            "narrative": "路灯坏了",
            "respondent": "松风物业公司（示例）；朱阿毛",
            "received_at": "2026年11月2日",
        }
    )
    assert draft.channel == common.CHANNEL_CALL
    assert [one.phone for one in draft.parties] == ["", "", ""]
    assert [one.kind for one in draft.parties[1:]] == [
        common.PARTY_KIND_ORGANISATION,
        common.PARTY_KIND_PERSON,
    ]
    assert draft.received_at.ToJsonString() == "2026-11-01T16:00:00Z"


@pytest.mark.parametrize(
    "record,field",
    [
        ({"channel": "飞鸽传书"}, "channel"),
        ({"identity": "蒙面"}, "identity"),
        ({"headcount": "很多人"}, "headcount"),
        ({"headcount": "-3"}, "headcount"),
        ({"received_at": "二〇二六年冬天"}, "received_at"),
        ({"category": "天气"}, "category"),
        ({"identity": "匿名", "name": "何木根"}, "name"),
        ({"identity": "匿名", "parties": [{"role": "applicant", "name": "何木根"}]}, "name"),
    ],
)
def test_what_cannot_be_read_names_its_field(record, field):
    """Each unreadable value is refused with the name of its field."""
    with pytest.raises(BadInput) as refused:
        draft_of({"narrative": "一件事", **record})
    assert refused.value.ids["field"] == field


def test_a_party_is_typed_in_one_word():
    """Name, telephone and role between colons, of either width."""
    one = party("何木根：19900000001：代表人", "--member")
    assert (one.name, one.phone) == ("何木根", "19900000001")
    assert one.role == common.PARTY_ROLE_REPRESENTATIVE


def test_sample_lines_of_the_demonstration_can_be_read():
    """Every sample case is a readable draft."""
    rows = read_rows(SAMPLES / "cases.jsonl")
    assert len(rows) >= 300
    assert all(draft_of(row.fields).narrative for row in rows)
    assert json.dumps(rows[0].fields, ensure_ascii=False)


@pytest.mark.parametrize("who", [{"name": "何木根"}, {}, {"parties": [{"name": "何木根"}]}])
def test_a_need_for_help_goes_to_who_asks_and_a_language_to_the_matter(who):
    """Words or codes, once each; an unnamed applicant has them too."""
    needs = ["老年人", "elder", "手语", "lift"]
    draft = draft_of({"narrative": "水沟堵了", "needs": needs, **who})
    (applicant,) = draft.parties
    assert applicant.role == common.PARTY_ROLE_APPLICANT
    assert list(applicant.help_flags) == ["elder"]
    assert list(draft.needs) == ["sign", "lift"]
    assert HELP == HELP_FLAGS <= set(codes("need"))


def test_a_tag_names_an_occasion_and_perhaps_its_day():
    """In any of our words; one we do not know is answered with those there are."""
    assert [tag_of(one) for one in ("说事日", "说事日：2026-11-06", "reception_day")] == [
        "meeting_day",
        "meeting_day:2026-11-06",
        "reception_day",
    ]
    for wrong, reason in (
        ("赶集日", "WORD_UNKNOWN"),
        ("", "WORD_UNKNOWN"),
        ("说事日:明天", "DATE_INVALID"),
    ):
        with pytest.raises(BadInput, match=reason):
            tag_of(wrong)
