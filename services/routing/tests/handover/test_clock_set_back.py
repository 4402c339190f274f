"""A node whose clock was days ahead and is put right: nothing waits for those days to pass."""

from datetime import timedelta
from functools import partial

from kernel import leases
from routing.domain.words import Kind
from routing.storage.metadata import lease
from routing.testing.playing import TOWN, VILLAGE, hand, holder, row_of

AHEAD = timedelta(days=3)


async def test_a_failed_step_is_tried_again_after_the_clock_went_back(world):
    """The next try was noted three days ahead; it is made at once."""
    case_id = await world.register(VILLAGE)
    village = world.peers["lujia"]
    world.cut.add("lujia")
    await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    while (await row_of(world, "lujia", case_id))["tries"] == 0:
        assert await village.runner.round()
    village.ground.clock.advance(-AHEAD)
    world.cut.clear()
    assert await village.runner.round()
    await world.settle()
    assert await holder(world, case_id) == TOWN


async def test_a_sweep_lease_of_a_later_time_is_over(world):
    """A replica that took the lease when the clock was ahead keeps nobody from sweeping."""
    ground = world.peers["lujia"].ground

    async def take(who):
        take_lease = partial(leases.take, table=lease)
        return await ground.write(take_lease, leases.Claim("sweeps", who), "sweeps")

    assert await take("one")
    assert not await take("two")
    ground.clock.advance(-AHEAD)
    assert await take("two")
