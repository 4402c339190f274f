"""Three real nodes as processes, with cables between them, shared by the tests of this folder."""

import io

import pytest
import pytest_asyncio
from rich.console import Console

from kernel import telemetry
from kernel.catalogue import Language
from kernel.clock import SystemClock
from lianxin.cli.demo import samples
from lianxin.cli.demo.scenes import links, plain
from lianxin.cli.demo.showing import Screen
from lianxin.cli.demo.stage import staged
from lianxin.cli.demo.world import COUNTY, TOWNSHIP, VILLAGE


def pytest_collection_modifyitems(items):
    """One loop for all: the lines to the nodes live in it."""
    for item in items:
        if "tests/e2e" in item.path.as_posix() and item.get_closest_marker("asyncio"):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def printed():
    """Everything the scenes print."""
    return io.StringIO()


@pytest.fixture(scope="session")
def telemetry_file(tmp_path_factory):
    """Where all nodes write their spans and metrics."""
    file = tmp_path_factory.mktemp("telemetry") / "lines.jsonl"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(telemetry.VARIABLE, str(file))
        yield file


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def stage(tmp_path_factory, printed, telemetry_file):
    """County, township and village; the township is killed once, while it passes a case on."""
    screen = Screen(Language.ZH_CN, Console(file=printed, width=200))
    folder = tmp_path_factory.mktemp("county")
    async with staged(folder, screen, kill_at=links.KILL_AT) as running:
        yield running


@pytest.fixture(scope="session")
def rows():
    """The samples by their number."""
    return {row.no: row for row in samples.load(SystemClock().now())}


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def village(stage):
    """Somebody at the village counter."""
    return await stage.clerk(stage.site(VILLAGE), *plain.FRONT)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def township(stage):
    """Somebody at the township's desk."""
    return await stage.clerk(stage.site(TOWNSHIP), *plain.MIDDLE)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def county(stage):
    """Somebody at the county's desk."""
    return await stage.clerk(stage.site(COUNTY), *plain.MIDDLE)
