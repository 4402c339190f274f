import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.domain.states import State
from lianxin.cli.backups.sqlite import copy_database
from lianxin.cli.checks import findings as rules
from lianxin.cli.counter import CounterDraft
from lianxin.cli.group import hoisted
from lianxin.cli.nodes import NodeDoor
from lianxin.cli.words import LANGUAGES, texts

REGULATION = Path(__file__).resolve().parents[2] / "deploy" / "regulation"
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def test_due_answers_programs(run):
    """The documented question gives the ISO day, the article, and how it was counted."""
    question = "regulation due --profile cn-2022 --clock handling --from 2023-10-01 --json"
    outcome = run(*question.split())
    answer = json.loads(outcome.out)
    assert outcome.status == 0
    assert answer["due"] == "2023-11-30"
    assert "第34条" in answer["article"]
    assert answer["provisional"] is False
    assert answer["explanation"]["text"]["en"]


def test_due_counts_an_extension(run):
    """Thirty days more end on a Saturday before New Year and move to the next working day."""
    question = "regulation due --clock handling --from 2023-10-01 --extend 30 --json"
    answer = json.loads(run(*question.split()).out)
    assert (answer["explanation"]["nominal"], answer["due"]) == ("2023-12-30", "2024-01-02")


def test_due_answers_a_file_line_by_line(run, tmp_path):
    """Each question has its answer on its line; a bad one is named and the rest go on."""
    file = tmp_path / "questions.csv"
    file.write_text(
        "clock,from,extend\nhandling,2023-10-01,\nnope,2023-10-01,\nroute,2024-02-08,\n"
    )
    outcome = run("regulation", "due", "--file", str(file), "--json")
    answers = [json.loads(line) for line in outcome.out.splitlines()]
    assert outcome.status == 1
    assert [one.get("clock") for one in answers] == ["handling", None, "route"]
    assert answers[1]["error"]["reason"] == "CLOCK_UNKNOWN"


@pytest.mark.parametrize(
    "words,status,field",
    [
        ("regulation due --clock handling --from 2023-13-01", 2, "--from"),
        ("regulation due --clock handling", 2, "--from"),
        ("register --what 水沟堵了 --tag 赶集日", 2, "--tag"),
        ("register --what 水沟堵了 --need 轿子", 2, "--need"),
        ("regulation due --clock handling --from 2023-10-01 --extend x", 2, "--extend"),
        ("regulation due --profile none --clock handling --from 2023-10-01", 2, "--profile"),
        ("case list --colour purple", 2, "--colour"),
        ("today", 2, "--node-data"),
        ("--intake nowhere today", 2, "--intake"),
    ],
)
def test_bad_input_names_its_field(run, words, status, field):
    """Status 2, a reason and the field, as JSON for programs."""
    outcome = run(*words.split(), "--json")
    assert outcome.status == status
    assert field in json.loads(outcome.out)["error"]["fields"]


def test_a_file_of_questions_answers_each_line(run, tmp_path):
    """A line that is no JSON, or days that are no whole number, are answered and stop nobody."""
    file = tmp_path / "questions.jsonl"
    days = ["1e400", "1.5", "true", "-1", '"x"', "10000000000000"]
    asked = [f'{{"clock":"handling","from":"2023-10-01","extend":{one}}}' for one in days]
    good = '{"clock":"handling","from":"2023-10-01","extend":"30"}'
    dated = '{"clock":"route","from":"2023-10-01","on":"2023-10-09"}'
    file.write_text("\n".join(["no json", *asked, dated, good]))
    outcome = run("regulation", "due", "--file", str(file), "--json")
    answers = [json.loads(line) for line in outcome.out.splitlines()]
    assert outcome.status == 1
    assert [one["error"]["reason"] for one in answers[:-1]] == [
        "LINE_JSON",
        *["DAYS_INVALID"] * len(days),
        "DATE_NOT_ASKED",
    ]
    assert answers[-1]["due"] == "2024-01-02"


@pytest.mark.parametrize("name", ["empty.csv", "empty.jsonl"])
def test_a_file_that_asks_nothing_is_an_error(run, tmp_path, name):
    """Titles without a question, or nothing at all: status 2, never a silent success."""
    (tmp_path / name).write_text("clock,from\n" if name.endswith("csv") else "\n")
    outcome = run("regulation", "due", "--file", str(tmp_path / name), "--json")
    assert outcome.status == 2
    assert json.loads(outcome.out)["error"]["reason"] == "FILE_NO_QUESTIONS"


@pytest.mark.parametrize("command", ["due", "check", "notice"])
def test_a_broken_file_is_named_with_line_and_column(run, tmp_path, command):
    """What the parser said stays out; the message is one line in the user's language."""
    file = tmp_path / "broken.yaml"
    file.write_text("id: x\nclocks: [1, 2\nrules: {}\n")
    words = {
        "due": ["due", "--profile", str(file), "--clock", "handling", "--from", "2023-10-01"],
        "check": ["check", str(file)],
        "notice": ["due", "--notice", str(file), "--clock", "handling", "--from", "2023-10-01"],
    }[command]
    outcome = run("regulation", *words)
    assert outcome.status == 2
    assert "第 3 行" in outcome.err
    assert "while parsing" not in outcome.err
    file.unlink()
    missing = run("regulation", *words, "--json")
    assert missing.status == 2
    assert json.loads(missing.out)["error"]["reason"] == "FILE_UNREADABLE"


def test_a_broken_notice_is_named_before_it_is_sent(run, tmp_path):
    """`holidays load` gives line and column, without asking a node."""
    file = tmp_path / "notice.yaml"
    file.write_text("year: 2027\nholidays: [\n")
    outcome = run("holidays", "load", str(file))
    assert outcome.status == 2
    assert "第 3 行" in outcome.err


def test_an_anonymous_matter_takes_no_name(run):
    """Both at once is a mistake of the clerk, told before anything is sent."""
    outcome = run("register", "--anonymous", "--name", "何木根", "--what", "路灯坏了", "--json")
    assert outcome.status == 2
    assert "--name" in json.loads(outcome.out)["error"]["fields"]
    assert "何木根" not in outcome.out


def test_each_state_of_intake_has_a_word():
    """No command shows the code of a state, in neither language."""
    for language in LANGUAGES:
        known = texts(language)
        assert [one for one in State if f"word.state.{one.value}" not in known] == []
    assert texts("zh-CN")["word.state.withdrawing"] == "撤回待核实"


def test_an_extension_beyond_the_article_is_refused_in_words(run):
    """Status 1 and a sentence, in the language asked for."""
    question = [
        "regulation",
        "due",
        "--clock",
        "handling",
        "--from",
        "2023-10-01",
        "--extend",
        "31",
    ]
    assert "超过上限30日" in run(*question).err
    english = run(*question, "--lang", "en")
    assert english.status == 1
    assert "30" in english.err
    assert "超过" not in english.err


def test_check_finds_what_is_looser(run):
    """The historical profile fails against the national one, the national one passes."""
    loose = run("regulation", "check", str(REGULATION / "zj-2016-historical.yaml"), "--json")
    clean = run("regulation", "check", str(REGULATION / "cn-2022.yaml"), "--json")
    assert loose.status == 1
    assert json.loads(loose.out)["findings"]
    assert clean.status == 0


def test_an_unknown_command_says_what_to_do(run):
    """A typing mistake is status 2 and points to the help."""
    outcome = run("case", "lst")
    assert outcome.status == 2
    assert "lianxin case --help" in outcome.err


def test_a_node_that_is_away_is_status_three(run, tmp_path):
    """Nothing listens there: status 3, and nothing is lost."""
    away = ["--intake", "127.0.0.1:9", "--routing", "127.0.0.1:9"]
    outcome = run(*away, "case", "track", "330523-2026-00001", "ABCDE-FGHJK", "--json")
    assert outcome.status == 3
    assert json.loads(outcome.out)["error"]["reason"] == "UNREACHABLE"


def test_global_options_may_stand_anywhere():
    """They are taken from wherever they are, but not from behind a double dash."""
    given = ["case", "list", "--json", "--lang", "en", "--node-data=x", "--", "--json"]
    front = ["--json", "--lang", "en", "--node-data=x", "case", "list", "--", "--json"]
    assert hoisted(given) == front


def test_the_first_screen_imports_no_service():
    """Help needs no gRPC, no workbook and no database."""
    code = (
        "import sys\nimport typer\nfrom lianxin.cli.app import application\n"
        "typer.main.get_command(application()).main(['--help'], standalone_mode=False)\n"
        "print([name for name in ('grpc', 'openpyxl', 'sqlalchemy', 'intake') "
        "if name in sys.modules])"
    )
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert shown.strip().endswith("[]")
    assert "register" in shown


def test_a_draft_survives_a_power_cut(tmp_path, monkeypatch):
    """What was answered is on the disk, 0600, with the ids a second sending needs."""
    monkeypatch.setenv("LIANXIN_HOME", str(tmp_path))
    door = NodeDoor("lujia", "127.0.0.1:1", "127.0.0.1:2")
    draft = CounterDraft.fresh(door)
    draft.take(channel="visit")
    draft.take(phone="")
    found = CounterDraft.found(door)
    assert found is not None
    assert (found.case_id, found.request_id) == (draft.case_id, draft.request_id)
    assert found.answers == {"channel": "visit", "phone": ""}
    assert found.has("phone")
    assert draft.file.stat().st_mode & 0o777 == 0o600
    draft.file.with_suffix(".new").write_text("{torn")
    assert CounterDraft.found(door) is not None
    draft.forget()
    assert CounterDraft.found(door) is None


def test_doctor_sees_what_is_wrong_with_links():
    """Down, held, behind, with another clock, stuck, frozen and parked are a finding each."""
    link = {
        "peer": "dipu",
        "connected": False,
        "heard_at": None,
        "unsent": 0,
        "head": 5000,
        "cursor": 0,
        "skew_ms": 9000,
        "held": True,
    }
    stuck = {
        "case_no": "330523-2026-00001",
        "state": "offered",
        "since": (NOW - timedelta(hours=2)).isoformat(),
        "tries": 7,
        "last_reason": "UNREACHABLE",
    }
    status = {"links": [link], "stuck": [stuck], "frozen": True, "parked": 2}
    found = [one.rule for one in rules.of_links(status, NOW)]
    assert found == [
        "LINK_DOWN",
        "LINK_HELD",
        "LINK_LAGS",
        "CLOCK_SKEW",
        "HANDOVER_STUCK",
        "NODE_FROZEN",
        "EVENTS_PARKED",
    ]


def test_doctor_watches_holidays_backups_and_disk():
    """An ending table, an old or missing backup and a full disk are found; good ones are not."""
    today = NOW.date()
    assert [one.rule for one in rules.of_holidays("2026-12-31", today)] == ["HOLIDAYS_END"]
    assert not list(rules.of_holidays("2027-12-31", today))
    assert [one.rule for one in rules.of_backup(None, NOW)] == ["BACKUP_NEVER"]
    assert not list(rules.of_backup(NOW - timedelta(hours=30), NOW))
    assert [one.rule for one in rules.of_backup(NOW - timedelta(days=3), NOW)] == ["BACKUP_OLD"]
    assert [one.rule for one in rules.of_disk(1 << 29, 1 << 40, "/data")] == ["DISK_SHORT"]
    assert not list(rules.of_disk(1 << 39, 1 << 40, "/data"))


def test_a_backup_is_taken_while_somebody_writes(tmp_path):
    """The copy is whole and has what was committed, though the database stays in use."""
    source = sqlite3.connect(tmp_path / "intake.db", isolation_level=None)
    source.execute("PRAGMA journal_mode=WAL")
    source.execute("CREATE TABLE fact (n INTEGER)")
    source.executemany("INSERT INTO fact VALUES (?)", [(n,) for n in range(1000)])
    source.execute("BEGIN IMMEDIATE")
    source.execute("INSERT INTO fact VALUES (-1)")
    copy_database(tmp_path / "intake.db", tmp_path / "copy.db")
    source.execute("ROLLBACK")
    source.close()
    copy = sqlite3.connect(tmp_path / "copy.db")
    assert copy.execute("SELECT count(*), min(n) FROM fact").fetchone() == (1000, 0)
    copy.close()
