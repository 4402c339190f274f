"""Every RPC of every service, called by nobody and by staff of another unit, over real servers."""

import grpc
import pytest

from kernel.access import Scope
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="session")]
SECRET = "顾晓禾"
CLOSED = {
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.INVALID_ARGUMENT,  # refused for its form before anything was looked up
    grpc.StatusCode.FAILED_PRECONDITION,
}
EVERY_ROLE = frozenset(Role) - {Role.ADMINISTRATOR}


def filled(rpc, case_id):
    """A request that names the case wherever it can."""
    request = rpc.request()
    for field in request.DESCRIPTOR.fields:
        if field.name in {"case_id", "other_case_id", "into_case_id", "from_case_id"}:
            setattr(request, field.name, case_id)
        elif field.name.endswith("_id") and field.type == field.TYPE_STRING:
            setattr(request, field.name, str(new_id()))
        elif field.name == "seen":
            request.seen.epoch, request.seen.version = 1, 1
    return request


async def test_nobody_gets_in(county, case_id, rpc):
    """Without a token every RPC that is not public answers UNAUTHENTICATED, and no more."""
    answer = await county.call(rpc, filled(rpc, case_id))
    if rpc.access.public:
        assert SECRET not in str(answer)
    else:
        assert answer.code is grpc.StatusCode.UNAUTHENTICATED


async def test_staff_of_another_unit_learn_nothing(county, case_id, rpc):
    """With every role but at another unit: refused by type, or answered without the case."""
    stranger = Caller(
        Kind.STAFF, "stranger", "s-lingfeng", "s-lingfeng", "330523.003.000", EVERY_ROLE
    )
    answer = await county.call(rpc, filled(rpc, case_id), stranger, limit=1.0)
    refused = getattr(answer, "code", None)
    if rpc.access.scope is Scope.CASE and "case_id" in rpc.request().DESCRIPTOR.fields_by_name:
        assert refused in CLOSED, answer
    if refused is None:
        assert SECRET not in str(answer)
        assert case_id not in str(answer).replace(f'case_id: "{case_id}"', "") or not named(answer)
    else:
        assert refused not in {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN}, answer
        assert SECRET not in answer.message


def named(answer):
    """Whether an answer tells anything of a case besides the id that was asked for."""
    return "case_no" in str(answer)


async def test_doors_of_services_and_nodes_are_closed_to_staff(county, case_id, rpc):
    """What is for services or nodes only is denied to staff of the holder itself."""
    access = rpc.access
    answer = await county.call(rpc, filled(rpc, case_id), county.owner, limit=1.0)
    if not (access.permission or access.known or access.public):
        assert answer.code is grpc.StatusCode.PERMISSION_DENIED
    if getattr(answer, "reason", "") != "LOGIN_FAILED":  # renewing asks for an account behind it
        assert getattr(answer, "code", None) is not grpc.StatusCode.UNAUTHENTICATED
