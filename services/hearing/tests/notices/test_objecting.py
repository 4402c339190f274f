"""Objections to the list, and who takes the place of somebody who goes."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from msgspec import structs

from hearing.commands.noticing import DecideObjection, ObjectToMember
from hearing.domain.notice_words import ObjectionGround
from hearing.domain.states import Act
from hearing.errors_noticing import (
    ObjectionImpossible,
    ObjectionLate,
    ObjectionMissing,
    ReplacementImpossible,
)
from hearing.errors_register import Taken
from hearing.handlers.acting import open_hearing
from hearing.handlers.naming import name_members
from hearing.handlers.objecting import decide_objection, object_to_member
from hearing.handlers.replacing import planned
from hearing.storage.tables import hearing_member
from hearing.storage.tables_calendar import booking
from hearing.storage.tables_notices import hearing_objection, hearing_told
from kernel.holding import Seen

ASKS = UUID(int=11)
CHAIR, PANELIST, RECORDER, REPRESENTATIVE = 1, 2, 3, 4
SCHOLAR, TIED, CLERK = UUID(int=31), UUID(int=32), UUID(int=33)
TODAY = date(2026, 11, 23)


async def objects(hall, member_no=PANELIST, day=TODAY, party=ASKS):
    """A party objects to somebody of the list."""
    given = {"party_id": party, "member_no": member_no, "on_day": day}
    given |= {"ground": ObjectionGround.TIE, "reason": "评议员是对方的亲戚"}
    stamp = await hall.act(object_to_member, ObjectToMember, sealed=True, **given)
    hall.version = stamp.version


async def decides(hall, person_id=None, number=1):
    """A person decides: upheld when somebody is named who comes instead."""
    given = {"objection_no": number, "upheld": person_id is not None, "person_id": person_id}
    stamp = await hall.act(
        decide_objection, DecideObjection, sealed=True, reason="情况属实", **given
    )
    hall.version = stamp.version


async def called(hall):
    """A hearing to which everybody was called, with people of the register."""
    await hall.with_register()
    await hall.confirm()


async def test_who_is_upheld_against_is_replaced_from_the_pool_and_those_concerned_are_told(hall):
    """Who goes, who comes, parties, chair and recorder: each once; the time of each follows."""
    await called(hall)
    await objects(hall)
    await decides(hall, SCHOLAR)
    members = {row["member_no"]: row for row in hall.rows(hearing_member)}
    assert (members[PANELIST]["state"], members[PANELIST]["why"]) == ("replaced", "objected")
    assert (members[6]["person_id"], members[6]["replaces"]) == (SCHOLAR, PANELIST)
    told = {(row["part"], row["text"]) for row in hall.rows(hearing_told, change_no=2)}
    assert told == {
        ("party", "hearing_people"),
        ("chair", "hearing_people"),
        ("recorder", "hearing_people"),
        ("panelist", "hearing_released"),
        ("panelist", "hearing_called"),
    }
    assert len(hall.rows(hearing_told, change_no=2)) == 6
    booked = {row["owner_id"] for row in hall.rows(booking)}
    assert SCHOLAR in booked
    assert hall.members["panelist"] not in booked
    (row,) = hall.rows(hearing_objection)
    assert (row["decision"], row["replaced_by"]) == ("upheld", 6)


async def test_an_objection_in_vain_is_answered_to_who_made_it(hall):
    """The member sits as before, and nobody else hears of it."""
    await called(hall)
    await objects(hall)
    assert hall.rows(hearing_member, member_no=PANELIST)[0]["state"] == "objected"
    await decides(hall)
    assert hall.rows(hearing_member, member_no=PANELIST)[0]["state"] == "named"
    (told,) = hall.rows(hearing_told, change_no=2)
    assert (told["recipient"], told["text"]) == (str(ASKS), "hearing_answered")
    with pytest.raises(ObjectionMissing):
        await decides(hall)


async def test_the_days_of_the_profile_are_kept(hall):
    """Five working days; what was said in time may be taken down a day later."""
    await called(hall)
    hall.clock.advance(timedelta(days=8))
    with pytest.raises(ObjectionLate):
        await objects(hall, day=TODAY + timedelta(days=8))
    await objects(hall, day=TODAY + timedelta(days=7))
    assert len(hall.rows(hearing_objection)) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"member_no": REPRESENTATIVE},
        {"member_no": 77},
        {"party": UUID(int=77)},
        {"day": TODAY - timedelta(days=1)},
        {"day": TODAY + timedelta(days=1)},
    ],
)
async def test_nobody_else_objects_and_to_nobody_else(hall, more):
    """Parties, to those who lead, judge and record, between the notice and today."""
    await called(hall)
    with pytest.raises(ObjectionImpossible):
        await objects(hall, **more)


@pytest.mark.parametrize("person_id", [TIED, CLERK, UUID(int=24)])
async def test_who_is_tied_of_no_pool_or_there_already_takes_no_place(hall, person_id):
    """The refusal names why, and nothing has changed."""
    await called(hall)
    await objects(hall)
    with pytest.raises(ReplacementImpossible):
        await decides(hall, person_id)
    assert hall.rows(hearing_objection)[0]["decision"] == ""


async def test_who_is_elsewhere_then_takes_no_place(hall):
    """Nobody is in two places."""
    await called(hall)
    await objects(hall)
    await hall.takes_up(SCHOLAR)
    with pytest.raises(Taken):
        await decides(hall, SCHOLAR)
    assert hall.rows(hearing_member, member_no=PANELIST)[0]["state"] == "objected"


async def test_set_anew_without_who_was_objected_to_the_objection_has_got_its_way(hall):
    """Nobody decides on somebody who is not called any more."""
    await called(hall)
    await objects(hall)

    def set_anew(uow, _):
        opened = open_hearing(uow, UUID(int=1), Seen(1, hall.version), Act.MOVE)
        others = structs.replace(planned(uow, opened), panel=(str(SCHOLAR),))
        name_members(uow, opened, others, hall.office)

    await hall.do(set_anew)
    (row,) = hall.rows(hearing_objection)
    assert (row["decision"], row["decided_by"], row["sealed_decision"]) == ("upheld", "li", None)
    with pytest.raises(ObjectionMissing):
        await decides(hall)
