"""Wheels of everything a node runs on: the locked ones fetched, our own built."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

SAID = 600


class PipFailed(Exception):
    """pip ended with an error; the text is the end of what it said."""


def fetch_locked(lock: Path, wheels: Path) -> None:
    """Fetch what the lock names, each by its hash, as wheels for this machine and this Python.

    The few that come as source only are built here, by the tools of this environment.

    Raises:
        PipFailed: as it says.
    """
    wanted = ("--require-hashes", "--no-deps", "--no-build-isolation", "-r", str(lock))
    _pip("wheel", *wanted, "-w", str(wheels))


def build_ours(folders: Sequence[Path], wheels: Path) -> None:
    """Build a wheel of each package, with nothing fetched. Raises PipFailed."""
    named = [str(folder) for folder in folders]
    _pip("wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", str(wheels), *named)


def _pip(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PipFailed(done.stderr.strip()[-SAID:])
