"""Two processes of one service: one database, one durable, one folder of witnesses."""

import asyncio
from pathlib import Path
from uuid import UUID

from kernel.incarnation import Standing, Witness, WitnessState, begin
from kernel.testing.clock import FakeClock
from kernel.testing.link_bench import ORIGIN, SENDER, TABLES, pair, side, take_steps
from kernel.testing.nats import LocalNats
from kernel.testing.waiting import eventually

CASES = [UUID(int=n + 1) for n in range(20)]
NOW = FakeClock().now()


async def test_two_receivers_of_one_durable_take_each_event_once_in_order(
    local_nats: LocalNats, database_url: str, tmp_path: Path
) -> None:
    """What two replicas pull from one durable takes effect once, in order, without a resend."""
    sender = f"sqlite:///{tmp_path / 'sender.db'}"
    async with (
        pair(local_nats, sender, database_url, tmp_path / "node") as bench,
        side(database_url) as second,
    ):
        relay = await bench.start_relay()
        first = await bench.start_receiver()
        bench.receiver, here = second, bench.receiver
        other = await bench.start_receiver()
        for count in (200, 400, 600):
            await take_steps(bench.sender, CASES, 200)
            await eventually(
                lambda c=count: c in (first.cursor(ORIGIN).no, other.cursor(ORIGIN).no)
            )
        assert bench.in_step()
        assert await first.list_parked() == []
        assert relay.head.no == 600
        bench.receiver = here


async def test_a_replica_that_dies_leaves_what_it_kept_to_the_other(
    local_nats: LocalNats, database_url: str, tmp_path: Path
) -> None:
    """Messages that a dead replica had pulled come to the other, in their order."""
    sender = f"sqlite:///{tmp_path / 'sender.db'}"
    async with (
        pair(local_nats, sender, database_url, tmp_path / "node") as bench,
        side(database_url) as second,
    ):
        await bench.start_relay()
        await bench.start_receiver()
        dying = bench.tasks[-2:]
        bench.receiver = second
        living = await bench.start_receiver()
        await take_steps(bench.sender, CASES, 100)
        for task in dying:
            task.cancel()
        await take_steps(bench.sender, CASES, 300)
        await bench.settled(living, 400)
        assert bench.in_step()
        assert await living.list_parked() == []


async def test_two_writers_of_a_witness_never_lower_it(tmp_path: Path) -> None:
    """Whichever replica writes last, the file tells the highest row of the newest life."""
    one, two = Witness(tmp_path, "intake"), Witness(tmp_path, "intake")
    await asyncio.gather(
        *(each.raise_to(1, seq) for seq in range(0, 60, 7) for each in (one, two)),
    )
    await one.raise_to(1, 900)
    await two.raise_to(1, 70)
    assert Witness(tmp_path, "intake").state == WitnessState(1, 900)
    await two.raise_to(2, 5)
    await one.raise_to(1, 901)
    assert Witness(tmp_path, "intake").state == WitnessState(2, 5)


async def test_replicas_that_start_while_another_works_share_its_life(
    database_url: str, tmp_path: Path
) -> None:
    """A start beside a replica that writes is no restore, however the two interleave."""
    async with side(database_url) as one, side(database_url) as two:

        async def start(of):
            return await begin(
                tmp_path / "node",
                SENDER,
                tables=TABLES,
                writer=of.writer,
                readers=of.readers,
                now=NOW,
            )

        first, second = await asyncio.gather(start(one), start(two))
        assert first.incarnation == second.incarnation
        for _ in range(5):
            flow = asyncio.create_task(take_steps(one, CASES, 60))
            again = await start(two)
            await flow
            assert (again.standing, again.incarnation) == (Standing.SAME, first.incarnation)
