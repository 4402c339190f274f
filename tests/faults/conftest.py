"""Three real nodes as processes, shared by all tests of this folder: starting them costs most."""

import asyncio
import os
import shutil
import signal
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from kernel.catalogue import Language
from kernel.ids import new_id
from lianxin.cli.audit_nodes import Witness, audit
from lianxin.cli.demo import acts, report
from lianxin.cli.demo.acts import in_days
from lianxin.cli.demo.cable import Cable
from lianxin.cli.demo.showing import Screen
from lianxin.cli.demo.stage import Stage, staged
from lianxin.cli.demo.world import ABOVE, NODES
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.intake.v1.case_pb2 import CaseDraft, Party
from lianxin.mediation.v1 import mediation_pb2
from lianxin.mediation.v1 import mediation_service_pb2 as mediation
from lianxin.routing.v1 import custody_pb2 as custody
from lianxin.routing.v1 import worklist_pb2 as worklist

COUNTY, TOWN, VILLAGE = "s-anji", "s-dipu", "s-dipu-lujia"
UNIT_OF = {"anji": COUNTY, "dipu": TOWN, "lujia": VILLAGE}
ROLES = ("registrar", "triage", "handler")
FAR = 90.0
"""Seconds within which a case must have arrived after everything is up again."""


class Snip(Cable):
    """A cable that is cut by itself at one message between the two nodes."""

    def __init__(self) -> None:
        super().__init__()
        self._marker, self._up, self._delivered = b"", True, False
        self.snips = 0

    def cut_at(self, marker: str, *, up: bool = True, delivered: bool = False) -> None:
        """Cut once, at the next gRPC message with these words; `delivered`: right behind it."""
        self._marker, self._up, self._delivered = marker.encode(), up, delivered

    def lets_pass(self, chunk: bytes, target: int, *, up: bool) -> bool:
        """Not the message that was named."""
        if not self._marker or up is not self._up or self._marker not in chunk:
            return True
        self._marker = b""
        self.snips += 1
        if not self._delivered:
            return False
        for writer in self._open:
            writer.write(chunk)
        return False


@dataclass
class County:
    """What tests do with the three nodes."""

    stage: Stage
    orders: Path
    """Folder of the orders to die at a step of the protocol."""
    registered: list[str] = field(default_factory=list)
    """Ids of all cases that a node answered for: none may be lost, whatever a test did."""

    async def clerk(self, unit):
        """Somebody who registers, hands on and signs at a unit."""
        return await self.stage.clerk(unit, *ROLES)

    async def people(self, node):
        """Everybody whom the tests made at a node."""
        admin = await self.stage.administrator(node)
        clerks = self.stage.people.clerks.values()
        return [admin, *(clerk for clerk in clerks if clerk.doors.node == node and clerk.staff_id)]

    async def register(self, unit, *, known=True, **values):
        """A case registered at a unit and, if asked, known to its routing. Answers its id."""
        clerk = await self.clerk(unit)
        answer = await acts.call(clerk.intake.RegisterCase(registration(**values)))
        self.registered.append(answer.stamp.case_id)
        if known:
            await acts.known_to(clerk, answer.stamp.case_id, limit_s=FAR)
        return answer.stamp.case_id

    async def escalate(self, unit, case_id):
        """The holder hands the case to the site above. Answers the hand-over's id."""
        clerk = await self.clerk(unit)
        request = custody.EscalateRequest(case_id=case_id, reason="beyond_competence")
        return (await acts.ask(clerk, clerk.custody.Escalate, request)).handoff_id

    async def assign(self, unit, to_unit, case_id):
        """The holder assigns the case downwards. Answers the hand-over's id."""
        clerk = await self.clerk(unit)
        request = custody.AssignRequest(
            case_id=case_id, to_unit=to_unit, reason="local_matter", due_on=in_days(60)
        )
        return (await acts.ask(clerk, clerk.custody.Assign, request)).handoff_id

    async def recall(self, unit, case_id, handoff_id):
        """The sender wants it back."""
        clerk = await self.clerk(unit)
        request = custody.RecallRequest(
            request_id=str(new_id()), case_id=case_id, handoff_id=handoff_id
        )
        return await acts.call(clerk.custody.Recall(request))

    async def write(self, unit, case_id):
        """A write in intake under the holder's grant, once routing has told it."""
        clerk = await self.clerk(unit)
        request = intake.AcceptCaseRequest(
            case_id=case_id,
            procedure=words.PROCEDURE_PEOPLES_MEDIATION,
            category="neighbour",
            difficulty=words.DIFFICULTY_SIMPLE,
            colour=words.COLOUR_GREEN,
        )

        async def written():
            return await acts.ask(clerk, clerk.intake.AcceptCase, request)

        await acts.until(written, f"{unit} holds {case_id} and cannot write", limit_s=FAR)

    async def mediate(self, unit, case_id, note):
        """The holder opens the mediation of an accepted case, once mediation was granted it."""
        clerk = await self.clerk(unit)
        request = mediation.OpenMediationRequest(
            request_id=str(new_id()),
            case_id=case_id,
            epoch=1,
            kind=mediation_pb2.MEDIATION_KIND_PEOPLES,
            note=note,
        )

        async def opened():
            refused = await acts.refused_with(clerk.mediation.OpenMediation(request))
            assert refused in {"", "CASE_MISSING", "NOT_ACCEPTED"}
            return not refused

        await acts.until(opened, f"{unit} cannot open the mediation of {case_id}", limit_s=FAR)

    async def mediation(self, unit, case_id):
        """The mediation of a case as the unit's node shows it."""
        clerk = await self.clerk(unit)
        request = mediation.GetMediationRequest(case_id=case_id)
        return (await acts.call(clerk.mediation.GetMediation(request))).mediation

    async def custody(self, unit, case_id):
        """What the unit's node says of the case."""
        return await acts.custody_of(await self.clerk(unit), case_id)

    async def out(self, unit, case_id):
        """Wait until the case is out of the sender's hands."""

        async def gone():
            return (await self.custody(unit, case_id)).custody == "out"

        await acts.until(gone, f"{case_id}: never offered by {unit}", limit_s=FAR)

    async def held_only_at(self, unit, case_id):
        """Wait until the unit holds it; then no other node may say so too."""
        await acts.held_by(await self.clerk(unit), case_id, limit_s=FAR)
        holders = []
        for other in UNIT_OF.values():
            clerk = await self.clerk(other)
            if await acts.refused_with(acts.custody_of(clerk, case_id)) == "CASE_UNKNOWN":
                continue
            found = await acts.custody_of(clerk, case_id)
            if found.state == "held" and found.holder_unit == other:
                holders.append(other)
        assert holders == [unit]

    async def header_agrees(self, case_id, unit):
        """Wait until the county's header names the holder and its state; the epoch, too.

        A case that the county itself handed out shows there the epoch that it sealed.
        """
        own = await acts.known_to(await self.clerk(unit), case_id, limit_s=FAR)
        inspector = await report.inspector(self.stage, "anji")

        async def agrees():
            told = await acts.custody_of(inspector, case_id)
            sealed_here = told.custody == "out" and told.epoch < own.epoch
            named = told.epoch == own.epoch or sealed_here
            return named and (told.holder_unit, told.state) == (unit, own.state)

        await acts.until(agrees, f"{case_id}: the county's header differs", limit_s=FAR)

    async def check_clean(self):
        """Everything came to rest, and the audit over all nodes finds every case held once."""
        await report.settled_down(self.stage)
        witnesses = [
            Witness(
                node,
                (await self.stage.administrator(node)).custody,
                [(await report.inspector(self.stage, node)).worklist],
            )
            for node in NODES
        ]
        found = await audit(witnesses, self.registered)
        assert found.broken == []
        assert (found.registered, found.held_once) == (len(self.registered), len(self.registered))

    async def start(self, node, *, way="up", **extra):
        """Start a node that has stopped, with more environment if given."""
        self.stage.nodes[node].start(extra, way=way)
        await self.stage.nodes[node].ready()

    async def stop(self, node):
        """Stop a node as an operator does."""
        process = self.stage.nodes[node]
        process.ask_to_stop()
        await asyncio.to_thread(process.wait)
        assert await process.ended() == 0

    async def restart(self, node, **extra):
        """Stop a node and start it again."""
        await self.stop(node)
        await self.start(node, **extra)

    def kill_at(self, step):
        """The first node that comes to this step from now on dies there."""
        (self.orders / step).touch()

    async def killed(self, node, step):
        """Wait until the node has died at the step, and start it again. Answers how it ended."""
        code = await self.stage.nodes[node].ended()
        assert (self.orders / f"{step}.done").exists()
        await self.start(node)
        return code

    async def links(self, node):
        """How the links of a node stand, as its administrator sees them."""
        admin = await self.stage.administrator(node)
        return await acts.call(admin.worklist.LinkStatus(worklist.LinkStatusRequest()))

    def broker_of(self, node):
        """The process id of a node's nats-server, from the file with its port; 0 while away."""
        files = list((self.data(node) / "nats").glob("*.ports"))
        return int(files[0].stem.rpartition("_")[2]) if files else 0

    def lose_streams(self, node):
        """A node's nats-server dies and its store is gone; stopped first, it writes no more."""
        broker = self.broker_of(node)
        os.kill(broker, signal.SIGSTOP)
        shutil.rmtree(self.data(node) / "nats" / "jetstream")
        os.kill(broker, signal.SIGKILL)

    def data(self, node):
        """The data folder of a node."""
        return self.stage.world.nodes[node].data

    def cut(self, node):
        """The link of a node to its parent is cut."""
        self.stage.cables[node].cut()

    def mend(self, node):
        """The link is whole again."""
        self.stage.cables[node].mend()


def registration(**values):
    """A request to register a plain case; `values` replace fields of the draft."""
    given = {
        "channel": words.CHANNEL_VISIT,
        "identity": words.IDENTITY_MODE_NAMED,
        "parties": [Party(role=words.PARTY_ROLE_APPLICANT, name="赵小禾", phone="13800000000")],
        "narrative": "门前的路挖开以后一直没有填回去，下雨就进不了院子，请村里看一看怎么办。",
        "place_code": "330523001211",
        "category": "neighbour",
        "procedure": words.PROCEDURE_PEOPLES_MEDIATION,
    } | values
    return intake.RegisterCaseRequest(request_id=str(new_id()), draft=CaseDraft(**given))


async def _lay_snips(stage):
    """Put cables that can be cut at a message where plain ones were."""
    for child, parent in ABOVE.items():
        await stage.cables[child].close()
        lower, upper = stage.world.nodes[child], stage.world.nodes[parent]
        stage.cables[child] = Snip()
        await stage.cables[child].lay(lower.up_routing, upper.routing_port)
        await stage.cables[child].lay(lower.up_nats, upper.nats_port)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def county(tmp_path_factory):
    """County, township and village, up and linked, with people at each."""
    orders = tmp_path_factory.mktemp("orders")
    os.environ["LIANXIN_KILL_ORDERS"] = str(orders)
    async with peopled(tmp_path_factory.mktemp("county"), orders) as made:
        yield made
    del os.environ["LIANXIN_KILL_ORDERS"]


@asynccontextmanager
async def peopled(folder, orders, **how):
    """Three nodes in a folder, with people at each, linked by cables that can be cut."""
    async with staged(folder, Screen(Language.EN), **how) as stage:
        await _lay_snips(stage)
        made = County(stage, orders)
        for node, unit in UNIT_OF.items():
            await made.clerk(unit)
            await report.inspector(stage, node)
        yield made


@pytest.fixture(scope="session")
def make_county():
    """To act on other nodes than the three."""
    return lambda stage: County(stage, Path())


@pytest.fixture(autouse=True)
def mended(request):
    """A test that fails leaves no line cut for the next one."""
    yield
    if "county" in request.fixturenames:
        for cable in request.getfixturevalue("county").stage.cables.values():
            cable.mend()


@pytest.fixture
def units():
    """Desk units of the three nodes, from the top."""
    return COUNTY, TOWN, VILLAGE
