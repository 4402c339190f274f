"""`kill -9` at each named step of a hand-over: after the restart one unit holds and can write."""

import signal

import pytest

from routing.steps.faults import STEPS

pytestmark = pytest.mark.timeout(240)
COUNTY, TOWN, VILLAGE = "s-anji", "s-dipu", "s-dipu-lujia"


async def escalates(county):
    """The village hands up."""
    case_id = await county.register(VILLAGE)
    await county.escalate(VILLAGE, case_id)
    return case_id, TOWN


async def assigns(county):
    """The township hands down to the village."""
    case_id = await county.register(TOWN)
    await county.assign(TOWN, VILLAGE, case_id)
    return case_id, VILLAGE


async def assigns_through(county):
    """The county hands down to the village, through the township."""
    case_id = await county.register(COUNTY)
    await county.assign(COUNTY, VILLAGE, case_id)
    return case_id, VILLAGE


async def recalls_up(county):
    """The village hands up over a cut link, wants the case back, and the link heals."""
    case_id = await county.register(VILLAGE)
    county.cut("lujia")
    handoff_id = await county.escalate(VILLAGE, case_id)
    await county.out(VILLAGE, case_id)
    await county.recall(VILLAGE, case_id, handoff_id)
    county.mend("lujia")
    return case_id, VILLAGE


async def recalls_down(county):
    """The township hands down over a cut link and takes it back."""
    case_id = await county.register(TOWN)
    county.cut("lujia")
    handoff_id = await county.assign(TOWN, VILLAGE, case_id)
    await county.out(TOWN, case_id)
    await county.recall(TOWN, case_id, handoff_id)
    county.mend("lujia")
    return case_id, TOWN


PLAYS = {
    "released-partly": ("lujia", escalates),
    "sealed": ("lujia", escalates),
    "offered": ("lujia", escalates),
    "claim-committed": ("dipu", assigns),
    "stored-not-confirmed": ("lujia", assigns),
    "confirm-lost": ("lujia", assigns),
    "cancel-sent": ("lujia", recalls_up),
    "passing": ("dipu", assigns_through),
    "keep-owed": ("dipu", recalls_down),
}


def test_every_named_step_is_tried():
    """No step of the protocol is left out."""
    assert set(PLAYS) == set(STEPS)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("step", STEPS)
async def test_killed_at(county, step):
    """Killed at the step and started again: one holder, who can write, and the case is whole."""
    node, play = PLAYS[step]
    county.kill_at(step)
    case_id, holder = await play(county)
    assert await county.killed(node, step) == -signal.SIGKILL
    await county.held_only_at(holder, case_id)
    await county.write(holder, case_id)


@pytest.mark.asyncio(loop_scope="session")
async def test_the_audit_is_clean_after_all_kills(county):
    """No case is lost, none has two holders, no chain is broken."""
    await county.check_clean()
