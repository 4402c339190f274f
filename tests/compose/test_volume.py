"""A node's disk is full to the last byte while people work: refused in words, nothing half done."""

import asyncio
import time

import pytest
import pytest_asyncio

from lianxin.cli.demo import acts

from .small_disk import small_disk, what_is_missing
from .telling import tell
from .working import AGAIN, Work

FULL_S = 20.0
VOLUMES = (
    ("dipu", "dipu-postgres", "dipu-postgres-data", "480m"),
    ("dipu", "dipu-broker", "dipu-broker-data", "64m"),
    ("lujia", "lujia-node", "lujia-data", "192m"),
)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def work(people):
    """What was registered in this module."""
    return Work(people)


@pytest.mark.skipif(bool(what_is_missing()), reason=what_is_missing())
@pytest.mark.parametrize(
    ("node", "service", "volume", "size"), VOLUMES, ids=[each[1] for each in VOLUMES]
)
async def test_a_full_volume(stack, work, capsys, node, service, volume, size):
    """Nodes beside it work on; once there is room it works again by itself, and all is there."""
    disk = small_disk(stack, service, volume, size)
    full = await asyncio.to_thread(disk.__enter__)
    try:
        await work.register(node)
        await asyncio.to_thread(full.fill)
        async with work.going_on("anji", node):
            refused = await refusals(work, node)
            await asyncio.to_thread(full.free)
            began = time.monotonic()
            await work.register(node)
            again = time.monotonic() - began
        took = await work.at_rest()
        assert refused <= AGAIN, refused
        assert await work.lost() == []
    finally:
        await asyncio.to_thread(disk.__exit__, None, None, None)
    said = ", ".join(sorted(refused)) or "nothing refused: events waited in the outbox"
    tell(capsys, f"{volume} full ({said}), registers {again:.0f} s after it had room", took, work)


async def refusals(work, node):
    """What registrations are refused with while the disk is full."""
    began, found = time.monotonic(), set()
    while time.monotonic() - began < FULL_S:
        found |= {await acts.refused_with(work.register_once(node))} - {""}
        await work.register("tianhuangping")
    return found
