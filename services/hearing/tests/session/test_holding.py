from datetime import timedelta

import pytest

from hearing.commands import session as todo
from hearing.commands.requesting import CancelHearing, WithdrawHearing
from hearing.commands.scheduling import OnHearing
from hearing.domain.concerned import Text, What
from hearing.domain.session_words import Came, EvidenceKind, Opinion, ReadOut, Signing, Stage
from hearing.domain.states import Act
from hearing.domain.words import OverWhy
from hearing.errors import NotPossibleNow
from hearing.errors_session import (
    AttendanceWrong,
    AttendeeAway,
    ItsDayPast,
    MinutesWrong,
    NotItsDay,
    OpinionRefused,
    OpinionsMissing,
    QuorumMissing,
    RecusalImpossible,
    StageOutOfOrder,
)
from hearing.handlers import deciding, holding_session, opening, postponing, recusing, setting
from hearing.handlers.acting import open_hearing
from hearing.handlers.noticing import owe
from hearing.storage.tables import hearing, hearing_file, hearing_member
from hearing.storage.tables_notices import hearing_told
from hearing.storage.tables_session import (
    conclusion,
    evidence,
    minutes_hand,
    opinion,
    sitting,
    statement,
)
from kernel.errors import InvalidInput
from kernel.holding import NotTheHolder

from .conftest import ANSWERING, ASKING, NOW, PANEL, PARTS, RESERVE, TEXT, WU, ZHOU

CANCELLED = Text.CANCELLED.value


def reasons(caught):
    """The reasons of the fields of a refusal."""
    return {one.reason for one in caught.value.fields}


async def test_a_hearing_is_held_from_the_opening_to_its_conclusion(hall):
    """Every stage, evidence, statements, minutes, opinions; each step is a fact, in order."""
    await hall.open()
    await hall.stage(Stage.STATEMENT)
    said = {"attendee": ASKING, "text": "水沟被堵三年。"}
    await hall.act(holding_session.add_statement, todo.AddStatement, **said)
    await hall.stage(Stage.FACTS)
    await hall.act(
        holding_session.add_evidence,
        todo.AddEvidence,
        attendee="member:8",
        kind=EvidenceKind.INSPECTION,
        original=True,
        title="勘验笔录",
        shows="水沟现状",
        answered="",
    )
    await hall.stage(Stage.REBUTTAL)
    await hall.stage(Stage.LAST_WORDS)
    await hall.minutes()
    await hall.confer()
    for no in PANEL:
        await hall.opinion(no, Opinion.SUPPORTED if no == PANEL[0] else Opinion.PARTLY)
    done = await hall.conclude()
    assert done.finding.value == hall.hearing()["outcome"] == "partly"
    row = hall.rows(conclusion)[0]
    assert (row["supported"], row["partly"], row["not_supported"]) == (1, 4, 0)
    assert row["dissent"] == str(PANEL[0])
    assert hall.file()["state"] == "concluded"
    walked = [kind for kind in hall.kinds() if kind != "hearing.recorded"]
    assert walked == [
        "hearing.opened",
        *["hearing.stage"] * 4,
        "hearing.conferring",
        *["hearing.opinion_given"] * 5,
        "hearing.concluded",
    ]


async def test_nothing_that_was_said_lies_open_in_the_database(hall):
    """Statement, evidence, opinion and conclusion are sealed under the case's key."""
    await hall.held()
    for table in (statement, evidence, opinion, conclusion):
        for row in hall.rows(table):
            shown = repr({name: one for name, one in row.items() if name != "sealed"})
            assert TEXT not in shown
            assert "partly" not in shown or table is conclusion
            assert TEXT.encode() not in row["sealed"]


async def test_nobody_is_left_out_at_the_opening_and_nobody_uncalled_let_in(quick):
    """Who is missing from the roll, and who is on it by mistake, is named; recusal is asked."""
    came = quick.everybody()
    del came[ASKING]
    with pytest.raises(AttendanceWrong) as caught:
        await quick.open(came | {"member:99": Came.PRESENT})
    assert {one.field for one in caught.value.fields} == {f"came.{ASKING}", "came.member:99"}
    with pytest.raises(InvalidInput):
        await quick.open(recusal_asked=False)
    with pytest.raises(AttendanceWrong):
        await quick.open(quick.everybody(member3=Came.LEFT))


@pytest.mark.parametrize(
    ("away", "reason"),
    [
        ({"member1": Came.ABSENT}, "HEARING_CHAIR_AWAY"),
        ({"member2": Came.EXCUSED}, "HEARING_RECORDER_AWAY"),
        ({"member3": Came.ABSENT}, "HEARING_PANEL_TOO_SMALL"),
        ({"member8": Came.ABSENT}, "HEARING_HANDLER_AWAY"),
    ],
)
async def test_it_is_not_opened_without_those_who_must_be_there(quick, away, reason):
    """Chair, recorder, enough of the panel, somebody of the handling unit."""
    with pytest.raises(QuorumMissing) as caught:
        await quick.open(quick.everybody(**away))
    assert reasons(caught) == {reason}
    assert quick.file()["state"] == "noticed"


async def test_a_side_that_stays_away_waives_and_the_roll_says_so(quick):
    """The side that asked: not opened; the other side: opened, with its waiver on file."""
    with pytest.raises(QuorumMissing) as caught:
        await quick.open(quick.everybody() | {ASKING: Came.ABSENT})
    assert reasons(caught) == {"HEARING_WAIVED"}
    with pytest.raises(QuorumMissing) as caught:
        await quick.open(quick.everybody() | {ASKING: Came.EXCUSED})
    assert reasons(caught) == {"HEARING_SIDE_EXCUSED"}
    await quick.open(quick.everybody() | {ANSWERING: Came.ABSENT})
    await quick.stage(Stage.STATEMENT)
    said = {"attendee": ANSWERING, "text": "不同意。"}
    with pytest.raises(AttendeeAway):
        await quick.act(holding_session.add_statement, todo.AddStatement, **said)


async def test_it_is_not_opened_before_its_day_or_by_another_unit(quick):
    """On the eve nobody opens it; nor does who does not hold the case."""
    quick.clock.set(NOW - timedelta(days=1))
    with pytest.raises(NotItsDay):
        await quick.open()
    quick.clock.set(NOW)
    command = todo.OpenHearing(quick.case_id, replace_seen(quick), quick.everybody(), True)
    with pytest.raises(NotTheHolder):
        await quick.run(opening.open_session, command, unit="s-lingfeng", office=quick.office)


async def test_it_is_not_opened_on_a_later_day_than_people_were_called_for(quick):
    """Nobody waives a day he was not told of: it is postponed, set anew, and all are called."""
    quick.clock.set(NOW + timedelta(days=1))
    with pytest.raises(ItsDayPast):
        await quick.open()
    await quick.act(postponing.postpone, todo.Postpone, reason="当天未能举行。")
    assert quick.file()["state"] == "granted"


def replace_seen(hall):
    """What a caller sees now."""
    return todo.Seen(1, hall.version)


async def test_stages_come_in_their_order_and_only_with_the_quorum(quick):
    """None is left out; once a member of the panel left, no stage begins until it is adjourned."""
    await quick.open()
    for wrong in (Stage.OPENING, Stage.FACTS, Stage.LAST_WORDS):
        with pytest.raises(StageOutOfOrder):
            await quick.stage(wrong)
    await quick.stage(Stage.STATEMENT)
    came = {"member:4": Came.LEFT}
    await quick.act(opening.note_attendance, todo.NoteAttendance, plain=True, came=came)
    with pytest.raises(QuorumMissing):
        await quick.stage(Stage.FACTS)


async def test_a_recused_member_goes_and_a_reserve_takes_the_seat(hall):
    """Asked at the opening; a seat that stays empty keeps the hearing from going on."""
    await hall.open()
    asked = {"attendee": ASKING, "upheld": True, "reasons": "系对方亲属。"}
    with pytest.raises(RecusalImpossible):
        await recuse(hall, member_no=3, reserve_no=8, **asked)
    await recuse(hall, member_no=3, reserve_no=RESERVE, **asked)
    members = {row["member_no"]: row for row in hall.rows(hearing_member)}
    assert (members[3]["state"], members[RESERVE]["part"]) == ("replaced", "panelist")
    assert members[RESERVE]["replaces"] == 3
    await recuse(hall, member_no=4, **asked | {"upheld": False})
    await hall.stage(Stage.STATEMENT)
    with pytest.raises(RecusalImpossible) as caught:
        await recuse(hall, member_no=4, **asked)
    assert reasons(caught) == {"HEARING_OPENING_OVER"}


async def test_a_seat_that_a_reserve_takes_is_told_once_to_those_whom_it_concerns(quick):
    """Parties, chair and recorder hear who sits there, who went is released; nobody else."""
    await quick.run(confirm, quick.case_id, office=quick.office)
    await quick.open()
    asked = {"attendee": ASKING, "upheld": True, "reasons": "系对方亲属。"}
    await recuse(quick, member_no=3, reserve_no=RESERVE, **asked)
    await recuse(quick, member_no=4, **asked | {"upheld": False})
    told = [row for row in quick.rows(hearing_told) if row["change_no"] == 2]
    assert {(row["part"], row["text"]) for row in told} == {
        ("party", "hearing_people"),
        ("chair", "hearing_people"),
        ("recorder", "hearing_people"),
        ("panelist", "hearing_released"),
    }
    assert len(told) == 5
    assert max(row["change_no"] for row in quick.rows(hearing_told)) == 2


async def recuse(hall, reserve_no=None, **values):
    """Somebody should step back."""
    return await hall.act(
        recusing.recuse_member, todo.RecuseMember, reserve_no=reserve_no, **values
    )


async def test_without_a_reserve_the_hearing_does_not_go_on(quick):
    """Four of a panel decide nothing: adjourn, and name others."""
    await quick.open()
    await recuse(quick, member_no=3, attendee="member:3", upheld=True, reasons="认识申请人。")
    with pytest.raises(QuorumMissing):
        await quick.stage(Stage.STATEMENT)


async def test_minutes_are_signed_in_their_newest_version_or_refused_with_a_reason(quick):
    """A mended version is signed anew; whoever refuses is on file; without hands no conclusion."""
    await quick.open()
    await quick.hear()
    await quick.minutes()
    await quick.act(holding_session.keep_minutes, todo.KeepMinutes, text="更正后的笔录。")
    with pytest.raises(MinutesWrong):
        await quick.sign([ASKING], version_no=1)
    await quick.confer()
    for no in PANEL:
        await quick.opinion(no)
    with pytest.raises(MinutesWrong) as caught:
        await quick.conclude()
    assert reasons(caught) == {"HEARING_HAND_MISSING"}
    others = [who for who in quick.everybody() if who != ANSWERING]
    await quick.sign(others, version_no=2)
    await quick.sign([ANSWERING], 2, Signing.REFUSED, "认为记录不全。")
    await quick.conclude()
    hands = {row["attendee"]: row for row in quick.rows(minutes_hand) if row["version_no"] == 2}
    assert hands[ANSWERING]["signing"] == "refused"
    assert hands[ANSWERING]["sealed"] is not None


async def test_each_member_gives_one_opinion_and_all_are_needed(quick):
    """No stranger's, none twice, no abstention by this profile, none missing."""
    await quick.open()
    await quick.hear()
    await quick.minutes()
    with pytest.raises(NotPossibleNow):
        await quick.opinion(3)
    await quick.confer()
    for no in (1, 2, 8, 99):
        with pytest.raises(OpinionRefused):
            await quick.opinion(no)
    with pytest.raises(OpinionRefused) as caught:
        await quick.opinion(3, Opinion.ABSTAINS)
    assert reasons(caught) == {"HEARING_NO_ABSTENTION"}
    await quick.opinion(3)
    with pytest.raises(OpinionRefused):
        await quick.opinion(3, Opinion.SUPPORTED)
    with pytest.raises(OpinionsMissing) as missing:
        await quick.conclude()
    assert missing.value.ids["missing"] == "4 5 6 7"


async def test_the_panel_confers_after_the_last_words_only(quick):
    """In every stage before it stays in the room."""
    await quick.open()
    for stage in tuple(Stage)[1:]:
        with pytest.raises(StageOutOfOrder):
            await quick.confer()
        await quick.stage(stage)
    await quick.confer()
    assert quick.file()["state"] == "conferring"


@pytest.mark.parametrize(("read_out", "day"), [("on_the_spot", 3), ("later", 14)])
async def test_the_time_to_serve_counts_from_the_hearing_and_ends_on_a_workday(
    quick, read_out, day
):
    """10 days on the spot (a Thursday); else 20, whose last day is a Sunday and moves."""
    await quick.open()
    await quick.hear()
    await quick.minutes()
    await quick.confer()
    for no in PANEL:
        await quick.opinion(no)
    done = await quick.conclude(ReadOut(read_out))
    assert done.serve_by == f"2026-12-{day:02}"


async def test_an_adjourned_hearing_keeps_its_sittings_and_forgets_opinions(hall):
    """It can be adjourned while the panel confers; why is sealed, the time to conclude is gone."""
    await hall.open()
    await hall.hear()
    await hall.confer()
    await hall.opinion(3)
    await hall.act(postponing.adjourn, todo.Adjourn, reason="一名评议员突发疾病。")
    row = hall.hearing()
    assert (row["state"], row["serve_by"], row["day"]) == ("adjourned", None, None)
    assert [one["ended_how"] for one in hall.rows(sitting)] == ["adjourned"]
    with pytest.raises(NotPossibleNow):
        await hall.opinion(4)


async def test_a_postponed_hearing_has_no_time_and_can_be_set_again(hall):
    """It goes back to granted; the reason is sealed, the number of times is kept."""
    await hall.act(postponing.postpone, todo.Postpone, reason="台风。")
    row = hall.hearing()
    assert (row["state"], row["day"], row["room_id"], row["postponed"]) == (
        "granted",
        None,
        None,
        1,
    )
    assert "台风".encode() not in row["sealed_postponed"]
    assert hall.kinds() == ["hearing.postponed"]


async def test_after_a_first_day_a_further_one_that_is_given_up_leaves_it_adjourned(hall):
    """Postponed, it waits for another day and holds its case; no request is taken back then."""
    await hall.open()
    await hall.act(postponing.adjourn, todo.Adjourn, reason="天色已晚。")
    await hall.run(_put, (hall.case_id, "noticed"))
    await hall.act(postponing.postpone, todo.Postpone, reason="台风。")
    assert hall.file()["state"] == "adjourned"
    await hall.run(_put, (hall.case_id, "set"))
    with pytest.raises(NotPossibleNow):
        await hall.act(deciding.withdraw_hearing, WithdrawHearing, reason="不听了")
    await hall.act(setting.unset_hearing, OnHearing, plain=True)
    assert hall.file()["state"] == "adjourned"
    reason = {"why": OverWhy.SETTLED, "reason": "双方和解"}
    await hall.act(deciding.cancel_hearing, CancelHearing, **reason)
    assert hall.file()["state"] == "cancelled"


def _put(uow, said):
    case_id, state = said
    uow.update(hearing_file, {"case_id": case_id}, {"state": state})
    uow.update(hearing, {"case_id": case_id, "number": 1}, {"state": state})


async def test_whoever_was_called_is_told_when_a_hearing_is_called_off(hall):
    """Postponed, called again, cancelled: each of them once, by what the fact names."""
    command = CancelHearing(hall.case_id, todo.Seen(1, hall.version), OverWhy.SETTLED, "双方和解")
    await hall.run(confirm, hall.case_id, office=hall.office)
    await hall.run(deciding.cancel_hearing, command, office=hall.office)
    told = {row["recipient"] for row in hall.rows(hearing_told) if row["text"] == CANCELLED}
    assert {str(ZHOU), str(WU)} <= told
    assert len(told) == len(PARTS) + 2


def confirm(uow, case_id, *, office):
    """Everybody is called."""
    opened = open_hearing(uow, case_id, todo.Seen(1, 1), Act.MOVE)
    return owe(uow, opened, {What.CONFIRMED}, office=office)
