"""Every command of an operator: people, directory, rules, files in and out, audits, the node."""

import json
import sqlite3
from pathlib import Path

import openpyxl
import pytest

from lianxin.cli.demo.world import VILLAGE

COLUMNS = ("来源编号", "事发地", "事项")
NOTICE = "deploy/calendar/2026.yaml"


def test_accounts_come_change_and_go(county):
    """Staff and login: one-time passwords are shown once, cases are handed to a colleague."""
    unit = ("--unit", "s-anji", "--role", "承办人")
    county.ask("admin", "staff", "add", "temp", *unit, "--name", "临时")
    county.ask("admin", "staff", "add", "heir", *unit)
    once = county.ask("admin", "staff", "reset", "temp")["one_time_password"]
    chosen = {"LIANXIN_PASSWORD": once, "LIANXIN_NEW_PASSWORD": "yueliang-zhulin-88"}
    assert county.ask("temp", "login", "temp", **chosen)["staff_id"] == "temp"
    number, _ = county.registered("desk")
    county.ask("desk", "case", "handler", number, "temp")
    moved = county.ask("admin", "staff", "handover", "temp", "--to", "heir")
    assert len(moved["case_ids"]) == 1
    assert county.custody("desk", number)["handler"] == "heir"
    county.ask("admin", "staff", "disable", "temp")
    assert county.reason("desk", "case", "handler", number, "temp") == "STAFF_DISABLED"
    assert county.reason("desk", "case", "handler", number, "nobody") == "STAFF_UNKNOWN"
    assert county.reason("desk", "case", "handler", number, "water") == "STAFF_OF_OTHER_UNIT"
    listed = county.ask("admin", "staff", "list", "--site", "s-anji")["staff"]
    assert {"temp", "heir"} <= {one["staff_id"] for one in listed}
    once = county.ask("admin", "staff", "reset", "heir")["one_time_password"]
    new = {"LIANXIN_PASSWORD": once, "LIANXIN_NEW_PASSWORD": "qingshan-lvshui-99"}
    county.ask("heir", "staff", "password", "--staff", "heir", **new)
    assert county.reason("heir", "staff", "password", "--staff", "heir", **new) == "LOGIN_FAILED"
    made = county.ask("admin", "staff", "add-system", "hotline", *unit[:2], "--role", "登记员")
    key = made["key"]
    assert county.ask("robot", "case", "list", LIANXIN_KEY=key)["lines"]
    county.ask("admin", "staff", "disable-system", "hotline")
    assert county.reason("robot", "case", "list", LIANXIN_KEY=key)
    county.ask("temp", "logout")


def test_the_directory_is_shown_checked_loaded_and_changed(county, tmp_path):
    """A file with a mistake is refused with findings; a closed unit has its successor."""
    shown = county.ask("desk", "directory", "show", "鲁家")
    assert "s-dipu-lujia" in [site["id"] for site in shown["sites"]]
    assert county.ask("desk", "directory", "place", "lujia")["places"][0]["township"] == "递铺街道"
    file = json.loads((county.world.folder / "directory.json").read_text("utf-8"))
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(file | {"root": "s-nowhere"}), "utf-8")
    said = county.type("admin", "directory", "load", str(wrong), "--dry-run", "--json")
    assert said.status == 1
    assert said.json.get("findings") or said.json["error"]["fields"]
    file["sites"][0]["phone"] = "0572-0100199"
    good = tmp_path / "good.json"
    good.write_text(json.dumps(file), "utf-8")
    assert county.ask("admin", "directory", "load", str(good))["version"] > shown["version"]
    county_site = county.ask("desk", "directory", "show", "s-anji")["sites"]
    assert "0572-0100199" in [site["phone"] for site in county_site]
    closed = ("directory", "close-unit", "u-anji-fagai", "--successor", "u-anji-zhujian")
    county.ask("admin", *closed, "--last-day", county.day(39))
    units = county.ask("desk", "directory", "show", "u-anji-fagai")["units"]
    assert [unit["valid_to"] for unit in units] == [county.day(39)]


def test_rules_and_holidays_are_loaded_at_the_county(county, tmp_path):
    """A new version of a profile and a holiday notice; the same again changes nothing."""
    text = Path("deploy/regulation/cn-2022.yaml").read_text("utf-8")
    profile = tmp_path / "cn-2022.yaml"
    profile.write_text(text.replace('version: "2022.1"', 'version: "2022.9"'), "utf-8")
    county.ask("admin", "regulation", "load", str(profile))
    county.ask("admin", "holidays", "load", NOTICE)
    county.ask("admin", "holidays", "load", NOTICE)
    assert county.reason("desk", "regulation", "load", str(profile)) == "DENIED"


def test_due_dates_of_a_whole_file(county, tmp_path):
    """Regulation check and due, many questions at once, each answer on its line."""
    file = tmp_path / "questions.jsonl"
    asked = [{"clock": "handling", "from": "2023-10-01"}, {"clock": "route", "from": "2026-09-25"}]
    file.write_text("".join(json.dumps(one) + "\n" for one in asked), "utf-8")
    said = county.type("nobody", "regulation", "due", "--file", str(file), "--json")
    dues = [json.loads(line)["due"] for line in said.out.splitlines()]
    assert dues == ["2023-11-30", "2026-10-10"]
    assert county.ask("nobody", "regulation", "check", "deploy/regulation/cn-2022.yaml") == {
        "profile": "cn-2022",
        "version": "2022.1",
        "findings": [],
    }


def test_a_workbook_is_filled_in_and_imported(county, tmp_path):
    """The template has drop-downs; a bad row is in the report file, the good ones registered."""
    book = tmp_path / "台账.xlsx"
    county.ask("desk", "import", "--template", str(book))
    workbook = openpyxl.load_workbook(book)
    sheet = workbook.worksheets[0]
    lists = [one.sqref for one in sheet.data_validations.dataValidation if one.type == "list"]
    assert len(lists) == 2
    titles = {cell.value: cell.column for cell in sheet[1]}
    rows = (("甲-1", "鲁家村", "水沟堵了"), ("甲-2", "没有的村", "路灯坏了"))
    last = max(cell.row for cell in sheet["A"] if cell.value) + 1
    for at, told in enumerate(rows, start=last):
        same = {"来源渠道": "来访", "姓名": "何木根"}
        for title, value in (same | dict(zip(COLUMNS, told, strict=True))).items():
            sheet.cell(at, titles[title], value)
    workbook.save(book)
    said = county.type("desk", "import", str(book), "--source", "ledger", "--json")
    assert (said.status, said.json["registered"], said.json["refused"]) == (1, 1, 1), said.out
    report = openpyxl.load_workbook(said.json["report"]).worksheets[0]
    assert "没有的村" in [cell.value for row in report.iter_rows() for cell in row]
    again = county.type("desk", "import", str(book), "--source", "ledger", "--json").json
    assert (again["registered"], again["already"]) == (0, 1)


def test_results_are_owed_to_the_system_they_came_from(county, tmp_path):
    """An old ledger keeps its dates; a closed row is owed back, exported, and marked once."""
    rows = tmp_path / "rows.csv"
    head = "来源编号,来源渠道,姓名,事发地,事项"
    rows.write_text(f"{head}\nQ-1,来电,何木根,鲁家村,路灯坏了\n", "utf-8")
    made = county.ask("desk", "import", str(rows), "--source", "12345")
    number = made["rows"][0]["case_no"]
    county.until(lambda: county.custody("desk", number), "known")
    county.ask("desk", "case", "answer", number, "已修好。", "--settled")
    owed = ("export", "owed", "--source", "12345", "--out", f"{tmp_path}/owed.csv")
    assert len(county.ask("desk", *owed, "--mark")["results"]) == 1
    assert "已修好" in (tmp_path / "owed.csv").read_text("utf-8-sig")
    assert county.ask("desk", *owed)["results"] == []
    ledger = "deploy/samples/anji/backlog-ledger.csv"
    said = county.type("desk", "import", ledger, "--backlog", "--channel", "来访", "--json")
    assert said.json["registered"] >= 1, said.out
    listed = ("case", "list", "--backlog", "--count")
    county.until(lambda: county.ask("desk", *listed)["count"] >= 1, "listed as backlog")


def test_a_node_is_drained_and_takes_part_again(county):
    """Draining refuses what is new and says what is left; undone, the counter registers again."""
    county.registered("desk")
    assert county.reason("admin", "node", "drain", "dipu") == "INVALID_INPUT"
    drained = county.ask("admin", "node", "drain", "anji")
    assert (drained["draining"], drained["removable"]) == (True, False)
    assert int(drained["held"]) > 0
    assert "dipu" in drained["children"]
    words = ("register", "--anonymous", "--place", "lujia", "--what", "路灯坏了，夜里看不见路。")
    county.until(lambda: county.type("desk", *words, "--json").status != 0, "registering refused")
    assert county.reason("desk", *words) == "NODE_DRAINING"
    assert county.reason("desk", "node", "drain", "anji") == "DENIED"
    assert county.ask("admin", "node", "undrain", "anji")["draining"] is False
    county.until(lambda: county.type("desk", *words, "--json").status == 0, "registering again")


def test_the_state_of_a_node_and_its_copies(county, tmp_path):
    """doctor, node status, parked events, keys, backup: what an operator looks at."""
    said = county.type("admin", "doctor", "--json")
    assert "BACKUP_NEVER" in [one["rule"] for one in said.json["findings"]]
    assert all(one["next"] for one in said.json["findings"])
    saved = county.ask("admin", "backup", str(tmp_path))
    assert saved["files"] == ["routing.db", "mediation.db", "hearing.db", "intake.db"]
    healthy = county.type("admin", "doctor", "--json").json
    assert "BACKUP_NEVER" not in [one["rule"] for one in healthy["findings"]]
    status = county.ask("admin", "node", "status")
    assert {link["peer"] for link in status["links"]} >= {"dipu"}
    assert county.ask("admin", "node", "parked")["parked"] == []
    assert county.ask("admin", "node", "parked", "--retry")["left"] == 0
    fresh = tmp_path / "node.yaml"
    fresh.write_text("node: fresh\n", "utf-8")
    made = county.ask("admin", "node", "init", "--config", str(fresh))
    assert made == county.ask("admin", "node", "init", "--config", str(fresh))
    assert made["public_key"]
    assert made["nats_key"]
    site = county.ask("desk", "directory", "show", "s-meixi-")["sites"][0]["id"]
    keys = ("--public-key", made["public_key"], "--nats-key", made["nats_key"])
    county.ask("admin", "directory", "delegate", site, "--node", "fresh", *keys)
    delegations = county.ask("desk", "directory", "show", site)["delegations"]
    assert [one["node"] for one in delegations] == ["fresh"]


def test_an_altered_log_is_found(county):
    """The audits are clean; after somebody wrote into the database they name the case."""
    number, _ = county.registered("village")
    inspector = {"node": VILLAGE}
    for audit in ("custody", "log"):
        assert county.ask("admin", "audit", audit, **inspector)["clean"] is True
    with county.away(VILLAGE):
        file = county.world.nodes[VILLAGE].data / "routing.db"
        with sqlite3.connect(file) as routing:
            routing.execute("UPDATE log_entry SET actor = 'somebody' WHERE epoch = 1 AND n = 1")
        routing.close()
    said = county.type("admin", "audit", "log", "--json", **inspector)
    assert said.status == 1
    assert number in [one["case_no"] for one in said.json["findings"]]
    assert county.type("admin", "audit", "custody", "--json", **inspector).status == 0


@pytest.mark.parametrize("language,word", [("zh", "用法"), ("en", "Usage")])
def test_every_command_has_a_help_page(county, language, word):
    """Each command of the tree explains itself, in the language asked for."""
    from lianxin.cli.tree import TREE  # noqa: PLC0415 (beside what it is for)

    for path in _paths(TREE):
        said = county.type("nobody", *path, "--help", LIANXIN_LANG=language)
        assert said.status == 0, path
        assert len(said.out.splitlines()) > 3, path


def _paths(tree, before=()):
    for name, below in tree.items():
        if isinstance(below, str):
            yield (*before, name)
        else:
            yield from _paths(below, (*before, name))
