"""Mediation in a node: granted by routing, heard by it, and handed over with the case."""

import pytest

from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from lianxin.cli.demo import acts
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.intake.v1.case_pb2 import CaseDraft, Party
from lianxin.mediation.v1 import mediation_pb2
from lianxin.mediation.v1 import mediation_service_pb2 as mediation
from lianxin.routing.v1 import custody_pb2

pytestmark = [pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="session")]
NOTE = "两家愿意坐下来谈，约在周五上午。"
LONG_S = 20.0


def person(name, unit, path, *roles):
    """Somebody of a unit."""
    return Caller(Kind.STAFF, name, unit, unit, path, frozenset(roles))


TOWN = person("town", "s-changshuo", "330523.002.000", Role.TRIAGE, Role.COMMITTEE_HEAD)
COUNTY = person("county", "s-anji", "330523.000.000", Role.HANDLER, Role.COMMITTEE_HEAD)


class Calls:
    """RPCs by their names, each answered within a limit."""

    def __init__(self, county, all_rpcs):
        self.county = county
        self.rpcs = {rpc.name.rpartition("/")[2]: rpc for rpc in all_rpcs}

    async def __call__(self, name, request, caller):
        """The answer, or the refusal."""
        return await self.county.call(self.rpcs[name], request, caller, limit=LONG_S)

    async def custody(self, case_id):
        """What routing knows of the case."""
        request = custody_pb2.GetCustodyRequest(case_id=case_id)
        return (await self("GetCustody", request, self.county.routing_itself)).custody

    async def kinds(self, case_id):
        """Kinds of the entries of the log."""
        answer = await self("GetLog", custody_pb2.GetLogRequest(case_id=case_id), TOWN)
        return [entry.kind for entry in answer.entries]


async def accepted(call):
    """A case of the township, accepted for people's mediation."""
    draft = CaseDraft(
        channel=words.CHANNEL_VISIT,
        identity=words.IDENTITY_MODE_NAMED,
        parties=[Party(role=words.PARTY_ROLE_APPLICANT, name="沈阿福", phone="13900003333")],
        narrative="隔壁搭了雨棚，雨水都往我家墙上浇，墙面已经发黑，请来调解。",
        place_code="330523002001",
    )
    request = intake.RegisterCaseRequest(request_id=str(new_id()), draft=draft)
    made = (await call("RegisterCase", request, TOWN)).stamp
    accept = intake.AcceptCaseRequest(
        request_id=str(new_id()),
        case_id=made.case_id,
        seen=words.Seen(epoch=made.epoch, version=made.version),
        procedure=words.PROCEDURE_PEOPLES_MEDIATION,
        category="neighbour",
        difficulty=words.DIFFICULTY_SIMPLE,
        colour=words.COLOUR_GREEN,
    )
    answer = await call("AcceptCase", accept, TOWN)
    assert answer.stamp.state == "accepted", answer
    return made.case_id


async def test_a_mediation_is_opened_logged_and_handed_over_with_its_case(county, all_rpcs):
    """Granted without anybody asking; in the log; readable by the next holder, closed to others."""
    call = Calls(county, all_rpcs)
    case_id = await accepted(call)
    opening = mediation.OpenMediationRequest(
        request_id=str(new_id()),
        case_id=case_id,
        epoch=1,
        kind=mediation_pb2.MEDIATION_KIND_PEOPLES,
        note=NOTE,
    )

    async def opened():
        answer = await call("OpenMediation", opening, TOWN)
        refused = getattr(answer, "reason", "")
        assert refused in {"", "CASE_MISSING", "NOT_ACCEPTED"}, answer  # the grant is on its way
        return not refused

    await acts.until(opened, "mediation was never granted the case")

    async def logged():
        return "mediation.opened" in await call.kinds(case_id)

    await acts.until(logged, "the log never heard of the mediation")
    await handed_up(call, case_id)
    asked = mediation.GetMediationRequest(case_id=case_id)
    shown = (await call("GetMediation", asked, COUNTY)).mediation
    assert (shown.note, shown.epoch, shown.holder_unit) == (NOTE, 2, "s-anji")
    former = (await call("GetMediation", asked, TOWN)).mediation
    assert (former.note, former.shown) == ("", "TIMELINE")


async def handed_up(call, case_id):
    """The township escalates; the county holds it at the next epoch."""
    seen = await call.custody(case_id)
    request = custody_pb2.EscalateRequest(
        request_id=str(new_id()),
        case_id=case_id,
        seen=words.Seen(epoch=seen.epoch, version=seen.version),
        reason="beyond_competence",
    )
    answer = await call("Escalate", request, TOWN)
    assert answer.handoff_id, answer

    async def held():
        custody = await call.custody(case_id)
        return (custody.holder_unit, custody.state, custody.epoch) == ("s-anji", "held", 2)

    await acts.until(held, "the county never held the case")
