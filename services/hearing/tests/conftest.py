import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).resolve().parents[3] / "bench"


def _loaded(name: str, folder: Path) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def scorer() -> ModuleType:
    """The scorer that knows nothing of the solver."""
    return _loaded("meeting_score", BENCH)


@pytest.fixture(scope="session")
def family() -> ModuleType:
    """The maker of instances."""
    return _loaded("meeting_family", BENCH)


@pytest.fixture(scope="session")
def month():
    """The maker of a county's month of hearings."""
    return _loaded("hearing_month", BENCH).month
