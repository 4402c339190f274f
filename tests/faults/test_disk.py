"""The disk of a node is full: what cannot be kept is refused, what was answered is kept."""

import asyncio
import contextlib
import resource
import subprocess

import pytest
import pytest_asyncio

from kernel.catalogue import Language
from kernel.directory import Directory
from lianxin.cli.demo import acts, world
from lianxin.cli.demo.people import Personnel, Refused
from lianxin.cli.demo.processes import NodeProcess
from lianxin.cli.demo.showing import Screen
from lianxin.cli.demo.stage import Stage, stop

pytestmark = [pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="session")]
SIZE = "96m"
AT_ONCE = 12
TINY = 4096
"""Bytes a file may grow to when the limit of the process stands for a full disk."""


async def test_disk_full_and_freed(alone, units):
    """On a full file system registrations are refused in words; with room again all is whole."""
    top = units[0]
    before = await alone.register(top)
    ballast = alone.data("anji").parent / "ballast"
    fill(ballast)
    kept, refused = await register_many(alone, top)
    assert refused
    ballast.unlink()
    await works_again(alone, top)
    for case_id in [before, *kept]:
        await alone.custody(top, case_id)
    await alone.restart("anji")
    for case_id in alone.registered:
        await acts.held_by(await alone.clerk(top), case_id, limit_s=60)


async def test_writes_fail_in_the_middle_of_hand_overs(county, units):
    """A village that can write nothing for a while answers nothing it cannot keep, then goes on."""
    _, middle, low = units
    going = await county.register(low)
    coming = await county.register(middle)
    pid = county.stage.nodes["lujia"].pid
    _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (TINY, most))
    kept, refused = await register_many(county, low)
    assert refused == {"STORAGE_FULL"}
    assert await acts.refused_with(county.escalate(low, going))
    await county.assign(middle, low, coming)
    await county.out(middle, coming)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
    await works_again(county, low)
    await county.held_only_at(low, coming)
    await county.escalate(low, going)
    await county.held_only_at(middle, going)
    for case_id in kept:
        await county.held_only_at(low, case_id)
    await county.check_clean()


async def register_many(county, unit):
    """Some registrations at once. Answers the ids of those kept, and the reasons of the others."""
    refused = set()

    async def one():
        try:
            return await county.register(unit, known=False)
        except Refused as error:
            refused.add(error.reason)
            return ""

    made = await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    return [case_id for case_id in made if case_id], refused


async def works_again(county, unit):
    """Wait until a case can be registered."""

    async def registered():
        return await county.register(unit)

    await acts.until(registered, "no registration once there is room", limit_s=60)


def fill(ballast):
    """Write until there is no byte left."""
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        for block in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(block))


@pytest.fixture(scope="session")
def small_disk(tmp_path_factory):
    """A file system of its own, small enough to be filled."""
    folder = tmp_path_factory.mktemp("disk")
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    mounted = subprocess.run(command, check=False, capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("no right to mount here; the limit of file sizes is tried instead")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def alone(small_disk, make_county):
    """A county's node without children on a small disk."""
    built = world.build(small_disk)
    node = NodeProcess(built.nodes["anji"])
    people = Personnel(Language.EN)
    stage = Stage(
        built, Screen(Language.EN), Directory(built.directory), {"anji": node}, {}, people
    )
    node.start()
    try:
        await node.ready()
        yield make_county(stage)
    finally:
        await people.close()
        stop({"anji": node})
