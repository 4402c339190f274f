from uuid import UUID

import pytest

from hearing.commands import session as todo
from hearing.domain.session_words import Came, Stage
from hearing.errors import NotPossibleNow
from hearing.errors_session import AttendanceWrong, RecusalImpossible, StageOutOfOrder
from hearing.handlers import opening, postponing, recusing
from hearing.storage.tables import hearing, hearing_file, hearing_member
from hearing.storage.tables_register import person, tie

from .conftest import ASKING, RESERVE, ZHOU

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


async def recuse(hall, reserve_no=None):
    """The applicant does not accept a member."""
    asked = {"member_no": 3, "attendee": ASKING, "upheld": True, "reasons": "系对方亲属。"}
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
