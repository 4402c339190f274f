"""A lawyer is invited to one session by commands, and sees that matter alone."""

from datetime import UTC, datetime, timedelta

from kernel.clock import SHANGHAI

from .conftest import PASSWORD
from .test_mediating import LI, accepted, registered_mediators

LAWYER = "lawyer.qian"


def hired(county, account):
    """An account that may answer invitations and nothing else."""
    words = ("staff", "add", account, "--unit", "s-anji", "--role", "invited")
    county.ask("admin", *words, LIANXIN_PASSWORD=PASSWORD)
    said = county.type(account, "login", account, LIANXIN_PASSWORD=PASSWORD)
    assert said.status == 0, said.err


def test_a_lawyer_is_invited_answers_and_sees_one_matter(county):
    """Nothing before undertaking and consent; then that matter; nothing once it is withdrawn."""
    registered_mediators(county)
    hired(county, LAWYER)
    number = accepted(county)
    county.ask("desk", "mediation", "parties", number)
    county.ask("second", "mediation", "assign", number, LI)
    willing = ("--party", "申请人", "--party", "被申请人")
    county.ask("desk", "mediation", "consent", "record", number, *willing)
    session = ("mediation", "session")
    at = ("--at", f"{county.day(1)} 10:00")
    county.ask("desk", *session, "add", number, *at, "--place", "二楼")
    who = ("--kind", "律师", "--account", LAWYER, "--name", "钱为民")
    county.ask("desk", *session, "invite", number, *who)
    assert county.reason(LAWYER, "invited", "show", number) == "INVITATION_SHUT"
    county.ask(LAWYER, "invited", "accept", number)
    county.ask("desk", *session, "agreed", number, *willing)
    seen = county.ask(LAWYER, "invited", "show", number)
    assert {one["name"] for one in seen["matter"]["parties"]} == {"何木根", "吴阿水"}
    assert [one["place"] for one in seen["sessions"]] == ["二楼"]
    assert "19900008888" not in str(seen)
    shown = county.type(LAWYER, "invited", "list").out
    assert "应邀，已承诺保密" in shown
    assert "保密承诺" in shown
    for words in (("mediation", "show", number), ("case", "show", number), ("worklist",)):
        assert county.type(LAWYER, *words).status != 0
    file = county.ask("desk", "mediation", "show", number)
    assert [one["person"]["name"] for one in file["sessions"][0]["invited"]] == ["钱为民"]
    assert "钱为民" in county.type("desk", "mediation", "show", number).out
    county.ask("desk", *session, "uninvite", number)
    assert county.reason(LAWYER, "invited", "show", number) == "INVITATION_SHUT"


def test_a_deputy_helps_at_a_reception_and_a_veteran_signs_on_paper(county):
    """Before any mediation: the deputy sees the registration alone; both are on file."""
    deputy = "deputy.zhao"
    hired(county, deputy)
    number, _ = county.registered("desk")
    begin = (datetime.now(UTC) - timedelta(minutes=5)).astimezone(SHANGHAI)
    times = ("--at", begin.strftime("%Y-%m-%d %H:%M"), "--place", "二号窗口")
    who = ("--kind", "人大代表", "--account", deputy, "--name", "赵代表")
    assert county.ask("desk", "reception", "invite", number, *times, *who)["no"] == 1
    county.ask(deputy, "invited", "accept", number)
    assert county.reason(deputy, "invited", "show", number) == "INVITATION_SHUT"
    county.ask("desk", "reception", "agreed", number, "--party", "申请人")
    seen = county.ask(deputy, "invited", "show", number)
    assert [one["name"] for one in seen["matter"]["parties"]] == ["何木根"]
    assert "二号窗口" in county.type(deputy, "invited", "show", number).out
    lists = county.ask(deputy, "invited", "list")["invitations"]
    assert [one["meeting"] for one in lists] == ["reception"]
    veteran = ("--kind", "五老", "--name", "孙老先生")
    county.ask("desk", "reception", "invite", number, *times, *veteran)
    second = ("--invited", "2")
    county.ask("desk", "reception", "undertake", number, *second)
    for which in (("--invited", "1"), second):
        county.ask("desk", "reception", "attended", number, *which)
    receptions = county.ask("desk", "reception", "show", number)["receptions"]
    assert [one["invited"]["person"]["name"] for one in receptions] == ["赵代表", "孙老先生"]
    assert {one["invited"]["standing"] for one in receptions} == {"came"}
    assert "孙老先生" in county.type("desk", "reception", "show", number).out
