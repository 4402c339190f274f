"""Sending to people of the register, into the local sink; listing; invitations."""

import json
from uuid import UUID

import pytest
from icalendar import Calendar

from hearing.domain.concerned import What
from hearing.domain.states import Act
from hearing.ical.inviting import Invitation, write_invitation
from hearing.notices import Opening, contacts_of
from hearing.storage import notices as stored
from hearing.storage.tables_notices import notice
from hearing.storage.tables_register import person
from kernel.catalogue import Catalogue, Language
from kernel.errors import WrongState
from kernel.group_commit import Readers
from kernel.notifying import keeping
from kernel.notifying.dispatching import Dispatcher, Ground
from kernel.notifying.settings import Ways
from kernel.notifying.words import LEASE, Reason

CASE = UUID(int=1)
TEXTS = Catalogue.load("hearing")


class Killed(WrongState):
    """The process ended here: nothing after it was done."""

    reason = "KILLED"


def dispatcher(hall, folder):
    """What sends the notices of the hall."""
    resolve = Opening(hall.office, TEXTS).resolve
    ground = Ground(notice, hall.writer, Readers(hall.database), hall.clock, resolve)
    return Dispatcher.open(ground, Ways("hearings", folder))


def written(folder):
    """What the local sink was given, by key."""
    files = sorted((folder / "hearings").rglob("*.json"))
    said = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return {one["key"]: one for one in said}


async def test_everybody_of_the_register_is_sent_a_neutral_text_with_time_and_room(hall, tmp_path):
    """One file each, telephone masked; no name, no category, no party in it."""
    await hall.with_register()
    await hall.confirm()
    assert await dispatcher(hall, tmp_path).round() == 5
    said = list(written(tmp_path).values())
    assert len(said) == 5
    assert {one["to"]["phone"] for one in said} == {"138****1234"}
    for one in said:
        assert "安昌硕〔2026〕7号" in one["text"]
        assert "12月14日09:00" in one["text"]
        assert "三楼会议室" in one["text"]
        assert "某" not in one["text"]
    assert {row["state"] for row in hall.rows(notice)} == {"kept"}


async def test_a_try_that_was_cut_off_is_made_again_under_the_same_id(hall, tmp_path, monkeypatch):
    """Killed between sending and recording: owed once, sent at least once, one key."""
    await hall.with_register()
    await hall.confirm()
    owed = {str(row["notice_id"]) for row in hall.rows(notice)}

    def killed(*_, **__):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "record", killed)
        with pytest.raises(Killed):
            await dispatcher(hall, tmp_path).round()
    assert set(written(tmp_path)) == owed
    assert {row["state"] for row in hall.rows(notice)} == {"owed"}
    hall.clock.advance(LEASE)
    assert await dispatcher(hall, tmp_path).round() == 5
    assert set(written(tmp_path)) == owed
    assert [row["tries"] for row in hall.rows(notice)] == [2] * 5


async def test_who_cannot_be_reached_by_a_machine_waits_for_a_person(hall, tmp_path):
    """The unit sees him at once, though his days to answer still run."""
    await hall.with_register()
    chair = hall.members["chair"]
    await hall.do(lambda uow, _: uow.update(person, {"person_id": chair}, {"sealed_contact": None}))
    await hall.confirm()
    await dispatcher(hall, tmp_path).round()
    (row,) = hall.rows(notice, recipient=str(chair))
    assert (row["state"], row["reason"]) == ("not_possible", "no_contact")
    with hall.database.readers.connect() as connection:
        asked = stored.Asked(hall.clerk, hall.clock.now(), waiting=True)
        rows, more = stored.page(connection, asked)
    assert [row["recipient"] for row in rows] == [str(chair)]
    assert more is None


async def test_the_list_is_paged_newest_first_and_nobody_is_left_out(hall):
    """Seven people of one change, two at a time, then those of the next before them."""
    await hall.confirm()
    await hall.tells(Act.MOVE, What.ROOM, room_id=UUID(int=8))
    seen, after = [], None
    with hall.database.readers.connect() as connection:
        while True:
            asked = stored.Asked(hall.clerk, hall.clock.now(), CASE, after=after, size=4)
            rows, after = stored.page(connection, asked)
            seen += [(row["change_no"], row["recipient"]) for row in rows]
            if after is None:
                break
    assert len(seen) == len(set(seen)) == 14


async def test_an_invitation_follows_the_last_word_that_changed_it(hall):
    """Called, moved, called off: the number grows, the id stays, the method says what to do."""
    await hall.confirm()
    who = str(hall.members["chair"])

    def invited():
        with hall.database.readers.connect() as connection:
            found = stored.invited(connection, CASE, who)
        assert found is not None
        return found.told["method"], found.told["change_no"], found.change["begins"]

    called = invited()
    await hall.tells(Act.REPLACE_MEMBER, What.PANEL, swap=[(2, UUID(int=40), 6)])
    assert invited() == called
    await hall.tells(Act.POSTPONE, What.POSTPONED, begins=None, ends=None, room_id=None)
    assert invited() == ("CANCEL", 3, called[2])


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_an_invitation_says_when_and_where_and_names_nobody(hall_row, method):
    """RFC 5546: method, sequence, organizer and attendee; no name, no contact."""
    file = write_invitation(Invitation(method=method, **hall_row))
    calendar = Calendar.from_ical(file)
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["SEQUENCE"]) == (method, 3)
    assert event["SUMMARY"] == "听证 安昌硕〔2026〕7号"
    assert event["STATUS"] == ("CONFIRMED" if method == "REQUEST" else "CANCELLED")
    assert event["ATTENDEE"].startswith("urn:uuid:")
    assert b"mailto" not in file.lower()


@pytest.mark.parametrize(
    ("contact", "found"),
    [
        ("138-0000-1234", {"phone": "13800001234"}),
        ("chair@example.org", {"mail": "chair@example.org"}),
        ("0572-5123456", Reason.LANDLINE),
        ("", Reason.NO_CONTACT),
    ],
)
def test_a_contact_of_the_register_says_by_itself_what_it_is(contact, found):
    """Telephone or mail; a landline is for a person to call."""
    assert contacts_of(contact) == found


def test_every_text_quotes_office_number_time_and_place_alone():
    """In both languages; no text asks for a name or the matter."""
    plain = dict.fromkeys(("office", "number", "phone", "at", "place"), "")
    for language in Language:
        keys = {key for key in TEXTS.keys(language) if key.startswith("TELL_hearing_")}
        assert len(keys) == 9
        for key in keys:
            assert TEXTS.text(key, language, **plain)
