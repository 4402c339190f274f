"""A round of visits with a worklist on a stick: out, acts of every kind away, back, answered."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from .conftest import PASSWORD
from .test_mediating import accepted, an_hour_ago, registered_mediators

ACCEPT = {
    "procedure": "PROCEDURE_PEOPLES_MEDIATION",
    "category": "neighbour",
    "difficulty": "DIFFICULTY_SIMPLE",
    "colour": "COLOUR_GREEN",
}
FOUND = {"request_no": 1, "finding": "settled", "answer": "水沟已清，两家都看过。"}
PHONE, PLACE = "19900008888", "吴家院里"


@pytest.fixture(scope="module")
def cases(county):
    """At the desk: one to sign for, one to accept, one in mediation, one that will not wait."""
    signed, _ = county.registered("town")
    county.ask("town", "case", "escalate", signed, "--reason", "beyond_competence")
    county.held_by("desk", signed)
    answered, _ = county.registered("desk", request="把水沟疏通")
    hurried, _ = county.registered("desk")
    return SimpleNamespace(
        signed=signed, answered=answered, hurried=hurried, mediated=mediated(county)
    )


def mediated(county):
    """Both sides are willing and a session has been called."""
    registered_mediators(county)
    number = accepted(county)
    county.ask("desk", "mediation", "parties", number)
    best = county.ask("desk", "mediation", "suggest", number)["suggested"][0]
    county.ask("second", "mediation", "assign", number, best["staff"])
    willing = ("--party", "申请人", "--party", "被申请人")
    county.ask("desk", "mediation", "consent", "record", number, *willing)
    at = ("--at", an_hour_ago(), "--place", PLACE)
    county.ask("desk", "mediation", "session", "add", number, *at)
    return number


class Machine:
    """The machine that goes along: it has a key and the file, and never sees the node."""

    def __init__(self, county, folder):
        folder.mkdir()
        self.county, self.file = county, folder / "worklist.lx"
        self._key = folder / "machine.key"
        self.public = county.ask("nobody", "carry", "key", str(self._key))["public_key"]
        self.own = ("--key", str(self._key))

    def everything(self, number):
        """What the file holds of one case."""
        words = ("carry", "show", str(self.file), *self.own, "--case", number)
        return self.county.ask("nobody", *words)

    def act(self, kind, number, **fields):
        """Record an act."""
        words = ("carry", "act", str(self.file), kind, number, *self.own)
        self.county.ask("nobody", *words, "--fields", json.dumps(fields))

    def back(self, name="back.lx"):
        """The file that goes back."""
        file = self.file.with_name(name)
        self.county.ask("nobody", "carry", "back", str(self.file), str(file), *self.own)
        return file


def test_a_round_of_visits_comes_back(county, cases, tmp_path):
    """Six acts on four cases; the one that the desk did meanwhile is refused in words."""
    away = Machine(county, tmp_path / "machine")
    went = ("carry", "out", str(away.file), "--to", away.public, "--why", "下村走访")
    county.ask("desk", *went)
    visited(away, cases)
    county.ask("desk", "case", "accept", cases.hurried, "--procedure", "信访事项")
    returned = away.back()
    told = county.type("desk", "carry", "in", str(returned), "--json")
    assert told.status == 1
    assert [(one["kind"], one["case_no"], one["outcome"]) for one in told.json["acts"]] == [
        ("sign", cases.signed, "done"),
        ("note", cases.signed, "done"),
        ("accept", cases.answered, "done"),
        ("find", cases.answered, "done"),
        ("accept", cases.hurried, "refused"),
        ("session", cases.mediated, "done"),
    ]
    refused = told.json["acts"][4]
    assert refused["reason"] == "STALE_VERSION"
    assert refused["said"]
    at_the_node(county, cases)
    assert county.reason("desk", "carry", "in", str(returned)) == "CARRY_REPEATED"


def visited(away, cases):
    """What is done on the road, by what the file shows."""
    away.act("sign", cases.signed)
    away.act("note", cases.signed, text="已上门看过。")
    away.act("accept", cases.answered, **ACCEPT)
    away.act("find", cases.answered, **FOUND)
    away.act("accept", cases.hurried, **ACCEPT)
    (session,) = away.everything(cases.mediated)["mediation"]["sessions"]
    came = [
        {"party_id": one["party_id"], "attendance": "ATTENDANCE_ATTENDED"}
        for one in session["parties"]
    ]
    said = {"outcome": "SESSION_OUTCOME_AGREED", "record": "两家谈成了。", "came": came}
    away.act("session", cases.mediated, session_id=session["session_id"], **said)


def at_the_node(county, cases):
    """Each act was done once, in the name of who took the list out."""
    assert county.custody("desk", cases.signed)["signed"] is True
    shown = county.ask("desk", "case", "show", cases.signed)
    assert [one["text"] for one in shown["writings"]] == ["已上门看过。"]
    requests = county.ask("desk", "case", "show", cases.answered)["case"]["content"]["requests"]
    assert [one["finding"] for one in requests] == [FOUND["finding"]]
    assert county.custody("desk", cases.hurried)["procedure"] == "petition"
    (session,) = county.ask("desk", "mediation", "show", cases.mediated)["sessions"]
    assert session["record"] == "两家谈成了。"


def test_what_is_carried_is_masked_unless_a_reason_is_given(county, cases, tmp_path):
    """Without --why no telephone goes along; with it it does, and the reading is on record."""
    masked, told = Machine(county, tmp_path / "masked"), Machine(county, tmp_path / "told")
    county.ask("desk", "carry", "out", str(masked.file), "--to", masked.public)
    why = ("--why", "雨天走访排水")
    county.ask("desk", "carry", "out", str(told.file), "--to", told.public, *why)
    assert PHONE not in json.dumps(masked.everything(cases.answered))
    assert PLACE not in json.dumps(masked.everything(cases.mediated), ensure_ascii=False)
    assert PLACE in json.dumps(told.everything(cases.mediated), ensure_ascii=False)
    assert PHONE in json.dumps(told.everything(cases.answered))
    reads = county.ask("admin", "audit", "reads", "--reader", "desk")["readings"]
    assert why[1] in {one["why"] for one in reads}


def test_nobody_else_takes_it_in(county, cases, tmp_path):
    """Altered, another machine, another account, another node; then once, and not again."""
    away = Machine(county, tmp_path / "machine")
    county.ask("desk", "carry", "out", str(away.file), "--to", away.public)
    away.act("note", cases.answered, text="已电话约好。")
    returned = away.back()
    altered = tmp_path / "altered.lx"
    altered.write_bytes(returned.read_bytes()[:-1] + bytes([returned.read_bytes()[-1] ^ 1]))
    assert county.reason("desk", "carry", "in", str(altered)) == "CARRY_ALTERED"
    assert county.reason("second", "carry", "in", str(returned)) == "CARRY_FOREIGN"
    home, password = str(county.homes / "anji-desk"), {"LIANXIN_PASSWORD": PASSWORD}
    assert Path(home).is_dir()
    for who, reason in (("second", "CARRY_OTHER_ACCOUNT"), ("town", "CARRY_OTHER_NODE")):
        county.ask(who, "login", who, LIANXIN_HOME=home, **password)
        assert county.reason(who, "carry", "in", str(returned), LIANXIN_HOME=home) == reason
    county.ask("desk", "login", "desk", **password)
    with county.away("anji"):
        assert county.type("desk", "carry", "in", str(returned), "--json").status == 3
    answer = county.ask("desk", "carry", "in", str(returned))
    assert (answer["done"], answer["refused"]) == (1, 0)
    assert county.reason("desk", "carry", "in", str(returned)) == "CARRY_REPEATED"
    away.act("note", cases.answered, text="又去了一次。")
    assert county.ask("desk", "carry", "in", str(away.back("again.lx")))["done"] == 2
    shown = county.ask("desk", "case", "show", cases.answered)
    assert [one["text"] for one in shown["writings"]][-2:] == ["已电话约好。", "又去了一次。"]
