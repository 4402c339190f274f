"""A village's node, or whoever has its key, tells its township's that it has seen too much."""

import pytest

from kernel.clock import SystemClock
from kernel.grpc_client import Manner, dial
from kernel.identity import Caller, Kind
from kernel.incarnation import IncarnationFile
from kernel.tokens import KeyRing, renewing
from lianxin.cli.demo import acts
from lianxin.exchange.v1 import case_exchange_pb2 as pb
from lianxin.exchange.v1 import case_exchange_pb2_grpc as rpc

pytestmark = [pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="session")]


async def test_a_claim_of_a_child_freezes_neither_its_parent_nor_the_county(county, units):
    """Two million events more than were sent, in this life and in one to come: nobody is frozen."""
    _, middle, low = units
    doors = county.stage.world.nodes["dipu"]
    ring = KeyRing.open(county.data("lujia") / "keys")
    token = renewing(
        ring, Caller(Kind.NODE, "lujia"), issuer="lujia", audience="dipu", clock=SystemClock().now
    )
    life = IncarnationFile(county.data("lujia") / "incarnation").current()
    lived = (await county.links("dipu")).incarnation
    async with dial(doors.routing, Manner(token=token), retries=0) as line:
        stub = rpc.CaseExchangeServiceStub(line)
        for incarnation in (lived, lived + 7):
            claim = pb.HeartbeatRequest(
                caller=pb.Caller(node="lujia", incarnation=life.number),
                down_cursor=2_000_000,
                down_incarnation=incarnation,
            )
            answer = await acts.call(stub.Heartbeat(claim))
            assert (answer.incarnation, answer.frozen) == (lived, False)
    assert b"peer_ahead_unproven" in doors.log.read_bytes()
    status = await county.links("dipu")
    assert (status.incarnation, status.frozen) == (lived, False)
    case_id = await county.register(low)
    await county.escalate(low, case_id)
    await county.held_only_at(middle, case_id)
    await county.check_clean()
