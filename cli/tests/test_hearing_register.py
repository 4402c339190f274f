"""Rooms and people read from files, as the samples have them and as people get them wrong."""

import itertools
import json
from pathlib import Path

import pytest
import yaml

from lianxin.cli.errors import BadInput
from lianxin.cli.files.hearing_register import (
    PERSON_COLUMNS,
    ROOM_COLUMNS,
    WAY_COLUMNS,
    person_of,
    room_of,
    way_of,
)
from lianxin.cli.files.keeping import keep, span
from lianxin.cli.files.reading import Row, read_rows
from lianxin.cli.files.units import Units
from lianxin.hearing.v1 import register_pb2 as pb

SAMPLES = Path(__file__).resolve().parents[2] / "deploy/samples/anji"


@pytest.fixture(scope="module")
def units():
    """Units of the demonstration."""
    content = yaml.safe_load((SAMPLES / "directory.yaml").read_text("utf-8"))
    return Units(json.loads(json.dumps(content, default=str)))


def test_every_row_of_the_samples_can_be_kept(units):
    """Rooms in several places; panel members of each kind, chairs, recorders, departments."""
    rooms = [room_of(row, units) for row in read_rows(SAMPLES / "hearing-rooms.csv", ROOM_COLUMNS)]
    people = [
        person_of(row, units) for row in read_rows(SAMPLES / "hearing-pool.csv", PERSON_COLUMNS)
    ]
    assert len({room.unit_id for room in rooms}) >= 3
    assert {kind for one in people for kind in one.kinds} == set(pb.PersonKind.values()) - {0}
    assert len({one.person_id for one in people}) == len(people)
    assert all(one.department_id for one in people if pb.PERSON_KIND_REPRESENTATIVE in one.kinds)


def test_ways_of_the_samples_join_every_two_places_with_a_room(units):
    """From each place that has a room to each other one, in minutes, once."""
    rooms = [room_of(row, units) for row in read_rows(SAMPLES / "hearing-rooms.csv", ROOM_COLUMNS)]
    ways = [way_of(row, units) for row in read_rows(SAMPLES / "hearing-ways.csv", WAY_COLUMNS)]
    pairs = [frozenset({way.one_id, way.other_id}) for way in ways]
    assert set(pairs) == {
        frozenset(two) for two in itertools.combinations({room.unit_id for room in rooms}, 2)
    }
    assert len(set(pairs)) == len(pairs)
    assert all(way.minutes > 0 for way in ways)


def test_a_room_of_a_row(units):
    """Words become codes, hours minutes, titles ids; the number always gives the same id."""
    fields = {
        "room_no": "T1",
        "unit": "昌硕街道分中心",
        "room_name": "议事厅",
        "seats": "60",
        "equipment": "投影、话筒",
        "room_online": "是",
        "hours": "09:00-16:30",
        "room_use": "全部单位",
    }
    one, again = (room_of(Row(2, fields), units) for _ in range(2))
    assert one == again
    assert (one.unit_id, one.capacity, one.online) == ("s-changshuo", 60, True)
    assert one.number == "T1"
    assert (one.opens, one.closes, one.use) == (540, 990, pb.ROOM_USE_NODE)
    assert list(one.equipment) == ["projector", "microphones"]


@pytest.mark.parametrize("text", ["9", "09:00", "25:00-26:00", "09:70-10:00", "early-late"])
def test_hours_that_cannot_be_read_are_refused(text):
    """A begin and an end are told, each a time of the day."""
    with pytest.raises(BadInput):
        span(text, "hours")


def test_rows_that_are_refused_stop_nobody(units):
    """Each is told by its row and column; the others are sent once."""
    good = {"room_no": "T1", "unit": "s-anji", "room_name": "厅", "seats": "60"}
    rows = [Row(2, good), Row(3, {**good, "unit": "哪里"}), Row(4, {**good, "seats": "many"})]
    sent = []
    report = keep(rows, lambda row: room_of(row, units), sent.append, {}, dry_run=False)
    assert [len(entries) for entries in sent] == [1]
    assert [(row.line, list(told)) for row, told in report.refused] == [
        (3, ["unit"]),
        (4, ["seats"]),
    ]
    data = report.data(Path("rooms.csv"), "room_id")
    assert [row["outcome"] for row in data["rows"]] == ["kept", "refused", "refused"]
