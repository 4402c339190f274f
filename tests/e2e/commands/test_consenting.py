"""Consent and duties by commands: before a session, and before a case is closed."""

from lianxin.cli.shipped import shipped

MEDIATORS = shipped("samples") / "anji" / "mediators.csv"
LI = "tj.shenguoqiang"


def at_the_table(county, words):
    """A dispute with a mediator, of whom nobody was asked whether it wants to be mediated."""
    county.ask("second", "mediation", "mediators", "import", str(MEDIATORS))
    options = {"respondent": "吴阿水", "request": "不要再打人"}
    number, _ = county.registered("desk", words, **options)
    county.ask("desk", "case", "accept", number, "--procedure", "人民调解", "--category", "邻里")
    county.until(
        lambda: county.type("desk", "mediation", "open", number).status == 0, "granted the case"
    )
    county.ask("desk", "mediation", "parties", number)
    county.ask("second", "mediation", "assign", number, LI)
    return number


def test_nobody_sits_down_before_both_sides_are_on_record(county):
    """Asked, refused, taken up again; the texts are there to be read."""
    number = at_the_table(county, "隔壁占了公用的晒场，说了几次都不让。")
    said = county.type("desk", "mediation", "consent", "text")
    assert "自愿" in said.out
    session = ("mediation", "session", "add", number, "--at", county.day(2), "--place", "二楼")
    assert county.reason("desk", *session) == "CONSENT_MISSING"
    record = ("mediation", "consent", "record", number)
    county.ask("desk", *record, "--party", "申请人")
    county.ask("desk", *record, "--party", "被申请人", "--refused", "--about", "愿意调解")
    shown = county.type("desk", "mediation", "consent", "show", number).out
    assert "明确拒绝" in shown
    county.ask("desk", *record, "--party", "被申请人", "--how", "宣读后口头")
    found = county.ask("desk", "mediation", "consent", "show", number)
    assert found["lacks"] == []
    assert [one["given"] for one in found["consents"] if one["counts"]] == [True] * 4
    county.ask("desk", *session)


def test_a_duty_that_the_words_suggest_is_prompted_and_waived_by_two(county):
    """Family violence keeps the sides apart until two persons found that there was none."""
    number = at_the_table(county, "丈夫喝了酒打我，还说要砍人。")
    found = county.ask("desk", "mediation", "duties", number)
    open_duties = {one["duty"] for one in found["duties"] if one["open"]}
    assert {"family_violence", "police"} <= open_duties
    assert found["apart"]
    for side in ("申请人", "被申请人"):
        county.ask("desk", "mediation", "consent", "record", number, "--party", side)
    session = ("mediation", "session", "add", number, "--at", county.day(3), "--place", "二楼")
    assert county.reason("desk", *session) == "SESSION_IMPOSSIBLE"
    why = ("--reason", "转述邻居的话，与本件当事人无关。")
    county.ask("desk", "mediation", "waive-duty", number, "家庭暴力", *why)
    decide = ("mediation", "decide-waiver", number, "家庭暴力", "--approve")
    assert county.reason("desk", *decide) == "ANOTHER_PERSON_NEEDED"
    county.ask("second", *decide)
    assert not county.ask("desk", "mediation", "duties", number)["apart"]
    county.ask("desk", *session)
