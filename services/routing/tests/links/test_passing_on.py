"""Rows stay pinned to a node when a link moves: the new parent passes calls on (trace 24)."""

import grpc
import pytest
from sqlalchemy import select

from kernel.catalogue import Catalogue
from kernel.grpc_client import from_error
from lianxin.exchange.v1 import case_exchange_pb2 as pb
from lianxin.exchange.v1 import case_exchange_pb2_grpc as rpc
from routing.commands.handover import HearOffer
from routing.convert import exchange
from routing.domain.words import Kind
from routing.handlers.handover import answering, receiving
from routing.storage.tables import handoff
from routing.testing.playing import COUNTY, TOWN, VILLAGE, hand, holder, row_of


class AnswerLost:
    """A door whose answers get lost on the way back."""

    def __init__(self, door):
        self.door = door

    def __getattr__(self, name):
        async def call(*given):
            await getattr(self.door, name)(*given)
            raise ConnectionResetError

        return call


async def reason_of(call):
    """Why a call is refused; empty when it is not."""
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return from_error(error, Catalogue.load("routing")).reason
    return ""


async def steps(linked, code):
    """A node makes every step it owes, once."""
    peer = linked.stations[code].peer
    rows = await peer.rows(select(handoff).where(handoff.c.active.is_(True)))
    for row in rows:
        await peer.runner.step(row)


def through(linked, after):
    """The directory puts the township's node between; the village dials it from now on."""
    linked.know(after)
    linked.stations["dipu"].above = linked.stations["dipu"].peer.ground.parent
    return linked.hang("lujia", "dipu")


async def test_trace_24_a_repeated_deliver_reaches_the_new_parent_which_passes_it_on(linked, after):
    """The county stored it and its answer was lost: it answers again, through the township."""
    world = linked.world
    case_id = await world.register_at("lujia", VILLAGE)
    peer = linked.stations["lujia"].peer
    door = peer.ground.parent
    await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await steps(linked, "lujia")
    offered = await row_of(world, "lujia", case_id)
    parcel = await linked.do("lujia", parcel_of, offered)
    with pytest.raises(ConnectionResetError):
        await AnswerLost(door).deliver(parcel)
    through(linked, after)
    await steps(linked, "lujia")
    row = await row_of(world, "lujia", case_id)
    assert (row["state"], row["to_node"], row["last_reason"]) == ("delivered", "anji", "")
    assert await linked.stations["dipu"].peer.rows(select(handoff)) == []
    await steps(linked, "anji")
    assert await holder(world, case_id) == TOWN


def parcel_of(uow, row, *, node):
    """The parcel of an offered row, as the step makes it."""
    return answering.parcel_of(uow, node, row)


async def test_an_offer_of_the_former_parent_is_listed_claimed_and_confirmed_through_the_new_one(
    linked, after
):
    """Down: offer, claim and confirm go to the node that made the row, and nobody else has one."""
    world = linked.world
    case_id = await world.register_at("anji", COUNTY)
    await hand(world, case_id, COUNTY, VILLAGE, Kind.ASSIGN, due_on="2026-11-20")
    await steps(linked, "anji")
    door = through(linked, after)
    assert [offer.case_id for offer in await door.offers()] == []
    (offer,) = await door.pinned("anji").offers()
    facts = exchange.handoff_in(offer)
    heard = HearOffer("anji", facts.handoff_id, facts.case_id, facts.epoch, facts.to_unit)
    await linked.do("lujia", receiving.hear_offer, heard)
    for _ in range(3):
        await steps(linked, "lujia")
    assert await holder(world, case_id) == VILLAGE
    assert (await row_of(world, "anji", case_id))["state"] == "delivered"
    assert await linked.stations["dipu"].peer.rows(select(handoff)) == []


async def test_a_recall_is_decided_by_the_node_the_row_names(linked, after):
    """Cancel of a hand-over that had arrived: RECEIVED, through the new parent."""
    world = linked.world
    case_id = await world.register_at("lujia", VILLAGE)
    await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await steps(linked, "lujia")
    await steps(linked, "lujia")
    row = await row_of(world, "lujia", case_id)
    door = through(linked, after).pinned("anji")
    assert await door.cancel(row["handoff_id"], case_id, row["epoch"]) == "RECEIVED"


async def test_nobody_speaks_for_a_node_that_is_not_below_it(linked, after):
    """Another township that names the village as the sender is refused at the door."""
    linked.know(after)
    stub = rpc.CaseExchangeServiceStub(linked.line("meixi", "anji"))
    caller = pb.Caller(node="lujia", incarnation=1)
    assert await reason_of(stub.ListOffers(pb.ListOffersRequest(caller=caller))) == "DENIED"
    own = pb.Caller(node="meixi", incarnation=1)
    assert await reason_of(stub.ListOffers(pb.ListOffersRequest(caller=own))) == ""


async def test_only_nodes_above_are_passed_on_to(linked, after):
    """A call pinned to a neighbour of the parent is refused with the reason."""
    door = through(linked, after).pinned("meixi")
    assert await reason_of(door.offers()) == "SITE_ELSEWHERE"


async def test_a_node_above_that_cannot_be_reached_is_named(linked, after):
    """The child is told that it was not passed on, and why; it repeats by itself."""
    door = through(linked, after).pinned("anji")
    server = linked.stations["anji"].server
    await server.stop()
    linked.stations["anji"].server = None
    assert await reason_of(door.offers()) == "NOT_PASSED_ON"
