"""Traces 11 to 17: a node restored from an older backup, against the handlers of four nodes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from routing.domain.words import Kind as HandoverKind
from routing.errors import OldIncarnation
from routing.exchange.bridge import Bridge
from routing.exchange.links import DownLinks
from routing.handlers import headers, registration
from routing.handlers.handover import answering
from routing.handlers.headers import KeepHeader
from routing.storage import counting, log
from routing.storage import peers as peer_rows
from routing.storage.tables import handoff
from routing.testing.comparing import Backup, back_up, put_back
from routing.testing.playing import COUNTY, OTHER, TOWN, VILLAGE, hand, holder, recalled, row_of
from routing.testing.registering import registered

ASSIGN, ESCALATE = HandoverKind.ASSIGN, HandoverKind.ESCALATE
DUE = {"due_on": "2026-11-20"}


async def restored_entries(world, case_id, code):
    """The entries by which a log names the epochs that a restore has lost."""
    entries = await world.peers[code].ground.readers.run(lambda c: log.read(c, case_id))
    return [entry for entry in entries if entry.kind == "custody.restored"]


async def test_trace_11_sender_restored_to_before_the_claim(world):
    """The county forgets that a township claimed: it stays frozen, then lets the case go."""
    case_id = await world.register(COUNTY)
    world.cut |= {"dipu"}
    await hand(world, case_id, COUNTY, TOWN, ASSIGN, **DUE)
    await world.settle()
    backup = back_up(world.peers["anji"])
    world.cut.clear()
    await world.settle()
    assert await holder(world, case_id) == TOWN
    world.cut |= {"dipu"}
    await put_back(world.peers["anji"], backup)
    await world.settle()
    assert await world.peers["anji"].frozen()
    assert await holder(world, case_id) == TOWN
    world.cut.clear()
    await world.settle()
    assert not await world.peers["anji"].frozen()
    assert await holder(world, case_id) == TOWN
    assert world.grants(case_id) == [("dipu", "intake", 2)]
    assert (await row_of(world, "anji", case_id))["state"] == "delivered"


async def test_trace_12_receiver_restored_to_before_it_received(world):
    """The township forgets what it took: the county sends it again, to it alone."""
    backup = back_up(world.peers["dipu"])
    case_id = await world.register(COUNTY)
    await hand(world, case_id, COUNTY, TOWN, ASSIGN, **DUE)
    await world.settle()
    await put_back(world.peers["dipu"], backup)
    assert await world.writers(case_id) == []
    await world.settle()
    assert await holder(world, case_id) == TOWN
    row = await world.peers["dipu"].case(case_id)
    assert row["epoch"] > 2
    assert [e.body for e in await restored_entries(world, case_id, "dipu")] != []


async def test_trace_13_an_old_deliver_arrives_after_the_rows_were_compared(world):
    """What an older incarnation had sent is refused once a newer one has spoken."""
    case_id = await world.register(VILLAGE)
    backup = back_up(world.peers["lujia"])
    world.lose_answers |= {"lujia"}
    world.cut |= {"lujia"}
    await hand(world, case_id, VILLAGE, TOWN, ESCALATE)
    await world.settle()
    late = await parcel_under_way(world, "lujia", case_id)
    world.cut.clear()
    world.lose_answers.clear()
    await put_back(world.peers["lujia"], backup)
    await world.settle()
    assert await holder(world, case_id) == VILLAGE
    with pytest.raises(OldIncarnation):
        await refuse_older(world.peers["dipu"], "lujia", 1)
    assert late.handoff.epoch == 1
    assert (await world.peers["lujia"].case(case_id))["epoch"] > 1


async def parcel_under_way(world, code, case_id):
    """The parcel that a sender's Deliver carries."""
    peer = world.peers[code]
    [row] = await peer.rows(select(handoff).where(handoff.c.case_id == case_id))
    return await peer.ground.write(
        lambda uow, row: answering.parcel_of(uow, peer.ground.node, row), row, str(case_id)
    )


async def refuse_older(peer, child, incarnation):
    """The door of a node as a child's call of this incarnation meets it."""
    ground = peer.ground
    bridge = Bridge(ground.node, ground.writer, ground.readers, lambda: False)
    links = DownLinks.__new__(DownLinks)
    links._incarnations = {}
    await links.refuse_older(child, incarnation, bridge)


async def test_trace_14_asked_to_send_again_recalls_and_the_old_answer_arrives(world):
    """A hand-over that is sent again cannot be recalled, whatever answer is still under way."""
    backup = back_up(world.peers["dipu"])
    case_id = await world.register(COUNTY)
    out = await hand(world, case_id, COUNTY, TOWN, ASSIGN, **DUE)
    await world.settle()
    await put_back(world.peers["dipu"], backup)
    await world.round(world.peers["dipu"])
    assert (await row_of(world, "anji", case_id))["state"] == "again"
    assert await recalled(world, case_id, out.handoff_id, COUNTY) == "TOO_LATE_TO_RECALL"
    await world.settle()
    assert await holder(world, case_id) == TOWN


async def test_trace_15_epoch_used_twice(world):
    """What a restored node still holds goes on above every epoch that anybody was told of."""
    case_id = await world.register(COUNTY)
    backup = back_up(world.peers["anji"])
    world.cut |= {"dipu"}
    out = await hand(world, case_id, COUNTY, TOWN, ASSIGN, **DUE)
    await world.settle()
    assert await recalled(world, case_id, out.handoff_id, COUNTY) == "recalled"
    await world.settle()
    await hand(world, case_id, COUNTY, OTHER, ASSIGN, **DUE)
    world.peers["meixi"].part.busy.add(case_id)
    world.cut |= {"meixi"}
    await world.settle()
    world.cut -= {"meixi"}
    await world._beat(world.peers["meixi"])
    world.cut.clear()
    await put_back(world.peers["anji"], backup)
    await world.settle()
    assert await holder(world, case_id) == COUNTY
    held = await world.peers["anji"].case(case_id)
    assert held["epoch"] > 3
    [entry] = await restored_entries(world, case_id, "anji")
    assert '"lost_to":"3"' in entry.body.replace(" ", "")


async def test_trace_16_takes_again_what_it_had_forwarded(world):
    """A restored township that had sent a case on does not take it a second time."""
    backup = back_up(world.peers["dipu"])
    case_id = await world.register(VILLAGE)
    await hand(world, case_id, VILLAGE, TOWN, ESCALATE)
    await world.settle()
    await hand(world, case_id, TOWN, COUNTY, ESCALATE)
    await world.settle()
    assert await holder(world, case_id) == COUNTY
    await put_back(world.peers["dipu"], backup)
    await world.settle()
    assert await holder(world, case_id) == COUNTY
    assert await world.holders(case_id) == ["anji"]
    assert world.grants(case_id) == [("anji", "intake", 3)]


async def test_trace_17_cancel_answered_never_had_it_after_a_restore(world):
    """A Cancel of an epoch not above one's own is answered RECEIVED, also by a restored parent."""
    backup = back_up(world.peers["dipu"])
    case_id = await world.register(VILLAGE)
    out = await hand(world, case_id, VILLAGE, TOWN, ESCALATE)
    world.lose_answers |= {"lujia"}
    await world.settle()
    assert await world.writers(case_id) == ["dipu"]
    await hand(world, case_id, TOWN, COUNTY, ESCALATE)
    await world.settle()
    assert await recalled(world, case_id, out.handoff_id, VILLAGE) == "asked"
    world.lose_answers.clear()
    world.cut |= {"lujia"}
    await put_back(world.peers["dipu"], backup)
    await world.settle()
    world.cut.clear()
    await world.settle()
    assert await holder(world, case_id) == COUNTY
    assert await world.holders(case_id) == ["anji"]


async def test_what_is_registered_while_frozen_goes_on_unbroken(world):
    """A case taken in during the freeze was in no backup: its epoch and log stay as they are."""
    old = await world.register(TOWN)
    backup = back_up(world.peers["dipu"])
    world.cut |= {"dipu"}
    await put_back(world.peers["dipu"], backup)
    fresh = await world.register(TOWN)
    assert await world.peers["dipu"].frozen()
    world.cut.clear()
    await world.settle()
    assert not await world.peers["dipu"].frozen()
    assert [await holder(world, it) for it in (old, fresh)] == [TOWN, TOWN]
    assert len(await restored_entries(world, old, "dipu")) == 1
    assert await restored_entries(world, fresh, "dipu") == []
    assert (await world.peers["dipu"].case(fresh))["epoch"] == 1


async def registered_between_the_copies(world):
    """A case that intake's copy has, and routing's, made before it, has not; how it is told of."""
    peer = world.peers["dipu"]
    older = back_up(peer)
    case_id = await world.register(TOWN)
    command = registered(peer.ground, case_id, TOWN, {})
    return case_id, command, Backup(older.rows, back_up(peer).parts)


async def told_again(world, backup, command, *, frozen):
    """The township is put back, and its intake tells again of what it registered."""
    world.peers["dipu"].ground.clock.advance(timedelta(minutes=5))
    peer = world.peers["dipu"]
    world.cut |= {"dipu"}
    await put_back(peer, backup)
    if not frozen:
        world.cut.clear()
        await world.settle()
    assert await peer.frozen() is frozen
    await peer.do(registration.take_up, command, world.staff(TOWN))
    world.cut.clear()
    await world.settle()
    assert not await peer.frozen()


@pytest.mark.parametrize("frozen", [True, False])
async def test_what_only_intakes_copy_knew_goes_on_and_is_granted_again(world, frozen):
    """Told again while frozen or later: held once, written at a new epoch, the lost one named."""
    case_id, command, backup = await registered_between_the_copies(world)
    await told_again(world, backup, command, frozen=frozen)
    assert await holder(world, case_id) == TOWN
    assert len(await restored_entries(world, case_id, "dipu")) == 1


@pytest.mark.parametrize("frozen", [True, False])
async def test_what_only_intakes_copy_knew_and_has_left_is_not_held_twice(world, frozen):
    """The county has it: the township's registration, told again, takes nothing back."""
    case_id, command, backup = await registered_between_the_copies(world)
    await hand(world, case_id, TOWN, COUNTY, ESCALATE)
    await world.settle()
    assert await holder(world, case_id) == COUNTY
    await told_again(world, backup, command, frozen=frozen)
    assert await holder(world, case_id) == COUNTY
    assert (await world.peers["dipu"].case(case_id))["custody"] == "out"


async def header_at_county(world, case_id, unit, **told):
    """The county hears the header that the holder's node tells."""
    row = await world.at(unit).case(case_id)
    about = row | {"told_version": row["version"]} | told
    command = KeepHeader(about, {}, (), f"down.{world.at(unit).code}")
    await world.at(COUNTY).do(headers.keep, command, world.staff(COUNTY))
    return await world.at(COUNTY).case(case_id)


async def test_what_was_lost_is_marked_above_and_counted_no_more(world):
    """Only what the backup lacks, was at the node itself and was registered before ends above."""
    kept = await world.register(TOWN)
    backup = back_up(world.peers["dipu"])
    lost, below = [await world.register(TOWN) for _ in range(2)]
    for case_id in (kept, lost):
        await header_at_county(world, case_id, TOWN)
    await header_at_county(world, below, TOWN, node="lujia")
    world.peers["dipu"].ground.clock.advance(timedelta(minutes=5))
    world.cut |= {"dipu"}
    await put_back(world.peers["dipu"], backup)
    late = await world.register(TOWN)
    await header_at_county(world, late, TOWN)
    world.cut.clear()
    await world.settle()
    rows = {it: await world.at(COUNTY).case(it) for it in (kept, lost, below, late)}
    assert [rows[it]["ending"] for it in rows] == ["", "lost_in_restore", "", ""]
    assert {row["custody"] for row in rows.values()} == {"none"}
    assert rows[lost]["ended_at"] is not None
    counted = await world.peers["anji"].ground.write(left_at, "dipu", "count")
    assert counted == 2  # one that the backup has, one registered since


def left_at(uow, node):
    """What the county counts before it forgets a node."""
    return counting.left_at(uow, node)


async def test_the_mark_yields_to_the_case_that_turns_up(world):
    """Intake's newer copy tells of it: its header, at a higher epoch, takes the mark away."""
    case_id, command, backup = await registered_between_the_copies(world)
    await header_at_county(world, case_id, TOWN)
    await told_again(world, backup, command, frozen=False)
    marked = await world.at(COUNTY).case(case_id)
    assert (marked["state"], marked["ending"]) == ("ended", "lost_in_restore")
    assert await holder(world, case_id) == TOWN
    back = await header_at_county(world, case_id, TOWN)
    assert (back["state"], back["ending"], back["ended_at"]) == ("held", "", None)


async def test_a_child_that_sends_no_list_has_nothing_marked(world, monkeypatch):
    """An older child tells its rows and no more: its headers stay as they were."""
    backup = back_up(world.peers["dipu"])
    case_id = await world.register(TOWN)
    await header_at_county(world, case_id, TOWN)
    monkeypatch.setattr(peer_rows, "known_since", lambda _: (frozenset(), None))
    await put_back(world.peers["dipu"], backup)
    await world.settle()
    assert not await world.peers["dipu"].frozen()
    assert (await world.at(COUNTY).case(case_id))["state"] == "held"
