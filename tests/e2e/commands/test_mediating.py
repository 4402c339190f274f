"""A dispute settled by commands, from opening to the archive, and its file read again."""

from datetime import UTC, datetime, timedelta

from kernel.clock import SHANGHAI
from lianxin.cli.shipped import shipped

MEDIATORS = shipped("samples") / "anji" / "mediators.csv"
LI = "tj.shenguoqiang"


def an_hour_ago():
    """As people type it."""
    return (datetime.now(UTC) - timedelta(hours=1)).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def accepted(county):
    """A dispute between two neighbours, accepted for people's mediation and opened."""
    options = {"respondent": "吴阿水", "request": "把水沟疏通"}
    number, _ = county.registered("desk", "隔壁填了水沟，落雨就往屋里灌。", **options)
    county.ask("desk", "case", "accept", number, "--procedure", "人民调解", "--category", "邻里")
    county.until(
        lambda: county.type("desk", "mediation", "open", number).status == 0, "granted the case"
    )
    return number


def registered_mediators(county):
    """The register of the sample county."""
    report = county.ask("second", "mediation", "mediators", "import", str(MEDIATORS))
    assert (report["kept"], report["refused"]) == (21, 0)


def test_a_plain_case_is_settled_and_its_file_read_again(county):
    """Opened, assigned, heard, agreed in writing, paid, asked about, closed; nothing is lost."""
    registered_mediators(county)
    number = accepted(county)
    county.ask("desk", "mediation", "parties", number)
    suggested = county.ask("desk", "mediation", "suggest", number)["suggested"]
    assert suggested[0]["staff"]
    assert suggested[0]["reason_texts"]
    stamp = county.ask("second", "mediation", "assign", number, LI)["stamp"]
    assert stamp["state"] == "assigned"
    county.ask("desk", "mediation", "plan", number)
    willing = ("--party", "申请人", "--party", "被申请人")
    county.ask("desk", "mediation", "consent", "record", number, *willing)
    county.ask(
        "desk", "mediation", "session", "add", number, "--at", an_hour_ago(), "--place", "二楼"
    )
    county.ask("desk", "mediation", "facts", number, "水沟被填两米。")
    held = ("--outcome", "达成一致", "--everybody-came", "--record", "吴家愿意疏通。")
    county.ask("desk", "mediation", "session", "record", number, *held)
    agreed(county, number)
    missing = county.ask("desk", "mediation", "show", number)["missing"]
    assert set(missing) == {"CLOSING_REQUEST_OPEN", "CLOSING_RESIDENT_NOT_ASKED"}
    assert county.reason("desk", "mediation", "close", number) == "NOT_CLOSABLE"
    said = ("--finding", "已化解", "--reasons", "已疏通并赔付。")
    county.ask("desk", "mediation", "find", number, *said)
    county.ask("desk", "mediation", "ask", number, "满意")
    assert county.ask("desk", "mediation", "close", number)["stamp"]["state"] == "closed"
    read_again(county, number)


def agreed(county, number):
    """A written agreement of which only what is not on file is typed, in force and performed."""
    parts = ("content=吴家疏通水沟并付修缮费", "responsibility=吴家", "manner=转账", "place=村委会")
    term = f"by=被申请人 until={county.day(20)} amount=300.50 what=付 修缮费"
    typed = [word for part in parts for word in ("--part", part)]
    county.ask("desk", "agreement", "draft", number, *typed, "--term", term)
    county.ask("desk", "agreement", "sign", number, "--party", "申请人", "--party", "吴阿水")
    signed = county.ask("desk", "agreement", "sign", number, "--mediator", "--seal")
    assert signed["stamp"]["state"] == "performing"
    county.ask("desk", "agreement", "confirm", number, "已申请")
    paid = county.ask("desk", "agreement", "render", number, "--amount", "300.50")
    assert paid["stamp"]["state"] == "performed"


def read_again(county, number):
    """Words, names and days as they were said; in plain words for people."""
    file = county.ask("desk", "mediation", "show", number)
    [session], [agreement] = file["sessions"], file["agreements"]
    assert (session["record"], session["place"]) == ("吴家愿意疏通。", "二楼")
    assert {one["attendance"] for one in session["parties"]} == {"attended"}
    texts = {one["part"]: one["text"] for one in agreement["texts"]}
    assert texts["facts"] == "水沟被填两米。"
    assert "吴阿水" in texts["parties"]
    assert county.day(20) in texts["period"]
    [term] = agreement["terms"]
    assert (term["what"], term["term"]["amount_fen"]) == ("付 修缮费", 30_050)
    assert (agreement["confirmation"], file["closing"]["ending"]) == ("applied", "settled")
    shown = county.type("desk", "mediation", "show", number).out
    assert all(
        word in shown for word in ("已结案", "化解并履行", "吴家愿意疏通", "300.50元", "满意")
    )
    versions = county.ask("desk", "agreement", "show", number)["agreements"]
    assert [one["version"] for one in versions] == [1]
    listed = county.ask("desk", "mediation", "list", "--state", "已结案")["mediations"]
    assert number in [one["mediation"]["case_no"] for one in listed]
    assert county.reason("town", "mediation", "show", number) == "CASE_NOT_FOUND"


def test_what_a_mediator_types_wrong_is_named_with_the_words_there_are(county, tmp_path):
    """A word, a party, a mediator, a row: each refusal says what would be right."""
    number = accepted(county)
    said = county.type("desk", "mediation", "ask", number, "高兴")
    assert said.status == 2
    assert "满意" in said.err
    county.ask("desk", "mediation", "parties", number)
    wrong = ("session", "add", number, "--at", an_hour_ago(), "--party", "张三")
    assert county.reason("desk", "mediation", *wrong) == "PARTY_NAME_ONE"
    assert county.reason("second", "mediation", "assign", number, "nobody") == "MEDIATOR_UNKNOWN"
    told = county.type("desk", "mediation", "again", number)
    assert "已启动" in told.err  # the state in words, not its code
    assert county.reason("desk", "mediation", "close", number) == "ENDING_NEEDED"
    file = tmp_path / "mediators.csv"
    file.write_text("工号,单位,擅长\nT-1,没有的单位,邻里\nT-2,递铺街道人民调解委员会,烹饪\n")
    report = county.ask("second", "mediation", "mediators", "import", str(file), status=1)
    assert [list(row["errors"]) for row in report["rows"]] == [["unit"], ["mediator_fields"]]


def test_a_mediation_that_comes_to_nothing_ends_by_two_persons(county):
    """Refused, taken back, failed, tried again, withdrawn: who proposes does not decide."""
    number = accepted(county)
    county.ask("desk", "mediation", "parties", number, "--duty", "公安")
    county.ask("desk", "mediation", "refuse", number, "--ground", "一方明确拒绝")
    decided = ("mediation", "decide-refusal", number, "--reject")
    assert county.reason("desk", *decided) == "ANOTHER_PERSON_NEEDED"
    county.ask("second", *decided)
    told = ("--reported-to", "u-anji-gongan")
    county.ask("desk", "mediation", "duty", number, "公安", *told)
    county.ask("desk", "mediation", "refer", number, "--kind", "法律援助", "--to", "u-anji-sifa")
    county.ask("desk", "mediation", "refer", number, "--outcome", "已提供")
    county.ask("desk", "mediation", "dispose", number, "解释到位", "--what", "讲明规定")
    county.ask("desk", "mediation", "withdraw", number)
    confirmed = county.ask("second", "mediation", "confirm-withdrawal", number, "--approve")
    assert confirmed["stamp"]["state"] == "withdrawn"
    closed = county.ask("desk", "mediation", "close", number)["stamp"]["state"]
    file = county.ask("desk", "mediation", "show", number)
    assert (closed, file["closing"]["ending"]) == ("closed", "withdrawn")
    assert [one["outcome"] for one in file["referrals"]] == ["given"]


def ready(county, *mediators):
    """A mediation with parties who want it, and mediators."""
    registered_mediators(county)
    number = accepted(county)
    county.ask("desk", "mediation", "parties", number)
    willing = ("--party", "申请人", "--party", "被申请人")
    county.ask("desk", "mediation", "consent", "record", number, *willing)
    county.ask("second", "mediation", "assign", number, *mediators)
    return number


def test_a_case_that_goes_round_every_corner_ends_procedurally(county):
    """Recused, cancelled, failed, tried again, dropped, in default, dissatisfied."""
    number = ready(county, LI, "tj.luyongfa")
    say = lambda *words: county.ask("desk", "mediation", *words)  # noqa: E731 (shorter to read)
    say("recuse", number, "tj.luyongfa", "--why", "利害关系")
    coming = ("--at", f"{county.day(3)} 09:00", "--place", "一楼", "--apart")
    say("session", "add", number, *coming)
    about = {one["about"] for one in say("due", number)["lines"]}
    assert "session" in about
    say("session", "cancel", number)
    say("fail", number, "--route", "诉讼", "--route", "仲裁")
    assert say("again", number)["stamp"]["state"] == "opened"
    county.ask("second", "mediation", "assign", number, LI)
    say("session", "add", number, "--at", an_hour_ago(), "--place", "一楼")
    say(
        "session", "record", number, "--outcome", "达成一致", "--came", "申请人", "--came", "吴阿水"
    )
    in_default(county, number)
    say("facts", number, "水沟被填。")
    say("find", number, "--finding", "解释", "--reasons", "规划如此。")
    say("dispose", number, "依法处理", "--what", "移交", "--basis", "《治安管理处罚法》第43条")
    county.ask("second", "mediation", "approve-disposition", number)
    say("ask", number, "不满意")
    say("propose-closing", number, "--review-told")
    county.ask("second", "mediation", "decide-closing", number, "--reject")
    say("propose-closing", number, "--review-told")
    county.ask("second", "mediation", "decide-closing", number, "--approve")
    file = say("show", number)
    assert (file["mediation"]["state"], file["closing"]["ending"]) == ("closed", "procedural")
    assert [bool(one["dropped_at"]) for one in file["agreements"]] == [True, False]


def in_default(county, number):
    """An oral agreement, drafted twice, whose only term is overdue; then performance goes on."""
    term = ("--form", "口头", "--term", f"by=吴阿水 until={county.day(-2)} what=疏通水沟")
    county.ask("desk", "agreement", "draft", number, *term)
    county.ask("desk", "agreement", "drop", number)
    county.ask("desk", "agreement", "draft", number, *term)
    assert county.reason("desk", "agreement", "sign", number) == "HAND_NEEDED"
    county.ask("desk", "agreement", "sign", number, "--record")
    assert county.ask("desk", "agreement", "default", number)["stamp"]["state"] == "defaulted"
    county.ask("desk", "agreement", "resume", number)


def test_a_claim_that_is_answered_in_writing_is_carried_out(county):
    """支持并落实: found, answered, carried out, closed with the ending that was said."""
    number = ready(county, LI)
    day = county.day(-30)
    county.ask("desk", "mediation", "harm-known", number, day)
    limits = county.ask("desk", "mediation", "due", number)["lines"]
    assert [one["since_on"] for one in limits if one["about"] == "limitation"] == [day]
    county.ask("desk", "mediation", "facts", number, "水沟被填。")
    said = ("--finding", "支持", "--reasons", "应当疏通。", "--due", county.day(20))
    county.ask("desk", "mediation", "find", number, *said)
    county.ask("desk", "mediation", "answer", number)
    county.ask("desk", "mediation", "carry-out", number)
    county.ask("desk", "mediation", "ask", number, "基本满意")
    closed = county.ask("desk", "mediation", "close", number, "--ending", "支持并落实")
    assert closed["stamp"]["state"] == "closed"
    shown = county.type("second", "mediation", "mediators", "list", "--unit", "乡贤评理堂").out
    assert "tj.laozhong" in shown


def test_an_agreement_is_performed_after_its_case_had_ended(county):
    """达成协议待履行 ends the case; taken up again, paid, asked, closed: it ends as settled."""
    number = ready(county, LI)
    say = lambda *words: county.ask("desk", "mediation", *words)  # noqa: E731 (shorter to read)
    say("session", "add", number, "--at", an_hour_ago(), "--place", "一楼")
    say("session", "record", number, "--outcome", "达成一致", "--everybody-came")
    owed = f"by=吴阿水 until={county.day(9)} amount=300 what=付修缮费"
    county.ask("desk", "agreement", "draft", number, "--form", "口头", "--term", owed)
    county.ask("desk", "agreement", "sign", number, "--record")
    say("facts", number, "水沟被填。")
    say("find", number, "--finding", "已化解", "--reasons", "分期付款。")
    say("ask", number, "满意")
    assert say("close", number)["stamp"]["state"] == "closed"
    close = ("case", "close", number, "--ending")
    assert county.reason("desk", "mediation", "close", number) == "MEDIATION_CLOSED"
    county.until(
        lambda: county.type("desk", *close, "达成协议待履行").status == 0, "ended as agreed"
    )
    county.until(
        lambda: county.reason("desk", "mediation", "close", number) == "MEDIATED_CASE_ENDED",
        "the mediation knows that its case has ended",
    )
    reopened = county.ask("second", "case", "reopen", number, "--grounds", "未履行")
    assert (reopened["stamp"]["state"], reopened["stamp"]["epoch"]) == ("held", 2)

    def taken_up():
        return say("show", number)["mediation"]["state"] == "performing"

    county.until(taken_up, "the mediation is back")
    county.until(lambda: county.custody("desk", number)["state"] == "held", "held again")
    assert {one["about"] for one in say("due", number)["lines"]} >= {"term"}
    paid = county.ask("desk", "agreement", "render", number, "--amount", "300")
    assert paid["stamp"]["state"] == "performed"
    assert county.reason("desk", "mediation", "close", number) == "NOT_CLOSABLE"
    say("ask", number, "满意")
    assert say("close", number)["stamp"]["state"] == "closed"
    assert county.reason("desk", *close, "达成协议待履行") == "CASE_NOT_CLOSABLE"
    county.until(lambda: county.type("desk", *close, "化解并履行").status == 0, "ended as settled")
    kinds = [entry["kind"] for entry in county.ask("desk", "case", "log", number)["entries"]]
    assert kinds.count("mediation.reopened") == 1
