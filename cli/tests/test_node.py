"""Commands against a real embedded node: a county that hosts everything."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from kernel.clock import SHANGHAI
from lianxin.cli.commands.today import FIRST

PASSWORD = "shanqing-shuixiu-26"
CLERK, TOWN = "wang", "li"


@pytest.fixture
def desk(run, node, tmp_path):
    """Runs a command as somebody who has logged in."""
    data = ["--node-data", str(node.data)]
    _set_up(run, data, (node.data / "first-administrator-password"), node)

    def acts(staff, *words, typed=""):
        login = run(*data, "login", staff, LIANXIN_PASSWORD=PASSWORD)
        assert login.status == 0, login.err
        return run(*data, *words, typed=typed)

    return acts


def _set_up(run, data, first, node):
    """The administrator's own password and two accounts, once for the module."""
    mark = node.data / "accounts-made"
    if mark.exists():
        return
    once = re.findall(r"[0-9a-z-]{10,}", first.read_text("utf-8"))[-1]
    new = {"LIANXIN_PASSWORD": once, "LIANXIN_NEW_PASSWORD": PASSWORD}
    changed = run(*data, "login", "admin", **new)
    assert changed.status == 0, changed.err
    for staff, unit in ((CLERK, "s-anji"), (TOWN, "s-dipu")):
        roles = ["--role", "triage", "--role", "登记员"]
        added = run(*data, "staff", "add", staff, "--unit", unit, *roles, LIANXIN_PASSWORD=PASSWORD)
        assert added.status == 0, added.err
    mark.touch()


def _registered(desk, what="屋后排水沟被石渣填了，落雨就倒灌。"):
    outcome = desk(
        CLERK, "register", "--name", "何木根", "--place", "lujia", "--what", what, "--json"
    )
    assert outcome.status == 0, outcome.out
    answer = json.loads(outcome.out)
    return answer["stamp"]["case_no"], answer["query_code"]


def test_a_case_goes_from_the_counter_to_its_end(desk):
    """Registered, tracked, accepted, named by its last digits, closed, and the audits are clean."""
    number, code = _registered(desk)
    tracked = json.loads(desk(CLERK, "case", "track", number, code, "--json").out)
    assert (tracked["case_no"], tracked["ended"]) == (number, False)
    accepted = desk(CLERK, "case", "accept", number, "--procedure", "12345诉求", "--json")
    assert accepted.status == 0, accepted.out
    shown = json.loads(desk(CLERK, "case", "show", number[-8:], "--json").out)
    assert shown["custody"]["case_no"] == number
    assert shown["case"]["content"]["parties"][0]["masked"] is True
    noted = desk(CLERK, "case", "note", number, "已上门", "--json")
    assert noted.status == 0, noted.out
    answer = ("case", "answer", number, "已说明原因。", "--request", "1", "--json")
    assert desk(CLERK, *answer).status == 0
    closed = desk(CLERK, "case", "close", number, "--ending", "解释说明", "--json")
    assert closed.status == 0, closed.out
    assert json.loads(closed.out)["stamp"]["case_id"] == shown["custody"]["case_id"]
    for audit in ("custody", "log"):
        outcome = desk("admin", "audit", audit, "--json")
        assert (outcome.status, json.loads(outcome.out)["findings"]) == (0, [])


def test_an_unfinished_registration_is_taken_up_again(desk):
    """The guided questions are asked once; what was answered is not asked again."""
    first = "来访\n严月仙\nn\n\nlujia\n1\n路灯坏了一个月。\n\n\n\n\nn\n"
    stopped = desk(CLERK, "register", typed=first)
    assert stopped.status == 0, stopped.err
    again = desk(CLERK, "register", typed="y\ny\n0\n")
    assert again.status == 0, again.err
    assert re.search(r"330523-\d{4}-\d{5}", again.out)
    assert "严月仙" in again.out


def test_a_file_is_imported_once(desk, tmp_path):
    """Good rows are registered, bad ones reported; a second run registers nothing."""
    file = tmp_path / "rows.csv"
    file.write_text(
        "来源编号,来源渠道,姓名,电话,事发地,事项\n"
        "T-1,来访,何木根,无,鲁家村,水沟堵了\n"
        "T-2,来访,何木根,无,没有的村,水沟堵了\n"
        ",来访,何木根,无,鲁家村,没有编号的一件\n",
        "gb18030",
    )
    first = desk(CLERK, "import", str(file), "--json")
    answer = json.loads(first.out)
    assert first.status == 1
    assert (answer["registered"], answer["refused"]) == (2, 1)
    assert answer["rows"][1]["errors"][0]["field"] == "place_code"
    second = json.loads(desk(CLERK, "import", str(file), "--json").out)
    assert (second["registered"], second["already"], second["refused"]) == (0, 2, 1)


def test_the_same_number_with_another_matter_is_refused(desk, tmp_path):
    """The second row of a number is no repeat: it goes into the report of refused rows."""
    file = tmp_path / "twice.csv"
    file.write_text(
        "来源编号,来源渠道,姓名,电话,事发地,事项\n"
        "D-1,来访,何木根,无,鲁家村,水沟堵了\n"
        "D-1,来访,严月仙,无,鲁家村,路灯坏了\n"
        "D-1,来访,何木根,无,鲁家村,水沟堵了\n",
        "utf-8",
    )
    outcome = desk(CLERK, "import", str(file), "--json")
    answer = json.loads(outcome.out)
    assert [row["outcome"] for row in answer["rows"]] == ["registered", "refused", "already"]
    assert answer["rows"][1]["reason"] == "SOURCE_NUMBER_TAKEN"
    assert answer["rows"][0]["case_no"] in answer["rows"][1]["errors"][0]["text"]
    assert "路灯坏了" in Path(answer["report"]).read_text("utf-8-sig")


def test_refusals_are_told_with_status_one(desk):
    """What a role may not do, and a case that is not there, are refusals, not accidents."""
    denied = desk(CLERK, "staff", "list", "--json")
    assert denied.status == 1
    assert json.loads(denied.out)["error"]["message"]
    missing = desk(CLERK, "case", "show", "999999-2026-99999", "--json")
    assert missing.status == 1
    assert json.loads(missing.out)["error"]["reason"] == "CASE_NOT_FOUND"


def test_today_lists_and_directory_answer(desk):
    """The daily screens have stable shapes."""
    today = json.loads(desk(CLERK, "today", "--json").out)
    assert set(FIRST) | {"mediation_due", "hearings_due"} <= set(today)
    assert json.loads(desk(CLERK, "mediation", "due", "--json").out)["more"] is False
    listed = json.loads(desk(CLERK, "case", "list", "--json").out)
    assert all(line["case_no"] for line in listed["lines"])
    places = json.loads(desk(CLERK, "directory", "place", "鲁家村", "--json").out)["places"]
    assert places[0]["division_code"] == "330523001211"
    assert places[0]["township"] == "递铺街道"


def test_a_backup_leaves_keys_out(desk, tmp_path):
    """Both databases are copied, keys and incarnation are not."""
    outcome = desk(CLERK, "backup", str(tmp_path / "backups"), "--json")
    assert outcome.status == 0, outcome.err
    (folder,) = (tmp_path / "backups").iterdir()
    names = sorted(file.name for file in folder.iterdir())
    copies = ["hearing.db", "intake.db", "mediation.db", "routing.db"]
    assert names == ["README.txt", "backup.json", *copies]


def test_doctor_and_status_speak_of_the_node(desk):
    """Doors answer; the doctor has a next step for whatever it finds."""
    status = json.loads(desk("admin", "node", "status", "--json").out)
    assert all(door["open"] for door in status["doors"].values())
    found = json.loads(desk("admin", "doctor", "--json").out)["findings"]
    assert all(one["text"] and one["next"] for one in found)
    assert "SERVICE_AWAY" not in {one["rule"] for one in found}


def test_documents_are_made_listed_and_served(desk, tmp_path):
    """文书: a file for nobody else's eyes, kept, told as not served, then served with its proof."""
    number, _ = _registered(desk)
    assert desk(CLERK, "case", "accept", number, "--procedure", "信访事项").status == 0
    assert "受理告知书" in desk(CLERK, "document", "kinds").out
    file = tmp_path / "acceptance.docx"
    made = desk(CLERK, "document", "make", number, "acceptance", "--out", str(file), "--json")
    assert made.status == 0, made.err + made.out
    assert file.read_bytes()[:2] == b"PK"
    assert file.stat().st_mode & 0o077 == 0
    document = json.loads(made.out)["document_id"]
    assert "未送达" in desk(CLERK, "document", "list", number).out
    today = datetime.now(SHANGHAI).date().isoformat()
    how = ["--method", "直接", "--by", "王工", "--on", today]
    served = desk(CLERK, "document", "serve", number, document, *how)
    assert served.status == 0, served.err + served.out
    listed = json.loads(desk(CLERK, "document", "list", number, "--json").out)
    assert [one["state"] for one in listed["documents"]] == ["served"]
    again = tmp_path / "again.docx"
    assert desk(CLERK, "document", "get", number, document, "--out", str(again)).status == 0
    assert again.read_bytes() == file.read_bytes()
    wrong = desk(CLERK, "document", "make", number, "assignment", "--set", "to=s-dipu", "--json")
    assert wrong.status == 1
    refusal = json.loads(wrong.out)["error"]
    assert refusal["reason"] == "DOCUMENT_VALUES_INVALID", refusal
    assert set(refusal["fields"]) == {"values.matter", "values.until"}


def test_a_paper_that_waits_for_its_service_is_listed_and_counted(desk, tmp_path):
    """处理意见书: shown by `document unserved` and `today` until its service is recorded."""
    number, _ = _registered(desk)
    assert desk(CLERK, "case", "accept", number, "--procedure", "信访事项").status == 0
    out = ["--out", str(tmp_path / "opinion.docx"), "--json"]
    values = {
        "facts": "院墙占用排水沟约0.4米，情况属实。",
        "basis": "xinfang_2022:32",
        "outcome": "supported",
        "opinion": "限期拆除占沟部分。",
        "review_body": "s-anji",
    }
    given = [part for name, text in values.items() for part in ("--set", f"{name}={text}")]
    made = desk(CLERK, "document", "make", number, "opinion", *given, *out)
    assert made.status == 0, made.err + made.out
    waiting = json.loads(desk(CLERK, "document", "unserved", "--json").out)["papers"]
    (paper,) = [one for one in waiting if one["case_no"] == number]
    assert (paper["title"], paper["starts_clock"]) == ("信访事项处理意见书", "review_request")
    assert "申请复查" in desk(CLERK, "document", "unserved").out
    assert not json.loads(desk(CLERK, "document", "unserved", "--overdue", "--json").out)["papers"]
    today = json.loads(desk(CLERK, "today", "--json").out)
    assert (today["unserved"], today["unserved_overdue"]) == (len(waiting), 0)
    on = datetime.now(SHANGHAI).date().isoformat()
    how = ["--method", "直接", "--by", "王工", "--on", on]
    served = desk(CLERK, "document", "serve", number, paper["document_id"], *how)
    assert served.status == 0, served.err + served.out
    assert json.loads(desk(CLERK, "today", "--json").out)["unserved"] == len(waiting) - 1


def test_what_is_missing_before_an_ending_is_asked_without_ending(desk):
    """Each service says what stands against it; nothing changes, and another word is refused."""
    number, _ = _registered(desk)
    assert desk(CLERK, "case", "accept", number, "--procedure", "信访事项").status == 0
    asked = json.loads(desk(CLERK, "case", "ending", number, "--json").out)["endings"]
    found = {one["ending"]: one for one in asked}
    assert found["terminated"]["possible"]
    reasons = {lack["reason"] for lack in found["settled"]["lacks"]}
    assert {"CLOSING_REQUEST_OPEN", "CLOSING_OPINION_MISSING"} <= reasons
    assert {lack["service"] for lack in found["settled"]["lacks"]} == {"intake"}
    shown = desk(CLERK, "case", "ending", number, "--ending", "化解并履行").out
    assert "登记" in shown
    assert "书面处理意见" in shown
    assert desk(CLERK, "case", "ending", number, "--ending", "somehow", "--json").status == 2
