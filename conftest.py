"""Loads the shared fixtures, and the installed `kernel` before pytest meets the folder."""

import pytest

pytest_plugins = ["kernel.testing.plugin"]
RUNNING = frozenset({"county", "stage"})
"""Fixtures that are nodes running as processes, one set for all tests of a folder."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share running nodes go to one worker, in their order: a start costs most."""
    for item in items:
        if not RUNNING.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(item.path.parent.name))
