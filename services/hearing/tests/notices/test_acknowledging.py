"""Who has answered, and what becomes of those who have not."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from hearing.commands.noticing import AcknowledgeNotice, AcknowledgeOwn, LookAtNotices
from hearing.domain.concerned import What
from hearing.domain.notice_words import How
from hearing.domain.states import Act
from hearing.errors import FieldsInvalid
from hearing.errors_noticing import NothingToAcknowledge
from hearing.handlers.acknowledging import acknowledge, acknowledge_own, look
from hearing.storage.tables import fact
from hearing.storage.tables_notices import hearing_told, notice
from hearing.storage.tables_register import person
from kernel.identity import Caller, Kind

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


async def mine(hall, account, number="安昌硕〔2026〕7号", kind=Kind.STAFF):
    """Somebody with an account says that the own notice has come."""
    caller = Caller(kind, account, "s-lingfeng", "s-lingfeng", "330523.003.000")
    await hall.do(acknowledge_own, AcknowledgeOwn(number), caller)


async def test_who_has_an_account_answers_for_himself_and_for_nobody_else(hall):
    """Of another unit, too; known by the register, only of what he was told, and once."""
    await hall.with_register()
    await hall.confirm()
    chair = hall.members["chair"]
    await hall.do(lambda uow, _: uow.update(person, {"person_id": chair}, {"staff": "chen"}))
    for account, number, kind in (
        ("wang", "安昌硕〔2026〕7号", Kind.STAFF),
        ("", "安昌硕〔2026〕7号", Kind.STAFF),
        ("chen", "安昌硕〔2026〕8号", Kind.STAFF),
        ("chen", "安昌硕〔2026〕7号", Kind.SERVICE),
    ):
        with pytest.raises(NothingToAcknowledge):
            await mine(hall, account, number, kind)
    await mine(hall, "chen")
    answered = [row for row in hall.rows(hearing_told) if row["acknowledged_at"] is not None]
    (row,) = answered
    assert (row["recipient"], row["acknowledged_by"]) == (str(chair), "chen")
    assert (row["acknowledged_how"], row["acknowledged_on"]) == ("replied", TODAY)
    with pytest.raises(NothingToAcknowledge):
        await mine(hall, "chen")
