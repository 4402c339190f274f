"""Auditing who read what, and the list of cases whose period of keeping is over."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_audit_tells_who_read_what_of_a_restricted_case(county):
    """Each unmasking with its reason; only restricted cases when those are asked for."""
    plain, _ = county.registered("desk")
    withheld, _ = county.registered("desk", what="邻居夜里装卸石料，吵得睡不着。")
    for number in (plain, withheld):
        county.ask("desk", "case", "show", number, "--unmask", "--why", "电话核对")
    read = county.ask("admin", "audit", "reads", "--reader", "desk")["readings"]
    assert {"电话核对"} <= {one["why"] for one in read}
    assert {"intake"} <= {one["service"] for one in read}
    case_id = county.custody("desk", plain)["case_id"]
    of_one = county.ask("admin", "audit", "reads", "--case", case_id)["readings"]
    assert {one["case_id"] for one in of_one} == {case_id}
    assert county.ask("admin", "audit", "reads", "--since", "2099-01-01")["readings"] == []
    made = county.ask(
        "desk",
        *("register", "--name", "何木根", "--phone", "19900008888", "--place", "lujia"),
        *("--what", "有人占了晒场，不想让人知道是我说的。", "--withheld"),
    )
    number = made["stamp"]["case_no"]
    county.until(lambda: county.type("desk", "case", "log", number).status == 0, "known to routing")
    county.ask("desk", "case", "show", number, "--unmask", "--why", "核对身份")
    marked = county.ask("admin", "audit", "reads", "--restricted")["readings"]
    assert {one["restricted"] for one in marked} == {"withheld"}
    assert {one["case_id"] for one in marked} == {made["stamp"]["case_id"]}
    assert county.reason("inspector", "audit", "reads") == "DENIED"
    assert county.reason("desk", "audit", "reads") == "DENIED"


def test_a_case_within_its_period_is_neither_listed_nor_erased(county):
    """Nothing is due on a young node; confirming names the reason, and a name is no number."""
    number, _ = county.registered("desk")
    assert county.ask("second", "archive", "due")["erasures"] == []
    words = ("archive", "erase", number, "--yes", "--register-no")
    assert county.reason("second", *words, "安档销〔2026〕1号") == "CASE_NOT_ENDED"
    assert county.reason("second", *words, "何木根家的那件事情已经过去很多年了") == "INVALID_INPUT"
    assert county.reason("desk", *words, "安档销〔2026〕1号") == "DENIED"
    county.ask("desk", "case", "void", number, "--why", "double_entry")
    county.until(lambda: county.custody("desk", number)["state"] == "ended", "voided")
    assert county.reason("second", *words, "安档销〔2026〕1号") == "NOT_DUE"


def test_the_logs_of_the_nodes_hold_no_secret(county):
    """After logins with passwords and tokens: no key, token, seed or hash is written."""
    logs = [str(doors.log) for doors in county.world.nodes.values()]
    assert all(Path(log).stat().st_size for log in logs)
    command = [sys.executable, str(ROOT / "tools/find_secrets.py"), *logs]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
