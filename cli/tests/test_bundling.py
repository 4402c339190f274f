"""The bundle: made of this checkout, installed with no network, refused when it was altered."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = ("unshare", "--map-root-user", "--net")
"""A network namespace without any network; where it may not be made, pip's --no-index must do."""


def no_network():
    """What to put before a command so that it has no network."""
    if shutil.which(OFFLINE[0]) is None:
        return ()
    tried = subprocess.run([*OFFLINE, "true"], check=False, capture_output=True)
    return OFFLINE if tried.returncode == 0 else ()


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """A bundle of our own packages alone: those of others would have to be fetched."""
    folder = tmp_path_factory.mktemp("bundle")
    lock = folder / "none.lock"
    lock.write_text("# nothing\n", "utf-8")
    words = ("bundle", str(folder), "--from", str(ROOT), "--lock", str(lock), "--json")
    run = subprocess.run(
        [sys.executable, "-m", "lianxin.cli", *words], check=False, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def unpacked(bundle, folder):
    """The folder that the archive makes."""
    with tarfile.open(bundle["file"]) as archive:
        archive.extractall(folder, filter="data")
    (made,) = folder.iterdir()
    return made


def installed(place, target):
    """What the script of the bundle says, run with no network."""
    return subprocess.run(
        [*no_network(), "sh", str(place / "install.sh"), str(target)],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHON": sys.executable},
    )


def test_it_installs_with_no_network(bundle, tmp_path):
    """Every package of ours and the data are there, in a new environment."""
    place = unpacked(bundle, tmp_path / "there")
    run = installed(place, tmp_path / "installed")
    assert run.returncode == 0, run.stderr
    listed = "import importlib.metadata as m; print(*sorted(d.name for d in m.distributions()))"
    python = tmp_path / "installed" / "bin" / "python"
    found = subprocess.run([python, "-I", "-c", listed], check=True, capture_output=True, text=True)
    names = found.stdout.split()
    assert {"lianxin-cli", "lianxin-kernel"} <= set(names) or len(names) > 7
    share = tmp_path / "installed" / "share" / "lianxin"
    assert (share / "regulation" / "cn-2022.yaml").is_file()
    assert (tmp_path / "installed" / "bin" / "lianxin").is_file()


def test_an_altered_file_stops_the_installation(bundle, tmp_path):
    """A wheel that is not as it was packed is named, and nothing is installed."""
    place = unpacked(bundle, tmp_path / "there")
    wheel = next((place / "wheels").glob("*.whl"))
    wheel.write_bytes(wheel.read_bytes() + b"x")
    run = installed(place, tmp_path / "installed")
    assert run.returncode != 0
    assert wheel.name in run.stdout + run.stderr
    assert not (tmp_path / "installed").exists()


def test_the_whole_is_named_by_its_sum(bundle):
    """Beside the archive lies its SHA-256, as `sha256sum --check` reads it."""
    file = Path(bundle["file"])
    said = file.with_name(f"{file.name}.sha256").read_text("utf-8")
    assert said.split() == [bundle["sha256"], file.name]
