"""Somebody with no role but that of the invited: which RPC of which service lets him in at all."""

import grpc
import pytest

from kernel.errors import Denied
from kernel.identity import Caller, Kind, Role
from kernel.roles import role_table

from .test_doors import SECRET, filled

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="session")]
INVITED = Caller(
    Kind.STAFF,
    "lawyer.qian",
    "s-changshuo",
    "s-changshuo",
    "330523.002.000",
    frozenset({Role.INVITED}),
)
OWN = {
    "ListSessionInvitations",
    "AnswerSessionInvitation",
    "GetInvitedSession",
    "ListReceptionInvitations",
    "AnswerReceptionInvitation",
    "GetInvitedReception",
}
"""What is his: each asks for an invitation of his own."""
OF_EVERY_ACCOUNT = {"RenewToken", "ChangePassword", "SetContact"}
"""What everybody may do with his own account."""


def has_door(rpc):
    """Whether the table of doors lets him in."""
    try:
        rpc.access.admit(INVITED, role_table())
    except Denied:
        return False
    return True


async def test_his_are_the_doors_of_invitations_and_of_his_own_account_alone(all_rpcs):
    """Every RPC of every service: no list, search, read, call-back or export besides."""
    names = {rpc.method.name for rpc in all_rpcs if has_door(rpc) and not rpc.access.public}
    assert names == OWN | OF_EVERY_ACCOUNT


async def test_a_case_that_he_is_not_invited_to_is_closed(county, case_id, rpc):
    """Over real servers, at the holder's own unit: denied, or no such invitation; no word of it."""
    if not has_door(rpc):
        answer = await county.call(rpc, filled(rpc, case_id), INVITED, limit=1.0)
        assert answer.code is grpc.StatusCode.PERMISSION_DENIED
        assert SECRET not in answer.message
    elif rpc.method.name in OWN:
        answer = await county.call(rpc, filled(rpc, case_id), INVITED)
        missing = getattr(answer, "code", None) is grpc.StatusCode.NOT_FOUND
        assert missing or not answer.invitations
        assert SECRET not in str(answer)
    else:
        assert rpc.access.public or rpc.method.name in OF_EVERY_ACCOUNT
