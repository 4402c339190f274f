"""A county, a township and a village in one process."""

from pathlib import Path

import pytest
import pytest_asyncio

from kernel.directory import read_directory
from kernel.regulation import find_profile
from kernel.testing.clock import FakeClock
from routing.testing.world import World, delegated

ROOT = Path(__file__).resolve().parents[4]
COUNTY, TOWN, VILLAGE, OTHER = "s-anji", "s-dipu", "s-dipu-lujia", "s-meixi"


@pytest.fixture(scope="session")
def profile():
    """The national profile."""
    return find_profile("cn-2022", ROOT / "deploy/regulation")


@pytest.fixture(scope="session")
def county_directory():
    """Three delegated sites: a township, a village of it, and another township."""
    file = ROOT / "deploy/samples/anji/directory.yaml"
    nodes = {TOWN: "dipu", VILLAGE: "lujia", OTHER: "meixi"}
    return delegated(read_directory(file.read_bytes()), nodes)


@pytest_asyncio.fixture
async def world(tmp_path, county_directory, profile):
    """Four nodes, all up, all links whole."""
    opened = await World.open(tmp_path, county_directory, profile, FakeClock())
    yield opened
    await opened.close()
