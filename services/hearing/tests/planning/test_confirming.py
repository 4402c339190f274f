"""What came to stand against a hearing between the day it was set and its notice."""

from datetime import UTC, datetime

import pytest

from hearing.storage.tables_calendar import booking
from hearing.storage.tables_notices import hearing_change
from hearing.storage.tables_register import person, room, tie
from kernel.database import Database

from .conftest import CHAIRS, HALL, POOL, RECORDER

NINE, NOON = datetime(2026, 11, 18, 1, tzinfo=UTC), datetime(2026, 11, 18, 4, tzinfo=UTC)


def change(setting, statement):
    """Something of the register becomes otherwise."""
    database = Database.open(setting.bench.database_url)
    try:
        with database.writer.begin() as connection:
            connection.execute(statement)
    finally:
        database.close()


def leaves(setting):
    """A member of the panel leaves the pool."""
    of_member = person.update().where(person.c.person_id == POOL[0])
    change(setting, of_member.values(ended=True))


def closes(setting):
    """The room is no more."""
    change(setting, room.update().where(room.c.room_id == HALL).values(ended=True))


def is_away(setting):
    """The chair is taken ill."""
    setting.away(CHAIRS[0], NINE, NOON)


def is_tied(setting):
    """The recorder turns out to be of the unit that it is about."""
    said = {"at": NINE, "actor": "keeper"}
    setting.insert(tie, {"person_id": RECORDER, "subject": "d-housing", **said})


@pytest.mark.parametrize(
    ("became", "reason"),
    [
        (leaves, "PERSON_MISSING"),
        (closes, "ROOM_MISSING"),
        (is_away, "TAKEN"),
        (is_tied, "CLASHES"),
    ],
)
async def test_nobody_is_called_to_what_cannot_be_held_any_more(setting, became, reason):
    """It stays as it was set, booked, and nobody was told; it is set anew instead."""
    await setting.set()
    became(setting)
    refusal = await setting.bench.refused(setting.act("ConfirmHearing"))
    assert refusal.reason == reason
    assert setting.stamp.state == "set"
    assert len(setting.bench.rows(booking)) == 9
    assert setting.bench.rows(hearing_change) == []


async def test_set_anew_without_who_left_it_is_confirmed(setting):
    """Another member of the pool takes the place, and everybody is told once."""
    await setting.set()
    leaves(setting)
    await setting.set(panel_ids=[str(one) for one in POOL[1:6]])
    assert (await setting.act("ConfirmHearing")).stamp.state == "noticed"
    assert len(setting.bench.rows(hearing_change)) == 1
    assert len(setting.bench.rows(booking)) == 9


async def test_a_recorder_who_is_tied_to_the_matter_is_not_named(setting):
    """Nobody who must step back at the opening records."""
    is_tied(setting)
    refusal = await setting.bench.refused(setting.set())
    assert refusal.reason in {"CLASHES", "NOBODY_THERE"}
