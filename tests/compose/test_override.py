"""A county by its override files: PostgreSQL outside, three nats-servers of which any may fail."""

import asyncio
import json
import os
import subprocess

import pytest
import pytest_asyncio

from lianxin.cli.demo import acts
from lianxin.cli.demo.people import Refused

from .attaching import PHOTO, PIECES, attach, read
from .conftest import WANTED
from .county import BROKERS, COLLECTOR, METRICS, PROMETHEUS, county, watching
from .stack import ROOT, People, what_is_missing
from .telling import tell
from .working import Work

FILES = "/var/lib/lianxin/data/files"
SERVICES = ("intake", "routing", "mediation", "hearing")


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A county alone, up and well."""
    if not os.environ.get(WANTED):
        pytest.skip("containers are tested by `make e2e-compose`")
    if missing := what_is_missing():
        pytest.skip(f"no containers here: {missing}; see CONTRIBUTING.md")
    with county(tmp_path_factory.mktemp("county")) as stack:
        yield stack


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def work(alone):
    """Who works at it, and what they registered."""
    people = People(alone)
    yield Work(people, nodes=("anji",))
    await people.close()


async def test_its_containers_are_those_that_the_overrides_leave(alone):
    """No PostgreSQL of its own, three brokers, an object store, four services: all well."""
    running = alone.services()
    assert set(running) == {*BROKERS, *SERVICES, "store"}
    assert {alone.state(name)["Health"]["Status"] for name in running} == {"healthy"}


async def test_a_case_is_registered_and_known_to_every_service(work):
    """What intake registers comes to routing by the brokers, and is held once."""
    await work.register("anji")
    await work.at_rest()
    assert await work.lost() == []


async def test_attachments_lie_in_the_object_store(alone, work):
    """A photograph goes through it; while it is killed the refusal is typed, then it is there."""
    case_id, clerk = await work.register("anji"), await work.clerk("anji")
    attachment = await attach(clerk, case_id)
    kept = alone.docker(
        "exec", alone.container("store"), "find", FILES, "-type", "f", "-size", "+0"
    )
    assert len(kept.splitlines()) == PIECES
    await asyncio.to_thread(alone.kill, "store")
    with pytest.raises(Refused, match="STORE_AWAY"):
        await acts.call(read(clerk, case_id, attachment))
    alone.start("store")
    await asyncio.to_thread(alone.until_well, "store")
    assert await read(clerk, case_id, attachment) == PHOTO


@pytest.mark.parametrize("victim", BROKERS)
async def test_a_broker_of_three_is_killed(alone, work, capsys, victim):
    """Registration goes on without it; it comes back and has every stream again."""
    await asyncio.to_thread(alone.kill, victim)
    async with work.going_on("anji"):
        for _ in range(5):
            await work.register("anji")
    without = await work.at_rest()
    alone.start(victim)
    again = await asyncio.to_thread(alone.until_well, victim)
    assert await work.lost() == []
    kept = {name: await asyncio.to_thread(alone.streams, name) for name in BROKERS}
    assert kept[victim]
    assert len({tuple(streams) for streams in kept.values()}) == 1
    tell(capsys, f"{victim} of three killed, well {again:.0f} s after its start", without, work)


@pytest.fixture(scope="module")
def prometheus():
    """The image of Prometheus."""
    image = f"{PROMETHEUS}:{os.environ.get('LIANXIN_VERSION', 'latest')}"
    if not os.environ.get(WANTED):
        pytest.skip("containers are tested by `make e2e-compose`")
    if subprocess.run(
        ["docker", "image", "inspect", image], capture_output=True, check=False
    ).returncode:
        pytest.skip(f"{image} is not built: tools/images.sh prometheus")
    return image


async def test_every_alarm_rings_when_it_should(prometheus):
    """The rules under deploy/observability by the cases that stand beside them."""
    files = f"--volume={ROOT / 'deploy' / 'observability'}:/rules:ro"
    words = ["docker", "run", "--rm", files, "--workdir=/rules", "--entrypoint=promtool"]
    judged = [*words, prometheus, "test", "rules", "alarms_test.yaml"]
    done = await asyncio.to_thread(subprocess.run, judged, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()


async def test_all_services_tell_a_collector_and_prometheus_knows_it(alone, work, prometheus):
    """Spans and metrics of each reach the collector's place; our rules are loaded and asked."""
    with watching(alone):
        await work.register("anji")
        wanted = {f"{kind} {name}" for kind in ("spans", "metrics") for name in SERVICES}

        async def told():
            return wanted <= set(alone.docker("logs", COLLECTOR).splitlines())

        async def known():
            return _asked(alone, "count(lianxin_node_frozen)") == ["1"]

        await acts.until(told, "a service tells nothing", limit_s=180, pause_s=1)
        await acts.until(known, "Prometheus does not know it", limit_s=90, pause_s=1)
        assert _asked(alone, 'count(ALERTS{alertname="NothingIsTold"})') == []


def _asked(stack, expression):
    """The values that Prometheus answers with."""
    ask = ["promtool", "query", "instant", "--format=json", "http://localhost:9090", expression]
    return [each["value"][1] for each in json.loads(stack.docker("exec", METRICS, *ask))]
