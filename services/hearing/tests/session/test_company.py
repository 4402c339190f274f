"""Cases that are heard together: what one of them is or becomes holds for the hearing of all."""

from datetime import timedelta
from uuid import UUID

import pytest

from hearing.commands.base import Seen
from hearing.commands.requesting import CancelHearing, WithdrawHearing
from hearing.domain.concerned import Text, What
from hearing.domain.states import Act
from hearing.domain.words import OverWhy
from hearing.errors_session import HeldTogether, JoiningImpossible
from hearing.handlers import deciding
from hearing.handlers.acting import open_hearing
from hearing.handlers.case_part import PART
from hearing.handlers.noticing import owe
from hearing.storage.planning import current, waiting
from hearing.storage.tables import fact, hearing, hearing_file, hearing_party
from hearing.storage.tables_session import conclusion
from kernel.holding import EndGrant

from .conftest import DAY, NOW, WU, ZHOU
from .test_joining import GRANTED, HU, JIN, _notice, join, two

ROOM = UUID(int=77)


def _confirm(uow, leader, *, office):
    """Everybody is called."""
    when = {"day": DAY, "begins": NOW, "ends": NOW + timedelta(hours=3), "room_id": ROOM}
    uow.update(hearing, {"case_id": leader.case_id, "number": 1}, when)
    opened = open_hearing(uow, leader.case_id, Seen(1, leader.version), Act.MOVE)
    said = owe(uow, opened, {What.CONFIRMED}, office=office)
    assert set(said["parties"].split()) == {str(ZHOU), str(WU)}


async def called_together(hall):
    """Two cases to whose one hearing everybody was called."""
    leader, led = await two(hall)
    await join(led, leader)
    await leader.run(_notice, leader)
    await leader.run(_confirm, leader, office=leader.office)
    led.version = led.file()["version"]
    return leader, led


async def withdraw(led):
    """The resident takes it back."""
    return await led.act(deciding.withdraw_hearing, WithdrawHearing, reason="不想再谈。")


async def cancel(led):
    """The unit cancels it."""
    return await led.act(
        deciding.cancel_hearing, CancelHearing, why=OverWhy.SETTLED, reason="已和解。"
    )


async def end(led):
    """The case ended by an act of its own."""
    return await led.run(_end, EndGrant(led.case_id, 1, ""))


def _end(uow, command):
    PART.ended(uow, command)


@pytest.mark.parametrize("over", [withdraw, cancel, end])
async def test_parties_of_a_case_that_is_over_are_not_heard_along(hall, over):
    """They hear that it is off by the log of their case; the leading hearing goes on without."""
    leader, led = await called_together(hall)
    await over(led)
    assert {row["party_id"] for row in leader.rows(hearing_party)} == {ZHOU, WU}
    assert leader.kinds()[-1] == "hearing.parted"
    assert leader.file()["state"] == "noticed"
    said = {row["kind"]: row["body"] for row in led.rows(fact)}
    gone = said.get("hearing.withdrawn") or said["hearing.cancelled"]
    assert all(str(one) in gone for one in (HU, JIN))
    assert Text.CANCELLED.value in gone
    leader.version = leader.file()["version"]
    await leader.run(_move, leader, office=leader.office)


def _move(uow, leader, *, office):
    """A later change is told to the parties that are left, in words for them."""
    opened = open_hearing(uow, leader.case_id, Seen(1, leader.version), Act.MOVE)
    said = owe(uow, opened, {What.TIME}, office=office)
    assert set(said["parties"].split()) == {str(ZHOU), str(WU)}
    assert said["tell"] == Text.MOVED.value


async def test_a_matter_that_is_never_public_is_not_heard_along_in_public(quick):
    """Family violence and minors; heard along behind closed doors they may be."""
    leader = await quick.another(**GRANTED)
    led = await quick.another(**GRANTED, parties=(HU, JIN), never_public=True)
    with pytest.raises(JoiningImpossible) as caught:
        await join(led, leader)
    assert [one.reason for one in caught.value.fields] == ["HEARING_LEADER_PUBLIC"]
    closed = await quick.another(**GRANTED | {"public": False})
    await join(led, closed)
    assert led.hearing()["led_by"] == closed.hearing()["hearing_id"]


async def test_a_conclusion_for_several_cases_is_published_by_the_one_that_leads(quick):
    """Else it could be put up without the word of the others' parties."""
    await quick.held()
    leader = quick.hearing()["hearing_id"]
    await quick.run(_led, {"case_id": quick.case_id, "leader": leader})
    with pytest.raises(HeldTogether):
        await quick.propose()


def _led(uow, command):
    key = {"case_id": command["case_id"], "number": 1}
    uow.update(conclusion, key, {"of_hearing": command["leader"]})


async def test_who_handled_a_case_that_is_heard_along_is_known_to_the_plan(quick):
    """Handlers and units of every matter keep people off chair and panel."""
    leader, led = await two(quick)
    await join(led, leader)
    await led.run(_handle, led)
    with quick.database.readers.connect() as connection:
        ((file, row),) = current(connection, [leader.case_id])
        found = waiting(connection, file, row)
    assert "chen" in found.handlers
    assert {"d-water", "s-lingfeng"} <= found.about


def _handle(uow, led):
    values = {"handlers": "chen", "about_units": "d-water", "earlier_units": "s-lingfeng"}
    uow.update(hearing_file, {"case_id": led.case_id}, values)
