"""A mediator of a committee of the county mediates a case of the desk by commands."""

from .conftest import PASSWORD
from .test_mediating import LI, accepted, an_hour_ago, registered_mediators

COMMITTEE = "u-anji-yitiaowei"
COLLEAGUE = "tj.fangmeihua"


def hired(county, account):
    """An account of the committee, of a mediator."""
    words = ("staff", "add", account, "--unit", COMMITTEE, "--role", "mediator")
    county.ask("admin", *words, LIANXIN_PASSWORD=PASSWORD)
    said = county.type(account, "login", account, LIANXIN_PASSWORD=PASSWORD)
    assert said.status == 0, said.err


def test_a_mediator_of_a_committee_finds_reads_and_mediates_the_one_case(county):
    """Assigned, the case is in the list; session and agreement are typed; replaced, all is shut."""
    registered_mediators(county)
    for account in (LI, COLLEAGUE):
        hired(county, account)
    number = accepted(county)
    county.ask("desk", "mediation", "parties", number)
    willing = ("--party", "申请人", "--party", "被申请人")
    county.ask("desk", "mediation", "consent", "record", number, *willing)
    assert county.reason(LI, "mediation", "show", number) == "CASE_NOT_FOUND"
    county.ask("second", "mediation", "assign", number, LI)
    [line] = county.ask(LI, "mediation", "list")["mediations"]
    assert line["mediation"]["case_no"] == number
    shown = county.type(LI, "mediation", "show", number[-5:]).out
    assert "吴阿水" in shown
    assert "19900008888" not in shown
    session = ("mediation", "session")
    county.ask(LI, *session, "add", number, "--at", an_hour_ago(), "--place", "二楼")
    held = ("--outcome", "达成一致", "--came", "吴阿水", "--record", "吴家愿意疏通。")
    county.ask(LI, *session, "record", number, *held)
    term = f"by=被申请人 until={county.day(20)} what=疏通水沟"
    county.ask(LI, "agreement", "draft", number, "--form", "口头", "--term", term)
    signed = county.ask(LI, "agreement", "sign", number, "--record")
    assert signed["stamp"]["state"] == "performing"
    assert county.ask(LI, "mediation", "due")["lines"]
    assert county.reason(LI, "mediation", "withdraw", number) == "NOT_THE_HOLDER"
    assert county.type(LI, "case", "show", number).status != 0
    assert county.ask(COLLEAGUE, "mediation", "list")["mediations"] == []
    assert county.reason(COLLEAGUE, "mediation", "show", number) == "CASE_NOT_FOUND"
    file = county.ask("desk", "mediation", "show", number)
    assert [one["record"] for one in file["sessions"]] == ["吴家愿意疏通。"]
    county.ask("second", "mediation", "assign", number, "tj.luyongfa")
    assert county.reason(LI, "mediation", "show", number) == "CASE_NOT_FOUND"
    assert county.ask(LI, "mediation", "list")["mediations"] == []
