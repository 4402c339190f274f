"""What a child claims to have seen freezes nobody but its own link, unless it is proven."""

import pytest
from sqlalchemy import select

from lianxin.exchange.v1 import case_exchange_pb2 as pb
from routing.errors import LinkHeld
from routing.exchange.claims import Claims, KeepProof, keep_proof
from routing.storage import peers as peer_rows
from routing.storage.peers import peer

HEAD = (3, 40)


def beat(cursor, incarnation=3, proof=None):
    """A heartbeat of a child that has seen this much."""
    return pb.HeartbeatRequest(down_cursor=cursor, down_incarnation=incarnation, proof=proof)


async def judged(linked, request, head=HEAD, child="meixi"):
    """What the county makes of it."""
    county = linked.stations["anji"]
    return await county.claims.is_sound(child, request, head, county.bridge)


async def test_a_claim_without_proof_holds_the_childs_own_link_and_freezes_nothing(linked):
    """The parent goes on; this child's cases wait; the claim is kept over a restart."""
    county = linked.stations["anji"]
    assert not await judged(linked, beat(41))
    assert county.put_back == []
    with pytest.raises(LinkHeld):
        await county.claims.let_pass("meixi", county.bridge)
    await county.claims.let_pass("lujia", county.bridge)
    restarted = Claims(county.peer.ground.node, county.put_back.append)
    with pytest.raises(LinkHeld):
        await restarted.let_pass("meixi", county.bridge)


@pytest.mark.parametrize("incarnation", [3, 2**62])
async def test_a_forged_or_borrowed_proof_proves_nothing(linked, incarnation):
    """Neither a made-up seal, nor another child's, nor one for a smaller number."""
    county = linked.stations["anji"]
    others = county.claims.proof("lujia", (incarnation, 50))
    small = county.claims.proof("meixi", (3, 40))
    forged = pb.HeadProof(incarnation=incarnation, head=50, seal=b"x" * 32)
    for proof in (others, small, forged, None):
        assert not await judged(linked, beat(50, incarnation, proof))
    assert county.put_back == []


async def test_a_proven_claim_says_that_the_node_was_put_back(linked):
    """The node's own seal on a number above its head: it has given it, and has forgotten it."""
    county = linked.stations["anji"]
    proof = county.claims.proof("meixi", (3, 45))
    assert not await judged(linked, beat(47, proof=proof))
    assert [ahead.incarnation for ahead in county.put_back] == [3]


async def test_a_link_is_free_again_when_the_child_claims_no_more(linked):
    """After a new incarnation of this node, or a mended child, the link goes on by itself."""
    county = linked.stations["anji"]
    await judged(linked, beat(41))
    assert await judged(linked, beat(41), head=(4, 0))
    await county.claims.let_pass("meixi", county.bridge)
    rows = await county.peer.rows(select(peer).where(peer.c.node == "meixi"))
    assert (rows[0]["claimed_incarnation"], rows[0]["claimed_no"]) == (0, 0)


async def test_a_child_keeps_the_newest_proof_over_a_restart(linked):
    """What the parent proved is in the child's database when the parent has been put back."""
    await linked.do("meixi", keep_proof, KeepProof("anji", (3, 40), b"seal"))
    await linked.do("meixi", keep_proof, KeepProof("anji", (3, 44), b"later"))
    readers = linked.stations["meixi"].peer.ground.readers
    assert await readers.run(lambda c: peer_rows.proof_of(c, "anji")) == (3, 44, b"later")
