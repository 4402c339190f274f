"""What the container images are made of."""

import subprocess
import sys

import pytest

from .source import ROOT


@pytest.mark.parametrize("tool", ["runtime_locks", "one_host"])
def test_what_is_made_for_containers_is_up_to_date(tool: str) -> None:
    """Locks of images are cut out of requirements.lock, the one host is made of the tiers."""
    done = subprocess.run(
        [sys.executable, f"tools/{tool}.py", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_only_what_needs_the_solver_carries_it() -> None:
    """The images of intake, routing and mediation have no solver, no numpy and no test tool."""
    for image in ("intake", "routing", "mediation", "broker"):
        text = (ROOT / f"deploy/requirements/{image}.lock").read_text(encoding="utf-8")
        named = {line.partition("==")[0] for line in text.splitlines() if "==" in line}
        assert not named & {"ortools", "numba", "numpy", "pandas", "pytest", "setuptools"}, image


def test_no_lock_of_an_image_names_a_registry() -> None:
    """A package comes from wherever pip looks: no index, no address."""
    for file in (ROOT / "deploy/requirements").glob("*.lock"):
        assert "://" not in file.read_text(encoding="utf-8"), file.name
        assert "--index" not in file.read_text(encoding="utf-8"), file.name
