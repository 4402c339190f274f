"""The checkout that a bundle is made of."""

import shutil
from pathlib import Path

PACKAGES = (
    "proto",
    "kernel",
    "services/intake",
    "services/routing",
    "services/mediation",
    "services/hearing",
    "cli",
)
DATA = ("regulation", "calendar", "documents", "samples")
LOCK = Path("deploy") / "requirements" / "node.lock"
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", "tests")


class SourcesMissing(Exception):
    """There is no checkout of Lianxin; the text names the file looked for."""


def checkout(named: Path | None = None) -> Path:
    """The checkout named, else the one this command runs from. Raises SourcesMissing."""
    places = [named] if named else list(Path(__file__).resolve().parents)
    for place in places:
        if all((place / package / "pyproject.toml").is_file() for package in PACKAGES):
            return place
    raise SourcesMissing(PACKAGES[0] + "/pyproject.toml")


def copy_packages(root: Path, target: Path) -> list[Path]:
    """Copies to build in, since building leaves files behind; their folders."""
    for package in PACKAGES:
        shutil.copytree(root / package, target / package, ignore=LEFT_OUT)
    return [target / package for package in PACKAGES]


def copy_data(root: Path, target: Path) -> None:
    """What an installation has in `share/lianxin`."""
    for name in DATA:
        shutil.copytree(root / "deploy" / name, target / name, ignore=LEFT_OUT)
