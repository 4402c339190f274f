"""Every due date explains itself, in two languages and as JSON."""

import json
from datetime import date
from pathlib import Path

import pytest

from kernel.calendar import seed_calendar
from kernel.regulation import (
    Extension,
    Suspension,
    SuspensionKind,
    Unit,
    due,
    explain_due_json,
    explain_text,
    load_profile,
)
from kernel.regulation.catalogue import catalogue

CN = load_profile(Path(__file__).parents[2] / "deploy/regulation/cn-2022.yaml")
CALENDAR = seed_calendar()


def test_the_example_of_the_regulation_explains_itself() -> None:
    """Accepted on 1 October 2023: sixty days end on 30 November, by Art. 34."""
    answer = due(CN, "handling", date(2023, 10, 1), calendar=CALENDAR)
    assert explain_text(CN, answer) == (
        "依据《信访工作条例》第34条，办理期限为60日，自2023年10月1日（受理之日）的次日起算。"
        "期限最后一日为2023年11月30日。期限于2023年11月30日24时（北京时间）届满。"
    )


def test_a_roll_and_an_extension_are_told() -> None:
    """The text names the extension, who must agree, the holiday and the day after it."""
    answer = due(CN, "handling", date(2026, 7, 4), calendar=CALENDAR, extensions=[Extension(30)])
    text = explain_text(CN, answer)
    assert "延长30日（须经机关、单位负责人批准）" in text
    assert "该日为国庆节假期，顺延至其后第一个工作日2026年10月8日" in text


def test_a_hearing_is_told_with_its_article() -> None:
    """Days not counted name the article that stops the clock."""
    hearing = Suspension(SuspensionKind.HEARING, date(2026, 3, 9), date(2026, 3, 20))
    answer = due(CN, "rereview", date(2026, 3, 2), calendar=CALENDAR, suspensions=[hearing])
    assert "依据《信访工作条例》第36条，2026年3月9日至2026年3月20日为听证所需时间" in explain_text(
        CN, answer
    )


def test_a_roll_over_a_hearing_is_told() -> None:
    """A last day that lands in a standstill moves past it, and the text says so."""
    hearing = Suspension(SuspensionKind.HEARING, date(2026, 2, 24), date(2026, 2, 25))
    answer = due(CN, "rereview", date(2026, 1, 17), calendar=CALENDAR, suspensions=[hearing])
    assert (answer.explanation.nominal, answer.due) == (date(2026, 2, 16), date(2026, 2, 26))
    assert "顺延至其后第一个工作日2026年2月26日" in explain_text(CN, answer)


def test_a_guess_says_that_it_is_one() -> None:
    """Provisional dates name the year that is not published; open suspensions say they are open."""
    answer = due(CN, "handling", date(2026, 11, 15), calendar=CALENDAR)
    assert explain_text(CN, answer).endswith(
        "2027年放假安排尚未公布，此日期为暂定，公布后重新计算。"
    )
    stop = Suspension(SuspensionKind.LOCAL, date(2026, 3, 4), look_again=date(2026, 3, 9))
    paused = due(CN, "ordinary", date(2026, 3, 2), calendar=CALENDAR, suspensions=[stop])
    assert "此日期为暂定" in explain_text(CN, paused)
    assert explain_text(CN, paused, "en").endswith("this date is provisional.")


@pytest.mark.parametrize("clock_id", sorted(CN.clocks))
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_clock_has_words(clock_id: str, locale: str) -> None:
    """No clock lacks a sentence, and no placeholder is left open."""
    on = date(2026, 9, 28) if CN.clocks[clock_id].unit is Unit.BY_DATE else None
    answer = due(CN, clock_id, date(2026, 9, 24), calendar=CALENDAR, on=on)
    text = explain_text(CN, answer, locale)
    assert CN.cite(CN.clocks[clock_id].article, locale) in text
    assert "{" not in text
    assert "None" not in text


def test_both_languages_say_the_same_things() -> None:
    """The two catalogues have the same keys, and a name for every seeded holiday."""
    assert catalogue("zh-CN").keys() == catalogue("en").keys()
    names = {row.name for row in CALENDAR.rows() if not row.is_workday}
    assert {("holiday", name) for name in names} <= catalogue("zh-CN").keys()
    assert catalogue("zh-CN").holiday("a local one") == "节假日"


def test_the_json_is_plain_and_pins_the_profile() -> None:
    """It holds what `lianxin regulation due --json` promises, as plain values."""
    answer = due(CN, "objection", date(2026, 9, 24), calendar=CALENDAR)
    told = json.loads(json.dumps(explain_due_json(CN, answer)))
    assert told["due"] == "2026-10-09"
    assert told["due_at"] == "2026-10-09T16:00:00+00:00"
    assert told["article"] == "《信访工作条例》第23条"
    assert told["provisional"] is False
    assert told["profile"] == {"id": "cn-2022", "version": CN.version, "digest": CN.digest}
    explanation = told["explanation"]
    assert (explanation["rule"], explanation["limit"]) == ("working_days", 5)
    assert explanation["counted_from"] == "2026-09-25"
    assert len(explanation["skipped"]) == 10
    assert explanation["text"]["zh-CN"] == explain_text(CN, answer)
