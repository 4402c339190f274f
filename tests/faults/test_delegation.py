"""A county that hosts everything gives a township, then a village, a node of its own, and back.

Real processes, and the operator's own commands. Nodes are killed on the way: every step of the
move is owed by rows of a database, so it goes on where it was.
"""

import asyncio
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
import yaml
from msgspec import structs

from kernel.catalogue import Language
from kernel.directory import write_directory
from kernel.ids import new_id
from lianxin.cli.audit_nodes import Witness, audit
from lianxin.cli.demo import acts
from lianxin.cli.demo.acts import in_days
from lianxin.cli.demo.cable import Cable
from lianxin.cli.demo.people import Personnel
from lianxin.cli.demo.processes import NodeProcess
from lianxin.cli.demo.world import ABOVE, NODES, World, build
from lianxin.cli.node import identity_of
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.intake.v1.case_pb2 import CaseDraft, Party
from lianxin.routing.v1 import custody_pb2 as custody

ROLES = ("registrar", "triage", "handler")
TOWN, VILLAGE = "s-dipu", "s-dipu-lujia"
FAR = 90.0


def registration():
    """A plain matter at a counter."""
    draft = CaseDraft(
        channel=words.CHANNEL_VISIT,
        identity=words.IDENTITY_MODE_NAMED,
        parties=[Party(role=words.PARTY_ROLE_APPLICANT, name="方小荷", phone="13800000000")],
        narrative="两家共用的水渠被一家填了一段，秧田引不到水，想请站里把两家叫到一起说清楚。",
        place_code="330523001211",
        category="neighbour",
        procedure=words.PROCEDURE_PEOPLES_MEDIATION,
    )
    return intake.RegisterCaseRequest(request_id=str(new_id()), draft=draft)


@dataclass
class Growing:
    """The nodes, the people at each, and what has been registered."""

    world: World
    homes: Path
    nodes: dict[str, NodeProcess]
    cables: dict[str, Cable]
    people: Personnel = field(default_factory=lambda: Personnel(Language.EN))
    registered: list[str] = field(default_factory=list)

    async def clerk(self, node, unit):
        """Somebody of a unit with an account at a node."""
        name = f"clerk.{node}.{unit}"
        return await self.people.hire(self.world.nodes[node], name[:40], unit, ROLES)

    async def register(self, node, unit):
        """A case registered at a unit on a node: its id and its number."""
        clerk = await self.clerk(node, unit)
        answer = await acts.call(clerk.intake.RegisterCase(registration()))
        self.registered.append(answer.stamp.case_id)
        return answer.stamp.case_id, answer.stamp.case_no

    async def number(self, node, unit):
        """The last digits of the number of the next case, once the node takes registrations."""
        found = []

        async def registered():
            found.append((await self.register(node, unit))[1])
            return True

        await acts.until(registered, f"{node} never registered for {unit}", limit_s=FAR)
        return int(found[-1].rpartition("-")[2])

    async def refused(self, node, unit):
        """Wait until a node registers no more for a unit; why, in words."""
        clerk = await self.clerk(node, unit)
        said = []

        async def no_more():
            try:
                made = await acts.call(clerk.intake.RegisterCase(registration()))
            except acts.Refused as refusal:
                said.append(refusal)
                return True
            self.registered.append(made.stamp.case_id)
            return False

        await acts.until(no_more, f"{node} goes on registering for {unit}", limit_s=FAR)
        return said[-1]

    async def held(self, node, unit, case_id):
        """Wait until the unit holds the case at this node."""
        return await acts.held_by(await self.clerk(node, unit), case_id, limit_s=FAR)

    async def up(self, node):
        """Start a node, for the first time or again."""
        self.nodes[node].start()
        await self.nodes[node].ready()

    async def kill(self, node):
        """Power off and on again."""
        self.nodes[node].kill()
        await self.up(node)

    async def lianxin(self, *command_words):
        """A command of the county's administrator; what it answers as JSON."""
        admin = await self.people.administrator(self.world.nodes["anji"])
        environment = {
            **os.environ,
            "LIANXIN_HOME": str(self.homes),
            "LIANXIN_NODE": str(self.world.nodes["anji"].data),
            "LIANXIN_LANG": "en",
            "LIANXIN_PASSWORD": admin.password,
        }
        for command in (["login", "admin"], list(command_words)):
            said = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "lianxin.cli", *command, "--json",
                env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            out, err = await said.communicate()
            assert said.returncode == 0, (command, out, err)
        return json.loads(out)

    async def delegate(self, site, node):
        """`lianxin directory delegate` with the keys the node has made."""
        identity = identity_of(self.world.nodes[node].data / "keys")
        keys = ["--public-key", identity.public_key, "--nats-key", identity.nats_key]
        return await self.lianxin("directory", "delegate", site, "--node", node, *keys)

    async def clean(self, *nodes):
        """The audit over these nodes finds every case that was ever answered for, held once."""
        witnesses = []
        for node in nodes:
            doors = self.world.nodes[node]
            site = {"anji": "s-anji", "dipu": TOWN, "lujia": VILLAGE}[node]
            reader = await self.people.hire(doors, f"inspector.{node}", site, ["upper_inspector"])
            admin = await self.people.administrator(doors)
            witnesses.append(Witness(node, admin.custody, [reader.worklist]))

        async def agreed():
            found = await audit(witnesses, self.registered)
            last[:] = [found]
            return found.clean and found.held_once == len(self.registered)

        last = []
        try:
            await acts.until(agreed, "", limit_s=FAR, pause_s=1.0)
        except acts.NeverHappened:
            pytest.fail(str(last[-1]))


@pytest_asyncio.fixture(loop_scope="session")
async def growing(tmp_path):
    """A county whose directory delegates nothing yet; only its node is up."""
    world = build(tmp_path / "county")
    alone = structs.replace(world.directory, delegations=())
    (world.folder / "directory.json").write_bytes(write_directory(alone))
    cables = {}
    for child, parent in ABOVE.items():
        lower, upper = world.nodes[child], world.nodes[parent]
        file = yaml.safe_load(lower.file.read_text("utf-8"))
        del file["directory"]  # it comes from above
        lower.file.write_text(yaml.safe_dump(file), "utf-8")
        cables[child] = Cable()
        await cables[child].lay(lower.up_routing, upper.routing_port)
        await cables[child].lay(lower.up_nats, upper.nats_port)
    nodes = {code: NodeProcess(world.nodes[code]) for code in NODES}
    made = Growing(world, tmp_path / "home", nodes, cables)
    try:
        await made.up("anji")
        yield made
    finally:
        await made.people.close()
        for node in reversed(nodes.values()):
            node.ask_to_stop()
            await asyncio.to_thread(node.wait)
        for cable in cables.values():
            await cable.close()


@pytest.mark.timeout(600)
@pytest.mark.asyncio(loop_scope="session")
async def test_a_township_then_a_village_get_nodes_of_their_own_and_give_them_back(growing):
    """Numbers go on without gap or repeat, cases follow through kills and a cut, all held once."""
    first, number = await growing.register("anji", TOWN)
    second, _ = await growing.register("anji", TOWN)
    assert number.endswith("-00001")

    answer = await growing.delegate(TOWN, "dipu")
    assert answer["version"] == 2
    refusal = await growing.refused("anji", TOWN)
    assert refusal.reason in {"NUMBERING_MOVED", "UNIT_ELSEWHERE"}
    assert "dipu" in refusal.remote.message
    given = len(growing.registered)
    await growing.kill("anji")
    await growing.up("dipu")
    await growing.kill("dipu")
    for case_id in (first, second):
        await growing.held("dipu", TOWN, case_id)
    assert await growing.number("dipu", TOWN) == given + 1

    village, number = await growing.register("dipu", VILLAGE)
    assert number.endswith("-00001")
    growing.cables["dipu"].cut()
    assigned, _ = await growing.register("anji", "s-anji")
    await acts.known_to(await growing.clerk("anji", "s-anji"), assigned, limit_s=FAR)
    request = custody.AssignRequest(
        case_id=assigned, to_unit=VILLAGE, reason="local_matter", due_on=in_days(60)
    )
    desk = await growing.clerk("anji", "s-anji")
    await acts.ask(desk, desk.custody.Assign, request)
    await growing.delegate(VILLAGE, "lujia")
    growing.cables["dipu"].mend()
    await growing.up("lujia")
    await growing.kill("dipu")
    for case_id in (village, assigned):
        await growing.held("lujia", VILLAGE, case_id)
    assert await growing.number("lujia", VILLAGE) == 2
    await growing.clean("anji", "dipu", "lujia")

    await growing.lianxin("directory", "delegate", VILLAGE, "--node", "")
    await growing.kill("lujia")
    for case_id in (village, assigned):
        await growing.held("dipu", VILLAGE, case_id)
    assert await growing.number("dipu", VILLAGE) == 3
    await growing.clean("anji", "dipu", "lujia")
    growing.nodes["lujia"].ask_to_stop()

    await growing.lianxin("directory", "delegate", VILLAGE, "--node", "")
    await growing.lianxin("directory", "delegate", TOWN, "--node", "")
    for case_id in (first, second):
        await growing.held("anji", TOWN, case_id)
    assert await growing.number("anji", TOWN) == given + 2
    assert await growing.number("anji", VILLAGE) == 4
    await growing.clean("anji", "dipu")
