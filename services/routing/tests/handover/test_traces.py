"""Traces 1 to 10 and 18 to 25 of the hand-over protocol, against the handlers of four nodes.

The traces of a restore (11 to 17) have a file of their own; README.md of tests/faults tells where
the others are.
"""

from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select

from kernel.identity import Caller
from kernel.identity import Kind as CallerKind
from kernel.testing.clock import FakeClock
from routing.commands.facts import Fact, RecordFact
from routing.commands.handover import PeerCall
from routing.domain.words import Kind, Row
from routing.handlers import facts, relocation
from routing.handlers.handover import answering
from routing.storage import log
from routing.storage.tables import handoff, intent
from routing.testing.playing import (
    COUNTY,
    OTHER,
    POLICE,
    TOWN,
    VILLAGE,
    decide,
    hand,
    holder,
    object_to,
    recalled,
    row_of,
)
from routing.testing.world import World, delegated

DUE = {"due_on": "2026-11-20"}
TWO_SERVICES = ("intake", "mediation")
TRIES = 40
TRY_AGAIN = timedelta(seconds=40)


@pytest_asyncio.fixture
async def wide(tmp_path, county_directory, profile):
    """Nodes with two services that hold case data."""
    opened = await World.open(
        tmp_path, county_directory, profile, FakeClock(), services=TWO_SERVICES
    )
    yield opened
    await opened.close()


def itself(peer):
    """The routing service of a node."""
    return Caller(CallerKind.SERVICE, f"{peer.code}/routing")


def as_node(code):
    """A node at the other end of a link."""
    return Caller(CallerKind.NODE, code)


async def kinds(world, code, case_id):
    """Kinds of the log's entries at a node, in order."""
    entries = await world.peers[code].ground.readers.run(lambda c: log.read(c, case_id))
    return [entry.kind for entry in entries]


async def test_trace_01_one_service_refuses_after_another_released_stays_locked(wide):
    """Intake let go, mediation refuses: both are told to go on, and both accept writes again."""
    case_id = await wide.register(TOWN)
    peer = wide.peers["dipu"]
    peer.parts["mediation"].busy.add(case_id)
    await hand(wide, case_id, TOWN, COUNTY, Kind.ESCALATE)
    await wide.settle()
    assert (await row_of(wide, "dipu", case_id))["state"] == "kept"
    assert await holder(wide, case_id) == TOWN
    assert wide.grants(case_id) == [("dipu", "intake", 1), ("dipu", "mediation", 1)]


async def test_next_hand_over_does_not_meet_the_lock_of_the_one_given_up(wide):
    """It begins before the services were told to go on: they are told first, and let go of it."""
    case_id = await wide.register(TOWN)
    peer = wide.peers["dipu"]
    peer.parts["mediation"].busy.add(case_id)
    await hand(wide, case_id, TOWN, COUNTY, Kind.ESCALATE)
    await peer.runner.step(await row_of(wide, "dipu", case_id))
    assert peer.parts["intake"].may_write(case_id) == 0
    peer.parts["mediation"].busy.clear()
    await hand(wide, case_id, TOWN, COUNTY, Kind.ESCALATE)
    [begun] = await peer.rows(select(handoff).where(handoff.c.state == Row.RELEASING))
    await peer.runner.step(begun)
    await wide.settle()
    assert await holder(wide, case_id) == COUNTY


async def test_trace_02_late_keep_of_the_first_hand_over_unlocks_a_service(wide):
    """A Keep of the first hand-over that comes late leaves the lock of the second alone."""
    case_id = await wide.register(TOWN)
    peer = wide.peers["dipu"]
    peer.parts["mediation"].busy.add(case_id)
    await hand(wide, case_id, TOWN, COUNTY, Kind.ESCALATE)
    await wide.settle()
    first = await row_of(wide, "dipu", case_id)
    peer.parts["mediation"].busy.clear()
    wide.cut |= {"dipu"}
    await hand(wide, case_id, TOWN, COUNTY, Kind.ESCALATE)
    await wide.settle()
    for part in peer.parts.values():
        await part.keep(first, 1, TOWN, "")
    assert wide.grants(case_id) == []
    wide.cut.clear()
    await wide.settle()
    assert await holder(wide, case_id) == COUNTY


async def test_trace_03_late_release_after_its_keep_was_acknowledged(wide):
    """A Release that arrives after the Keep of its id locks nothing, and is never noted."""
    case_id = await wide.register(TOWN)
    peer = wide.peers["dipu"]
    peer.parts["mediation"].busy.add(case_id)
    await hand(wide, case_id, TOWN, COUNTY, Kind.ESCALATE)
    await wide.settle()
    kept = await row_of(wide, "dipu", case_id)
    peer.parts["mediation"].busy.clear()
    for part in peer.parts.values():
        part.answers.clear()
        said = await part.release(kept["handoff_id"], case_id, 1)
        assert (said.released, said.reason) == (False, "KEPT")
    assert await holder(wide, case_id) == TOWN


async def test_trace_04_a_fact_still_on_the_bus_misses_the_sealed_log(world):
    """The log is sealed only when the fact that intake announced has been applied."""
    case_id = await world.register(TOWN)
    peer = world.peers["dipu"]
    peer.part.grants[case_id].facts = 2
    await hand(world, case_id, TOWN, COUNTY, Kind.ESCALATE)
    await world.round(peer)
    await world.round(peer)
    row = await row_of(world, "dipu", case_id)
    assert (row["state"], row["last_reason"]) == ("releasing", "FACTS_OUTSTANDING")
    at = peer.ground.clock.now()
    told = Fact("intake", 2, "intake.found", case_id, 1, TOWN, "a", at, {}, {})
    await peer.do(facts.record, RecordFact(told, substantive=True), itself(peer))
    await world.settle()
    entries = await kinds(world, "anji", case_id)
    assert entries.index("intake.found") < entries.index("handover.sealed")
    assert await holder(world, case_id) == COUNTY


async def test_trace_05_service_without_a_row_writes_at_the_old_epoch(wide):
    """Mediation has nothing of the case and locks all the same: no write at the sealed epoch."""
    case_id = await wide.register(TOWN)
    mediation = wide.peers["dipu"].parts["mediation"]
    del mediation.grants[case_id]
    await hand(wide, case_id, TOWN, COUNTY, Kind.ESCALATE)
    await wide.settle()
    assert mediation.grants[case_id].locked_by is not None
    assert wide.grants(case_id) == [("anji", "intake", 2), ("anji", "mediation", 2)]


async def test_trace_06_mediation_lets_a_write_while_b_holds_the_next_epoch(wide):
    """Within a node too: nobody holds the next epoch before each service has its grant."""
    case_id = await wide.register(TOWN)
    peer = wide.peers["dipu"]
    await hand(wide, case_id, TOWN, POLICE, Kind.FORWARD)
    seen = set()
    for _ in range(TRIES):
        epochs = {epoch for _, _, epoch in wide.grants(case_id)}
        row = await peer.case(case_id)
        assert len(epochs) <= 1
        assert row["custody"] != "held" or epochs == {row["epoch"]}
        seen.add(row["custody"])
        await wide.round(peer)
    assert seen == {"releasing", "out", "held"}
    assert wide.grants(case_id) == [("dipu", "intake", 2), ("dipu", "mediation", 2)]


async def test_trace_07_claim_answered_row_still_offered_recalled(world):
    """A Claim is answered by the transaction that sets CLAIMED: then it is too late to recall."""
    case_id = await world.register(COUNTY)
    world.lose_answers |= {"dipu"}
    out = await hand(world, case_id, COUNTY, TOWN, Kind.ASSIGN, **DUE)
    await world.settle()
    assert (await row_of(world, "anji", case_id))["state"] == "claimed"
    assert await recalled(world, case_id, out.handoff_id, COUNTY) == "TOO_LATE_TO_RECALL"
    world.lose_answers.clear()
    await world.settle()
    assert await holder(world, case_id) == TOWN


async def test_trace_08_recalled_locally_by_the_child_delayed_deliver_arrives(world):
    """The parent decides: after its VOID the delayed Deliver is answered VOID and not taken."""
    case_id = await world.register(VILLAGE)
    world.cut |= {"lujia"}
    out = await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await world.settle()
    peer = world.peers["lujia"]
    row = await row_of(world, "lujia", case_id)
    delayed = await peer.ground.write(
        lambda uow, row: answering.parcel_of(uow, peer.ground.node, row), row, str(case_id)
    )
    assert await recalled(world, case_id, out.handoff_id, VILLAGE) == "asked"
    assert await world.writers(case_id) == []
    world.cut.clear()
    await world.settle()
    assert await peer.ground.parent.deliver(delayed) == ("VOID", "")
    await world.settle()
    assert await holder(world, case_id) == VILLAGE


async def test_trace_09_sealed_epoch_written_again(world):
    """A recalled hand-over has consumed its epoch: the log goes on at the next."""
    case_id = await world.register(COUNTY)
    world.cut |= {"dipu"}
    out = await hand(world, case_id, COUNTY, TOWN, Kind.ASSIGN, **DUE)
    await world.settle()
    assert await recalled(world, case_id, out.handoff_id, COUNTY) == "recalled"
    await world.settle()
    peer = world.peers["anji"]
    entries = await peer.ground.readers.run(lambda c: log.read(c, case_id))
    sealed = [e.epoch for e in entries if e.kind == "handover.sealed"]
    [first] = [e for e in entries if e.epoch == 2][:1]
    assert (sealed, first.kind, first.n) == ([1], "handover.recalled", 1)
    assert peer.part.may_write(case_id) == 2


async def test_trace_10_a_late_confirm_marks_the_returned_case_delivered(world):
    """The Confirm of the way down comes when the case is back: custody stays."""
    case_id = await world.register(COUNTY)
    out = await hand(world, case_id, COUNTY, TOWN, Kind.ASSIGN, **DUE)
    await world.settle()
    await world.fact(case_id, world.peers["dipu"])
    await hand(world, case_id, TOWN, COUNTY, Kind.ESCALATE)
    await world.settle()
    late = PeerCall("dipu", out.handoff_id)
    await world.peers["anji"].do(answering.confirm, late, as_node("dipu"))
    await world.settle()
    assert await holder(world, case_id) == COUNTY


async def test_trace_18_crash_between_taking_and_passing_on(world):
    """The onward row exists as soon as the case is taken: no moment in which it would be lost."""
    case_id = await world.register(COUNTY)
    await hand(world, case_id, COUNTY, VILLAGE, Kind.ASSIGN, **DUE)
    for _ in range(TRIES):
        rows = await world.peers["dipu"].rows(select(handoff))
        taken = [row for row in rows if row["side"] == "receiver" and row["state"] == "received"]
        onward = [row for row in rows if row["side"] == "sender"]
        assert len(taken) == len(onward)
        await world.round(world.peers["anji"])
        await world.round(world.peers["dipu"])
    assert len(onward) == 1
    await world.settle()
    assert await holder(world, case_id) == VILLAGE


async def test_trace_19_recalled_from_where_it_no_longer_is(world):
    """The wish follows the rows to the village, which holds it: too late, and one holder."""
    case_id = await world.register(COUNTY)
    out = await hand(world, case_id, COUNTY, VILLAGE, Kind.ASSIGN, **DUE)
    await world.settle()
    assert await recalled(world, case_id, out.handoff_id, COUNTY) == "asked"
    await world.settle()
    assert await holder(world, case_id) == VILLAGE
    assert await world.holders(case_id) == ["lujia"]


async def test_trace_20_next_hop_impossible_no_holder(world):
    """The village's unit is closed on the way: the township turns the case round."""
    case_id = await world.register(COUNTY)
    world.cut |= {"dipu"}
    await hand(world, case_id, COUNTY, VILLAGE, Kind.ASSIGN, **DUE)
    await world.settle()
    node = world.peers["dipu"].ground.node
    directory = node.directory()
    object.__setattr__(node, "directory", lambda: _Closed(directory))
    world.cut.clear()
    await world.settle()
    assert await holder(world, case_id) == COUNTY
    back = await row_of(world, "dipu", case_id)
    assert (back["kind"], back["reason"]) == ("return", "next_hop_impossible")


class _Closed:
    """The directory of a node on which the village has no unit that may receive any more."""

    def __init__(self, directory):
        self._directory = directory

    def __getattr__(self, name):
        return getattr(self._directory, name)

    def current(self, unit, day):
        """The unit is closed and has no successor."""
        return None if unit == VILLAGE else self._directory.current(unit, day)


async def test_trace_21_sender_takes_back_itself(world):
    """Upholding an objection takes nothing: while the link is cut the receiver still holds."""
    case_id = await world.register(COUNTY)
    out = await hand(world, case_id, COUNTY, TOWN, Kind.ASSIGN, **DUE)
    await world.settle()
    await object_to(world, case_id, TOWN)
    await world.settle()
    world.cut |= {"dipu"}
    await decide(world, case_id, COUNTY, out.handoff_id, upheld=True)
    await world.settle()
    assert await holder(world, case_id) == TOWN
    world.cut.clear()
    await world.settle()
    assert await holder(world, case_id) == COUNTY


async def test_trace_22_objects_then_escalates_then_the_decision_comes(world):
    """While its objection is open the village hands nothing on; a late decision only notes."""
    case_id = await world.register(TOWN)
    out = await hand(world, case_id, TOWN, VILLAGE, Kind.ASSIGN, **DUE)
    await world.settle()
    await object_to(world, case_id, VILLAGE)
    await world.settle()
    with pytest.raises(Exception, match="OBJECTION_PENDING"):
        await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await decide(world, case_id, TOWN, out.handoff_id, upheld=False)
    await world.settle()
    await world.fact(case_id, world.peers["lujia"])
    await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await world.settle()
    assert await holder(world, case_id) == TOWN
    assert await world.holders(case_id) == ["dipu"]


async def test_trace_23_an_upheld_return_refused_by_a_hearing_and_forgotten(world):
    """Intake does not let go for a while: the ordered return stays pending and is made later."""
    case_id = await world.register(COUNTY)
    out = await hand(world, case_id, COUNTY, TOWN, Kind.ASSIGN, **DUE)
    await world.settle()
    await object_to(world, case_id, TOWN)
    await world.settle()
    peer = world.peers["dipu"]
    peer.part.busy.add(case_id)
    await decide(world, case_id, COUNTY, out.handoff_id, upheld=True)
    await world.settle()
    assert await holder(world, case_id) == TOWN
    [order] = await peer.rows(select(intent).where(intent.c.case_id == case_id))
    assert (order["state"], order["kind"]) == ("pending", "return")
    peer.part.busy.clear()
    peer.ground.clock.advance(TRY_AGAIN)
    await world.settle()
    assert await holder(world, case_id) == COUNTY


async def test_trace_24_a_repeated_deliver_reaches_the_new_parent(world, county_directory):
    """The new parent passes it on to the node the row names, and brings that one's answer back."""
    before = delegated(county_directory, {VILLAGE: "lujia", OTHER: "meixi"})
    world.adopt("lujia", "anji", before)
    case_id = await world.register_at("lujia", VILLAGE)
    world.lose_answers |= {"lujia"}
    await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await world.settle()
    assert await world.writers(case_id) == ["anji"]
    world.lose_answers.clear()
    world.adopt("lujia", "dipu", county_directory)
    world.peers["lujia"].ground.clock.advance(TRY_AGAIN)
    await world.settle()
    row = await row_of(world, "lujia", case_id)
    assert (row["state"], row["to_node"]) == ("delivered", "anji")
    assert await world.holders(case_id) == ["anji"]
    assert (await world.peers["dipu"].rows(select(handoff))) == []


async def test_trace_24_a_row_of_a_node_that_is_not_above_any_more_waits_and_shows(
    world, county_directory
):
    """Nobody else is asked in its place: the row stays, with the reason an operator can read."""
    case_id = await world.register(VILLAGE)
    world.lose_answers |= {"lujia"}
    await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await world.settle()
    world.lose_answers.clear()
    world.adopt("lujia", "anji", delegated(county_directory, {VILLAGE: "lujia", OTHER: "meixi"}))
    await world.settle()
    row = await row_of(world, "lujia", case_id)
    assert (row["state"], row["last_reason"]) == ("offered", "OTHER_LINK")
    assert await world.holders(case_id) == ["dipu"]
    assert (await world.peers["anji"].rows(select(handoff))) == []


async def test_trace_25_the_directory_decides_who_writes_nobody_may(world, county_directory):
    """The site moves to another node: the old one holds until each case has been relocated."""
    away = {TOWN: "dipu", OTHER: "meixi"}
    before = delegated(county_directory, away)
    world.knows("dipu", before)
    world.knows("anji", before)
    case_id = await world.register_at("dipu", VILLAGE)
    world.cut |= {"lujia"}
    world.knows("dipu", county_directory)
    world.knows("anji", county_directory)
    peer = world.peers["dipu"]
    assert await holder(world, case_id) == VILLAGE
    assert await world.writers(case_id) == ["dipu"]
    ordered = await peer.do(
        relocation.order_relocations, relocation.OrderRelocations(), itself(peer)
    )
    assert ordered == 1
    world.cut.clear()
    await world.settle()
    assert await world.writers(case_id) == ["lujia"]
    row = await world.peers["lujia"].case(case_id)
    assert (row["holder_unit"], row["signed"], row["epoch"]) == (VILLAGE, True, 2)
