"""A command run in this process, and one real embedded node for the tests that need it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kernel.testing.waiting import eventually
from lianxin.cli import invocation
from lianxin.cli.app import application
from lianxin.cli.commands.node import answers
from lianxin.cli.nodes import from_folder

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "deploy" / "samples" / "anji"


@dataclass(frozen=True)
class Outcome:
    """What a command gave."""

    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path, monkeypatch) -> Iterator[Run]:
    """Runs `lianxin …` with a home of its own; Chinese unless said otherwise."""
    monkeypatch.setenv("LIANXIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LIANXIN_LANG", "zh")
    for name in ("LIANXIN_NODE", "LIANXIN_KEY", "LIANXIN_PASSWORD", "LIANXIN_NEW_PASSWORD"):
        monkeypatch.delenv(name, raising=False)

    def runs(*words: str, typed: str = "", **environment: str) -> Outcome:
        result = CliRunner().invoke(application(), [*words], input=typed, env=environment)
        return Outcome(result.exit_code, result.stdout, result.stderr)

    yield runs
    invocation.begin()


@dataclass(frozen=True)
class Node:
    """A running node and where its data are."""

    data: Path
    process: "subprocess.Popen[bytes]"


@pytest.fixture(scope="module")
def node(tmp_path_factory) -> Iterator[Node]:
    """A county that hosts everything, as a process of its own."""
    folder = tmp_path_factory.mktemp("node")
    directory = (SAMPLES / "directory.yaml").read_text("utf-8")
    kept = directory.partition("\ndelegations:")[0]
    (folder / "directory.yaml").write_text(kept + "\n", "utf-8")
    (folder / "node.yaml").write_text("node: anji\ndirectory: directory.yaml\n", "utf-8")
    command = [sys.executable, "-m", "lianxin.cli", "node", "up", "--config"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, str(folder / "node.yaml")], stdout=log, stderr=log, env=os.environ.copy()
        )
    try:
        asyncio.run(eventually(lambda: _is_up(folder / "data", process), 90))
        yield Node(folder / "data", process)
    finally:
        process.terminate()
        process.wait(30)


def _is_up(data: Path, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, "the node did not start"
    if not (data / "first-administrator-password").exists():
        return False
    door = from_folder(data)
    return all(map(answers, door.services.values()))
