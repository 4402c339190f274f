"""`kill -9` in the middle of a mediation's acts, and of its hand-over: done once, nothing lost."""

import asyncio
from functools import partial

import grpc
import pytest

from lianxin.cli.demo import acts, mediators
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.table import Table
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1.case_pb2 import Party
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import file_pb2, mediation_pb2
from lianxin.routing.v1 import custody_pb2

pytestmark = [pytest.mark.timeout(600), pytest.mark.asyncio(loop_scope="session")]
SIDES = (
    Party(role=words.PARTY_ROLE_APPLICANT, name="周小满", phone="13800000001"),
    Party(role=words.PARTY_ROLE_RESPONDENT, name="钱立冬", phone="13800000002"),
)


class Struck:
    """A clerk's stub of mediation; the node dies while the first call of each RPC is under way."""

    def __init__(self, county, clerk, *names):
        self.county, self.clerk, self.left = county, clerk, set(names)
        self.stub = clerk.mediation

    def __getattr__(self, name):
        """The RPC, with the power cut in it if that is to come."""
        rpc = getattr(self.stub, name)
        return partial(self.through_a_kill, name, rpc) if name in self.left else rpc

    async def through_a_kill(self, name, rpc, request):
        """Ask, kill the node, start it, ask the same again. An answer given stays the answer."""
        self.left.discard(name)
        node = self.clerk.doors.node
        asked = asyncio.ensure_future(rpc(request))
        await asyncio.to_thread(self.county.stage.nodes[node].kill)
        [first] = await asyncio.gather(asked, return_exceptions=True)
        await self.county.start(node)
        again = await self.answered(rpc, request)
        if isinstance(first, grpc.aio.AioRpcError):
            assert first.code() is grpc.StatusCode.UNAVAILABLE
        else:
            assert again == first
        return again

    async def answered(self, rpc, request):
        """The answer to the same request, once the line is up again."""
        answers = []

        async def given():
            answers.append(await rpc(request))
            return True

        await acts.until(given, "the request was never answered after the restart")
        return answers[-1]


async def at_the_table(county, unit, case_id):
    """The mediation of an accepted case, opened, with everybody named and a mediator."""
    clerk = await county.clerk(unit)
    case = Registered(case_id, "", "", clerk.doors.node, unit, "")
    table = Table(clerk, case, await mediators.registered(county.stage))
    await table.open(mediation_pb2.MEDIATION_KIND_PEOPLES)
    await appointed(county, table)
    return table


async def appointed(county, table):
    """The head of the committee takes who is suggested first."""
    head = await county.stage.clerk(table.clerk.unit, mediators.APPOINTS)
    best = (await table.suggested()).suggested[0]
    await table.assign(head, [best.mediator_id])


async def file_of(clerk, case_id):
    """Everything that mediation keeps of the case at the clerk's node."""
    answer = await acts.call(clerk.mediation_file.GetFile(file_pb2.GetFileRequest(case_id=case_id)))
    return answer.file


async def handed_up(county, case_id, low, middle):
    """Escalated with the sender dying behind the seal; held above, and signed for."""
    county.kill_at("sealed")
    await county.escalate(low, case_id)
    await county.killed("lujia", "sealed")
    await county.held_only_at(middle, case_id)
    clerk = await county.clerk(middle)
    await acts.ask(clerk, clerk.custody.SignFor, custody_pb2.SignForRequest(case_id=case_id))
    return clerk


async def test_killed_between_session_hand_over_and_agreement(county, units, monkeypatch):
    """Five power cuts on the way from the first session to the end: each act is on file once."""
    _, middle, low = units
    case_id = await county.register(low, parties=SIDES)
    await county.write(low, case_id)
    table = await at_the_table(county, low, case_id)
    here = Struck(county, table.clerk, "RecordSession")
    monkeypatch.setattr(table.clerk, "mediation", here)
    await table.sit(pb.SESSION_KIND_COUNTER, pb.SESSION_OUTCOME_CONTINUED)
    table.clerk = await handed_up(county, case_id, low, middle)
    await acts.until(table.look, "the mediation never came with its case")
    await appointed(county, table)
    there = Struck(county, table.clerk, "DraftAgreement", "SignAgreement", "CloseMediation")
    monkeypatch.setattr(table.clerk, "mediation", there)
    await table.sit(pb.SESSION_KIND_HOME, pb.SESSION_OUTCOME_AGREED)
    await table.written()
    await table.found(pb.FINDING_SETTLED, "双方当面谈妥。")
    await table.close(pb.MEDIATION_ENDING_SETTLED)
    assert (here.left, there.left) == (set(), set())
    kept = await file_of(table.clerk, case_id)
    assert [one.outcome for one in kept.sessions] == [
        pb.SESSION_OUTCOME_CONTINUED,
        pb.SESSION_OUTCOME_AGREED,
    ]
    [agreement] = kept.agreements
    assert len([one for one in agreement.signatures if one.HasField("signed_at")]) == len(SIDES)
    assert agreement.HasField("in_force_from")
    assert (await table.look()).state == "closed"
    await county.check_clean()
