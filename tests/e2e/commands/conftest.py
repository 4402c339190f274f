"""Three nodes as processes, linked without cables, and people who type commands at each."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from kernel.testing.issuer import AUDIENCE, IssuerProcess
from kernel.testing.waiting import eventually
from lianxin.cli import invocation
from lianxin.cli.app import application
from lianxin.cli.demo.acts import in_days
from lianxin.cli.demo.processes import NodeProcess
from lianxin.cli.demo.world import ABOVE, COUNTY, HOST, NODES, TOWNSHIP, VILLAGE, World, build

PASSWORD = "shanqing-shuixiu-26"
LIMIT_S = 30.0
STAFF = {
    "desk": (COUNTY, "s-anji", ("triage", "handler")),
    "second": (COUNTY, "s-anji", ("committee_head",)),
    "office": (COUNTY, "u-anji-lianxiban", ("joint_office",)),
    "watch": (COUNTY, "u-anji-ducha", ("supervisor",)),
    "leader": (COUNTY, "s-anji", ("lead_officer",)),
    "water": (COUNTY, "u-anji-shuili", ("triage", "handler")),
    "farm": (COUNTY, "u-anji-nongye", ("triage", "handler")),
    "inspector": (COUNTY, "s-anji", ("upper_inspector",)),
    "town": (TOWNSHIP, "s-dipu", ("triage", "handler")),
    "town-head": (TOWNSHIP, "s-dipu", ("committee_head",)),
    "village": (VILLAGE, "s-dipu-lujia", ("registrar", "handler")),
}
"""Who is there: node, unit, roles. Beside them `admin`, the administrator of the county."""


def pytest_collection_modifyitems(items):
    """The first test of the folder waits for three nodes to start: more time than others need."""
    for item in items:
        if "e2e/commands" in item.path.as_posix():
            item.add_marker(pytest.mark.timeout(300))


@dataclass(frozen=True)
class Said:
    """What a command gave back."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document: nothing else may be there."""
        return json.loads(self.out)


@dataclass
class County:
    """The nodes, and everybody's terminal."""

    world: World
    homes: Path
    issuer: IssuerProcess
    """An identity provider that the county's node trusts."""
    processes: dict[str, NodeProcess] = field(default_factory=dict)

    def type(self, who: str, *words: str, node: str = "", typed: str = "", **more: str) -> Said:
        """Type a command as somebody; `more` is environment."""
        at = node or STAFF.get(who, (COUNTY,))[0]
        environment = {
            "LIANXIN_HOME": str(self.homes / f"{at}-{who}"),
            "LIANXIN_NODE": str(self.world.nodes[at].data),
            "LIANXIN_LANG": "zh",
            **more,
        }
        result = CliRunner().invoke(application(), [*words], input=typed, env=environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    def ask(self, who: str, *words: str, status: int = 0, **more: str) -> Any:
        """The JSON a command answers, with the status expected."""
        said = self.type(who, *words, "--json", **more)
        assert said.status == status, (words, said.out, said.err)
        return said.json

    def reason(self, who: str, *words: str, **more: str) -> str:
        """Why a command was refused; it says what to do next in words too."""
        said = self.type(who, *words, "--json", **more)
        assert said.status in {1, 2}, (words, said.out)
        error = said.json["error"]
        assert error["message"], error
        return str(error["reason"])

    def day(self, ahead: int) -> str:
        """A day so many days from today in China, ISO."""
        return in_days(ahead)

    def until(self, holds: Callable[[], Any], what: str) -> Any:
        """Wait until something is true; what it gave."""
        found: list[Any] = [None]

        async def held() -> bool:
            found[:] = [await asyncio.to_thread(holds)]  # a command has a loop of its own
            return bool(found[0])

        try:
            asyncio.run(eventually(held, LIMIT_S))
        except AssertionError:
            raise AssertionError(f"never: {what}") from None
        return found[0]

    @contextmanager
    def away(self, node: str) -> Iterator[None]:
        """While this holds the node does not run; afterwards it serves again."""
        process = self.processes[node]
        process.ask_to_stop()
        process.wait()
        try:
            yield
        finally:
            process.start()
            asyncio.run(process.ready())

    def registered(self, who: str, what: str = "", **options: str) -> tuple[str, str]:
        """Register at the counter; number and code, once routing knows it."""
        words = ["register", "--name", "何木根", "--phone", "19900008888", "--place", "lujia"]
        words += ["--what", what or "屋后排水沟被石渣填了，落雨就倒灌进灶间。"]
        for name, value in options.items():
            words += [f"--{name}", value]
        made = self.ask(who, *words)
        number = made["stamp"]["case_no"]
        self.until(lambda: self.type(who, "case", "log", number).status == 0, "known to routing")
        return number, made["query_code"]

    def custody(self, who: str, number: str) -> dict[str, Any]:
        """What somebody's node knows of holder, clocks and hand-overs; {} for nothing."""
        said = self.type(who, "case", "show", number, "--json")
        found: dict[str, Any] = said.json["custody"] if said.status == 0 else {}
        return found

    def held_by(self, who: str, number: str) -> dict[str, Any]:
        """Wait until somebody's unit holds the case."""
        unit = STAFF[who][1]

        def held() -> dict[str, Any]:
            found = self.custody(who, number)
            return (
                found if (found.get("holder_unit"), found.get("custody")) == (unit, "held") else {}
            )

        found: dict[str, Any] = self.until(held, f"{number} held by {unit}")
        return found


@pytest.fixture(scope="package")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """County, township and village with everybody logged in."""
    folder = tmp_path_factory.mktemp("county")
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        issuer = stack.enter_context(IssuerProcess())
        made = County(build(folder / "nodes"), folder / "homes", issuer)
        _trust(made)
        for name in ("LIANXIN_KEY", "LIANXIN_PASSWORD", "LIANXIN_NEW_PASSWORD"):
            patch.delenv(name, raising=False)
        stack.callback(invocation.begin)
        for code in NODES:
            _without_cable(made.world, code)
            made.processes[code] = NodeProcess(made.world.nodes[code])
            made.processes[code].start()
        stack.callback(_stop, made)
        for process in made.processes.values():
            asyncio.run(process.ready())
        _hire(made)
        yield made


def _trust(county: County) -> None:
    """Let the county's node take tokens of the identity provider."""
    doors = county.world.nodes[COUNTY]
    mapping = {
        "issuer": county.issuer.issuer,
        "audience": AUDIENCE,
        "roles_of": {"letters-registrar": ["registrar"], "letters-chief": ["triage"]},
    }
    (doors.file.parent / "issuer.yaml").write_text(yaml.safe_dump(mapping), "utf-8")
    file = yaml.safe_load(doors.file.read_text("utf-8"))
    doors.file.write_text(yaml.safe_dump(file | {"issuer": "issuer.yaml"}), "utf-8")


def _without_cable(world: World, code: str) -> None:
    """Let the node file name its parent's own doors."""
    doors = world.nodes[code]
    if code not in ABOVE:
        return
    above = world.nodes[ABOVE[code]]
    file = yaml.safe_load(doors.file.read_text("utf-8"))
    file["parent"] |= {
        "routing": f"{HOST}:{above.routing_port}",
        "nats": f"nats://{HOST}:{above.nats_port}",
    }
    doors.file.write_text(yaml.safe_dump(file), "utf-8")


def _hire(county: County) -> None:
    """Everybody gets an account from the administrator of the node and logs in."""
    for code in NODES:
        data = county.world.nodes[code].data
        first = (data / "first-administrator-password").read_text("ascii").strip()
        given = {"LIANXIN_PASSWORD": first, "LIANXIN_NEW_PASSWORD": PASSWORD}
        said = county.type("admin", "login", "admin", node=code, **given)
        assert said.status == 0, said.err
    for who, (node, unit, roles) in STAFF.items():
        words = [word for role in roles for word in ("--role", role)]
        password = {"LIANXIN_PASSWORD": PASSWORD}
        county.ask("admin", "staff", "add", who, "--unit", unit, *words, node=node, **password)
        said = county.type(who, "login", who, **password)
        assert said.status == 0, said.err


def _stop(county: County) -> None:
    for process in reversed(county.processes.values()):
        process.ask_to_stop()
        process.wait()
    os.sync()
