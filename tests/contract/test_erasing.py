"""Routing's word that a case is erased, taken by every service of a node with case data."""

import grpc
import pytest
from sqlalchemy import select

from kernel.ids import new_id
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.exchange.v1.case_part_pb2_grpc import CasePartServiceStub

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="session")]


def keys_of(county, service, case_id):
    """What a service keeps of the case's key: one row, with no key in it, once it is erased."""
    engine, metadata = county.databases[service]
    table = metadata.tables["case_key"]
    with engine.connect() as connection:
        rows = connection.execute(select(table)).mappings().all()
    return [row["wrapped"] for row in rows if str(row["case_id"]) == case_id]


async def test_every_service_with_case_data_erases_and_keeps_a_mark(county):
    """Intake, mediation and hearing answer alike, also when asked again, and for a case unknown."""
    case_id = str(new_id())
    request = part.ErasePartRequest(case_id=case_id)
    proof = (("authorization", f"Bearer {county.token(county.routing_itself)}"),)
    for service in ("intake", "mediation", "hearing"):
        stub = CasePartServiceStub(county.channels[getattr(county, service)])
        for _ in range(2):
            assert (await stub.ErasePart(request, metadata=proof, timeout=10)).erased
        assert keys_of(county, service, case_id) == [None]


async def test_nobody_but_a_service_of_the_node_says_so(county):
    """Staff of the holder is denied; nothing is marked."""
    case_id = str(new_id())
    proof = (("authorization", f"Bearer {county.token(county.owner)}"),)
    stub = CasePartServiceStub(county.channels[county.intake])
    with pytest.raises(grpc.aio.AioRpcError) as denied:
        await stub.ErasePart(part.ErasePartRequest(case_id=case_id), metadata=proof, timeout=10)
    assert denied.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert keys_of(county, "intake", case_id) == []
