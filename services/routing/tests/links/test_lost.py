"""A restored township says over its line which cases it knows; the county's headers follow."""

from datetime import timedelta

from lianxin.exchange.v1 import case_exchange_pb2 as pb
from routing.exchange import reading
from routing.exchange.links import DownLinks
from routing.handlers import headers
from routing.testing.playing import OTHER


async def test_list_of_a_restored_child_ends_what_it_lacks_above(linked, monkeypatch):
    """An empty list ends what was there before it; a comparison without one ends nothing."""
    monkeypatch.setattr(DownLinks, "incarnation", 1)  # the stations have no outbox to ask
    world = linked.world
    case_id = await world.register_at("meixi", OTHER)
    row = await world.peers["meixi"].case(case_id)
    told = row | {"told_version": row["version"]}
    await linked.do("anji", headers.keep, headers.KeepHeader(told, {}, (), "down.meixi"))
    since = row["as_of"] + timedelta(minutes=1)
    found = []
    for incarnation, known in ((2, None), (3, (frozenset({case_id}), since)), (4, ((), since))):
        linked.stations["meixi"].peer.incarnation = incarnation
        door = linked.hang("meixi", "anji")
        await door.reconcile([], {}, restored=True, known=known)
        found.append((await world.peers["anji"].case(case_id))["ending"])
    assert found == ["", "", "lost_in_restore"]


async def test_what_a_child_told_of_since_it_was_put_back_is_not_lost(linked, monkeypatch):
    """A matter entered from paper afterwards bears the day of the paper, long before."""
    monkeypatch.setattr(DownLinks, "incarnation", 1)  # the stations have no outbox to ask
    world = linked.world
    case_id = await world.register_at("meixi", OTHER)
    row = await world.peers["meixi"].case(case_id)
    told = row | {"told_version": row["version"]}
    told["registered_at"] -= timedelta(days=30)
    await linked.do("anji", headers.keep, headers.KeepHeader(told, {}, (), "down.meixi"))
    since = row["as_of"] - timedelta(minutes=1)
    linked.stations["meixi"].peer.incarnation = 2
    door = linked.hang("meixi", "anji")
    await door.reconcile([], {}, restored=True, known=((), since))
    assert (await world.peers["anji"].case(case_id))["ending"] == ""


def test_absent_list_is_not_an_empty_one():
    """An older child sends none: that is told from a child that knows no case any more."""
    empty = pb.ReconcileCustodyRequest()
    empty.known.since.FromSeconds(1)
    assert reading.known(pb.ReconcileCustodyRequest()) is None
    assert reading.known(empty).case_ids == frozenset()
