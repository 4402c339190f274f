"""What the servers of a node say that they serve is what the contract tests ask of."""

import pytest

from .rpcs import ACCESS, ALL_RPCS, listed

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="session")]
OF_EVERY_SERVER = ("grpc.health.", "grpc.reflection.")
"""Added by the kernel to each, and looked at in its own tests."""


async def test_every_service_of_every_server_is_among_the_rpcs_that_are_tried(county):
    """A service that no list names fails here before it is forgotten; none is listed in vain."""
    said = {name for channel in county.channels.values() for name in await listed(channel)}
    served = {name for name in said if not name.startswith(OF_EVERY_SERVER)}
    assert served == {rpc.method.containing_service.full_name for rpc in ALL_RPCS}
    assert "lianxin.routing.v1.NodeService" in served


async def test_every_rpc_has_one_entry_and_no_entry_is_left_over():
    """Whom it is for is known of each, and of nothing else."""
    assert sorted(ACCESS) == sorted(rpc.name for rpc in ALL_RPCS)
