"""Endings: who may end a case, what has to be settled first, and how it goes on again."""

import pytest

from routing.commands.ending import CloseCase, ConfirmPlacement, DecideClosing, ReopenCase
from routing.commands.handover import BeginHandover, SignFor
from routing.commands.joint import CompleteCohandling, OpenCohandling
from routing.domain.words import Custody, Kind
from routing.errors import (
    CannotReopen,
    ClosingPending,
    CohandlingsOpen,
    EndingByIntake,
    EndingByReview,
    EndingNeedsReferral,
    NotTheHolder,
    ReviewRouteNotTold,
    SamePerson,
)
from routing.handlers import closing, cohandling, placement
from routing.handlers.handover import begin, signing
from routing.storage.grant_ends import grant_end
from routing.storage.supervision import cohandling as table


def close(desk, case_id, ending, **values):
    """The command that ends a case."""
    return CloseCase(**desk.seen(case_id), ending=ending, grounds="done", **values)


async def test_holder_ends_with_a_recorded_ending(desk, who):
    """Settled and performed: ended at once, counted at its tier, the services told."""
    case_id = await desk.register()
    _, pending = await desk.do(closing.close_case, close(desk, case_id, "settled"), who("s-dipu"))
    row = desk.case(case_id)
    assert not pending
    assert (row["state"], row["ending"]) == ("ended", "settled")
    assert row["settled_path"] == row["holder_path"]
    await desk.settle()
    assert {line["state"] for line in desk.rows(grant_end, case_id=case_id)} == {"done"}
    assert case_id in desk.ground.parts["intake"].ended


async def test_explained_is_closed_but_not_settled(desk, who):
    """Settled, closed and satisfied are three figures."""
    case_id = await desk.register()
    await desk.do(closing.close_case, close(desk, case_id, "explained"), who("s-dipu"))
    assert desk.case(case_id)["settled_path"] == ""


async def test_procedural_ending_needs_second_person_and_route_told(desk, who):
    """程序性办结: the review route was told, and somebody else approves."""
    case_id = await desk.register()
    clerk, head = who("s-dipu", "clerk"), who("s-dipu", "head")
    with pytest.raises(ReviewRouteNotTold):
        await desk.do(closing.close_case, close(desk, case_id, "procedural"), clerk)
    wanted = close(desk, case_id, "procedural", review_route_told=True)
    _, pending = await desk.do(closing.close_case, wanted, clerk)
    assert pending
    assert desk.case(case_id)["pending"] == "closing"
    with pytest.raises(ClosingPending):
        await desk.do(closing.close_case, close(desk, case_id, "settled"), clerk)
    with pytest.raises(SamePerson):
        await desk.do(
            closing.decide_closing, DecideClosing(**desk.seen(case_id), approved=True), clerk
        )
    await desk.do(closing.decide_closing, DecideClosing(**desk.seen(case_id), approved=True), head)
    assert desk.case(case_id)["ending"] == "procedural"


async def test_rejected_ending_leaves_the_case_open(desk, who):
    """What a second person rejects is not ended, and can be proposed again."""
    case_id = await desk.register()
    await desk.do(closing.close_case, close(desk, case_id, "terminated"), who("s-dipu", "clerk"))
    no = DecideClosing(**desk.seen(case_id), approved=False, grounds="not_yet")
    await desk.do(closing.decide_closing, no, who("s-anji", "superior"))
    row = desk.case(case_id)
    assert (row["state"], row["pending"]) == ("held", "")


async def test_only_the_holder_ends(desk, who):
    """Another unit of the same site does not end a case it does not hold."""
    case_id = await desk.register()
    with pytest.raises(NotTheHolder):
        await desk.do(closing.close_case, close(desk, case_id, "settled"), who("u-dipu-sifasuo"))


@pytest.mark.parametrize("ending", sorted(closing.BY_INTAKE))
async def test_counter_endings_are_not_made_here(desk, who, ending):
    """Refused, withdrawn, voided, merged, answered: each has its own act and document."""
    case_id = await desk.register()
    with pytest.raises(EndingByIntake):
        await desk.do(closing.close_case, close(desk, case_id, ending), who("s-dipu"))


@pytest.mark.parametrize("ending", ["review_concluded", "review_lapsed"])
async def test_endings_of_a_review_are_not_given_by_hand(desk, who, ending):
    """They pass the guards of the file, so nobody may claim them without a review."""
    case_id = await desk.register()
    with pytest.raises(EndingByReview):
        await desk.do(closing.close_case, close(desk, case_id, ending), who("s-dipu"))


async def test_referred_out_needs_a_receipt(desk, who):
    """A case does not end as referred before the body outside has received it."""
    case_id = await desk.register()
    with pytest.raises(EndingNeedsReferral):
        await desk.do(closing.close_case, close(desk, case_id, "referred_out"), who("s-dipu"))


async def test_open_joint_handling_blocks_the_end(desk, who):
    """A case ends only when each co-handler has completed."""
    case_id = await desk.register()
    ask = OpenCohandling(**desk.seen(case_id), unit="u-dipu-sifasuo", task="x", due_on="")
    _, joint_id = await desk.do(cohandling.open_cohandling, ask, who("s-dipu"))
    with pytest.raises(CohandlingsOpen):
        await desk.do(closing.close_case, close(desk, case_id, "settled"), who("s-dipu"))
    done = CompleteCohandling(case_id, joint_id, completed=True, text="查看现场")
    assert await desk.do(cohandling.complete, done, who("u-dipu-sifasuo")) == "completed"
    await desk.open_letters()
    await desk.do(closing.close_case, close(desk, case_id, "settled"), who("s-dipu"))
    assert desk.case(case_id)["state"] == "ended"


async def test_reopened_at_the_next_epoch(desk, who):
    """New facts: the same unit holds it again, one epoch on, and the services write again."""
    case_id = await desk.register()
    await desk.do(closing.close_case, close(desk, case_id, "settled"), who("s-dipu"))
    await desk.settle()
    command = ReopenCase(**desk.seen(case_id), grounds="new_facts")
    await desk.do(closing.reopen_case, command, who("s-dipu"))
    await desk.settle()
    row = desk.case(case_id)
    assert (row["custody"], row["state"], row["epoch"]) == (Custody.HELD, "held", 2)
    assert (row["holder_unit"], row["signed"], row["ending"]) == ("s-dipu", True, "")
    assert desk.ground.parts["intake"].grants[case_id].epoch == 2


async def test_voided_is_for_good(desk, who):
    """误登 and 并案 do not go on."""
    case_id = await desk.register()
    await desk.record(case_id, "intake.voided", ending="voided")
    command = ReopenCase(**desk.seen(case_id), grounds="other")
    with pytest.raises(CannotReopen):
        await desk.do(closing.reopen_case, command, who("s-dipu"))


async def test_an_undecided_placement_follows_what_is_found_of_the_matter(desk, who):
    """When category or place is corrected before anybody decided, the proposal is made again."""
    case_id = await desk.register(
        "s-anji", place_code="330523001000", procedure="peoples_mediation"
    )
    await desk.record(case_id, "intake.amended", place_code="330523110000", category="medical")
    row = desk.case(case_id)
    assert (row["placements"][0], row["place_unit"]) == ("s-anji", "s-meixi")
    command = ConfirmPlacement(**desk.seen(case_id), unit="s-anji")
    await desk.do(placement.confirm_placement, command, who("s-anji"))
    await desk.record(case_id, "intake.amended", category="neighbour")
    assert desk.case(case_id)["placements"] == []


async def test_placement_is_confirmed_by_a_person(desk, who):
    """The lowest competent unit is proposed first; confirming it begins the hand-over."""
    case_id = await desk.register(
        "s-anji", place_code="330523001000", procedure="peoples_mediation"
    )
    first = desk.case(case_id)["placements"][0]
    assert first == "s-dipu"
    command = ConfirmPlacement(**desk.seen(case_id), unit=first)
    done = await desk.do(placement.confirm_placement, command, who("s-anji"))
    assert done.handoff_id is not None
    await desk.settle()
    assert desk.case(case_id)["holder_unit"] == first


async def test_kept_here_by_decision(desk, who):
    """Confirming the holder itself moves nothing and takes the proposal away."""
    case_id = await desk.register()
    command = ConfirmPlacement(**desk.seen(case_id), unit="s-dipu")
    done = await desk.do(placement.confirm_placement, command, who("s-dipu"))
    assert done.handoff_id is None
    assert desk.case(case_id)["placements"] == []


async def test_citizens_clock_runs_on_through_hand_overs(desk, who, at):
    """网格: passing a case on restarts the units' clocks and never the citizen's."""
    case_id = await desk.register("s-anji")
    await desk.record(case_id, "intake.accepted", at("2026-03-02"))
    before = desk.clocks(case_id)["handling", ""]["due_on"]
    desk.clock.set(at("2026-03-10"))
    hand = BeginHandover(
        **desk.seen(case_id),
        kind=Kind.ASSIGN,
        to_unit="s-dipu",
        reason="place",
        due_on="2026-03-30",
    )
    await desk.do(begin.begin_handover, hand, who("s-anji"))
    await desk.settle()
    clocks = desk.clocks(case_id)
    assert clocks["handling", ""]["due_on"] == before
    assert clocks["sign_for", "s-dipu"]["due_on"] == "2026-03-12"
    assert clocks["objection", "s-dipu"]["due_on"] == "2026-03-17"
    assert clocks["assignment", "s-dipu"]["due_on"] == "2026-03-30"
    await desk.do(signing.sign_for, SignFor(**desk.seen(case_id)), who("s-dipu"))
    clocks = desk.clocks(case_id)
    assert clocks["sign_for", "s-dipu"]["state"] == "met"
    assert clocks["objection", "s-dipu"]["state"] == "cancelled"


async def test_co_handler_that_becomes_holder_ends_its_part(desk, who):
    """A unit does not assist itself."""
    case_id = await desk.register()
    ask = OpenCohandling(**desk.seen(case_id), unit="u-dipu-sifasuo", task="x", due_on="")
    await desk.do(cohandling.open_cohandling, ask, who("s-dipu"))
    hand = BeginHandover(
        **desk.seen(case_id), kind=Kind.FORWARD, to_unit="u-dipu-sifasuo", reason="competent"
    )
    await desk.do(begin.begin_handover, hand, who("s-dipu"))
    await desk.settle()
    assert desk.case(case_id)["holder_unit"] == "u-dipu-sifasuo"
    assert [row["state"] for row in desk.rows(table, case_id=case_id)] == ["ended"]
