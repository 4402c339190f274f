"""A node's nats-server hangs, dies, and comes back with its streams or without them."""

import os
import shutil
import signal

import pytest

from lianxin.cli.demo import acts

pytestmark = [pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("wiped", [False, True], ids=["store-kept", "store-wiped"])
@pytest.mark.parametrize("node", ["dipu", "anji"], ids=["own", "parents"])
async def test_broker_restarts(county, units, node, wiped):
    """Events of before and of meanwhile arrive once, and the county's headers agree with them."""
    _, middle, low = units
    before = await county.register(low)
    await county.escalate(low, before)
    await county.held_only_at(middle, before)
    pid = county.broker_of(node)
    os.kill(pid, signal.SIGSTOP)
    meanwhile = [await county.register(middle, known=False) for _ in range(3)]
    raised = await county.register(low)
    await county.escalate(low, raised)
    if wiped:
        shutil.rmtree(county.data(node) / "nats" / "jetstream")
    os.kill(pid, signal.SIGKILL)
    back = "no broker came back"
    await acts.until(lambda: county.broker_of(node) not in {0, pid}, back, limit_s=60)
    after = await county.register(middle)
    for case_id in [before, *meanwhile, raised, after]:
        await county.held_only_at(middle, case_id)
        await county.header_agrees(case_id, middle)
    await county.check_clean()
    assert await parked(county) == 0


async def parked(county):
    """Events that could not be applied, over all nodes."""
    return sum([(await county.links(node)).parked for node in county.stage.nodes])
