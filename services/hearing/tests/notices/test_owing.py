"""What is owed to whom when a hearing changes, by rows of a real database."""

import json
from datetime import timedelta

import pytest

from hearing.domain.concerned import What
from hearing.domain.states import Act
from hearing.handlers.case_part import PART
from hearing.handlers.resending import resend_notice
from hearing.storage.tables import fact, hearing
from hearing.storage.tables_notices import hearing_change, hearing_told, notice, public_notice
from kernel.holding import EndGrant
from kernel.ids import new_id
from kernel.notifying.errors import NoticeNotSo
from kernel.notifying.keeping import Change
from kernel.notifying.words import Step

PARTIES = {"party"}
EVERYBODY = PARTIES | {"chair", "panelist", "recorder", "representative", "optional"}


def told(hall, change):
    """Text by part and recipient of one change."""
    rows = hall.rows(hearing_told, change_no=change)
    return {(row["part"], row["recipient"]): row["text"] for row in rows}


def parts(hall, change):
    """Parts that were told of one change."""
    return {part for part, _ in told(hall, change)}


async def test_everybody_is_called_once_and_the_fact_names_the_parties_alone(hall):
    """Parties by their ids for intake, others by a notice here; a unit that is a party by none."""
    body = await hall.confirm()
    assert parts(hall, 1) == EVERYBODY
    assert len(told(hall, 1)) == 7
    assert len(body["parties"].split()) == 2
    assert (body["tell"], body["change"]) == ("hearing_called", "1")
    assert body["starts_at"] == "2026-12-14T01:00:00+00:00"
    assert {row["recipient"] for row in hall.rows(notice)} == set(map(str, hall.members.values()))
    assert hall.rows(hearing)[0]["object_by"].isoformat() == "2026-11-30"


async def test_a_change_of_time_is_told_everybody_and_takes_the_place_of_the_call(hall):
    """The call that was not sent yet is not sent any more; nobody has to answer it."""
    await hall.confirm()
    later = hall.rows(hearing)[0]["begins"] + timedelta(days=1)
    await hall.tells(Act.MOVE, What.TIME, begins=later, ends=later + timedelta(hours=2))
    assert set(told(hall, 2).values()) == {"hearing_moved"}
    assert parts(hall, 2) == EVERYBODY
    assert all(row["overtaken"] for row in hall.rows(hearing_told, change_no=1))
    assert len(hall.rows(notice)) == 5
    assert [row["begins"] for row in hall.rows(hearing_change, change_no=2)] == [later]


async def test_a_call_that_nobody_was_sent_is_not_tried_again_after_the_change(hall):
    """Not got through, or kept for a person: the word of the change is what counts."""
    await hall.confirm()
    called = hall.rows(notice)
    hall.mark(called[0]["notice_id"])
    hall.mark(called[1]["notice_id"], "kept")
    await moved(hall)
    found = {row["notice_id"]: row["state"] for row in hall.rows(notice)}
    assert {found[one["notice_id"]] for one in called[:2]} == {"stopped"}
    assert sorted(found.values()) == ["owed"] * 5 + ["stopped"] * 2
    with pytest.raises(NoticeNotSo):
        await hall.do(resend_notice, Change(called[1]["notice_id"], Step.RETRY))


async def moved(hall):
    """It is a day later."""
    later = hall.rows(hearing)[0]["begins"] + timedelta(days=1)
    await hall.tells(Act.MOVE, What.TIME, begins=later, ends=later + timedelta(hours=2))


async def test_a_call_that_a_gateway_lost_is_sent_again_only_while_it_stands(hall):
    """Its report came after the change: whoever would get it now would come a day too early."""
    await hall.confirm()
    lost, sent = hall.rows(notice)[:2]
    hall.mark(lost["notice_id"])
    await hall.do(resend_notice, Change(lost["notice_id"], Step.RETRY))
    assert {row["state"] for row in hall.rows(notice)} == {"owed"}
    hall.mark(sent["notice_id"], "sent")
    await moved(hall)
    hall.mark(sent["notice_id"])
    with pytest.raises(NoticeNotSo):
        await hall.do(resend_notice, Change(sent["notice_id"], Step.RETRY))


async def test_who_is_replaced_and_who_comes_hear_of_it_and_the_parties_too(hall):
    """The optional guest and the representative are not troubled."""
    await hall.confirm()
    new = new_id()
    await hall.tells(Act.REPLACE_MEMBER, What.PANEL, swap=[(2, new, 6)])
    found = told(hall, 2)
    assert found["panelist", str(hall.members["panelist"])] == "hearing_released"
    assert found["panelist", str(new)] == "hearing_called"
    assert parts(hall, 2) == {"party", "chair", "recorder", "panelist"}
    waits = hall.rows(hearing_told, recipient=str(hall.members["chair"]), overtaken=False)
    assert [row["change_no"] for row in waits] == [1, 2]


async def test_who_was_told_another_day_would_come_hears_that_it_is_cancelled(hall):
    """Postponed first: whoever waits for the new day is told that there is none."""
    await hall.confirm()
    await hall.tells(Act.POSTPONE, What.POSTPONED, begins=None, ends=None, room_id=None)
    body = await hall.tells(Act.CANCEL, What.CANCELLED)
    assert parts(hall, 3) == EVERYBODY
    assert body["tell"] == "hearing_cancelled"
    assert "starts_at" not in body


async def test_when_the_case_ends_by_itself_whoever_was_called_hears_that_it_is_off(hall):
    """Withdrawn or merged with notice out: told once, and no answer is waited for."""
    await hall.confirm()
    await hall.do(PART.end_grant, EndGrant(hall.case_id, 1, "withdrawn"))
    assert parts(hall, 2) == EVERYBODY
    assert hall.rows(hearing_change, change_no=2)[0]["next_look_at"] is None
    last = max(hall.rows(fact), key=lambda row: row["fact_no"])
    assert last["kind"] == "hearing.cancelled"
    assert json.loads(last["body"])["tell"] == "hearing_cancelled"
    assert hall.rows(public_notice)[0]["taken_down_at"] is not None


async def test_what_nobody_was_told_of_is_no_change(hall):
    """A hearing that is cancelled before anybody was called troubles nobody."""
    body = await hall.tells(Act.CANCEL, What.CANCELLED)
    assert body == {}
    assert hall.rows(hearing_change) == []


async def test_the_public_notice_comes_with_the_call_and_goes_when_it_is_off(hall):
    """Shown with time and seats, follows a new time, is taken away when postponed."""
    await hall.confirm()
    (shown,) = hall.rows(public_notice)
    assert (shown["seats"], shown["taken_down_at"]) == (20, None)
    later = shown["begins"] + timedelta(days=1)
    await hall.tells(Act.MOVE, What.TIME, begins=later, ends=later + timedelta(hours=2))
    assert hall.rows(public_notice)[0]["begins"] == later
    await hall.tells(Act.POSTPONE, What.POSTPONED, begins=None, ends=None, room_id=None)
    (gone,) = hall.rows(public_notice)
    assert gone["taken_down_why"] == "postponed"
    assert gone["taken_down_at"] is not None


async def test_nothing_personal_stands_in_a_row_of_a_notice(hall):
    """Ids, codes, a day: no name, no contact, no word of the matter."""
    await hall.confirm()
    (row, *_) = hall.rows(notice)
    assert set(row["arguments"].split('"')[1::4]) == {"change", "number", "room", "starts_at"}


async def test_parties_of_a_case_that_is_heard_along_hear_of_it_by_their_own_case(hall):
    """The step of each case names its own parties; nobody is told by two of them."""
    other = await hall.hears_along()
    body = await hall.confirm()
    assert len(body["parties"].split()) == 2
    (row,) = [row for row in hall.rows(fact) if row["case_id"] == other["case_id"]]
    assert row["kind"] == "hearing.confirmed"
    said = json.loads(row["body"])
    assert said["parties"] == str(other["party_id"])
    assert said["tell"] == "hearing_called"
    assert len(told(hall, 1)) == 8
    await hall.tells(Act.POSTPONE, What.POSTPONED, begins=None, ends=None, room_id=None)
    kinds = [r["kind"] for r in hall.rows(fact) if r["case_id"] == other["case_id"]]
    assert kinds == ["hearing.confirmed", "hearing.postponed"]
