"""Every command of the counter: taking in, answering, files, linking, ending."""

import pytest

PDF = b"%PDF-1.4 a scan of the agreement"
UNFIT = "CASE_NOT_CLOSABLE"
OPINION = tuple(
    word
    for said in (
        "facts=沟被石渣填了",
        "basis=xinfang_2022:32",
        "outcome=supported",
        "opinion=三日内疏通",
        "review_body=s-anji",
    )
    for word in ("--set", said)
)
"""What a written opinion says; nobody is served whose address was not given."""


def test_taken_in_answered_and_closed(county, tmp_path):
    """受理, 分类, 逐条答复, 办结; receipt, new code, log, reads and what the resident is told."""
    number, code = county.registered("desk", request="疏通排水沟")
    paper = county.ask("desk", "case", "receipt", number, "--code", code, "--out", f"{tmp_path}/r")
    assert (tmp_path / "r").read_bytes().startswith(b"%PDF"), paper
    county.ask("desk", "case", "classify", number, "category=邻里", "colour=yellow")
    county.ask("desk", "case", "accept", number, "--procedure", "信访事项")
    county.ask("desk", "case", "note", number, "已到现场看过。")
    done = ("case", "answer", number, "沟已疏通。", "--request", "1", "--finding", "支持")
    assert county.reason("desk", "case", "close", number, "--ending", "支持并落实") == UNFIT
    county.ask("desk", *done)
    shown = county.ask("desk", "case", "show", number, "--unmask", "--why", "电话答复")
    assert shown["case"]["content"]["parties"][0]["name"] == "何木根"
    assert shown["case"]["content"]["requests"][0]["finding"] == "supported"
    assert [one["text"] for one in shown["writings"]] == ["已到现场看过。"]
    reads = county.ask("inspector", "case", "reads", number)["reads"]
    assert "desk" in [read["reader"] for read in reads]
    fresh = county.ask("desk", "case", "reissue-code", number, "--check", "本人熟识")["query_code"]
    assert county.reason("nobody", "case", "track", number, code) == "TRACKING_REFUSED"
    opinion = ("document", "make", number, "opinion", *OPINION, "--out", f"{tmp_path}/opinion.docx")
    county.ask("desk", *opinion)
    county.ask("desk", "case", "close", number, "--ending", "支持并落实")
    county.until(lambda: county.custody("desk", number)["state"] == "ended", "ended")
    assert county.ask("nobody", "case", "track", number, fresh)["ended"] is True
    kinds = [entry["kind"] for entry in county.ask("desk", "case", "log", number)["entries"]]
    assert {"intake.registered", "intake.accepted", "note.added"} <= set(kinds)


def test_answered_on_the_spot_and_reopened(county):
    """当场答复 is one step; new facts reopen it, decided by a second person."""
    number, _ = county.registered("desk")
    county.ask("desk", "case", "answer", number, "已当面说清。", "--settled")
    county.until(lambda: county.custody("desk", number)["state"] == "ended", "ended")
    county.ask("second", "case", "reopen", number, "--grounds", "新情况")
    county.until(lambda: county.custody("desk", number)["state"] == "held", "held again")


def test_called_back_done_again_and_evaluated(county):
    """回访 by the joint office, never by the handler; 不满意 of a ticket: done again; then 评价."""
    number, code = county.registered("desk")
    county.ask("desk", "case", "accept", number, "--procedure", "12345诉求")
    assert county.reason("desk", "case", "close", number, "--ending", "化解并履行") == UNFIT
    county.ask(
        "desk", "case", "answer", number, "沟已疏通。", "--request", "1", "--finding", "settled"
    )
    county.ask("desk", "case", "close", number, "--ending", "化解并履行")

    def due():
        lines = county.ask("office", "callback", "list", "--limit", "200")["callbacks"]
        return number in [one["case_no"] for one in lines]

    county.until(due, "due at the joint office")
    seen = county.ask("desk", "callback", "list")["others"]
    assert ("u-anji-lianxiban", number) in [(one["unit_id"], one["case_no"]) for one in seen]
    own = ("callback", "record", number, "--result", "已联系上", "--unit", "满意")
    assert county.reason("desk", *own) == "CALLBACK_BY_HANDLER"
    (contact,) = county.ask("office", "callback", "show", number)["contacts"]
    assert contact["phone"] == "19900008888"
    missed = county.ask("office", "callback", "record", number, "--result", "未接通")
    assert (missed["callback"]["state"], missed["callback"]["attempts"]) == ("due", 1)
    said = county.type(
        "office", "callback", "record", number, "--result", "reached", "--unit", "不满意"
    )
    assert "重新办理" in said.out, said.err
    county.until(lambda: county.custody("desk", number)["state"] == "held", "done again")
    kinds = [entry["kind"] for entry in county.ask("desk", "case", "log", number)["entries"]]
    assert {"intake.called_back", "intake.redo_wanted", "custody.reopened"} <= set(kinds)

    def closed():
        words = ("case", "close", number, "--ending", "化解并履行", "--json")
        return county.type("desk", *words).status == 0

    county.until(closed, "closed again")
    county.until(due, "due again")
    told = county.type("nobody", "case", "track", number, code).out
    assert "回访" in told
    assert "评价" in told
    grades = ("--office", "满意", "--unit", "基本满意")
    assert county.ask("nobody", "evaluate", number, code, *grades)["case_no"] == number
    assert county.reason("nobody", "evaluate", number, code, *grades) == "EVALUATED_BEFORE"
    given = county.ask("office", "callback", "assign", number, "--to", "u-anji-ducha")
    assert given["callback"]["unit_id"] == "u-anji-ducha"
    assert county.ask("desk", "callback", "totals")["unit"]["too_few"] is True


def test_amended_merged_linked_and_a_group(county):
    """补正, 并案, 关联, 群体: the merged number resolves, members get codes of their own."""
    first, _ = county.registered("desk")
    second, code = county.registered("desk", "还是那条沟，我家也淹了。")
    third, _ = county.registered("desk", "沟边的路也塌了。")
    amended = ("case", "amend", first, "--why", "补充", "--narrative", "沟被石渣填了四十公分。")
    county.ask("desk", *amended, "--add-request", "清掉石渣", "--add-party", "吴大顺::respondent")
    requests = county.type("desk", "case", "show", first).out
    assert "清掉石渣" in requests
    county.ask("desk", "case", "merge", second, first)
    assert county.ask("desk", "case", "show", second)["merged_into_no"] == first
    assert first in county.type("desk", "case", "show", second).out
    county.until(lambda: "并入了另一件" in county.type("desk", "case", "log", first).out, "told")
    assert "将本件并入另一件" in county.type("desk", "case", "log", second).out
    county.ask("desk", "case", "link", third, first, "--kind", "同一事项")
    group = ("case", "link-group", first, "--headcount", "12", "--mandate", "陈述")
    answer = county.ask("desk", *group, "--representative", "何木根:19900008888")
    assert len(answer["party_codes"]) == 1
    told = county.ask("nobody", "case", "track", second, code)
    assert told["case_no"] == first


def test_refused_withdrawn_voided(county):
    """不予受理 and 撤回 wait for another person; 误登 is voided with its reason."""
    refused, _ = county.registered("desk")
    words = ("case", "refuse", refused, "--kind", "非本单位职权", "--grounds", "属市容事项")
    county.ask("desk", *words, "--route", "县综合执法局")
    assert county.reason("desk", "case", "decide-refusal", refused, "--approve")
    county.ask("second", "case", "decide-refusal", refused, "--reject", "--why", "应受理")
    gone, _ = county.registered("desk")
    county.ask("desk", "case", "withdraw", gone, "--why", "双方已和好")
    county.ask("second", "case", "confirm-withdrawal", gone, "--yes")
    county.until(lambda: county.custody("desk", gone)["ending"] == "withdrawn", "withdrawn")
    wrong, _ = county.registered("desk")
    county.ask("desk", "case", "void", wrong, "--why", "登错站点")
    county.until(lambda: county.custody("desk", wrong)["ending"] == "voided", "voided")


def test_an_ending_that_waits_for_approval(county):
    """程序性办结 is proposed by the handler and approved by another, the review route told."""
    number, _ = county.registered("desk")
    county.ask("desk", "case", "accept", number, "--procedure", "信访事项")
    county.ask("desk", "case", "answer", number, "不归本县。", "--request", "1")
    close = ("case", "close", number, "--ending", "程序性办结", "--review-route-told")
    county.ask("desk", *close)
    assert county.custody("desk", number)["state"] == "held"
    county.ask("second", "case", "decide-closing", number, "--approve")
    county.until(lambda: county.custody("desk", number)["ending"] == "procedural", "approved")


def test_files_are_kept_and_given_back(county, tmp_path):
    """附件: uploaded, listed on the case, downloaded byte for byte; a wrong kind is refused."""
    number, _ = county.registered("desk")
    scan = tmp_path / "协议.pdf"
    scan.write_bytes(PDF)
    kept = county.ask("desk", "case", "attach", number, str(scan))
    county.ask("desk", "case", "download", number, kept["attachment_id"], "--out", f"{tmp_path}/b")
    assert (tmp_path / "b").read_bytes() == PDF
    (tmp_path / "x.exe").write_bytes(b"MZ")
    assert county.reason("desk", "case", "attach", number, f"{tmp_path}/x.exe")
    assert county.reason("desk", "case", "attach", number, f"{tmp_path}/none.pdf")


def test_lists_searches_and_the_first_screen(county):
    """Plain `lianxin` is today; list, count, search and worklist answer in stable shapes."""
    number, _ = county.registered("desk", "水泵房漏水，地下车库淹了一半。")
    first = county.type("desk")
    assert first.status == 0
    assert "今日要办" in first.out
    today = county.ask("desk")
    assert {"fresh", "to_sign", "due_today", "overdue", "unsent"} <= set(today)
    assert county.ask("desk", "case", "list", "--count")["count"] >= 1
    found = county.ask("desk", "case", "search", number)["cases"]
    assert [one["case_no"] for one in found] == [number]
    mine = county.ask("desk", "worklist", "--limit", "200")["lines"]
    assert {line["holder_unit"] for line in mine} == {"s-anji"}
    english = county.type("desk", "--lang", "en")
    assert "To sign" in english.out


@pytest.mark.parametrize(
    "words,field",
    [
        (("case", "assign", "NUMBER", "--to", "s-dipu", "--due", "31.12.2026"), "--due"),
        (("case", "colour", "NUMBER", "mauve"), "COLOUR"),
        (("case", "close", "NUMBER", "--ending", "somehow"), "--ending"),
        (("case", "amend", "NUMBER", "--add-party", "a:b:c:d"), "--add-party"),
        (("register", "--what", "x", "--place", "没有的村", "--anonymous"), "place_code"),
        (("case", "supervise", "NUMBER", "--level", "shout"), "--level"),
        (("import", "/nowhere.csv"), "FILE"),
        (("import", "/nowhere.csv", "--source", "台账"), "--source"),
    ],
)
def test_bad_input_names_its_field_and_what_would_do(county, words, field):
    """Status 2, the field, and in words what may stand there."""
    number, _ = county.registered("desk")
    words = [number if word == "NUMBER" else word for word in words]
    said = county.type("desk", *words, "--json")
    assert said.status == 2, said.out
    assert field in said.json["error"]["fields"]
    told = county.type("desk", *words)
    assert told.status == 2
    assert told.err
    assert not told.out
