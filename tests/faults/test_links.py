"""The lines between three real nodes are cut, in the middle of a message too, and mended."""

import pytest

from lianxin.cli.demo import acts

NOTE = "两家约好周六上午到站里来谈。"
pytestmark = [pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="session")]


async def test_cut_and_healed(county, units):
    """Everybody works on with the lines out; then all has arrived, held once, a mediation too."""
    _, middle, low = units
    mediated = await county.register(low)
    await county.write(low, mediated)
    await county.mediate(low, mediated, NOTE)
    county.cut("lujia")
    county.cut("dipu")
    own, raised, lowered = await work_meanwhile(county, *units)
    await county.escalate(low, mediated)
    await acts.until(lambda: county.stage.cables["lujia"].refused > 0, "the cut line was not tried")
    county.mend("lujia")
    county.mend("dipu")
    for holder, cases in ((middle, raised), (low, [own, *lowered])):
        for case_id in cases:
            await county.held_only_at(holder, case_id)
            await county.header_agrees(case_id, holder)
    for case_id in raised:
        await county.write(middle, case_id)
    await county.held_only_at(middle, mediated)
    shown = await county.mediation(middle, mediated)
    assert (shown.note, shown.state, shown.holder_unit) == (NOTE, "opened", middle)
    await county.check_clean()


async def work_meanwhile(county, top, middle, low):
    """A case of the village's own, some it hands up, and some that are handed down to it."""
    own = await county.register(low)
    raised = [await county.register(low) for _ in range(2)]
    lowered = [await county.register(middle) for _ in range(2)]
    through = await county.register(top)
    for case_id in raised:
        await county.escalate(low, case_id)
    for case_id in lowered:
        await county.assign(middle, low, case_id)
    await county.assign(top, low, through)
    await county.write(low, own)
    for unit, cases in ((low, raised), (middle, lowered), (top, [through])):
        for case_id in cases:
            await county.out(unit, case_id)
    return own, raised, [*lowered, through]


@pytest.mark.parametrize("at", ["asked", "delivered", "answered"])
async def test_cut_in_the_middle_of_a_deliver(county, units, at):
    """The line breaks at the Deliver, right behind it, or at its answer: taken once."""
    _, middle, low = units
    case_id = await county.register(low)
    cable = county.stage.cables["lujia"]
    before = cable.snips
    if at == "answered":
        cable.cut_at("RECEIVED", up=False)
    else:
        cable.cut_at(case_id, delivered=at == "delivered")
    await county.escalate(low, case_id)
    await acts.until(lambda: cable.snips > before, "the Deliver did not come by")
    county.mend("lujia")
    await county.held_only_at(middle, case_id)
    await county.write(middle, case_id)


@pytest.mark.parametrize("at", ["claimed", "handed-out"])
async def test_cut_in_the_middle_of_a_claim(county, units, at):
    """The line breaks at the Claim, or at the case it is answered with: claimed again, once."""
    _, middle, low = units
    case_id = await county.register(middle)
    cable = county.stage.cables["lujia"]
    before = cable.snips
    county.cut("lujia")
    handoff_id = await county.assign(middle, low, case_id)
    await county.out(middle, case_id)
    if at == "claimed":
        cable.cut_at(handoff_id)
    else:
        cable.cut_at("HERE", up=False)
    county.mend("lujia")
    await acts.until(lambda: cable.snips > before, "the Claim did not come by")
    county.mend("lujia")
    await county.held_only_at(low, case_id)
    await county.write(low, case_id)


async def test_the_audit_is_clean_after_all_cuts(county):
    """No case is lost, none has two holders, no chain is broken."""
    await county.check_clean()
