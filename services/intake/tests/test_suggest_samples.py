import json
import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from intake.suggest import Matter, RuleClassifier, shipped_classifier
from intake.suggest.rulebook import shipped_categories
from kernel.directory import read_directory

SAMPLES = Path(__file__).parents[3] / "deploy/samples/anji"
CASES = [json.loads(line) for line in (SAMPLES / "cases.jsonl").read_text("utf-8").splitlines()]
TODAY = date(2026, 11, 20)
FIELDS = ("procedure", "category", "purpose", "difficulty", "colour")


@pytest.fixture(scope="module")
def classifier() -> RuleClassifier:
    return shipped_classifier()


def matter(case) -> Matter:
    return Matter(
        narrative=case["narrative"],
        requests=tuple(case["requests"]),
        channel=case["channel"],
        place_code=case["place_code"],
        respondents=frozenset(it["kind"] for it in case["parties"] if it["role"] == "respondent"),
        headcount=case["headcount"],
        received_on=datetime.fromisoformat(case["received_at"]).date(),
        registered_on=TODAY,
    )


def share_right(classifier: RuleClassifier, field: str, shown: int = 1) -> float:
    right = 0
    for case in CASES:
        values = [it.value for it in classifier.suggest(matter(case)) if it.field == field]
        right += case["expected"][field] in values[:shown]
    return right / len(CASES)


@pytest.mark.parametrize(
    "field,floor",
    [
        ("procedure", 0.80),
        ("category", 0.80),
        ("purpose", 0.95),
        ("difficulty", 0.70),
        ("colour", 0.80),
    ],
)
def test_suggestions_agree_with_the_labels(classifier, field, floor):
    """Suggestions agree with the labels of the samples at least as often as when written."""
    # Same hands wrote both: a guard against getting worse, no measure of strangers' matters.
    assert share_right(classifier, field) >= floor


def test_the_right_category_is_among_those_shown(classifier):
    """The labelled category is among the candidates shown for nine matters of ten."""
    assert share_right(classifier, "category", shown=3) >= 0.88


def test_every_urgent_sample_is_flagged(classifier):
    """No urgent sample goes unflagged, and few others are flagged."""
    flagged = {
        case["source_no"]: any(
            it.field == "flag" and it.value == "urgent" for it in classifier.suggest(matter(case))
        )
        for case in CASES
    }
    urgent = {case["source_no"] for case in CASES if case["urgent"]}
    assert all(flagged[number] for number in urgent)
    assert sum(flagged.values()) - len(urgent) <= 8


def test_samples_cover_categories_and_ways():
    """At least 300 samples, each told once, over every category, procedure, purpose and level."""
    assert len(CASES) >= 300
    assert len({case["narrative"] for case in CASES}) == len(CASES)
    assert {case["expected"]["category"] for case in CASES} == set(shipped_categories())
    counts = {field: len({case["expected"][field] for case in CASES}) for field in FIELDS[2:]}
    assert counts == {"purpose": 6, "difficulty": 3, "colour": 3}
    assert len({case["expected"]["procedure"] for case in CASES}) == 6
    assert len({case["channel"] for case in CASES}) == 14


def test_every_practice_has_several_samples():
    """Each practice of the centres is played by at least three samples."""
    practices = Counter(name for case in CASES for name in case["practice"])
    assert len(practices) >= 40
    assert min(practices.values()) >= 3


def test_samples_stand_in_the_directory():
    """Places and units named by the samples are in the sample directory."""
    directory = read_directory((SAMPLES / "directory.yaml").read_bytes())
    for case in CASES:
        assert directory.site_by_code(case["place_code"], TODAY) is not None
        expected = case["expected"]
        assert expected["placement_site"] in directory.sites
        assert expected["placement_unit"] is None or expected["placement_unit"] in directory.units
        assert set(case["about_units"]) <= directory.units.keys()


def test_samples_name_nobody_real():
    """Telephones are of the unassigned block, organisations are marked as examples."""
    parties = [party for case in CASES for party in case["parties"]]
    phones = [party["phone"] for party in parties if party["phone"]]
    assert all(re.fullmatch(r"1990000\d{4}", phone) for phone in phones)
    assert all("（示例）" in it["name"] for it in parties if it["kind"] == "organisation")
