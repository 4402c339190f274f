"""The stack of deploy/compose.yaml as a test handles it: brought up, asked, hurt, taken down.

`Stack` speaks to the containers through the Docker command line and to the nodes through their
published ports, as anybody outside would. Fault proofs build on it:

    stack.kill("dipu-routing"); stack.start("dipu-routing")
    stack.cut("dipu"); ...; stack.mend("dipu")
    stack.until_well("dipu-routing")
"""

import asyncio
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kernel.testing.waiting import looks
from lianxin.cli.demo.people import FIRST_FILE, Clerk, Personnel, Refused
from lianxin.cli.demo.world import Doors

from .tokens import Tokens

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "deploy" / "compose.yaml"
PROJECT = os.environ.get("LIANXIN_PROJECT", "lianxin-e2e")
UP_LIMIT_S = 600
LIMIT_S = 120
PORTS = {"anji": 7310, "dipu": 7320, "tianhuangping": 7330, "lujia": 7340}
IN_CONTAINERS = ("anji", "dipu", "tianhuangping")
"""Nodes whose services are containers of their own; the village is one container."""


class NotWell(RuntimeError):
    """A container did not get well in time; the message ends with what it logged last."""


@cache
def compose_command() -> tuple[str, ...]:
    """The compose program of this machine; empty where there is none."""
    local = ROOT / ".cache" / "compose" / "bin" / "docker-compose"
    candidates = [("docker", "compose"), (str(local),), ("docker-compose",)]
    for words in candidates:
        if shutil.which(words[0]) and _succeeds([*words, "version"]):
            return words
    return ()


def what_is_missing() -> str:
    """Why containers cannot be tested on this machine; empty when they can."""
    if not shutil.which("docker") or not _succeeds(["docker", "info"]):
        return "no Docker engine answers"
    if not compose_command():
        return "no docker compose"
    version = os.environ.get("LIANXIN_VERSION", "latest")
    images = [f"lianxin-{name}:{version}" for name in ("node", "postgres", "broker")]
    absent = [each for each in images if not _succeeds(["docker", "image", "inspect", each])]
    return f"images are not built: {', '.join(absent)} (make images)" if absent else ""


def _succeeds(words: Sequence[str]) -> bool:
    try:
        done = subprocess.run(words, capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@dataclass
class Stack:
    """The containers of one project; `folder` keeps what was read out of them."""

    folder: Path
    file: Path = FILE
    project: str = PROJECT

    def compose(self, *words: str, limit_s: float = LIMIT_S) -> str:
        """Run docker compose on the stack; what it printed."""
        command = [*compose_command(), "--project-name", self.project, "--file", str(self.file)]
        return _run([*command, *words], limit_s)

    def docker(self, *words: str, limit_s: float = LIMIT_S) -> str:
        """Run docker; what it printed."""
        return _run(["docker", *words], limit_s)

    def up(self, *services: str) -> float:
        """Start and wait until everything is well; the seconds it took."""
        began = time.monotonic()
        waiting = ["--wait", "--wait-timeout", str(UP_LIMIT_S)]
        self.compose("up", "--detach", *waiting, *services, limit_s=UP_LIMIT_S + 30)
        return time.monotonic() - began

    def down(self) -> None:
        """Stop and remove containers, networks and volumes."""
        everything = ("--profile", "*")  # else the volumes of what runs on demand stay
        gone = ("down", "--volumes", "--remove-orphans", "--timeout", "20")
        self.compose(*everything, *gone, limit_s=300)

    def container(self, service: str) -> str:
        """The id of a service's container."""
        return self.compose("ps", "--all", "--quiet", service).strip()

    def services(self) -> list[str]:
        """Every service that runs on, no jobs."""
        listed = self.compose("ps", "--services", "--filter", "status=running")
        return sorted(listed.split())

    def state(self, service: str) -> dict[str, Any]:
        """What Docker says of the container: Status, ExitCode, Health and more."""
        shown = self.docker("inspect", "--format", "{{json .State}}", self.container(service))
        state: dict[str, Any] = json.loads(shown)
        return state

    def read(self, service: str, path: str) -> str:
        """A file in a running container."""
        return self.docker("exec", self.container(service), "cat", path)

    def logs(self, service: str, lines: int = 20) -> str:
        """What the service logged last."""
        return self.compose("logs", "--no-color", "--tail", str(lines), service)

    def kill(self, service: str) -> None:
        """As a power cut would: SIGKILL. Docker does not start it again by itself."""
        self.docker("kill", self.container(service))

    def stop(self, service: str, *, within_s: int = 30) -> None:
        """As an operator would: SIGTERM, and SIGKILL when it is still there after that time."""
        self.docker("stop", "--time", str(within_s), self.container(service))

    def start(self, service: str) -> None:
        """Start a container that was killed or stopped."""
        self.docker("start", self.container(service))

    def until_well(self, service: str, *, limit_s: float = LIMIT_S) -> float:
        """Wait until its own health check passes; the seconds it took. Raises NotWell."""
        for seconds in looks(limit_s, poll=0.5):
            if self.state(service).get("Health", {}).get("Status") == "healthy":
                return seconds
        raise NotWell(f"{service} after {limit_s:.0f} s:\n{self.logs(service)}")

    def cut(self, node: str) -> None:
        """Take a node's uplink away: `docker network disconnect`. Connections die in silence."""
        self.docker("network", "disconnect", self._uplink(node), self.container(_caller(node)))

    def mend(self, node: str) -> None:
        """Give the uplink back, with every name the container had there."""
        names = [f"--alias={name}" for name in self._aliases(node)]
        self.docker("network", "connect", *names, self._uplink(node), self.container(_caller(node)))

    def doors(self, node: str) -> Doors:
        """A node as somebody outside reaches it; reads its CA and the first password once."""
        folder = self.folder / node
        if not folder.exists():
            self._look_at(node, folder)
        first = PORTS[node]
        ports = (first, first + 1, first + 2, first + 3, first + 4)
        return Doors(node, folder, *ports, ca=folder / "ca.pem")

    def _look_at(self, node: str, folder: Path) -> None:
        service, ca = f"{node}-routing", "/run/lianxin/ca.pem"
        if node not in IN_CONTAINERS:
            service, ca = f"{node}-node", "/given/nodes-ca.pem"
        trusted = self.read(service, ca)
        first = self.read(service, f"/var/lib/lianxin/data/{FIRST_FILE}")
        folder.mkdir(parents=True)
        (folder / "ca.pem").write_text(trusted, encoding="ascii")
        (folder / FIRST_FILE).write_text(first, encoding="ascii")

    def _uplink(self, node: str) -> str:
        return f"{self.project}_uplink-{node}"

    def _aliases(self, node: str) -> list[str]:
        service = yaml.safe_load(self.file.read_text("utf-8"))["services"][_caller(node)]
        named: list[str] = service["networks"][f"uplink-{node}"]["aliases"]
        return [_caller(node), *named]


def _caller(node: str) -> str:
    """The service of a node that dials the node above."""
    return f"{node}-routing" if node in IN_CONTAINERS else f"{node}-node"


def _run(words: Sequence[str], limit_s: float) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=limit_s, check=False)
    if done.returncode:
        said = f"{done.stdout}\n{done.stderr}"[-4000:]
        raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}:\n{said}")
    return done.stdout


@contextmanager
def running(folder: Path) -> Iterator[Stack]:
    """The whole stack, up and well; gone at the end, volumes too."""
    stack = Stack(folder)
    with suppress(RuntimeError):
        stack.down()  # what an interrupted run left behind
    try:
        stack.up()
        yield stack
    finally:
        stack.down()


class People:
    """Accounts at the nodes of a stack, made by each node's administrator; always logged in."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._personnel = Personnel()
        self._tokens = Tokens()

    def reaching(self, stack: Stack) -> "People":
        """The same people, who know the way to the nodes of this stack."""
        made = People(stack)
        made._personnel, made._tokens = self._personnel, self._tokens
        return made

    async def hire(self, node: str, unit: str, *roles: str) -> Clerk:
        """Somebody with these roles, logged in."""
        name = f"{roles[0]}.{unit.removeprefix('s-').removeprefix('u-')}"[:40]
        doors = await asyncio.to_thread(self._stack.doors, node)
        return await self._fresh(await self._personnel.hire(doors, name, unit, roles))

    async def administrator(self, node: str) -> Clerk:
        """The node's administrator."""
        doors = await asyncio.to_thread(self._stack.doors, node)
        return await self._fresh(await self._personnel.administrator(doors))

    async def _fresh(self, clerk: Clerk) -> Clerk:
        with suppress(Refused):  # the node is away just now: the former token lives on for a while
            await self._tokens.fresh(clerk)
        return clerk

    async def resident(self, node: str) -> Clerk:
        """Somebody without an account."""
        return self._personnel.resident(await asyncio.to_thread(self._stack.doors, node))

    async def close(self) -> None:
        """Hang up for everybody."""
        await self._personnel.close()
