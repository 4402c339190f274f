"""Three real nodes as processes, shared by all tests of this folder: starting them costs most."""

from dataclasses import dataclass

import pytest
import pytest_asyncio

from kernel.catalogue import Language
from kernel.ids import new_id
from lianxin.cli.demo import acts
from lianxin.cli.demo.showing import Screen
from lianxin.cli.demo.stage import Stage, staged
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.intake.v1.case_pb2 import CaseDraft, Party
from lianxin.routing.v1 import custody_pb2 as custody

COUNTY, TOWN, VILLAGE = "s-anji", "s-dipu", "s-dipu-lujia"
NODE_OF = {COUNTY: "anji", TOWN: "dipu", VILLAGE: "lujia"}
ROLES = ("registrar", "triage", "handler")
FAR = 90.0
"""Seconds within which a case must have arrived after everything is up again."""


@dataclass
class County:
    """What tests do with the three nodes."""

    stage: Stage

    async def clerk(self, unit):
        """Somebody who registers, hands on and signs at a unit."""
        return await self.stage.clerk(unit, *ROLES)

    async def register(self, unit):
        """A case registered at a unit and known to its routing. Answers its id."""
        clerk = await self.clerk(unit)
        draft = CaseDraft(
            channel=words.CHANNEL_VISIT,
            identity=words.IDENTITY_MODE_NAMED,
            parties=[Party(role=words.PARTY_ROLE_APPLICANT, name="赵小禾", phone="13800000000")],
            narrative="门前的路挖开以后一直没有填回去，下雨就进不了院子，请村里看一看怎么办。",
            place_code="330523001211",
            category="neighbour",
            procedure=words.PROCEDURE_PEOPLES_MEDIATION,
        )
        request = intake.RegisterCaseRequest(request_id=str(new_id()), draft=draft)
        answer = await acts.call(clerk.intake.RegisterCase(request))
        await acts.known_to(clerk, answer.stamp.case_id)
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
            case_id=case_id, to_unit=to_unit, reason="local_matter", due_on="2027-12-01"
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

    async def held_only_at(self, unit, case_id):
        """Wait until the unit holds it; then no other node may say so too."""
        await acts.held_by(await self.clerk(unit), case_id, limit_s=FAR)
        holders = []
        for other in NODE_OF:
            clerk = await self.clerk(other)
            if await acts.refused_with(acts.custody_of(clerk, case_id)) == "CASE_UNKNOWN":
                continue
            found = await acts.custody_of(clerk, case_id)
            if found.state == "held" and found.holder_unit == other:
                holders.append(other)
        assert holders == [unit]

    async def restart(self, node, **extra):
        """Stop a node and start it again, with more environment if given."""
        process = self.stage.nodes[node]
        process.ask_to_stop()
        process.wait()
        process.start(extra)
        await process.ready()

    def cut(self, node):
        """The link of a node to its parent is cut."""
        self.stage.cables[node].cut()

    def mend(self, node):
        """The link is whole again."""
        self.stage.cables[node].mend()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def county(tmp_path_factory):
    """County, township and village, up and linked, with people at each."""
    async with staged(tmp_path_factory.mktemp("county"), Screen(Language.EN)) as stage:
        made = County(stage)
        for unit in NODE_OF:
            await made.clerk(unit)
        yield made


@pytest.fixture
def units():
    """Desk units of the three nodes, from the top."""
    return COUNTY, TOWN, VILLAGE
