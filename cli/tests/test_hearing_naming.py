"""Ids and codes of planning in the words that a clerk knows."""

import pytest

from lianxin.cli.commands.hearing_day import by_name
from lianxin.cli.errors import BadInput
from lianxin.cli.files.units import Units
from lianxin.cli.hearings.naming import clash_fields, clash_rows, with_names
from lianxin.cli.hearings.setting import Register, sent

KNOWN = {"71dd24e0-c961-75d7-b2f1-396f7ef76ce2": "谷向东", "u-anji-shuili": "县水利局窗口"}
CHAIR, DEPARTMENT = KNOWN


def read(text):
    """Names for what is known; everything else as it is."""
    return with_names(text, lambda one: KNOWN.get(one, one))


def test_ids_in_a_sentence_become_names_and_nothing_else_changes():
    """A demand names whom it is about; the number of a case and an unknown id stay."""
    said = f"听证 330523-2026-00005 的主持人固定为 {CHAIR}，{DEPARTMENT}={CHAIR}"
    assert read(said) == "听证 330523-2026-00005 的主持人固定为 谷向东，县水利局窗口=谷向东"
    assert read("01150e79-fa53-712e-8fc5-63de6bbadc0c") == "01150e79-fa53-712e-8fc5-63de6bbadc0c"


def test_a_clash_is_shown_in_words_with_the_code_that_despite_takes():
    """People and departments by name, clocks and kinds of members by their words."""
    found = [
        {"kind": kind, "subject": subject, "other": other, "refuses": True, "text": "冲突"}
        for kind, subject, other in (
            ("BUSY", CHAIR, ""),
            ("CLOCK_TIGHT", "route", "2026-12-07"),
            ("QUOTA", "lawyer", "1"),
            ("DEPARTMENT", DEPARTMENT, ""),
        )
    ]
    rows = clash_rows(found, read)
    assert [row["subject"] for row in rows] == ["谷向东", "转送、交办", "律师", "县水利局窗口"]
    assert [row["clash_kind"] for row in rows] == [one["kind"] for one in found]


def test_a_refusal_lists_its_clashes_in_words():
    """Each field keeps its text and its code, and two of one kind stay apart."""
    fields = {f"BUSY:{CHAIR}": "没有空", f"DEPARTMENT:{DEPARTMENT}": "没有派", "PANEL::5": "人数"}
    shown = clash_fields(fields, read)
    assert list(shown) == ["谷向东 [BUSY]", "县水利局窗口 [DEPARTMENT]", "5 [PANEL]"]
    assert list(shown.values()) == list(fields.values())


def test_what_is_taken_is_named_without_a_kind():
    """Who is booked for which hearing, or is away: the ids alone become names."""
    shown = clash_fields({f"{CHAIR}:330523-2026-00010": "另有听证", CHAIR: "不在"}, read)
    assert list(shown) == ["谷向东 330523-2026-00010", "谷向东"]


def test_everybody_of_a_day_is_called_by_name():
    """Members by number and name, parties as given, wherever the day names them."""
    said = [{"attendee": "party:p1", "text": "三年"}, {"attendee": "member:3", "text": "问"}]
    day = {
        "sittings": [
            {
                "attendances": [
                    {"attendee": "member:3", "name": "胥长水"},
                    {"attendee": "party:p1", "name": ""},
                ]
            }
        ],
        "evidence": [{"attendee": "party:p1"}],
        "statements": said,
        "minutes": [{"hands": [{"attendee": "member:3"}, {"attendee": "party:p2"}]}],
    }
    shown = by_name(day, {"p1": "何**（申请人）"})
    assert [one["attendee"] for one in shown["statements"]] == ["何**（申请人）", "3 胥长水"]
    assert shown["evidence"] == [{"attendee": "何**（申请人）"}]
    hands = [one["attendee"] for one in shown["minutes"][0]["hands"]]
    assert hands == ["3 胥长水", "party:p2"]
    assert shown["sittings"][0]["attendances"][1]["attendee"] == "何**（申请人）"


@pytest.mark.parametrize("department", [DEPARTMENT, "县水利局窗口"])
def test_a_department_that_sends_somebody_is_called_by_its_title_or_its_id(department):
    """As everywhere else; what is no department, or sends nobody, is refused with the option."""
    units = Units({"units": [{"id": DEPARTMENT, "title": "县水利局窗口"}]})
    register = Register(None)  # ids need no looking up
    (one,) = sent([f"{department}={CHAIR}"], units, register)
    assert (one.department_id, one.person_id) == (DEPARTMENT, CHAIR)
    for wrong in (f"县气象局={CHAIR}", department):
        with pytest.raises(BadInput) as caught:
            sent([wrong], units, register)
        assert caught.value.ids["field"] == "--sends"
