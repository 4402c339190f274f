"""Put back by command while people worked: one body, on SQLite and on PostgreSQL."""

import asyncio
import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager, suppress

import pytest
import pytest_asyncio

from lianxin.cli.demo import acts
from lianxin.routing.v1 import custody_pb2 as custody

from .conftest import peopled
from .test_restore import entries, frozen, go_on, number, reads_only, thawed

pytestmark = [pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="session")]
SERVICES = ("intake", "routing", "mediation", "hearing")
LIMIT_S = 120
FAR = 90.0
BREATH_S = 0.5
PLAIN = 3
"""Parts of a number that no restore has marked: site, year, running number."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def on_postgresql(tmp_path_factory, postgres_server):
    """The same three nodes; the township's databases are on PostgreSQL."""
    given = {"dipu": {service: postgres_server.create() for service in SERVICES}}
    folder = tmp_path_factory.mktemp("on-postgresql")
    async with peopled(folder, folder / "orders", databases=given) as made:
        yield made


class Work:
    """What people registered meanwhile: by counter cases that stay, and those handed up or in."""

    def __init__(self, county, units):
        self.county = county
        _, self.middle, self.low = units
        self.stayed, self.up, self.arrived = [], [], []

    @asynccontextmanager
    async def going_on(self):
        """Registered at the township, handed up from it, handed to it, one after the other."""
        stop = asyncio.Event()
        flows = [self._staying(stop), self._passing(stop, self.middle, self.up)]
        flows += [self._passing(stop, self.low, self.arrived)]
        tasks = [asyncio.create_task(flow) for flow in flows]
        try:
            await self.more()
            yield
            await self.more()
        finally:
            stop.set()
            await asyncio.gather(*tasks)

    async def more(self):
        """Wait until each of them has got further."""
        flows = (self.stayed, self.up, self.arrived)
        before = [len(flow) for flow in flows]
        await acts.until(
            lambda: all(len(flow) > n for flow, n in zip(flows, before, strict=True)),
            "nobody works",
            limit_s=FAR,
        )

    async def _staying(self, stop):
        while not await said(stop):
            self.stayed.append(await self.county.register(self.middle))

    async def _passing(self, stop, unit, done):
        while not await said(stop):
            case_id = await self.county.register(unit)
            await self.county.escalate(unit, case_id)
            done.append(case_id)


async def said(stop):
    """Whether it was said to stop, asked for as long as a clerk takes for breath."""
    with suppress(TimeoutError):
        return await asyncio.wait_for(stop.wait(), BREATH_S)
    return False


async def test_put_back_by_command_after_work_under_load(county, units, tmp_path):
    """Frozen, compared, gone on; each case that left is held once, and what is lost is told."""
    assert await put_back_after_work(county, units, tmp_path)


async def test_put_back_by_command_on_postgresql(on_postgresql, units, tmp_path):
    """The same with pg_dump and pg_restore of four databases."""
    assert await put_back_after_work(on_postgresql, units, tmp_path)


async def put_back_after_work(county, units, tmp_path):
    """Copied under load, worked on, put back by command. Answers what was lost, as it was told."""
    top, middle, low = units
    work, kept = Work(county, units), await county.register(middle)
    async with work.going_on():
        before = list(work.stayed)
        copy = await asyncio.to_thread(back_up, county, tmp_path)
        after = len(work.stayed) + 1  # one may be under way
        gone, came, went = await go_on(county, top, middle, low)
        await work.more()
    numbers = await plain_numbers(county, middle, work.stayed)
    for case_id, holder in ((work.up[-1], top), (work.arrived[-1], middle)):
        await county.held_only_at(holder, case_id)
    county.cut("dipu")
    await county.stop("dipu")
    assert refused(county, copy, replace=False) == "RESTORE_NOT_EMPTY"
    run(county, "restore", str(copy), "--config", str(node_file(county)), "--replace")
    await county.start("dipu")
    await reads_only(county, middle, kept)
    county.mend("dipu")
    waited = await county.register(low)
    await county.escalate(low, waited)
    await acts.until(lambda: thawed(county, "dipu"), "still frozen", limit_s=FAR)
    for case_id, holder in ((kept, middle), (gone, top), (came, middle), (went, low)):
        await county.held_only_at(holder, case_id)
    await county.held_only_at(middle, waited)
    await county.write(middle, kept)
    lost = [each for each in work.stayed if await unknown(county, middle, each)]
    assert not set(lost) & set(before)
    assert set(work.stayed[after:]) <= set(lost)
    told = await known_to(county, middle)
    plain = [each for each in lost if each in numbers]
    assert plain == [each for each, no in numbers.items() if no > told]
    for case_id in (kept, came, work.arrived[-1], *(set(work.stayed) - set(lost))):
        assert gaps_named(await log(county, middle, case_id)), case_id
    assert "custody.restored" in await entries(county, middle, came)
    county.registered[:] = [each for each in county.registered if each not in lost]
    await county.restart("dipu")
    assert not await frozen(county, "dipu")
    await county.check_clean()
    return lost


def node_file(county):
    """The township's node file."""
    return county.stage.world.nodes["dipu"].file


def typed(county, *words):
    """A command at the township's machine."""
    home = county.data("dipu").parent / "home"
    return subprocess.run(
        [sys.executable, "-m", "lianxin.cli", *words, "--json"],
        check=False,
        capture_output=True,
        timeout=LIMIT_S,
        env={**os.environ, "LIANXIN_HOME": str(home)},
    )


def run(county, *words):
    """What a command answers."""
    done = typed(county, *words)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return json.loads(done.stdout)


def back_up(county, folder):
    """`lianxin backup DIR --config FILE` while the node runs; the folder it made."""
    return run(county, "backup", str(folder), "--config", str(node_file(county)))["folder"]


def refused(county, copy, *, replace):
    """Why a restore is refused."""
    words = ("restore", str(copy), "--config", str(node_file(county)))
    done = typed(county, *words, *(("--replace",) if replace else ()))
    assert done.returncode == 1
    return json.loads(done.stdout)["error"]["reason"]


async def plain_numbers(county, unit, cases):
    """The running numbers of cases at their unit, but for those of a series after a restore."""
    found = {each: (await number(county, unit, each)).split("-") for each in cases}
    return {each: int(parts[-1]) for each, parts in found.items() if len(parts) == PLAIN}


async def known_to(county, unit):
    """Up to which number the first case after the restore says that numbers are known."""
    case_id = await county.register(unit)
    found = await log(county, unit, case_id)
    (told,) = [entry for entry in found if "known_to" in json.loads(entry.body_json)]
    return int(json.loads(told.body_json)["known_to"])


async def unknown(county, unit, case_id):
    """Whether the unit's node has no such case."""
    clerk = await county.clerk(unit)
    return await acts.refused_with(acts.custody_of(clerk, case_id)) == "CASE_UNKNOWN"


async def log(county, unit, case_id):
    """The entries of a case's log."""
    clerk = await county.clerk(unit)
    answer = await acts.call(clerk.custody.GetLog(custody.GetLogRequest(case_id=case_id)))
    return answer.entries


def gaps_named(found):
    """Whether epochs follow on each other, but for those that an entry says were lost."""
    missing = set(range(1, found[-1].epoch + 1)) - {entry.epoch for entry in found}
    for entry in found:
        if entry.kind == "custody.restored":
            body = json.loads(entry.body_json)
            missing -= set(range(int(body["lost_from"]), int(body["lost_to"]) + 1))
    return not missing
