"""The gates that other programs keep, each shown to bite."""

import subprocess
import sys
from pathlib import Path

import pytest

from .source import ROOT

BIN = Path(sys.executable).parent
TARGETS = ["setup", "demo", "test", "lint", "proto", "bench", "fmt", "clean", "model"]

BRANCHING = (
    '"""Module."""\n\n\ndef pick(x: int) -> int:\n    """Pick."""\n'
    + "".join(f"    if x == {n}:\n        x += {n}\n" for n in range(8))
    + "    return x\n"
)
BARE_FUNCTION = '"""Module."""\n\n\ndef close() -> None:\n    print\n'
BARE_METHOD = '"""Module."""\n\n\nclass Case:\n    """A."""\n\n    def close(self) -> None: ...\n'
SWALLOWED = '"""Module."""\n\ntry:\n    pass\nexcept Exception:\n    pass\n'
UNFINISHED = '"""Module."""\n\nX = 1  # TO' + "DO: finish\n"


def _run(*command: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "code,text",
    [
        ("C901", BRANCHING),
        ("D103", BARE_FUNCTION),
        ("D102", BARE_METHOD),
        ("BLE001", SWALLOWED),
        ("FIX002", UNFINISHED),
        ("E501", f'"""{"word " * 25}."""\n'),
    ],
)
@pytest.mark.parametrize("folder", ["kernel/src/kernel", "services/intake/src/intake"])
def test_ruff_refuses(folder: str, code: str, text: str) -> None:
    """Complexity above 8, a missing docstring, a swallowed exception do not pass ruff."""
    found = _run(BIN / "ruff", "check", "--stdin-filename", f"{folder}/new.py", "-", stdin=text)
    assert found.returncode == 1
    assert code in found.stdout


def test_make_lists_its_targets() -> None:
    """Plain make prints every target with a description."""
    lines = _run("make").stdout.splitlines()
    described = {
        line.split()[1] for line in lines if line.startswith("  make ") and line.split()[2:]
    }
    assert described.issuperset(TARGETS)


def test_every_listed_target_needs_no_earlier_step() -> None:
    """Each target that runs something of ours sets up .venv first."""
    rules = [
        line for line in (ROOT / "Makefile").read_text("utf-8").splitlines() if ": setup" in line
    ]
    depending = {line.partition(":")[0] for line in rules}
    assert depending.issuperset(set(TARGETS) - {"setup", "clean", "lint"})


def test_setup_tells_what_is_missing(tmp_path: Path) -> None:
    """Without a fitting Python the reader is told what to install."""
    old = tmp_path / "python3.11"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    script = ROOT / "tools/find_python.sh"
    found = subprocess.run(
        ["/bin/bash", script],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1
    assert "no Python 3.11 or newer" in found.stderr
