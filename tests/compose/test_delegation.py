"""A village gets a host of its own while it holds cases and registers more, and gives it back."""

import asyncio
import time

import pytest
import pytest_asyncio

from lianxin.cli.demo import acts
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.routing.v1 import custody_pb2 as custody

from .moving import FORMER, NODE, SITE, Moving, Village, Wider, delegate, forget
from .telling import tell
from .working import SITES

FAR_S = 180.0
OTHERS = ("anji", FORMER, "lujia")


@pytest.fixture(scope="module")
def village(stack, tmp_path_factory):
    """A host with nothing on it yet but what the county gave."""
    made = Village(tmp_path_factory.mktemp("village"))
    made.folder = made.folder / "host"
    made.certify(stack)
    yield made
    made.down()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def work(stack, people, village):
    """Who works at the nodes of the stack and at the new one."""
    known = dict(SITES)
    everybody = people.reaching(Wider(stack.folder, village=village))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SITES, NODE, SITE)
        yield Moving(everybody, nodes=tuple(known))


async def test_a_village_gets_a_node_while_it_holds_cases(
    stack, village, work, capsys, monkeypatch
):
    """Its cases follow under load, one on its way too; numbers go on; what was begun goes on."""
    admin = await work.people.administrator("anji")
    monkeypatch.setenv("LIANXIN_PASSWORD", admin.password)
    held = [await work.register_at(FORMER) for _ in range(5)]
    begun = held[0]
    await accept(await work.desk(FORMER), begun)
    public, nats = await asyncio.to_thread(village.public_keys)
    async with work.going_on(*OTHERS):
        on_its_way = await assign(work)
        began = time.monotonic()
        async with work.counter(FORMER):
            keys = ("--public-key", public, "--nats-key", nats)
            await asyncio.to_thread(delegate, stack, NODE, *keys)
        up = await asyncio.to_thread(village.bring_up)
        await acts.until(work.hired, "the village does not know its site", limit_s=FAR_S)
        async with work.counter(FORMER, NODE):
            clerk = await work.desk(NODE)
            for case_id in [*held, on_its_way]:
                await acts.held_by(clerk, case_id, limit_s=FAR_S)
            there = time.monotonic() - began
            await acts.until(lambda: work.at == NODE, "numbers never came", limit_s=FAR_S)
        await work.escalate(NODE, begun)
        await acts.held_by(await work.clerk(FORMER), begun, limit_s=FAR_S)
    work.nodes = (*work.nodes, NODE)
    rest = await work.at_rest()
    assert await work.lost() == []
    assert work.given_twice_or_left_out() == []
    tell(
        capsys,
        f"{NODE} delegated with {len(held) + 1} cases and more: up {up:.0f} s after its start, "
        f"the cases there {there:.0f} s after the command, no number for {work.moved[NODE]:.0f} s",
        rest,
        work,
    )


async def test_it_is_taken_back(stack, village, work, capsys, monkeypatch):
    """Every case and the numbers come back under load; then the node is forgotten, and goes."""
    admin = await work.people.administrator("anji")
    monkeypatch.setenv("LIANXIN_PASSWORD", admin.password)
    held = [await work.register_at(NODE) for _ in range(3)]
    began = time.monotonic()
    async with work.going_on(*OTHERS), work.counter(NODE, FORMER):
        await asyncio.to_thread(delegate, stack, "")
        desk = await work.desk(FORMER)
        for case_id in held:
            await acts.held_by(desk, case_id, limit_s=FAR_S)
        await acts.until(lambda: work.at == FORMER, "numbers never came back", limit_s=FAR_S)
        back = time.monotonic() - began
    rest = await work.at_rest()
    assert await work.lost() == []
    assert work.given_twice_or_left_out() == []
    await acts.until(
        lambda: asyncio.to_thread(forget, stack), "never empty", limit_s=FAR_S, pause_s=2.0
    )
    await asyncio.to_thread(village.stop, "node")
    work.nodes = tuple(node for node in work.nodes if node != NODE)
    assert await work.lost() == []
    tell(
        capsys,
        f"{NODE} taken back: the cases there {back:.0f} s after the command, no number for "
        f"{work.moved[FORMER]:.0f} s",
        rest,
        work,
    )


async def accept(desk, case_id):
    """Begin work on a case."""
    request = intake.AcceptCaseRequest(
        case_id=case_id,
        procedure=words.PROCEDURE_PEOPLES_MEDIATION,
        category="neighbour",
        difficulty=words.DIFFICULTY_SIMPLE,
        colour=words.COLOUR_GREEN,
    )
    await acts.known_to(desk, case_id)
    await acts.ask(desk, desk.intake.AcceptCase, request)


async def assign(work):
    """The county sends a matter down to the site."""
    case_id = await work.register("anji")
    clerk = await work.clerk("anji")
    await acts.known_to(clerk, case_id)
    request = custody.AssignRequest(
        case_id=case_id, to_unit=SITE, reason="local_matter", due_on=acts.in_days(60)
    )
    await acts.ask(clerk, clerk.custody.Assign, request)
    return case_id
