from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from hearing.commands import session as todo
from hearing.domain.session_words import Opinion
from hearing.errors_session import HeldTogether, JoiningImpossible, PublicationBarred
from hearing.handlers import joining, postponing
from hearing.handlers.case_part import PART
from hearing.storage.tables import hearing, hearing_file, hearing_member, hearing_party
from hearing.storage.tables_session import conclusion
from kernel.holding import Release

from .conftest import ASKING, NOW, PANEL, PARTS, WU, ZHOU

HU, JIN = UUID(int=11), UUID(int=12)
GRANTED = {"state": "granted"}


async def two(hall):
    """A hearing that is granted, and one of another case beside it."""
    leader = await hall.another(**GRANTED)
    led = await hall.another(**GRANTED, parties=(HU, JIN))
    return leader, led


async def join(led, leader):
    """Hold them together."""
    stamp = await led.act(joining.join, todo.Join, leader=leader.case_id)
    leader.version = leader.file()["version"]
    return stamp


async def test_a_conclusion_is_recorded_with_each_case_that_was_heard(hall):
    """Parties come to the leading hearing; each case has the finding, and serves its own."""
    leader, led = await two(hall)
    await join(led, leader)
    called = {row["party_id"] for row in leader.rows(hearing_party)}
    assert called == {ZHOU, WU, HU, JIN}
    await leader.run(_notice, leader)
    leader.version = leader.file()["version"]
    came = leader.everybody() | {f"party:{one}": leader.everybody()[ASKING] for one in (HU, JIN)}
    await leader.open(came)
    await leader.hear()
    await leader.minutes()
    await leader.confer()
    for no in PARTS:
        if PARTS[no] == "panelist":
            await leader.opinion(no, Opinion.NOT_SUPPORTED)
    await leader.conclude()
    led.version = led.file()["version"]
    assert led.file()["state"] == leader.file()["state"] == "concluded"
    assert led.hearing()["outcome"] == leader.hearing()["outcome"] == "not_supported"
    assert led.rows(conclusion)[0]["of_hearing"] == leader.hearing()["hearing_id"]
    assert (await leader.serve(ZHOU)).unserved == (WU,)
    assert (await led.serve(HU)).unserved == (JIN,)
    assert led.kinds() == ["hearing.joined", "hearing.concluded", "hearing.served"]
    sat = {row["member_no"]: row["part"] for row in led.rows(hearing_member)}
    assert sat == PARTS
    when = ("day", "begins", "opened_at")
    assert [led.hearing()[one] for one in when] == [leader.hearing()[one] for one in when]


def _notice(uow, leader):
    """Set and told: what scheduling and notices do."""
    key = {"case_id": leader.case_id, "number": 1}
    for table, row in ((hearing_file, {"case_id": leader.case_id}), (hearing, key)):
        uow.update(table, row, {"state": "noticed"})
    for no, part in PARTS.items():
        member = {"member_no": no, "person_id": UUID(int=100 + no), "part": part}
        uow.insert(hearing_member, key | member | {"state": "named", "since": uow.now})


async def test_what_is_held_together_is_done_at_the_leader_and_neither_case_goes_away(quick):
    """Acts of the day on the joined case are refused; a hand-over of either waits."""
    leader, led = await two(quick)
    await join(led, leader)
    for one in (leader, led):
        said = await one.run(_release, Release(uuid4(), one.case_id, 1))
        assert (said.released, said.reason) == (False, "HEARING_JOINED")
    await led.run(_tell, led)
    with pytest.raises(HeldTogether) as caught:
        await led.act(postponing.postpone, todo.Postpone, reason="台风")
    assert caught.value.ids["leader"] == leader.file()["case_no"]


def _tell(uow, led):
    uow.update(hearing_file, {"case_id": led.case_id}, {"state": "noticed"})
    uow.update(hearing, {"case_id": led.case_id, "number": 1}, {"state": "noticed"})


def _release(uow, command):
    return PART.release(uow, command)


async def test_a_joined_hearing_leaves_before_notice_and_takes_its_parties_along(quick):
    """After that it is a hearing by itself and can be joined again; once notice is out it stays."""
    leader, led = await two(quick)
    await join(led, leader)
    await led.act(joining.leave, todo.Leave, plain=True)
    assert {row["party_id"] for row in leader.rows(hearing_party)} == {ZHOU, WU}
    assert led.hearing()["led_by"] is None
    await join(led, leader)
    await leader.run(_notice, leader)
    with pytest.raises(JoiningImpossible):
        await led.act(joining.leave, todo.Leave, plain=True)


async def test_a_joined_hearing_is_published_at_the_leader_with_every_consent(quick):
    """Each file tells dissent by its own numbers; consents of both cases count at the leader."""
    leader, led = await two(quick)
    await led.run(_once_set, led)
    await join(led, leader)
    await leader.run(_notice, leader)
    leader.version = leader.file()["version"]
    came = leader.everybody() | {f"party:{one}": leader.everybody()[ASKING] for one in (HU, JIN)}
    await leader.open(came)
    await leader.hear()
    await leader.minutes()
    await leader.confer()
    for no in PANEL:
        await leader.opinion(no, Opinion.PARTLY if no > PANEL[0] else Opinion.SUPPORTED)
    await leader.conclude()
    led.version = led.file()["version"]
    assert leader.rows(conclusion)[0]["dissent"] == str(PANEL[0])
    assert led.rows(conclusion)[0]["dissent"] == str(PANEL[0] + 1)
    states = {row["member_no"]: row["state"] for row in led.rows(hearing_member)}
    assert states == {1: "gone"} | {no + 1: "named" for no in PARTS}
    for hall, people in ((leader, (ZHOU, WU)), (led, (HU, JIN))):
        for one in people:
            await hall.serve(one)
    for one in (ZHOU, WU):
        await leader.consent(one)
    with pytest.raises(HeldTogether) as caught:
        await led.consent(HU)
    assert caught.value.ids["leader"] == leader.file()["case_no"]
    with pytest.raises(PublicationBarred):
        await leader.propose()
    for one in (HU, JIN):
        await leader.consent(one)
    await leader.propose(days=30)
    await leader.decide()
    assert leader.hearing()["published_at"]
    leader.clock.set(NOW + timedelta(days=31))
    assert await leader.sweep() == 1
    assert leader.hearing()["taken_down_at"]
    assert leader.kinds()[-1] == "hearing.taken_down"


def _once_set(uow, led):
    """It was once to be heard by itself."""
    member = {"member_no": 1, "person_id": UUID(int=1), "part": "chair", "state": "named"}
    row = {"case_id": led.case_id, "number": 1, "since": uow.now - timedelta(days=1)}
    uow.insert(hearing_member, row | member)


async def test_only_granted_hearings_of_one_unit_that_nobody_leads_are_joined(quick):
    """Not itself, not a led one, not one that leads, not one that people were called to."""
    leader, led = await two(quick)
    third = await quick.another(**GRANTED, parties=(HU, JIN))
    with pytest.raises(JoiningImpossible):
        await join(led, led)
    with pytest.raises(JoiningImpossible):
        await join(led, quick)
    await join(led, leader)
    with pytest.raises(JoiningImpossible):
        await join(third, led)
    with pytest.raises(JoiningImpossible):
        await leader.act(joining.join, todo.Join, leader=third.case_id)
    with pytest.raises(JoiningImpossible):
        await third.act(joining.leave, todo.Leave, plain=True)
