"""From the images of an earlier commit to today's and back, with cases in flight and at work.

The steps are those of deploy/README.md, "Upgrading". The former images are made by
`make images-previous`; the module has a stack of its own, so it runs last.
"""

import asyncio
import os
import time
from contextlib import suppress

import pytest
import pytest_asyncio

from .conftest import WANTED
from .stack import IN_CONTAINERS, People, what_is_missing
from .telling import tell
from .upgrading import FORMER, FORMER_FILE, NEWER, PARTS, Repeating, Versioned
from .working import SITES

pytestmark = pytest.mark.timeout(2400)
VILLAGE = "lujia-node"
BACK = PARTS[:-1]
"""PostgreSQL stays: only Debian's version of it can differ."""


def what_is_missing_of_the_former(stack):
    """Which images of the earlier commit are not there; empty when all are."""
    absent = []
    for name in (*PARTS, "node"):
        with suppress(RuntimeError):
            stack.built(name, FORMER)
            continue
        absent.append(f"lianxin-{name}:{FORMER}")
    return ", ".join(absent if FORMER_FILE.exists() else [*absent, str(FORMER_FILE.name)])


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """The four nodes on the images of the earlier commit."""
    if os.environ.get(WANTED, "attach") == "attach":
        pytest.skip("an upgrade has a stack of its own: `make e2e-compose`")
    if missing := what_is_missing():
        pytest.skip(f"no containers here: {missing}; see CONTRIBUTING.md")
    made = Versioned(tmp_path_factory.mktemp("former"))
    if absent := what_is_missing_of_the_former(made):
        pytest.skip(f"images to upgrade from are not built: {absent} (make images-previous)")
    with suppress(RuntimeError):
        made.down()
    try:
        made.up()
        yield made
    finally:
        made.down()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def work(stack):
    """What was registered before, meanwhile and after."""
    people = People(stack)
    yield Repeating(people)
    await people.close()


def versions(stack, version):
    """Of every container the image it runs, and the one of this version."""
    running = {name: stack.image(name) for name in stack.services()}
    return running, {name: stack.built(name, version) for name in running}


async def hand_up(work):
    """A case from each of the nodes below is given to the one above; it may be long on its way."""
    for node in ("tianhuangping", "lujia"):
        await work.escalate(node, await work.register(node))


async def replaced(stack, work, node, parts=PARTS):
    """Each container of a node in turn; the seconds that the longest took."""
    longest = 0.0
    for part in parts:
        async with work.step():
            longest = max(longest, await asyncio.to_thread(stack.replace, f"{node}-{part}"))
        await hand_up(work)
    return longest


async def test_upgrade_with_cases_in_flight(stack, work, capsys):
    """Every call that a client repeats once is answered; what was on its way arrives."""
    running, former = versions(stack, FORMER)
    assert running == former
    began = time.monotonic()
    async with work.going_on(*SITES):
        await asyncio.to_thread(stack.cut, "dipu")
        for _ in range(5):
            await work.escalate("dipu", await work.register("dipu"))
        stack.version = NEWER
        longest = 0.0
        for node in IN_CONTAINERS:
            await asyncio.to_thread(stack.migrate, node)
            longest = max(longest, await replaced(stack, work, node))
        async with work.step():
            longest = max(longest, await asyncio.to_thread(stack.replace, VILLAGE))
    took = time.monotonic() - began
    rest = await work.at_rest()
    running, newer = versions(stack, NEWER)
    assert running == newer
    assert await work.lost() == []
    tell(
        capsys,
        f"upgraded in {took:.0f} s, longest container {longest:.0f} s",
        rest,
        work,
        twice(work),
    )


async def test_back_to_the_former_version(stack, work, capsys):
    """One node's services go back by the third step, work with newer ones, and come again."""
    node = "tianhuangping"
    async with work.going_on(*SITES):
        stack.version = FORMER
        longest = await replaced(stack, work, node, BACK)
    rest = await work.at_rest()
    back = {name: stack.image(name) for name in (f"{node}-{part}" for part in BACK)}
    assert back == {name: stack.built(name, FORMER) for name in back}
    assert await work.lost() == []
    tell(capsys, f"one node back, longest container {longest:.0f} s", rest, work, twice(work))
    async with work.going_on(node):
        stack.version = NEWER
        await replaced(stack, work, node, BACK)
    await work.at_rest()
    assert await work.lost() == []


def twice(work):
    """How requests were repeated."""
    return f"sent twice, none three times; the longest waited {max(work.waited, default=0):.0f} s"
