"""Containers and networks are hurt while people work: nothing is lost, and every case is held once.

Each test prints how long it took until all was well again.
"""

import asyncio
import time

import pytest
import pytest_asyncio

from .telling import tell
from .working import Work

CUT_S = 120.0
VICTIMS = ("intake", "routing", "mediation", "hearing", "broker", "postgres")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def work(people):
    """What was registered in all tests of this module together."""
    return Work(people)


async def test_a_township_cut_off_works_on(stack, work, capsys):
    """Its link is away for two minutes; all tiers register on, and its cases go up afterwards."""
    began = time.monotonic()
    await asyncio.to_thread(stack.cut, "dipu")
    async with work.going_on("anji", "dipu", "tianhuangping", "lujia"):
        sent = [await work.register("dipu") for _ in range(3)]
        for case_id in sent:
            await work.escalate("dipu", case_id)
        while time.monotonic() - began < CUT_S:
            await work.register("dipu")
    await asyncio.to_thread(stack.mend, "dipu")
    took = await work.at_rest()
    assert await work.lost() == []
    tell(capsys, f"link of a township cut for {CUT_S:.0f} s", took, work)


@pytest.mark.parametrize("victim", VICTIMS)
async def test_a_container_killed_under_load(stack, work, capsys, victim):
    """SIGKILL of a township's container: whoever asks again is answered, and nothing is lost."""
    service = f"dipu-{victim}"
    async with work.going_on("dipu", "anji"):
        started = await asyncio.to_thread(_killed, stack, service)
    took = await work.at_rest()
    assert await work.lost() == []
    tell(capsys, f"{service} killed, well after {started:.0f} s", took, work)


async def test_a_village_in_one_container_killed(stack, work, capsys):
    """All of a village at once: databases, broker and services come back with all they had."""
    async with work.going_on("lujia", "dipu"):
        started = await asyncio.to_thread(_killed, stack, "lujia-node")
    took = await work.at_rest()
    assert await work.lost() == []
    tell(capsys, f"lujia-node killed, well after {started:.0f} s", took, work)


def _killed(stack, service):
    """Killed and started again; the seconds until its own health check passes."""
    stack.kill(service)
    stack.start(service)
    return stack.until_well(service)
