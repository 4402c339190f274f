from datetime import UTC, datetime

import msgspec
import pytest

from hearing.checking import broken
from hearing.planning import planner
from hearing.scheduling.plan.problem import Answer, Problem
from hearing.storage import tables
from hearing.storage.tables_calendar import booking
from hearing.storage.tables_planning import proposal
from kernel.ids import new_id
from kernel.testing.waiting import eventually
from lianxin.common.v1 import case_pb2 as common
from lianxin.hearing.v1 import scheduling_pb2 as pb

from .conftest import CHAIRS, HALL, POOL, RECORDER, YARD, wanted


async def _accepted(setting, proposal_id, **more):
    request = pb.AcceptProposalRequest(request_id=str(new_id()), proposal_id=proposal_id, **more)
    return (await setting.stub.AcceptProposal(request)).parts


def _unbroken(setting):
    """What is kept of each proposal, as the checker finds it."""
    for row in setting.bench.rows(proposal):
        problem = msgspec.json.decode(row["problem"], type=Problem)
        answer = msgspec.json.decode(row["answer"], type=Answer)
        assert broken(problem, answer.hearings) == []


async def test_all_that_wait_are_proposed_and_accepted(setting):
    """Two hearings that compete for room and people are planned together and set as proposed."""
    other = await setting.another()
    states, found = await setting.propose()
    assert states[-1] == found.state == "proposed"
    assert {"warming", "working"} >= set(states[:-1])
    _unbroken(setting)
    assert {row["state"] for row in setting.bench.rows(tables.hearing)} == {"granted"}
    done = await _accepted(setting, found.proposal_id)
    assert [one.refusal for one in done] == ["", ""]
    assert {one.stamp.case_id for one in done} == {setting.stamp.case_id, other.stamp.case_id}
    assert {row["state"] for row in setting.bench.rows(tables.hearing)} == {"set"}
    again = await setting.stub.GetProposal(pb.GetProposalRequest(proposal_id=found.proposal_id))
    assert {part.state for part in again.proposal.parts} == {"accepted"}


async def test_what_changed_since_is_not_set_by_a_proposal(setting):
    """A hearing that somebody set by hand meanwhile is refused; the proposal shows it as stale."""
    _, found = await setting.propose()
    await setting.set()
    (done,) = await _accepted(setting, found.proposal_id)
    assert done.refusal == "STALE_VERSION"
    again = await setting.stub.GetProposal(pb.GetProposalRequest(proposal_id=found.proposal_id))
    assert [part.state for part in again.proposal.parts] == ["stale"]


async def test_pins_stay_and_bans_are_kept(setting):
    """Day, hour, room and chair that a person pinned do not move; who is banned is not chosen."""
    pinned = pb.PinnedParts(
        day="2026-11-24", begins=840, room_id=str(YARD), chair_id=str(CHAIRS[1])
    )
    await setting.act("PinParts", pinned=pinned)
    banned = [str(one) for one in POOL[:3]]
    await setting.act("ForbidParts", person_ids=banned)
    _, found = await setting.propose()
    planned = found.parts[0].setting
    assert (planned.day, planned.begins) == ("2026-11-24", 840)
    assert (planned.room_id, planned.chair_id) == (str(YARD), str(CHAIRS[1]))
    assert not set(planned.panel_ids) & set(banned)
    _unbroken(setting)


async def test_what_cannot_be_is_explained_with_the_number_of_the_case(setting):
    """A hearing pinned before its notice has run is explained in words that name its case."""
    await setting.act("PinParts", pinned=pb.PinnedParts(day="2026-11-10"))
    states, found = await setting.propose()
    assert states[-1] == "infeasible"
    assert {one.kind for one in found.demands} == {"HELD", "NOTICE", "PINNED_TIME"}
    assert all("安昌硕〔2026〕1号" in one.text for one in found.demands)
    await setting.act("PinParts", pinned=pb.PinnedParts())
    assert (await setting.propose())[0][-1] == "proposed"
    refusal = await setting.bench.refused(_accepted(setting, found.proposal_id))
    assert refusal.reason == "PROPOSAL_NOT_READY"


async def test_absence_behind_what_cannot_be_is_named_with_part_and_days(setting):
    """The only recorder away for a month, and the only rooms closed: who, as what, which days."""
    month = (datetime(2026, 11, 10, 0, tzinfo=UTC), datetime(2026, 12, 10, 0, tzinfo=UTC))
    setting.away(RECORDER, *month)
    _, found = await setting.propose(seconds=20)
    (away,) = [one for one in found.demands if one.kind == "ABSENCE"]
    assert (away.case_id, away.subject) == (setting.stamp.case_id, str(RECORDER))
    assert away.text == (
        f"记录人 {RECORDER} 在日程中登记了外出："
        "2026-11-16/2026-11-20, 2026-11-23/2026-11-27, 2026-11-30/2026-12-02"
        "（听证 安昌硕〔2026〕1号）"
    )


async def test_closed_rooms_behind_what_cannot_be_are_named(setting):
    """Every room that would do is closed on the only day that was pinned."""
    await setting.act("PinParts", pinned=pb.PinnedParts(day="2026-11-18"))
    day = (datetime(2026, 11, 18, 0, tzinfo=UTC), datetime(2026, 11, 18, 10, tzinfo=UTC))
    for room in (HALL, YARD):
        setting.away(room, *day)
    _, found = await setting.propose(seconds=20)
    told = {one.subject: one.text for one in found.demands if one.kind == "ABSENCE"}
    assert set(told) == {str(HALL), str(YARD)}
    assert all("会场" in text and "2026-11-18" in text for text in told.values())


async def test_lunch_hour_is_left_free_by_hand_and_by_the_solver(setting):
    """Set into the midday of the profile it warns of each person; a proposal leaves it free."""
    found = await setting.clashes(begins=660)
    assert {(one.kind, one.refuses) for one in found} == {("BREAK", False)}
    refusal = await setting.bench.refused(setting.set(begins=660))
    assert refusal.reason == "DESPITE_NEEDED"
    _, proposed = await setting.propose()
    planned = proposed.parts[0].setting
    assert planned.begins + planned.minutes <= 690 or planned.begins >= 810
    request = {"wanted": wanted(begins=660), "despite": ["BREAK"]}
    assert (await setting.act("SetHearing", **request)).stamp.state == "set"
    assert (await setting.bench.refused(setting.propose())).reason == "NOTHING_WAITS"


async def test_absence_leads_to_the_needed_changes_alone(setting):
    """A member of the panel who fell ill is replaced; everything else of the hearing stays."""
    await setting.set()
    refusal = await setting.bench.refused(setting.propose())
    assert refusal.reason == "NOTHING_WAITS"
    day = (datetime(2026, 11, 18, 0, tzinfo=UTC), datetime(2026, 11, 18, 10, tzinfo=UTC))
    setting.away(POOL[0], *day)
    _, found = await setting.propose()
    assert [one.part for one in found.parts[0].changes] == ["panel"]
    planned = found.parts[0].setting
    assert (planned.day, planned.begins, planned.room_id) == ("2026-11-18", 540, str(HALL))
    assert len(set(planned.panel_ids) & {str(one) for one in POOL[1:5]}) == 4
    (done,) = await _accepted(setting, found.proposal_id)
    assert done.stamp.state == "set"
    assert str(POOL[0]) not in {str(row["owner_id"]) for row in setting.bench.rows(booking)}


async def test_hearing_that_people_were_told_of_is_kept_until_it_is_named(setting):
    """With notice out nothing is planned anew by itself: the case is shown, and named to let go."""
    await setting.set()
    await setting.act("ConfirmHearing")
    day = (datetime(2026, 11, 18, 0, tzinfo=UTC), datetime(2026, 11, 18, 10, tzinfo=UTC))
    setting.away(POOL[0], *day)
    await setting.another()
    _, found = await setting.propose()
    assert list(found.kept_case_ids) == [setting.stamp.case_id]
    assert setting.stamp.case_id not in {part.case_id for part in found.parts}
    _, found = await setting.propose(setting.stamp.case_id)
    assert [one.part for one in found.parts[0].changes] == ["panel"]
    (done,) = await _accepted(setting, found.proposal_id)
    assert done.stamp.state == "noticed"


async def test_what_went_to_a_court_meanwhile_is_left_out_and_said(setting):
    """A hearing that became barred is not planned with the others; barred alone, nothing is."""
    other = await setting.another()
    gone = {other.stamp.case_id: common.PROCEDURE_STATUTORY_ROUTE}
    setting.bench.routing.procedures |= gone
    _, found = await setting.propose()
    assert [part.case_id for part in found.parts] == [setting.stamp.case_id]
    (left,) = found.left_out
    assert (left.case_id, left.barred) == (other.stamp.case_id, "statutory_route")
    refusal = await setting.bench.refused(setting.propose(other.stamp.case_id))
    assert (refusal.reason, refusal.ids["cases"]) == ("ALL_BARRED", left.case_no)


async def test_another_units_proposal_is_not_shown(setting):
    """A proposal is its unit's own."""
    _, found = await setting.propose()
    stub = type(setting.stub)(setting.bench.line(setting.bench.other_unit))
    request = pb.GetProposalRequest(proposal_id=found.proposal_id)
    refusal = await setting.bench.refused(stub.GetProposal(request))
    assert refusal.reason == "PROPOSAL_MISSING"


async def test_killed_process_leaves_nothing_half_done(setting, monkeypatch):
    """When the planning process is killed the proposal is lost and no hearing has changed."""
    answered, killed = planner._answered, []

    async def kill_first(process, job, tell):
        if not killed:
            killed.append(process.pid)
            process.kill()
        return await answered(process, job, tell)

    monkeypatch.setattr(planner, "_answered", kill_first)
    refusal = await setting.bench.refused(setting.propose())
    assert refusal.reason == "SOLVER_AWAY"
    (row,) = setting.bench.rows(proposal)
    assert (row["state"], row["answer"]) == ("lost", None)
    assert {one["state"] for one in setting.bench.rows(tables.hearing)} == {"granted"}
    assert (await setting.propose())[0][-1] == "proposed"


async def test_raw_problem_is_solved_and_a_wrong_one_is_refused(setting, month):
    """A problem of the format is answered with progress; one that is none names its field."""
    content = msgspec.json.encode(month(2, 1, pool=20, days=8))
    request = pb.PlanProblemRequest(problem=content, seconds=2)
    told = [one async for one in setting.stub.PlanProblem(request)]
    answer = msgspec.json.decode(told[-1].answer, type=Answer)
    assert told[-1].state == "proposed"
    assert broken(msgspec.json.decode(content, type=Problem), answer.hearings) == []

    async def wrong():
        bad = pb.PlanProblemRequest(problem=b"{}")
        return [one async for one in setting.stub.PlanProblem(bad)]

    assert (await setting.bench.refused(wrong())).reason == "PROBLEM_REFUSED"


async def test_who_leaves_stops_the_work_and_the_best_is_kept(setting):
    """A caller who goes away while it is solved leaves a proposal behind that is whole."""
    call = setting.stub.Propose(pb.ProposeRequest(seconds=300))
    first = await call.read()
    call.cancel()

    def ended():
        return setting.bench.rows(proposal)[0]["state"] != "working"

    await eventually(ended, 30)
    request = pb.GetProposalRequest(proposal_id=first.proposal_id)
    found = (await setting.stub.GetProposal(request)).proposal
    assert found.state in {"proposed", "unknown"}


@pytest.mark.parametrize("name", ["PinParts", "ForbidParts", "UnsetHearing", "ConfirmHearing"])
async def test_stale_version_changes_nothing(setting, name):
    """Who saw an older version of the hearing pins, bans and confirms nothing."""
    await setting.set()
    setting.stamp.version -= 1
    refusal = await setting.bench.refused(setting.act(name))
    assert refusal.reason == "STALE_VERSION"
