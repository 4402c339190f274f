from datetime import UTC, datetime

from hearing.storage import tables
from hearing.storage.tables_calendar import booking
from hearing.storage.tables_notices import hearing_change
from hearing.storage.tables_register import room
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.hearing.v1 import scheduling_pb2 as pb
from lianxin.hearing.v1 import session_pb2, session_pb2_grpc

from .conftest import CHAIRS, DAY, POOL, YARD, wanted

NINE, NOON = datetime(2026, 11, 18, 1, tzinfo=UTC), datetime(2026, 11, 18, 4, tzinfo=UTC)


async def test_hearing_is_set_by_hand(setting):
    """Time, room and everybody who sits are kept and booked; nobody is told yet."""
    assert list(await setting.clashes()) == []
    done = await setting.set()
    assert done.stamp.state == "set"
    members = setting.bench.rows(tables.hearing_member)
    assert sorted(one["part"] for one in members) == sorted(
        ["chair", "recorder", "representative", *["panelist"] * 5]
    )
    assert len(setting.bench.rows(booking)) == 9
    assert setting.bench.facts()[-1] == "hearing.set"
    assert setting.bench.rows(hearing_change) == []


async def test_a_hearing_that_is_set_says_where_it_is_held(setting):
    """By name of the room and its site, as the register of the node has them."""
    (before,) = (await setting.bench.get()).hearings
    assert (before.room, before.site_id) == ("", "")
    await setting.set()
    (one,) = (await setting.bench.get()).hearings
    (kept,) = [row for row in setting.bench.rows(room) if str(row["room_id"]) == one.room_id]
    assert (one.room, one.site_id) == (kept["name"], "s-changshuo")


async def test_every_clash_is_shown_and_refuses(setting):
    """A closed room, a chair who is away, a panel too small: all are named at once."""
    setting.away(CHAIRS[0], NINE, NOON)
    small = {"panel_ids": [str(one) for one in POOL[:4]], "begins": 480}
    kinds = {one.kind: one.refuses for one in await setting.clashes(**small)}
    assert kinds == {
        "ROOM_CLOSED": True, "BUSY": True, "PANEL": True, "OUT_OF_HOURS": False,
    }  # fmt: skip
    refusal = await setting.bench.refused(setting.set(**small))
    assert refusal.reason == "CLASHES"
    assert {field.partition(":")[0] for field in refusal.fields} == set(kinds)
    assert setting.bench.rows(booking) == []


async def test_notice_and_hold_by_bound_the_day(setting):
    """Before its notice has run it is refused; after the hold-by day a person may decide so."""
    (early,) = await setting.clashes(day="2026-11-13")
    assert (early.kind, early.refuses) == ("NOTICE", True)
    (late,) = await setting.clashes(day="2026-12-08")
    assert (late.kind, late.refuses) == ("HOLD_BY", False)
    refusal = await setting.bench.refused(setting.set(day="2026-12-08"))
    assert refusal.reason == "DESPITE_NEEDED"
    request = {"wanted": wanted(day="2026-12-08"), "despite": ["HOLD_BY"]}
    assert (await setting.act("SetHearing", **request)).stamp.state == "set"


async def test_citizens_clock_is_not_broken(setting):
    """A day after the citizen's last day is refused; one close before it is warned of."""
    dues = setting.bench.routing.custody.dues
    dues.add(clock="handling", due_on="2026-11-17", whose="citizen", state="running")
    (found,) = await setting.clashes()
    assert (found.kind, found.refuses, found.other) == ("CLOCK_BROKEN", True, "2026-11-17")
    dues[0].due_on = "2026-11-20"
    (found,) = await setting.clashes()
    assert (found.kind, found.refuses) == ("CLOCK_TIGHT", False)


async def test_two_hearings_never_share_room_or_people(setting):
    """Another hearing at the same time shows room, chair, panel and department as taken."""
    await setting.set()
    other = await setting.another()
    kinds = [one.kind for one in await other.clashes()]
    assert kinds.count("ROOM_TAKEN") == 1
    assert kinds.count("TWO_PLACES") == 8
    assert {one.kind for one in await other.clashes(begins=660)} == {"BREAK"}
    away = [one.kind for one in await other.clashes(begins=660, room_id=str(YARD))]
    assert set(away) == {"BREAK", "TWO_PLACES"}, "the way between the sites takes half an hour"
    refusal = await other.bench.refused(other.set())
    assert refusal.reason == "CLASHES"


async def test_time_is_taken_back(setting):
    """What is unset frees room and people, and can be set anew elsewhere."""
    await setting.set()
    assert (await setting.act("UnsetHearing")).stamp.state == "granted"
    assert {row["state"] for row in setting.bench.rows(tables.hearing_member)} == {"gone"}
    assert setting.bench.rows(booking) == []
    assert (await setting.set(begins=840)).stamp.state == "set"


async def test_confirmed_hearing_is_told_and_every_change_after_it(setting):
    """Notices are owed once it is confirmed; a chair who is replaced afterwards is told once."""
    await setting.set()
    assert (await setting.act("ConfirmHearing")).stamp.state == "noticed"
    (row,) = setting.bench.rows(tables.hearing)
    assert row["notice_by"].isoformat() == "2026-11-04"
    moved = await setting.set(chair_id=str(CHAIRS[1]))
    assert moved.stamp.state == "noticed"
    assert setting.bench.facts()[-1] == "hearing.moved"
    told = [row["what"] for row in setting.bench.rows(hearing_change)]
    assert sorted(told) == ["chair", "confirmed"]
    chairs = {
        row["state"] for row in setting.bench.rows(tables.hearing_member) if row["part"] == "chair"
    }
    assert chairs == {"named", "replaced"}


async def test_notice_that_would_be_late_is_not_sent(setting):
    """A hearing whose notice period can no longer be kept is set anew before it is confirmed."""
    await setting.set()
    setting.bench.clock.set(datetime(2026, 11, 10, 1, tzinfo=UTC))
    setting.call_again()
    refusal = await setting.bench.refused(setting.act("ConfirmHearing"))
    assert refusal.reason == "NOTICE_TOO_LATE"


async def test_other_unit_sets_nothing(setting):
    """A hearing of a case that another unit holds is neither shown nor set."""
    line = setting.bench.line(setting.bench.other_unit)
    stub = type(setting.stub)(line)
    request = pb.SetHearingRequest(**setting.seen, wanted=wanted())
    refusal = await setting.bench.refused(stub.SetHearing(request))
    assert refusal.reason in {"HEARING_MISSING", "NOT_THE_HOLDER"}


async def test_moved_time_needs_a_notice_of_its_own(setting):
    """After notice people may be replaced; another day is possible while its notice can run."""
    await setting.set()
    await setting.act("ConfirmHearing")
    setting.bench.clock.set(datetime(2026, 11, 10, 1, tzinfo=UTC))
    setting.call_again()
    assert list(await setting.clashes(chair_id=str(CHAIRS[1]))) == []
    assert [one.kind for one in await setting.clashes(day="2026-11-19")] == ["NOTICE"]
    assert list(await setting.clashes(day="2026-11-25")) == []
    (before,) = setting.bench.rows(tables.hearing)
    await setting.set(day="2026-11-25")
    (after,) = setting.bench.rows(tables.hearing)
    assert after["notice_by"] - before["notice_by"] == after["day"] - before["day"]


async def test_hearing_held_with_another_is_set_with_that_one(setting):
    """Joined hearings share one setting, that of the leader, whose hearing has all parties."""
    setting.bench.intake.told.ClearField("parties")
    setting.bench.intake.register(str(new_id()), common.PARTY_ROLE_APPLICANT)
    other = await setting.another()
    stub = session_pb2_grpc.HearingSessionServiceStub(setting.bench.line())
    request = session_pb2.JoinHearingRequest(**other.seen, leader=setting.stamp.case_id)
    other.stamp = (await stub.JoinHearing(request)).stamp
    refusal = await setting.bench.refused(other.set())
    assert refusal.reason == "HEARING_HELD_TOGETHER"
    assert refusal.ids["leader"] == setting.bench.rows(tables.hearing_file)[0]["case_no"]
    refusal = await setting.bench.refused(setting.propose(other.stamp.case_id))
    assert refusal.reason == "HEARING_HELD_TOGETHER"
    setting.stamp.version += 1
    assert (await setting.set()).stamp.state == "set"
    mine = [str(row["case_id"]) for row in setting.bench.rows(tables.hearing_party)]
    assert mine.count(setting.stamp.case_id) == 3
    setting.bench.case_id = other.stamp.case_id
    shown = (await setting.bench.get()).hearings[-1]
    assert (shown.day, list(shown.members)) == ("", [])  # nobody was told yet
    await setting.act("ConfirmHearing")
    shown = (await setting.bench.get(why="听证")).hearings[-1]
    assert (shown.day, shown.room, len(shown.members)) == (DAY, "会场", 8)
    assert {one.name for one in shown.members} == {"王评议"}
    request = session_pb2.PostponeHearingRequest(**setting.seen, reason="台风")
    await stub.PostponeHearing(request)
    shown = (await setting.bench.get()).hearings[-1]
    assert (shown.day, {one.state for one in shown.members}) == ("", {"gone"})


async def test_a_hall_of_another_node_is_no_room_of_this_one(setting):
    """A township with a node of its own hears that the hall is kept elsewhere."""
    setting.update(tables.hearing, host_unit="s-dipu")
    for call in (setting.set(), setting.propose()):
        refusal = await setting.bench.refused(call)
        assert (refusal.reason, refusal.ids["case"]) == ("HALL_ELSEWHERE", setting.stamp.case_no)
        assert "递铺街道" in refusal.ids["host"]


async def test_a_department_that_sends_nobody_is_named(setting):
    """By its title, as a clerk knows it, with what is missing in the register."""
    setting.update(tables.hearing, departments="u-anji-shuili")
    refusal = await setting.bench.refused(setting.set())
    assert refusal.reason == "NOBODY_THERE"
    assert "水利局" in refusal.ids["part"]
