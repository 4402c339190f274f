"""Rooms, the pool and calendars (听证会场、人员库、日程) by commands."""

from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[3] / "deploy/samples/anji"


def test_rooms_people_and_calendars_are_kept_by_commands(county, tmp_path):
    """The samples are taken in, found again by their words, and a calendar goes in and out."""
    rooms = county.ask("desk", "room", "import", str(SAMPLES / "hearing-rooms.csv"))
    people = county.ask("desk", "panel", "import", str(SAMPLES / "hearing-pool.csv"))
    assert (rooms["refused"], people["refused"]) == (0, 0)
    listed = county.ask("desk", "room", "list")["rooms"]
    assert "县中心第一听证厅" in {one["entry"]["name"] for one in listed}
    lawyers = county.ask("desk", "panel", "list", "--kind", "律师")["persons"]
    assert [one["entry"]["name"] for one in lawyers if one["reachable"]]
    untied = county.ask("desk", "panel", "list", "--kind", "律师", "--about", "住建")["persons"]
    assert len(untied) == len(lawyers) - 1
    assert all(one["entry"]["contact"] == "" for one in lawyers)
    shown = county.ask("desk", "panel", "show", "AJ-P14", "--why", "送达通知")["entry"]
    assert shown["contact"] == "19900003014"
    assert {one["entry"]["number"] for one in listed} >= {"AJ-T01", "AJ-T02"}
    ways = county.ask("desk", "room", "import-ways", str(SAMPLES / "hearing-ways.csv"))
    assert (ways["kept"], ways["refused"]) == (6, 0)
    county.ask("desk", "room", "travel", "递铺街道", "昌硕街道", "25")
    kept = [one["minutes"] for one in county.ask("desk", "room", "ways")["travel"]]
    assert (len(kept), kept.count(25)) == (6, 1)
    _calendar(county, tmp_path / "out.ics")


def _calendar(county, out):
    days = ("--from", county.day(0), "--until", county.day(13))
    county.ask("desk", "calendar", "hours", "仇鸿飞", "--on", "周二=09:00-12:00")
    taken = county.ask("desk", "calendar", "import", "AJ-P14", str(SAMPLES / "hearing-office.ics"))
    assert taken["kept"] > 10
    away = ("--from", f"{county.day(3)} 09:00", "--until", f"{county.day(3)} 17:00")
    uid = county.ask("desk", "calendar", "absent", "AJ-P14", *away)["uid"]
    found = county.ask("desk", "calendar", "show", "AJ-P14", *days)
    assert {one["source"] for one in found["busy"]} == {"hand", "import"}
    county.ask("desk", "calendar", "export", "AJ-P14", str(out), *days)
    assert "例会" not in out.read_text("utf-8")
    county.ask("desk", "calendar", "import", "AJ-P15", str(out))
    copied = county.ask("desk", "calendar", "show", "AJ-P15", *days)
    assert [one["begins_at"] for one in copied["busy"]] == [
        one["begins_at"] for one in found["busy"]
    ]
    county.ask("desk", "calendar", "back", "AJ-P14", uid)
    bad = out.with_name("bad.ics")
    bad.write_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n", "utf-8")
    refused = county.type("desk", "calendar", "import", "AJ-P14", str(bad), "--json")
    assert refused.status != 0
    assert county.reason("desk", "calendar", "import", "AJ-P14", str(bad)) == "CALENDAR_INVALID"
    assert county.reason("desk", "calendar", "show", "谁也不是", *days) == "PERSON_UNKNOWN"
