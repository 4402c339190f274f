"""What anybody can reach without a role: how often, and with how much."""

import grpc
import pytest

from kernel.access import PUBLIC, SMALL
from kernel.grpc_server import server as grpc_server
from kernel.interceptors.gate import Gate
from kernel.rate_limit import RateLimit

from .rpcs import ACCESS, ALL_RPCS

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="session")]
RESIDENTS = {
    "TrackCase",
    "SubmitEvaluation",
    "RequestReview",
    "AskForHearing",
    "TakeBackRequest",
    "ListPublicNotices",
}
LONG = "字" * SMALL


def reached_without_a_role():
    """RPCs that need no role: public ones, and those for whoever has any token."""
    return [rpc for rpc in ALL_RPCS if rpc.access.public or rpc.access.known]


async def test_whatever_needs_no_role_has_a_limit_of_calls_and_of_size():
    """A new RPC that is open to residents, or to any token, fails here until it has both."""
    open_to_all = reached_without_a_role()
    assert {rpc.method.name for rpc in open_to_all} >= RESIDENTS
    assert [rpc.name for rpc in open_to_all if rpc.access.unlimited] == []
    assert not PUBLIC.unlimited  # health and reflection, which every server adds
    assert grpc_server.PUBLIC is PUBLIC


async def test_no_door_of_residents_is_wider_than_a_small_page():
    """Sixty calls a minute and 64 KiB at most, but for renewing a token and for health."""
    for rpc in reached_without_a_role():
        assert rpc.access.per_minute <= (600 if rpc.method.name == "RenewToken" else 60)
        assert rpc.access.max_bytes <= SMALL


async def test_a_large_request_to_an_open_door_is_refused_by_type(county, case_id):
    """RESOURCE_EXHAUSTED with the limit, before anything of it is read."""
    large = 0
    for rpc in reached_without_a_role():
        request = rpc.request()
        texts = [field for field in request.DESCRIPTOR.fields if field.type == field.TYPE_STRING]
        if not texts:
            continue
        setattr(request, texts[-1].name, LONG)
        caller = None if rpc.access.public else county.owner
        refused = await county.call(rpc, request, caller)
        assert (refused.code, refused.reason) == (
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "MESSAGE_TOO_LARGE",
        )
        assert refused.ids["limit"] == str(SMALL)
        large += 1
    assert large >= len(RESIDENTS)


async def test_limits_take_bounded_memory():
    """Each limit remembers ten thousand peers at most, however many call."""
    limits = Gate(ACCESS, None)._limits
    assert {rpc.name for rpc in reached_without_a_role()} <= set(limits)
    limit = next(iter(limits.values()))
    assert isinstance(limit, RateLimit)
    for number in range(10_500):
        limit.take(f"ipv4:10.{number // 65536}.{number // 256 % 256}.{number % 256}")
    assert len(limit) == 10_000
