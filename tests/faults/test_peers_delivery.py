"""What broke at other peers in delivery and custody, by their numbers, tried on real nodes."""

import asyncio
import os
import signal

import pytest

from kernel.ids import new_id
from lianxin.cli.demo import acts
from lianxin.cli.demo.people import Refused
from lianxin.common.v1 import case_pb2 as words
from lianxin.routing.v1 import custody_pb2 as custody

pytestmark = [pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="session")]
MANY = 40


async def link(county, node, peer, direction):
    """One link of a node."""
    links = (await county.links(node)).links
    return next(one for one in links if (one.peer, one.direction) == (peer, direction))


async def all_heard(county, node, peer, direction):
    """Wait until the receiver has everything that was given to a link."""

    async def heard():
        found = await link(county, node, peer, direction)
        return found.unsent == 0 and found.cursor == found.head

    await acts.until(heard, f"{node} {direction} {peer}: not all has arrived", limit_s=60)


async def test_nats_3207_7530_6206_an_outage_drops_and_stalls_nothing(county, units):
    """The line is out and the hub loses its streams: every event of meanwhile arrives, once."""
    low = units[2]
    county.cut("dipu")
    county.cut("lujia")
    made = await asyncio.gather(*(county.register(low, known=False) for _ in range(MANY)))
    county.lose_streams("dipu")
    county.mend("dipu")
    county.mend("lujia")
    for case_id in made:
        await county.header_agrees(case_id, low)
    await all_heard(county, "lujia", "dipu", "up")
    await all_heard(county, "dipu", "anji", "up")
    assert (await county.links("dipu")).parked == 0


async def test_nats_6468_4148_5942_nothing_counts_as_sent_while_the_hub_hangs(county, units):
    """What was published to a hub that hangs shows as not arrived, until the hub has stored it."""
    low = units[2]
    await all_heard(county, "lujia", "dipu", "up")
    broker = county.broker_of("dipu")
    os.kill(broker, signal.SIGSTOP)
    try:
        made = await county.register(low)
        found = await link(county, "lujia", "dipu", "up")
        assert found.unsent > 0 or found.head > found.cursor
    finally:
        os.kill(broker, signal.SIGCONT)
    await county.header_agrees(made, low)
    await all_heard(county, "lujia", "dipu", "up")


async def test_fixmystreet_3168_owed_to_two_and_sent_to_one_is_still_owed(county, units):
    """The county has heard, the village not: its link shows what it is owed, until it has it."""
    _, middle, low = units
    await all_heard(county, "dipu", "lujia", "down")
    county.cut("lujia")
    made = await county.register(middle)
    handoff_id = await county.assign(middle, low, made)
    assert handoff_id
    await county.out(middle, made)
    await all_heard(county, "dipu", "anji", "up")
    found = await link(county, "dipu", "lujia", "down")
    assert found.unsent > 0 or found.head > found.cursor
    county.mend("lujia")
    await county.held_only_at(low, made)
    await all_heard(county, "dipu", "lujia", "down")


async def test_signalen_331_368_404_sent_and_never_fetched_is_fetched(county, units):
    """The offer is lost with the streams of the sender's broker: the village asks and claims."""
    _, middle, low = units
    county.cut("lujia")
    case_id = await county.register(middle)
    await county.assign(middle, low, case_id)
    await county.out(middle, case_id)
    county.lose_streams("dipu")
    county.mend("lujia")
    await county.held_only_at(low, case_id)
    await county.write(low, case_id)
    assert (await county.custody(low, case_id)).epoch == 2


async def test_open_zaak_1271_creates_at_the_same_moment_all_get_an_answer(county, units):
    """Forty at once are forty cases with forty numbers; the same one twice is one case."""
    low = units[2]
    made = await asyncio.gather(*(county.register(low, known=False) for _ in range(MANY)))
    assert len(set(made)) == MANY
    same = {"source_system": "12345", "source_no": str(new_id())[-12:]}
    twice = await asyncio.gather(
        *(county.register(low, known=False, **same) for _ in range(8)), return_exceptions=True
    )
    ids = {one for one in twice if isinstance(one, str)}
    assert len(ids) == 1
    assert all(isinstance(one, str | Refused) for one in twice)
    county.registered[:] = list(dict.fromkeys(county.registered))
    for case_id in [*made, *ids]:
        await acts.known_to(await county.clerk(low), case_id)


async def test_digit_an_answer_means_that_it_is_stored(county, units):
    """Killed among answers: what was answered is there afterwards, and its events arrive."""
    low = units[2]
    answered = []

    async def one():
        answered.append(await county.register(low, known=False))

    calls = [asyncio.create_task(one()) for _ in range(MANY)]
    await acts.until(lambda: len(answered) >= MANY // 4, "no answers")
    county.stage.nodes["lujia"].kill()
    await asyncio.gather(*calls, return_exceptions=True)
    await county.start("lujia")
    for case_id in answered:
        await acts.held_by(await county.clerk(low), case_id, limit_s=60)
        await county.header_agrees(case_id, low)


async def test_grid_systems_passing_a_case_on_restarts_no_clock(county, units):
    """The resident's date stays what it was through two hand-overs and an acceptance."""
    top, middle, low = units
    case_id = await county.register(low, procedure=words.PROCEDURE_PETITION)
    before = await citizens(county, low, case_id)
    assert before
    await county.escalate(low, case_id)
    await county.held_only_at(middle, case_id)
    await county.escalate(middle, case_id)
    await county.held_only_at(top, case_id)
    clerk = await county.clerk(top)
    await acts.ask(clerk, clerk.custody.SignFor, custody.SignForRequest(case_id=case_id))
    after = await citizens(county, top, case_id)
    assert {clock: after.get(clock) for clock in before} == before


async def citizens(county, unit, case_id):
    """The resident's running dates by clock."""
    dues = (await county.custody(unit, case_id)).dues
    return {due.clock: due.due_on for due in dues if due.whose == "citizen"}


async def test_the_audit_is_clean_after_all_of_it(county):
    """No case is lost, none has two holders, no chain is broken."""
    await county.check_clean()
