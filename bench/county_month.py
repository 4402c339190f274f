"""A county's month at ten times its load on the one-host stack: load held, lag, memory, disk.

    make images VERSION=bench
    LIANXIN_VERSION=bench .venv/bin/python -m bench.county_month [--cases 2500] [--minutes 50]
        [--days 22] [--at-work 16] [--seed 1] [--out FILE]

Brings the stack of deploy/compose.yaml up (county, two townships, a village), with accounts at 234
sites and 1,121 mediators, plays a month of matters from outside over TLS, waits for rest, audits
all nodes, prints a table, writes JSON and takes the stack down with its volumes.

A county as large registers 250 matters a month (docs/reliability.md says which); ten times that is
2,500 in 22 working days. Working hours are played faster than the clock, nights and weekends are
left out, and the nodes' clocks are left alone.
"""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.county import places
from bench.county.month import DAYS, Month
from bench.county.office import Office
from bench.county.playing import Played, Player, supervising
from bench.county.telling import Machine, Outcome, as_json, told
from bench.county.watching import Floor, Watch, links, tables, volumes
from kernel.clock import SHANGHAI, SystemClock
from lianxin.cli.audit_nodes import Audit, Witness, audit
from lianxin.cli.demo import acts
from lianxin.cli.demo.mediators import Register
from tests.compose.stack import Stack, running, what_is_missing

EVERY_S, SUPERVISED_S, REST_LIMIT_S = 15.0, 30.0, 300.0
IDLE_CALLS = 50
RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be played: of a month with so many cases the first `days` in so many minutes."""

    cases: int
    days: int
    minutes: float
    at_work: int
    seed: int
    every: int

    @property
    def day_s(self) -> float:
        """How long a working day lasts here."""
        return self.minutes * 60 / self.days


def say(text: str) -> None:
    """A line of progress at once, with the time gone by."""
    print(f"[{time.monotonic() - STARTED:6.0f} s] {text}", flush=True)


STARTED = time.monotonic()


async def measured(stack: Stack, wanted: Wanted) -> Outcome:
    """Everybody hired, the month played, at rest, audited."""
    county = places.directory()
    today = SystemClock().now().astimezone(SHANGHAI).date()
    desks = places.thinned(places.desks(county, today), wanted.every)
    register = Register(places.mediator_register(county, desks))
    office = Office(stack, county, register)
    say(f"{len(desks)} sites ({places.told(desks)}), {len(register.entries)} mediators")
    try:
        await office.open(desks)
        say("accounts and mediators are there")
        return await _month(office, desks, wanted)
    finally:
        await office.close()


async def _month(office: Office, desks: Sequence[places.Desk], wanted: Wanted) -> Outcome:
    floor = Floor(office.stack, desks[0].node)
    idle = [await floor.call() for _ in range(IDLE_CALLS)]
    floor.seconds.clear()
    office.tally.clear()
    watch, player = Watch(office, floor), Player(office, at_work=wanted.at_work)
    disk, machine = await _disk(office.stack), Machine.now()
    await watch.read(0.0)
    played = await _played(office, desks, wanted, watch, player)
    after = Machine.now()
    say(f"{played.done} of {played.offered} ended; waiting for rest")
    rest = await acts.until(
        lambda: _at_rest(office), "events did not come to rest", limit_s=REST_LIMIT_S, pause_s=1
    )
    await watch.read(player.now)
    began = time.monotonic()
    found = await _audited(office, played)
    took = time.monotonic() - began
    grown = await _disk(office.stack)
    return Outcome(
        wanted.days, wanted.day_s, wanted.cases, played, office.tally, watch, idle,
        (machine, after), (disk, grown), rest, found, took,
    )  # fmt: skip


async def _disk(stack: Stack) -> dict[str, float]:
    """Megabytes in volumes, and within the databases' volumes by what they are."""
    return await asyncio.to_thread(lambda: volumes(stack) | tables(stack))


async def _played(
    office: Office, desks: Sequence[places.Desk], wanted: Wanted, watch: Watch, player: Player
) -> Played:
    month = Month(desks, day_s=wanted.day_s, seed=wanted.seed)
    arrivals = list(month.arrivals(round(wanted.cases * wanted.days / DAYS), wanted.days))
    beside = [
        asyncio.create_task(watch.going_on(player, EVERY_S)),
        asyncio.create_task(supervising(office, list(desks), SUPERVISED_S)),
        asyncio.create_task(_progress(player)),
    ]
    try:
        return await player.play(arrivals, limit_s=wanted.minutes * 60)
    finally:
        for task in beside:
            task.cancel()
        for outcome in await asyncio.gather(*beside, return_exceptions=True):
            if isinstance(outcome, Exception):
                say(f"beside the load something ended: {outcome!r}")


async def _progress(player: Player) -> None:
    while True:
        await asyncio.sleep(30)
        now = player.played
        say(f"offered {now.offered}, ended {now.done}, at work {player.under_way}, {now.failed}")


async def _at_rest(office: Office) -> bool:
    return (await links(office)).quiet


async def _audited(office: Office, played: Played) -> Audit:
    witnesses = []
    for node in places.NODES:
        admin, seer = await office.administrator(node), await office.inspector(node)
        witnesses.append(Witness(node, admin.custody, [seer.worklist]))
    return await audit(witnesses, played.registered)


def main() -> None:
    """Bring up, play, tell, take down."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, default=2_500)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--minutes", type=float, default=50.0)
    parser.add_argument("--at-work", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="every so-manieth village only")
    parser.add_argument("--out", type=Path, default=RESULTS / "county_month.json")
    said = parser.parse_args()
    if missing := what_is_missing():
        sys.exit(f"no stack: {missing}")
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    wanted = Wanted(said.cases, said.days, said.minutes, said.at_work, said.seed, said.every)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as stack:
        say("the stack is up")
        out = asyncio.run(measured(stack, wanted))
    for line in told(out):
        print(line, flush=True)
    said.out.parent.mkdir(parents=True, exist_ok=True)
    said.out.write_text(json.dumps(as_json(out), ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
