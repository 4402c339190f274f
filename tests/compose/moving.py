"""A village that gets a host of its own by the steps of deploy/README.md, and its counter.

The host is a project of its own, made of deploy/village; only its uplink joins it to the stack.
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from kernel.clock import SystemClock
from kernel.ids import new_id
from lianxin.cli.demo import acts, samples
from lianxin.cli.demo.people import FIRST_FILE, Clerk, Refused
from lianxin.cli.demo.scenes import plain
from lianxin.cli.demo.world import Doors
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake

from .stack import LIMIT_S, PROJECT, ROOT, Stack, _run, compose_command
from .working import AGAIN, PATIENCE_S, PAUSE_S, Work

NODE, SITE = "kangshan", "s-dipu-kangshan"
COUNTY, FORMER = "anji", "dipu"
FOLDER = ROOT / "deploy" / "village"
FIRST_PORT = 7350
PORTS = {
    "INTAKE_PORT": FIRST_PORT,
    "ROUTING_PORT": FIRST_PORT + 1,
    "MEDIATION_PORT": FIRST_PORT + 3,
    "HEARING_PORT": FIRST_PORT + 4,
}
UPLINK = f"{PROJECT}_uplink-lujia"
"""The network on which villages reach their township."""
ISSUED = f"/var/lib/lianxin/home/{NODE}"
AUTHORITY = "/var/lib/lianxin/pki"
GIVEN = {
    "node.pem": f"{ISSUED}/{NODE}.pem",
    "node.key": f"{ISSUED}/{NODE}.key",
    "nodes-ca.pem": f"{AUTHORITY}/ca.pem",
    "crl.pem": f"{AUTHORITY}/crl.pem",
}
OWNER = "10001:10001"
"""The user that containers run as."""
ELSEWHERE = frozenset({"NUMBERING_MOVED", "NUMBERING_AWAITED", "UNIT_ELSEWHERE"})
"""What a node says that does not register for the site, or not yet."""


@dataclass
class Village(Stack):
    """The village's project, with the folders that stand beside its compose file."""

    project: str = f"{PROJECT}-village"

    def compose(self, *words: str, limit_s: float = LIMIT_S) -> str:
        """Run docker compose as on the village's host."""
        folders = {"GIVEN": "given", "CONFIGURATION": "lianxin", "BACKUPS": "backups"}
        said = PORTS | {name: self.folder / folder for name, folder in folders.items()}
        told = ["env", *(f"{name}={value}" for name, value in said.items()), *compose_command()]
        files = ["--project-name", self.project, "--file", str(FOLDER / "compose.yaml")]
        return _run([*told, *files, *words], limit_s)

    def certify(self, stack: Stack) -> None:
        """Issue its certificate at the county and carry it over; write its node file."""
        reached = ["--reached-at", "localhost", "--reached-at", "127.0.0.1"]
        signed = ["--authority", AUTHORITY, "--out", ISSUED]
        tools(stack, "pki", "issue", NODE, "--node", NODE, *reached, *signed)
        for folder in ("given", "lianxin", "backups"):
            (self.folder / folder).mkdir(parents=True)
        for name, kept_at in GIVEN.items():
            run = ("run", "--rm", "--no-deps", "-T", "--entrypoint", "cat")
            file = self.folder / "given" / name
            file.touch(mode=0o600)
            file.write_text(stack.compose(*run, f"{COUNTY}-tools", kept_at), encoding="ascii")
        example = (FOLDER / "example-node.yaml").read_text("utf-8")
        for theirs, ours in (
            ("node: lujia", f"node: {NODE}"),
            ("dipu.example.org:7315", f"{FORMER}-routing:7315"),
            ("dipu.example.org:7312", f"{FORMER}-broker:7312"),
        ):
            assert theirs in example, theirs
            example = example.replace(theirs, ours)
        (self.folder / "lianxin" / "node.yaml").write_text(example, encoding="utf-8")
        image = f"lianxin-node:{os.environ.get('LIANXIN_VERSION', 'latest')}"
        root = ("run", "--rm", "--user", "0", "--entrypoint", "chown")
        mounted = f"{self.folder}:/given"
        self.docker(
            *root, "--volume", mounted, image, "-R", OWNER, "/given/given", "/given/backups"
        )

    def public_keys(self) -> tuple[str, str]:
        """Make its keys; the public ones, for the county's directory."""
        run = ("run", "--rm", "--no-deps", "-T", "node")
        words = ("node", "init", "--config", "/etc/lianxin/node.yaml", "--json")
        said = json.loads(self.compose(*run, *words))
        return said["public_key"], said["nats_key"]

    def bring_up(self) -> float:
        """Start it for the first time, its uplink plugged in; the seconds until it was well."""
        began = time.monotonic()
        self.compose("create")
        self.docker("network", "connect", UPLINK, self.container("node"))
        self.start("node")
        self.until_well("node")
        return time.monotonic() - began

    def doors(self, node: str) -> Doors:
        """The village as somebody outside reaches it."""
        folder = self.folder / node
        if not folder.exists():
            trusted = self.read("node", "/given/nodes-ca.pem")
            first = self.read("node", f"/var/lib/lianxin/data/{FIRST_FILE}")
            folder.mkdir()
            (folder / "ca.pem").write_text(trusted, encoding="ascii")
            (folder / FIRST_FILE).write_text(first, encoding="ascii")
        ports = (FIRST_PORT, FIRST_PORT + 1, FIRST_PORT + 2, FIRST_PORT + 3, FIRST_PORT + 4)
        return Doors(node, folder, *ports, ca=folder / "ca.pem")


@dataclass
class Wider(Stack):
    """The stack and the village beside it, for people who work at both."""

    village: Village | None = None

    def doors(self, node: str) -> Doors:
        """A node of either."""
        if self.village is not None and node == NODE:
            return self.village.doors(node)
        return super().doors(node)


def tools(stack: Stack, *words: str) -> str:
    """The command of the county's operator; a password it needs is in the environment."""
    run = ("run", "--rm", "--no-deps", "-T", "--env", "LIANXIN_PASSWORD", f"{COUNTY}-tools")
    return stack.compose(*run, *words)


def delegate(stack: Stack, node: str, *keys: str) -> None:
    """Give the site to a node, or take it back with an empty one."""
    tools(stack, "login", "admin")
    tools(stack, "directory", "delegate", SITE, "--node", node, "--json", *keys)


def forget(stack: Stack) -> bool:
    """Take it back once more; False while the county says that the node is not empty."""
    try:
        delegate(stack, "")
    except RuntimeError as refused:
        if "NODE_NOT_EMPTY" not in str(refused):
            raise
        return False
    return True


def dispute() -> intake.RegisterCaseRequest:
    """Two neighbours at odds: what a village may be given."""
    draft = plain.at_village(samples.load(SystemClock().now())[1].draft)
    draft.category, draft.procedure = "neighbour", words.PROCEDURE_PEOPLES_MEDIATION
    return intake.RegisterCaseRequest(request_id=str(new_id()), draft=draft)


@dataclass
class Moving(Work):
    """Work at every node, and at the counter of a site that changes nodes."""

    at: str = FORMER
    """The node at which the counter registers now."""
    numbers: list[str] = field(default_factory=list)
    answered: float = 0.0
    moved: dict[str, float] = field(default_factory=dict)
    """By node, the seconds from the last number given elsewhere to the first given there."""

    async def _form(self, node: str) -> tuple[Clerk, intake.RegisterCaseRequest]:
        return await self.clerk(node), dispute()

    async def desk(self, node: str) -> Clerk:
        """Somebody of the site with an account at a node."""
        if node == NODE:
            return await self.clerk(node)
        roles = (*plain.MIDDLE, "registrar")
        return await self.people.hire(node, SITE, *roles)

    async def hired(self) -> bool:
        """Whether the new node has heard of the site, so that people of it get accounts there."""
        return bool((await self.desk(NODE)).token)

    async def register_at(self, node: str) -> str:
        """A case at the counter, by one request until it is answered; "" = not at this node."""
        desk = await self.desk(node)
        request = dispute()
        made: list[str] = []

        async def answered() -> bool:
            try:
                stamp = (await acts.call(desk.intake.RegisterCase(request))).stamp
            except Refused as refused:
                if refused.reason in ELSEWHERE:
                    return True
                if refused.reason not in AGAIN:
                    raise AssertionError(f"{node} refuses with {refused.reason}") from None
                self.tried_again[node] += 1
                return False
            self.registered.append(stamp.case_id)
            self._number(node, stamp.case_no)
            made.append(stamp.case_id)
            return True

        await acts.until(answered, "never registered", limit_s=PATIENCE_S, pause_s=PAUSE_S)
        return made[0] if made else ""

    def _number(self, node: str, case_no: str) -> None:
        now = time.monotonic()
        if self.at != node:
            self.moved[node] = now - self.answered
        self.at, self.answered = node, now
        self.numbers.append(case_no)

    @asynccontextmanager
    async def counter(self, *nodes: str) -> AsyncIterator[None]:
        """The counter registers meanwhile, at whichever of these nodes registers for the site."""
        stop = asyncio.Event()
        task = asyncio.create_task(self._counting(nodes, stop))
        try:
            yield
        finally:
            stop.set()
            await task

    async def _counting(self, nodes: tuple[str, ...], stop: asyncio.Event) -> None:
        turn, last = 0, ""
        while not stop.is_set():
            node = nodes[turn % len(nodes)]
            case_id = await self.register_at(node)
            last = case_id or last
            turn += not case_id
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE_S)
        if last:
            await acts.known_to(await self.desk(self.at), last)

    def given_twice_or_left_out(self) -> list[int]:
        """Of the numbers of the site, those that were not given exactly once."""
        given = sorted(int(number.rpartition("-")[2]) for number in self.numbers)
        expected = set(range(given[0], given[-1] + 1))
        twice = {number for number in given if given.count(number) > 1}
        return sorted(twice | (expected - set(given)))
