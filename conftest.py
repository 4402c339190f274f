"""Loads the shared fixtures, and the installed `kernel` before pytest meets the folder."""

import os
import sys
from pathlib import Path, PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

BYTECODE = str(Path(__file__).parent / ".cache" / "pycache")
sys.dont_write_bytecode, sys.pycache_prefix = False, BYTECODE
os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": BYTECODE}
# Where bytecode is not to be kept each of the nodes and commands that tests start would compile
# a thousand modules anew. Here it is kept apart from the sources.

pytest_plugins = ["kernel.testing.plugin"]
WITH_NODES = frozenset({"tests/contract", "tests/e2e", "tests/e2e/commands", "tests/faults"})
"""Folders whose tests share running nodes: to start those costs most, and they never rest."""


class ByFile(LoadFileScheduling):
    """A worker takes a file of tests; a whole folder where they share running nodes."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        folder = str(PurePosixPath(file).parent)
        return folder if folder in WITH_NODES else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """How tests are dealt out to the workers of `pytest -n`."""
    return ByFile(config, log)
