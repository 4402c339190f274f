"""Fixtures of the tests that work on one case without a server; their conftest takes them over."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kernel.regulation import Profile, load_profile
from mediation.testing.table import Table, at_table

NATIONAL = Path(__file__).resolve().parents[5] / "deploy/regulation/cn-2022.yaml"


@pytest.fixture(scope="session")
def profile() -> Profile:
    """The national profile."""
    return load_profile(NATIONAL)


@pytest.fixture
async def case(database_url: str, tmp_path: Path, profile: Profile) -> AsyncIterator[Table]:
    """A case on each kind of database."""
    async with at_table(database_url, tmp_path, profile) as opened:
        yield opened


@pytest.fixture
async def quick(tmp_path: Path, profile: Profile) -> AsyncIterator[Table]:
    """A case on SQLite, for rules that need no second database."""
    async with at_table(f"sqlite:///{tmp_path / 'test.db'}", tmp_path, profile) as opened:
        yield opened
