"""Closed files are rated by somebody outside the unit that handled them."""

import sqlite3
from contextlib import closing
from datetime import timedelta

from kernel.clock import SystemClock
from kernel.database import iso_utc
from lianxin.cli.demo.world import COUNTY

from .test_mediating import accepted

RATED = ("--procedure", "90", "--facts", "80", "--agreement", "70")
RATED += ("--performance", "100", "--file", "60")


def closed(county):
    """A mediation that was withdrawn, asked about again by a second person, and closed."""
    number = accepted(county)
    county.ask("desk", "mediation", "parties", number)
    county.ask("desk", "mediation", "withdraw", number)
    county.ask("second", "mediation", "confirm-withdrawal", number, "--approve")
    assert county.ask("desk", "mediation", "close", number)["stamp"]["state"] == "closed"
    as_of_yesterday(county, number)
    return number


def as_of_yesterday(county, number):
    """Only days that are over are drawn from, and the nodes' clock is that of the machine."""
    file = county.world.nodes[COUNTY].data / "mediation.db"
    at = iso_utc(SystemClock().now() - timedelta(days=1))
    with closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True)) as connection, connection:
        connection.execute("UPDATE mediation SET closed_at = ? WHERE case_no = ?", (at, number))


def test_a_closed_file_is_drawn_taken_rated_mended_and_answered(county):
    """The handling unit reads the finding once it is told, and answers; it never rates itself."""
    number, sample = closed(county), "2026-autumn"
    assess = ("mediation", "assess")
    span = ("--from", county.day(-1), "--until", county.day(-1))
    draw = (*assess, "draw", sample, *span, "--seed", "dice", "--least", "100")
    assert county.reason("desk", *draw) == "DENIED"
    drawn = county.ask("watch", *draw)
    assert number in [one["case_no"] for one in drawn["drawn"]]
    county.ask("watch", *assess, "take", number, sample)
    listed = county.ask("watch", *assess, "list", "--sample", sample, "--state", "taken")
    assert [one["case_no"] for one in listed["assessments"]] == [number]
    assert county.ask("watch", "mediation", "show", number)["mediation"]["state"] == "closed"
    mend = ("缺少送达回证。", *RATED, "--mend-by", county.day(5))
    county.ask("watch", *assess, "record", number, sample, *mend)
    told = county.ask("desk", *assess, "show", number, sample)
    assert (told["finding"], told["assessment"]["points"]["file"]) == ("缺少送达回证。", 60)
    waited = county.ask("desk", "mediation", "due", number)["lines"]
    assert "mend" in [one["about"] for one in waited]
    assert county.reason("watch", "mediation", "show", number) == "MEDIATION_MISSING"
    county.ask("desk", *assess, "answer", number, sample, "已补送达。")
    shown = county.type("watch", *assess, "show", number, sample)
    assert "已补送达。" in shown.out, shown.err
