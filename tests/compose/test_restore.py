"""A township is put back from an older backup, by the steps of deploy/README.md, under load."""

import asyncio
import time

import pytest_asyncio

from lianxin.cli.demo import acts
from lianxin.cli.demo.scenes import plain
from lianxin.routing.v1 import custody_pb2 as custody
from lianxin.routing.v1 import worklist_pb2 as worklist

from .telling import tell
from .working import Work

SERVICES = ("intake", "routing", "mediation", "hearing")
CONFIG = "/run/lianxin/node.yaml"
THAW_S = 180.0


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def work(people):
    """What was registered in this module."""
    return Work(people)


async def test_a_township_put_back_from_an_older_backup(stack, work, capsys):
    """It reads only, compares, goes on; what left it is held once, what never did is named."""
    kept = await work.register("dipu")
    await acts.known_to(await work.clerk("dipu"), kept)
    copy = await asyncio.to_thread(back_up, stack)
    gone, came = await handed_on(work)
    lost = [await work.register("dipu") for _ in range(3)]
    await acts.known_to(await work.clerk("dipu"), lost[-1])
    stack.cut("dipu")  # nobody to compare with yet: what the node does alone shows
    async with work.going_on("anji", "tianhuangping"):
        took = await asyncio.to_thread(put_back, stack, copy)
        assert await frozen(work)
        assert await refused_to_hand_on(work, kept) == "NODE_FROZEN"
        stack.mend("dipu")
        began = time.monotonic()
        await acts.until(lambda: thawed(work), "still frozen", limit_s=THAW_S)
        thaw = time.monotonic() - began
    for case_id, node in ((kept, "dipu"), (gone, "anji"), (came, "dipu")):
        await acts.held_by(await work.clerk(node), case_id, limit_s=90)
    for case_id in (kept, came):
        assert "custody.restored" in await entries(work, case_id)
    work.give_up("dipu", lost)
    rest = await work.at_rest()
    assert await work.lost() == []
    assert [await known(work, case_id) for case_id in lost] == [False] * len(lost)
    tell(
        capsys,
        f"dipu put back: up after {took:.0f} s, compared {thaw:.0f} s after its link was back; "
        f"{len(lost)} cases that had left nowhere are gone, as told",
        rest,
        work,
    )


def back_up(stack):
    """The step of the README, while everything runs; the folder that it names."""
    run = ("run", "--rm", "--no-deps", "dipu-keeper")
    stack.compose(*run, "backup", "/backups", "--config", CONFIG)
    entry = ("--entrypoint", "ls", "dipu-keeper", "/backups")
    (made,) = stack.compose("run", "--rm", "--no-deps", *entry).split()
    return f"/backups/{made}"


def put_back(stack, copy):
    """Stop the services, put back, start; the seconds it took."""
    began = time.monotonic()
    services = [f"dipu-{name}" for name in SERVICES]
    stack.compose("stop", *services)
    words = ("restore", copy, "--config", CONFIG, "--replace")
    stack.compose("run", "--rm", "--no-deps", "dipu-keeper", *words)
    stack.compose("start", *services)
    for service in services:
        stack.until_well(service)
    return time.monotonic() - began


async def handed_on(work):
    """What the backup does not know: a case that went up, and one that came from the village."""
    gone, came = await work.register("dipu"), await work.register("lujia")
    await work.escalate("dipu", gone)
    await work.escalate("lujia", came)
    for case_id, node in ((gone, "anji"), (came, "dipu")):
        clerk = await work.clerk(node)
        await acts.held_by(clerk, case_id, limit_s=90)
        await plain.sign(clerk, case_id)
    await work.at_rest()
    return gone, came


async def frozen(work):
    """Whether the township says that it reads only."""
    admin = await work.people.administrator("dipu")
    return (await acts.call(admin.worklist.LinkStatus(worklist.LinkStatusRequest()))).frozen


async def thawed(work):
    """Whether it has compared with all its neighbours."""
    return not await frozen(work)


async def refused_to_hand_on(work, case_id):
    """The reason for which the township hands nothing on."""
    clerk = await work.clerk("dipu")
    request = custody.EscalateRequest(case_id=case_id, reason="beyond_competence")
    return await acts.refused_with(acts.ask(clerk, clerk.custody.Escalate, request, tries=1))


async def entries(work, case_id):
    """The kinds of the entries in a case's log at the township."""
    clerk = await work.clerk("dipu")
    answer = await acts.call(clerk.custody.GetLog(custody.GetLogRequest(case_id=case_id)))
    return [entry.kind for entry in answer.entries]


async def known(work, case_id):
    """Whether the township still knows a case."""
    clerk = await work.clerk("dipu")
    request = custody.GetCustodyRequest(case_id=case_id)
    return await acts.refused_with(clerk.custody.GetCustody(request)) == ""
