"""A worklist goes to a machine without a link and its acts come back, each answered once."""

import json
from pathlib import Path

ACCEPT = {
    "procedure": "PROCEDURE_PEOPLES_MEDIATION",
    "category": "neighbour",
    "difficulty": "DIFFICULTY_SIMPLE",
    "colour": "COLOUR_GREEN",
}
WHY = ("--why", "下村走访")


def carried(county, folder, number):
    """A file with the desk's cases and the key of the machine that takes it."""
    folder.mkdir()
    key, file = folder / "machine.key", folder / "worklist.lx"
    public = county.ask("nobody", "carry", "key", str(key))["public_key"]
    went = county.ask("desk", "carry", "out", str(file), "--to", public, *WHY)
    assert went["cases"] > 0
    assert number.encode() not in file.read_bytes()
    return file, ("--key", str(key))


def record(county, file, key, kind, number, fields):
    """An act recorded on that machine."""
    words = ("carry", "act", str(file), kind, number, *key, "--fields", json.dumps(fields))
    return county.ask("nobody", *words)["acts"]


def test_what_somebody_did_meanwhile_wins(county, tmp_path):
    """An act by an older sight of the case is refused by name; the others are done."""
    number, _ = county.registered("desk")
    file, key = carried(county, tmp_path / "machine", number)
    record(county, file, key, "accept", number, ACCEPT)
    record(county, file, key, "note", number, {"text": "已电话告知。"})
    county.ask("desk", "case", "accept", number, "--procedure", "信访事项")
    returned = tmp_path / "back.lx"
    county.ask("nobody", "carry", "back", str(file), str(returned), *key)
    said = county.type("desk", "carry", "in", str(returned), "--json")
    assert said.status == 1
    lines = said.json["acts"]
    assert [line["outcome"] for line in lines] == ["refused", "done"]
    assert lines[0]["reason"] in {"STALE_VERSION", "WRONG_STATE"}


def test_what_does_not_fit_is_said_at_once(county, tmp_path):
    """Another key, another kind, fields the act does not have, a case that is not in the file."""
    number, _ = county.registered("desk")
    file, key = carried(county, tmp_path / "machine", number)
    other = tmp_path / "other.key"
    county.ask("nobody", "carry", "key", str(other))
    assert county.reason("nobody", "carry", "show", str(file), "--key", str(other)) == (
        "CARRY_ALTERED"
    )
    assert county.reason("nobody", "carry", "back", str(file), str(tmp_path / "x"), *key) == (
        "CARRY_NOTHING"
    )
    act = ("carry", "act", str(file))
    assert county.reason("nobody", *act, "void", number, *key) == "CARRY_ACT_INVALID"
    wrong = ("--fields", '{"request_id": "x"}')
    assert county.reason("nobody", *act, "note", number, *key, *wrong) == "CARRY_ACT_INVALID"
    assert county.reason("nobody", *act, "note", "0-00000", *key) == "CARRY_CASE_UNKNOWN"
    assert county.reason("nobody", "carry", "in", str(Path(key[1]))) == "CARRY_FOREIGN"
