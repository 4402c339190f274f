"""What hearing does not decide by itself: a node older than it, and matters that others decide."""

import json
import sqlite3

from lianxin.cli.node.ports import FILE

from .test_hearing import ASK, accepted, logged, requested


def as_before_hearing(data):
    """Nothing of hearing is left: no database, nobody was granted anything."""
    for file in (*data.glob("hearing.db*"), *data.glob("incarnation/witness-hearing*")):
        file.unlink()
    doors = json.loads((data / FILE).read_text("utf-8"))
    (data / FILE).write_text(json.dumps({**doors, "hearing": ""}), "utf-8")
    with sqlite3.connect(data / "routing.db") as database:
        database.execute("delete from counter where series = 'granted:hearing'")
        database.execute("delete from grant_start where service = 'hearing'")
    database.close()


def test_cases_that_were_open_before_there_was_hearing_can_be_heard(county):
    """A village runs on with hearing for the first time: its open case is granted and asked for."""
    number, _ = accepted(county, "village")
    with county.away("lujia"):
        as_before_hearing(county.world.nodes["lujia"].data)
    assert county.ask("village", "hearing", "list")["files"] == []
    made = requested(county, "village", number)
    assert (made["number"], made["stamp"]["state"]) == (1, "requested")
    assert logged(county, "village", number, "hearing.requested")


def test_what_was_referred_to_a_court_or_to_arbitration_is_not_heard(county):
    """Routing knows of the letter, so hearing refuses whoever asks for it."""
    for body, what in (("o-anji-court", "诉讼"), ("o-anji-arbitration", "仲裁")):
        number, _ = accepted(county, "desk")
        out = ("case", "refer-out", number, "--body", body, "--letter-no", f"2026-{body}")
        county.ask("desk", *out)

        def refused(case=number):
            said = county.type("desk", "hearing", "request", case, *ASK, "--json")
            error = said.json.get("error", {})
            return error if error.get("reason") == "HEARING_BARRED" else None

        assert what in county.until(refused, f"barred after {body}")["message"]
