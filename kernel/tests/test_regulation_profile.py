"""Profiles: strict loading, what the shipped ones say, and the checker."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from kernel.regulation import (
    FindingKind,
    Procedure,
    Profile,
    ProfileInvalid,
    ProfileUnknown,
    SuspensionKind,
    Unit,
    Whose,
    check,
    find_profile,
    load_profile,
    parse_profile,
)

FOLDER = Path(__file__).parents[2] / "deploy/regulation"
NATIONAL = yaml.safe_load((FOLDER / "cn-2022.yaml").read_text(encoding="utf-8"))
CN = find_profile("cn-2022", FOLDER)
ZJ = find_profile("zj-2016-historical", FOLDER)


def changed(path: str, value: object) -> str:
    """The text of the national profile with one field set, or removed when `value` is `...`."""
    raw: dict[str, Any] = copy.deepcopy(NATIONAL)
    *above, last = path.split(".")
    inner: Any = raw
    for key in above:
        inner = inner[int(key) if isinstance(inner, list) else key]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return json.dumps(raw)  # JSON is YAML


def with_change(path: str, value: object) -> Profile:
    """The national profile with one field set."""
    return parse_profile(changed(path, value), "changed.yaml")


@pytest.mark.parametrize("profile", [CN, ZJ], ids=["cn", "zj"])
def test_shipped_profiles_cite_an_article_for_everything(profile: Profile) -> None:
    """No value lacks its article, and the file says that a lawyer must check it."""
    kinds = {finding.kind for finding in check(profile, CN)}
    assert FindingKind.MISSING_ARTICLE not in kinds
    assert "律师" in profile.notice.zh
    assert "lawyer" in profile.notice.en


def test_the_national_profile_holds_the_values_of_the_regulation() -> None:
    """A few numbers that everything else rests on."""
    assert [CN.clocks[c].limit for c in ("route", "notice", "handling", "review")] == [
        15,
        15,
        60,
        30,
    ]
    assert CN.clocks["objection"].unit is Unit.WORKING_DAYS
    extension = CN.clocks["handling"].extension
    assert extension is not None
    assert (extension.most, extension.tell_resident) == (30, True)
    assert CN.rules.representatives.most_for(200) == 5
    assert CN.rules.satisfaction.dissatisfied[Procedure.HOTLINE].value == "done_again"
    called_back = CN.clock(CN.rules.satisfaction.call_back_clock)
    assert not CN.is_national(called_back.article)


def test_papers_are_served_within_days_that_a_place_may_set_by_kind() -> None:
    """No law sets the day for serving; a local text may, and only by a clock that is there."""
    assert CN.rules.service.clock_of("opinion") == "serve"
    assert not CN.is_national(CN.clock("serve").article)
    rule = parse_profile(changed("rules.service.by_kind", {"opinion": "route"})).rules.service
    assert (rule.clock_of("opinion"), rule.clock_of("review_opinion")) == ("route", "serve")
    with pytest.raises(ProfileInvalid) as found:
        parse_profile(changed("rules.service.by_kind", {"opinion": "nowhere"}))
    assert found.value.field == "rules.service.by_kind.opinion"


def test_only_rereview_among_citizens_clocks_can_stop() -> None:
    """The text stops this clock only, for the hearing."""
    stoppable = [
        (clock.id, clock.suspension.kind)
        for clock in CN.clocks.values()
        if clock.whose is Whose.CITIZEN and clock.suspension
    ]
    assert stoppable == [("rereview", SuspensionKind.HEARING)]


def test_the_historical_profile_differs_as_places_do() -> None:
    """Five working days to answer, thirty days to handle, three persons for ten people."""
    assert (ZJ.clocks["notice"].limit, ZJ.clocks["notice"].unit) == (5, Unit.WORKING_DAYS)
    assert ZJ.clocks["handling"].limit == 30
    assert [ZJ.rules.representatives.most_for(n) for n in (10, 11)] == [3, 5]


def test_the_checker_finds_what_is_looser() -> None:
    """The historical extension of 60 days is looser than the national 30; nothing else is."""
    assert check(CN, CN) == []
    (finding,) = check(ZJ, CN)
    assert (finding.kind, finding.field) == (FindingKind.LOOSER, "clocks.handling.extension.most")
    assert (finding.here, finding.national) == ("60", "30")


@pytest.mark.parametrize(
    ("path", "value", "kind", "field"),
    [
        ("clocks.handling.limit", 61, "looser", "clocks.handling.limit"),
        ("clocks.review_request.limit", 20, "looser", "clocks.review_request.limit"),
        ("clocks.objection.unit", "natural_days", None, ""),
        ("clocks.notice.unit", "working_days", "looser", "clocks.notice.limit"),
        ("clocks.route.starts", "registration", "looser", "clocks.route.starts"),
        ("clocks.notice.not_owed_if", ["busy"], "looser", "clocks.notice.not_owed_if"),
        (
            "clocks.handling.extension.approval",
            "both_parties",
            "looser",
            "clocks.handling.extension.approval",
        ),
        (
            "clocks.handling.extension.tell_resident",
            False,
            "looser",
            "clocks.handling.extension.tell_resident",
        ),
        ("clocks.court_rule.extension.most", 30, None, ""),
        ("clocks.handling.extension.most", ..., "looser", "clocks.handling.extension.most"),
        (
            "clocks.review.extension",
            {"most": 5, "approval": "head_of_unit", "article": ["practice"]},
            "looser",
            "clocks.review.extension",
        ),
        (
            "clocks.review.suspension",
            {"kind": "hearing", "article": ["practice"]},
            "stops_clock",
            "clocks.review.suspension",
        ),
        ("clocks.review.article", [], "missing_article", "clocks.review.article"),
        ("clocks.review", ..., "missing_clock", "clocks.review"),
        ("rules.representatives.most", 6, "looser", "rules.representatives.most"),
        ("rules.review.body", "superior_of_holder", "looser", "rules.review.body"),
        (
            "rules.satisfaction.dissatisfied.petition",
            "nothing",
            "looser",
            "rules.satisfaction.dissatisfied.petition",
        ),
        (
            "rules.satisfaction.call_back_by_handler",
            True,
            "looser",
            "rules.satisfaction.call_back_by_handler",
        ),
        (
            "rules.mediation.consent_before_session",
            False,
            "looser",
            "rules.mediation.consent_before_session",
        ),
        ("rules.mediation.recusal_by_one_side", True, None, ""),
        (
            "rules.inviting.consent_to_session",
            False,
            "looser",
            "rules.inviting.consent_to_session",
        ),
        ("rules.inviting.sight_days_after", 30, None, ""),
        (
            "rules.silence.1.means",
            "right_lapsed",
            "looser",
            "rules.silence.objection_decision.means",
        ),
        ("clocks.hotline.limit", 30, None, ""),
    ],
)
def test_each_loosening_is_found(path: str, value: object, kind: str | None, field: str) -> None:
    """One change of the national profile gives one finding, or none if it protects as much."""
    found = [(f.kind.value, f.field) for f in check(with_change(path, value), CN)]
    assert found == ([(kind, field)] if kind else [])


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("surplus", 1, "surplus"),
        ("version", ..., "version"),
        ("version", 2022, "version"),
        ("warning_time", "8 o'clock", "warning_time"),
        ("clocks.handling.limit", "sixty", "clocks.handling.limit"),
        ("clocks.handling.limit", 0, "clocks.handling.limit"),
        ("clocks.handling.limit", ..., "clocks.handling.limit"),
        ("clocks.handling.unit", "fortnights", "clocks.handling.unit"),
        ("clocks.handling.whose", ..., "clocks.handling"),
        ("clocks.handling.deadline", 1, "clocks.handling"),
        ("clocks.handling.article", ["nowhere:34"], "clocks.handling.article"),
        ("clocks.handling.ladder", "rope", "clocks.handling.ladder"),
        ("clocks.handling.warn_days", [-1], "clocks.handling.warn_days"),
        ("clocks.handling.extension.most", 0, "clocks.handling.extension.most"),
        ("clocks.assignment.limit", 5, "clocks.assignment.limit"),
        (
            "clocks.handling.suspension",
            {"kind": "local", "article": ["practice"]},
            "clocks.handling.suspension.kind",
        ),
        (
            "clocks.notice.suspension",
            {"kind": "local", "article": ["practice"]},
            "clocks.notice.suspension.kind",
        ),
        (
            "clocks.mediation.suspension",
            {"kind": "local", "article": ["practice"]},
            "clocks.mediation.suspension",
        ),
        ("ladders.local.steps", [], "ladders.local.steps"),
        ("rules.hearing.panel_least", 4, "rules.hearing.panel_least"),
        ("rules.hearing.panel_odd", False, "rules.hearing.panel_odd"),
        ("rules.hearing.notice_unit", "years", "rules.hearing.notice_unit"),
        ("rules.hearing.decision_days", 0, "rules.hearing.decision_days"),
        ("rules.hearing.decision_unit", "months", "rules.hearing.decision_days"),
        ("rules.hearing.silence", "perhaps", "rules.hearing.silence"),
        ("rules.hearing.asked_by", ["anybody"], "rules.hearing.asked_by[0]"),
        ("rules.hearing.panel_most", 3, "rules.hearing.panel_most"),
        ("rules.hearing.quotas", [{"kind": "lawyer", "least": 9}], "rules.hearing.quotas"),
        ("rules.hearing.minutes", 481, "rules.hearing.minutes"),
        ("rules.hearing.published_days_most", 0, "rules.hearing.published_days_most"),
        ("rules.hearing.acknowledge_days", 0, "rules.hearing.objection_days"),
        ("rules.hearing.midday", {"begins": "13:30", "ends": "11:30"}, "rules.hearing.midday"),
        ("rules.hearing.midday", {"begins": "11:30", "ends": "noon"}, "rules.hearing.midday"),
        ("rules.sign_for_clock", "sign", "rules.sign_for_clock"),
        ("rules.circling.most_handovers", 0, "rules.circling.most_handovers"),
        ("rules.representatives.most", 0, "rules.representatives.most"),
        ("rules.difficulty.simple.clock", "quick", "rules.difficulty.simple.clock"),
    ],
)
def test_a_wrong_profile_names_its_file_and_field(path: str, value: object, field: str) -> None:
    """Unknown, missing, ill-typed and contradictory fields are refused by name."""
    with pytest.raises(ProfileInvalid) as refused:
        with_change(path, value)
    assert (refused.value.file, refused.value.field) == ("changed.yaml", field)


def test_a_key_written_twice_is_refused(tmp_path: Path) -> None:
    """YAML would silently take the last of two limits."""
    path = tmp_path / "twice.yaml"
    text = (FOLDER / "cn-2022.yaml").read_text(encoding="utf-8")
    path.write_text(
        text.replace("    limit: 60\n", "    limit: 60\n    limit: 90\n"), encoding="utf-8"
    )
    with pytest.raises(ProfileInvalid, match="'limit' is written twice"):
        load_profile(path)


@pytest.mark.parametrize("text", ["", "- 1", "id: [", "id: !!python/object:os.system {}"])
def test_what_is_no_profile_is_refused(text: str) -> None:
    """Nothing, a list, broken YAML and YAML that would run code."""
    with pytest.raises(ProfileInvalid):
        parse_profile(text)


def test_an_absent_profile_is_refused_with_those_there_are() -> None:
    """A wrong name answers with the right ones; a path that leads nowhere is refused too."""
    with pytest.raises(ProfileUnknown) as refused:
        find_profile("../cn-2022", FOLDER)
    assert refused.value.known == ("cn-2022", "zj-2016-historical")
    with pytest.raises(ProfileInvalid):
        load_profile(FOLDER / "absent.yaml")


def test_the_digest_pins_the_content() -> None:
    """Comments and order do not change it; any value does."""
    same = with_change("id", "cn-2022")
    assert same.digest == CN.digest
    assert with_change("clocks.handling.limit", 59).digest != CN.digest
    assert with_change("version", "2022.2").digest != CN.digest


def test_citations_are_written_out() -> None:
    """In Chinese with 第…条, in English with Art.; practice names its place."""
    assert (
        CN.cite(CN.clocks["confirmation"].article) == "《人民调解法》第33条、《民事诉讼法》第205条"
    )
    assert CN.cite(CN.clocks["assignment"].article) == "《信访工作条例》第22条(3)"
    assert CN.cite(CN.clocks["simple"].article) == "地方做法（东至县）"
    assert CN.cite(CN.clocks["review"].article, "en").endswith("(2022), Art. 35")
    assert CN.cite(()) == ""
