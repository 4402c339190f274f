import pytest


@pytest.fixture(scope="session")
def migrated_for():
    """A fresh database has the tables of routing."""
    return "routing"
