from uuid import UUID

import pytest

from hearing.commands import session as todo
from hearing.commands.noticing import DecideObjection
from hearing.domain.session_words import Came, Stage
from hearing.errors import NotPossibleNow
from hearing.errors_noticing import ReplacementImpossible
from hearing.errors_session import AttendanceWrong, RecusalImpossible, StageOutOfOrder
from hearing.handlers import objecting, opening, postponing, recusing
from hearing.storage.tables import hearing, hearing_file, hearing_member
from hearing.storage.tables_calendar import booking
from hearing.storage.tables_notices import hearing_objection, hearing_told
from hearing.storage.tables_register import person, tie

from .conftest import ASKING, DAY, NOW, RESERVE, ZHOU

LATE = ("member:10", "member:11")
AWAY = dict.fromkeys(LATE, Came.ABSENT)


def reasons(caught):
    """The reasons of the fields of a refusal."""
    return {one.reason for one in caught.value.fields}


async def note(hall, **came):
    """Who comes, or leaves."""
    named = {who.replace("_", ":"): how for who, how in came.items()}
    return await hall.act(opening.note_attendance, todo.NoteAttendance, plain=True, came=named)


def _name_two_more(uow, hall):
    key = {"case_id": hall.case_id, "number": 1}
    for no in (10, 11):
        member = {"member_no": no, "person_id": UUID(int=100 + no), "part": "panelist"}
        uow.insert(hearing_member, key | member | {"state": "named", "since": uow.now})


def _call_again(uow, hall):
    key = {"case_id": hall.case_id, "number": 1}
    for table, row in ((hearing_file, {"case_id": hall.case_id}), (hearing, key)):
        uow.update(table, row, {"state": "noticed"})


def _object(uow, hall):
    key = {"case_id": hall.case_id, "number": 1, "member_no": 3}
    uow.update(hearing_member, key, {"state": "objected"})


async def test_once_the_panel_withdrew_nobody_is_struck_off_it(hall):
    """Who owes an opinion is settled: no note of attendance takes a vote away, or adds one."""
    await hall.open()
    await hall.hear()
    await hall.confer()
    await hall.opinion(3)
    for how in (Came.LEFT, Came.ABSENT):
        with pytest.raises(NotPossibleNow):
            await note(hall, member_3=how, member_4=how)


async def test_whoever_missed_a_part_does_not_join_the_panel(quick):
    """Late at the opening is in time; later a member of the panel only comes back."""
    await quick.run(_name_two_more, quick)
    await quick.open(quick.everybody() | AWAY)
    await quick.stage(Stage.STATEMENT)
    with pytest.raises(AttendanceWrong) as caught:
        await note(quick, member_10=Came.PRESENT, member_11=Came.ONLINE)
    assert reasons(caught) == {"HEARING_MISSED_A_PART"}
    await note(quick, member_3=Came.LEFT)
    await note(quick, member_3=Came.PRESENT)
    await quick.stage(Stage.FACTS)


async def test_who_came_during_the_opening_decides_with_the_others(quick):
    """Nothing of the matter was said yet."""
    await quick.run(_name_two_more, quick)
    await quick.open(quick.everybody() | AWAY)
    await note(quick, member_10=Came.PRESENT, member_11=Came.PRESENT)
    await quick.hear()
    await note(quick, member_10=Came.LEFT)
    await note(quick, member_10=Came.PRESENT)
    await quick.confer()
    assert quick.file()["state"] == "conferring"


async def test_with_others_on_the_panel_a_second_sitting_begins_anew(quick):
    """Also when they were named from the first: they have not heard what was said."""
    await quick.run(_name_two_more, quick)
    await quick.open(quick.everybody() | AWAY)
    await quick.hear()
    await quick.act(postponing.adjourn, todo.Adjourn, reason="天色已晚。")
    await quick.run(_call_again, quick)
    others = {"member:3": Came.EXCUSED, "member:4": Came.EXCUSED}
    await quick.open(quick.everybody() | dict.fromkeys(LATE, Came.PRESENT) | others)
    assert quick.hearing()["stage"] == Stage.OPENING.value


async def test_with_the_same_panel_a_second_sitting_goes_on(quick):
    """It goes on at the stage where it stopped."""
    await quick.open()
    await quick.stage(Stage.STATEMENT)
    await quick.act(postponing.adjourn, todo.Adjourn, reason="天色已晚。")
    await quick.run(_call_again, quick)
    await quick.open()
    assert quick.hearing()["stage"] == Stage.STATEMENT.value


async def test_the_panel_does_not_withdraw_while_a_recusal_is_undecided(quick):
    """An objection after the last words is decided first."""
    await quick.open()
    await quick.hear()
    await quick.run(_object, quick)
    with pytest.raises(StageOutOfOrder) as caught:
        await quick.confer()
    assert reasons(caught) == {"HEARING_RECUSAL_OPEN"}


async def recuse(hall, reserve_no=None, *, upheld=True):
    """The applicant does not accept a member."""
    asked = {"member_no": 3, "attendee": ASKING, "upheld": upheld, "reasons": "系对方亲属。"}
    return await hall.act(recusing.recuse_member, todo.RecuseMember, reserve_no=reserve_no, **asked)


def _tie_the_reserve(uow, hall):
    person_id = UUID(int=100 + RESERVE)
    row = {"unit": "s-changshuo", "path": "330523.002.000", "kinds": "lawyer", "version": 1}
    given = {"staff": "", "fields": "", "department": "", "stand_in": 0, "ended": False}
    hours = {"begins": 510, "ends": 1050, "sealed_name": b"-", "sealed_contact": None}
    uow.insert(person, {"person_id": person_id} | row | given | hours)
    said = {"subject": str(ZHOU), "at": uow.now, "actor": hall.case_id.hex}
    uow.insert(tie, {"person_id": person_id} | said)


async def test_a_reserve_who_is_tied_to_a_party_takes_no_seat(quick):
    """Whoever would have to step back does not come in the place of who did."""
    await quick.run(_tie_the_reserve, quick)
    await quick.open()
    with pytest.raises(RecusalImpossible) as caught:
        await recuse(quick, RESERVE)
    assert reasons(caught) == {"CLASH_RECUSAL"}


async def test_recusal_at_the_opening_is_decided_in_the_room(quick):
    """Adjourned at the opening and called again, it is asked again when it is opened."""
    await quick.open()
    await quick.act(postponing.adjourn, todo.Adjourn, reason="评议员未到齐。")
    await quick.run(_call_again, quick)
    with pytest.raises(NotPossibleNow):
        await recuse(quick)
    await quick.open()
    await recuse(quick, RESERVE)
    assert quick.kinds()[-1] == "hearing.member_replaced"


def _object_in_writing(uow, hall):
    _object(uow, hall)
    said = {"party_id": ZHOU, "member_no": 3, "ground": "tie", "on_day": DAY, "noted_by": "li"}
    key = {"case_id": hall.case_id, "number": 1, "objection_no": 1}
    uow.insert(hearing_objection, key | said | {"at": uow.now})


@pytest.mark.parametrize(("upheld", "decision"), [(False, "rejected"), (True, "upheld")])
async def test_a_recusal_decides_what_was_objected_to_that_member_in_writing(
    hall, upheld, decision
):
    """It is not decided a second time; whoever had objected is answered once, with the reasons."""
    await hall.run(_object_in_writing, hall)
    await hall.open()
    reserve = RESERVE if upheld else None
    await recuse(hall, reserve, upheld=upheld)
    (row,) = hall.rows(hearing_objection)
    assert (row["decision"], row["replaced_by"]) == (decision, reserve)
    assert "亲属".encode() not in row["sealed_decision"]
    told = [one for one in hall.rows(hearing_told) if one["recipient"] == str(ZHOU)]
    assert len(told) == 1
    assert not [one for one in hall.rows(hearing_member) if one["state"] == "objected"]


def _take_up(uow, hall):
    for no, part in ((3, "panelist"), (4, "panelist"), (RESERVE, "optional")):
        row = {"owner_id": UUID(int=100 + no), "owner_kind": "person", "part": part}
        row |= {"hearing_id": hall.hearing()["hearing_id"], "site": "s-changshuo"}
        uow.insert(booking, row | {"begins": NOW, "ends": NOW})


def booked(hall):
    """Who is taken up by the hearing, in which part."""
    with hall.database.readers.connect() as connection:
        rows = connection.execute(booking.select())
        return {row.owner_id.int - 100: row.part for row in rows}


async def test_whoever_is_recused_is_free_for_another_hearing(hall):
    """An objection in vain frees nobody; the reserve is taken up by the seat from then on."""
    await hall.run(_take_up, hall)
    await hall.open()
    await recuse(hall, upheld=False)
    assert booked(hall) == {3: "panelist", 4: "panelist", RESERVE: "optional"}
    await recuse(hall, RESERVE)
    assert booked(hall) == {4: "panelist", RESERVE: "panelist"}


async def test_once_people_sit_together_an_objection_calls_nobody_else(quick):
    """Whoever came in so would not be on the roll: recuse with a reserve, or adjourn it."""
    await quick.run(_object_in_writing, quick)
    await quick.open()
    given = {"objection_no": 1, "upheld": True, "person_id": UUID(int=31), "reason": "属实"}
    with pytest.raises(ReplacementImpossible) as caught:
        await quick.act(objecting.decide_objection, DecideObjection, **given)
    assert reasons(caught) == {"HEARING_OPENED_ALREADY"}
    await quick.act(
        objecting.decide_objection,
        DecideObjection,
        **given | {"upheld": False, "person_id": None},
    )
    assert quick.rows(hearing_objection)[0]["decision"] == "rejected"
