"""Who has answered, and what becomes of those who have not."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from hearing.commands.noticing import AcknowledgeNotice, LookAtNotices
from hearing.domain.concerned import What
from hearing.domain.notice_words import How
from hearing.domain.states import Act
from hearing.errors import FieldsInvalid
from hearing.errors_noticing import NothingToAcknowledge
from hearing.handlers.acknowledging import acknowledge, look
from hearing.storage.tables import fact
from hearing.storage.tables_notices import hearing_told, notice

CASE, ASKS = UUID(int=1), UUID(int=11)
TODAY = date(2026, 11, 23)


async def answers(hall, recipient, how=How.BY_PHONE, day=TODAY):
    """It is taken down that it has reached this recipient."""
    more = {"recipient": recipient, "how": how, "on_day": day}
    return await hall.act(acknowledge, AcknowledgeNotice, **more)


async def sweep(hall):
    """One look at the case."""
    return await hall.do(look, LookAtNotices(CASE))


def said(hall):
    """Facts about people who did not answer."""
    return [r for r in hall.rows(fact) if r["kind"] == "hearing.notice_unacknowledged"]


async def test_whoever_was_reached_is_not_sent_it_and_need_not_answer_again(hall):
    """By telephone: the notice that was still to be sent counts as told."""
    await hall.confirm()
    chair = hall.members["chair"]
    await answers(hall, chair)
    (row,) = hall.rows(hearing_told, recipient=str(chair))
    assert (row["acknowledged_how"], row["acknowledged_on"]) == ("by_phone", TODAY)
    assert [row["state"] for row in hall.rows(notice, recipient=str(chair))] == ["told"]
    with pytest.raises(NothingToAcknowledge):
        await answers(hall, chair)


async def test_a_party_answers_as_everybody_else(hall):
    """Its messages are intake's, its answer is noted here."""
    await hall.confirm()
    await answers(hall, ASKS, How.SERVED)
    assert hall.rows(hearing_told, recipient=str(ASKS))[0]["acknowledged_how"] == "served"


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=1)])
async def test_nobody_answers_before_he_was_told_or_tomorrow(hall, day):
    """The day lies between the notice and today."""
    await hall.confirm()
    with pytest.raises(FieldsInvalid):
        await answers(hall, ASKS, day=day)


async def test_who_has_not_answered_in_time_is_told_of_once(hall):
    """Three working days after the notice, as the profile says; a second look finds nothing."""
    await hall.confirm()
    assert await sweep(hall) == 0
    hall.clock.advance(timedelta(days=4))
    await answers(hall, ASKS)
    assert await sweep(hall) == 1
    assert await sweep(hall) == 0
    (one,) = said(hall)
    assert '"silent":"6"' in one["body"].replace(" ", "")


async def test_when_all_have_answered_nothing_is_told(hall):
    """Nor of a word that a later one took the place of."""
    await hall.confirm()
    await hall.tells(Act.MOVE, What.ROOM, room_id=UUID(int=8))
    for row in hall.rows(hearing_told, change_no=2):
        await answers(hall, UUID(row["recipient"]))
    hall.clock.advance(timedelta(days=9))
    assert await sweep(hall) == 0
    assert said(hall) == []
