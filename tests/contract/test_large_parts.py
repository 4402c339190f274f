"""A part of a case that is larger than one message, handed in by routing to a service."""

from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

import grpc
import pytest

from kernel.catalogue import Catalogue
from kernel.doors.case_part import PART_BYTES
from kernel.grpc_client import Manner, dial, from_error
from kernel.grpc_server.server import MEBIBYTE
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as words
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.exchange.v1.case_part_pb2_grpc import CasePartServiceStub
from lianxin.intake.v1 import intake_service_pb2
from lianxin.intake.v1.case_pb2 import CaseDraft, Party
from routing.exchange.part_door import PIECE_BYTES, GrpcPart
from routing.steps.ground import Grant

from .conftest import running

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="session")]
TO, TO_PATH = "s-changshuo", "330523.002.000"
NARRATIVE = "楼上漏水半年没有人管，天花板已经发霉，希望有人来看一看。"


@asynccontextmanager
async def lines(node):
    """Routing's line to intake of a node of its own."""
    manner = Manner(token=lambda: node.token(node.routing_itself))
    async with dial(node.intake, manner, retries=0) as line:
        yield line


async def registered(node, rpcs):
    """A case at intake."""
    draft = CaseDraft(
        channel=words.CHANNEL_VISIT,
        identity=words.IDENTITY_MODE_NAMED,
        parties=[Party(role=words.PARTY_ROLE_APPLICANT, name="顾晓禾", phone="13900001111")],
        narrative=NARRATIVE,
        place_code="330523002001",
    )
    request = intake_service_pb2.RegisterCaseRequest(request_id=str(new_id()), draft=draft)
    register = next(rpc for rpc in rpcs if rpc.name.endswith("/RegisterCase"))
    return UUID((await node.call(register, request, node.owner)).stamp.case_id)


async def refused(call):
    """Why the call is refused."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return from_error(caught.value, Catalogue.load("intake")).reason


async def pieces(case_id, count):
    """So many pieces of nothing, after the head."""
    head = part.ImportPartRequest(case_id=str(case_id), epoch=2, unit=TO, path=TO_PATH)
    yield part.ImportLargePartRequest(head=head)
    for _ in range(count):
        yield part.ImportLargePartRequest(piece=bytes(PIECE_BYTES))


async def test_a_part_of_many_mebibytes_is_stored_like_a_small_one(tmp_path, all_rpcs):
    """What intake released comes back at the next epoch, with five mebibytes of blanks."""
    async with running(tmp_path) as node, lines(node) as line:
        case_id, handoff = await registered(node, all_rpcs), new_id()
        door = GrpcPart("intake", line)
        released = await door.release(handoff, case_id, 1)
        large = replace(released.part, content=released.part.content + b" " * 5 * MEBIBYTE)
        row = {"handoff_id": handoff, "case_id": case_id}
        whole = part.ImportPartRequest(case_id=str(case_id), epoch=2, part=large.content)
        stub = CasePartServiceStub(line)
        assert await refused(stub.ImportPart(whole)) == "MESSAGE_TOO_LARGE"
        await door.import_part(row, 2, Grant(TO, TO_PATH, large, ()))
        get = next(rpc for rpc in all_rpcs if rpc.name.endswith("IntakeService/GetCase"))
        request = intake_service_pb2.GetCaseRequest(case_id=str(case_id))
        shown = await node.call(get, request, node.owner)
        assert (shown.case.content.narrative, shown.case.epoch) == (NARRATIVE, 2)


async def test_what_no_parcel_can_have_is_refused_piece_by_piece(tmp_path):
    """The service stops reading; nothing is granted."""
    async with running(tmp_path) as node, lines(node) as line:
        stub, case_id = CasePartServiceStub(line), new_id()
        too_many = pieces(case_id, PART_BYTES // PIECE_BYTES + 1)
        assert await refused(stub.ImportLargePart(too_many, timeout=60)) == "MESSAGE_TOO_LARGE"
        grants = [grant async for grant in stub.ListGrants(part.ListGrantsRequest())]
        assert str(case_id) not in str(grants)
