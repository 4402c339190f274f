"""One stack for all tests of this folder; without Docker they are skipped, and say so."""

import os

import pytest
import pytest_asyncio

from .stack import People, Stack, running, what_is_missing

WANTED = "LIANXIN_COMPOSE"
"""Set by `make e2e-compose`: without it these tests are not part of a run.

The word `attach` takes a stack that is up already and leaves it.
"""


def pytest_collection_modifyitems(items):
    """One loop for all, as the lines to the nodes live in it; more time than elsewhere.

    The upgrade comes last: it has a stack of its own, in the place of the one of all others.
    """
    items.sort(key=lambda item: item.path.as_posix().endswith("compose/test_upgrade.py"))
    for item in items:
        if "tests/compose" in item.path.as_posix():
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(1200), append=False)


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    """County, two townships and a village in containers."""
    if not os.environ.get(WANTED):
        pytest.skip("containers are tested by `make e2e-compose`")
    if missing := what_is_missing():
        pytest.skip(f"no containers here: {missing}; see CONTRIBUTING.md")
    folder = tmp_path_factory.mktemp("stack")
    if os.environ[WANTED] == "attach":
        yield Stack(folder)
        return
    with running(folder) as up:
        yield up


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def people(stack):
    """Who works at the nodes."""
    made = People(stack)
    yield made
    await made.close()
