from dataclasses import replace
from itertools import product

import grpc
import pytest

from intake.domain.case_endings import (
    ANSWERED,
    NO_REDRESS,
    RESULTS,
    OnRegister,
    against,
    needs_opinion,
)
from intake.domain.words import Ending, Identity, Procedure, Purpose
from kernel.holding import GrantAwaited
from kernel.identity import Role
from kernel.ids import new_id
from kernel.testing.refusing import refuse
from lianxin.common.v1 import case_pb2 as common
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.exchange.v1 import case_part_pb2_grpc as part_grpc
from lianxin.intake.v1 import documents_pb2 as documents
from lianxin.intake.v1 import intake_service_pb2 as pb
from lianxin.intake.v1.documents_pb2_grpc import DocumentServiceStub

ENDINGS = [ending.value for ending in Ending]
BARE = OnRegister(None, None, Identity.NAMED, reachable=True, sealed=False)
OPINION = {
    "facts": "院墙占用排水沟约0.4米，情况属实。",
    "basis": "xinfang_2022:32",
    "outcome": "supported",
    "opinion": "限期拆除占沟部分。",
    "review_body": "s-anji",
}


def missing(ending, case):
    """Fields and reasons."""
    return [(one.field, one.reason.removeprefix("CLOSING_")) for one in against(ending, case)]


@pytest.mark.parametrize("ending, procedure", list(product(ENDINGS, (None, *Procedure))))
def test_no_request_stays_unanswered_when_something_is_claimed(ending, procedure):
    """Under every procedure each open request is named; a second person's ending names none."""
    case = replace(
        BARE, procedure=procedure, unanswered=(1, 3), opinion_made=True, opinion_served=True
    )
    wanted = [("requests[1]", "REQUEST_OPEN"), ("requests[3]", "REQUEST_OPEN")]
    assert missing(ending, case) == (wanted if ending in ANSWERED else [])
    assert missing(ending, replace(case, unanswered=())) == []
    assert missing(ending, replace(case, sealed=True)) == []


@pytest.mark.parametrize("ending, purpose", list(product(ENDINGS, (None, *Purpose))))
def test_a_petitions_result_is_given_in_writing(ending, purpose):
    """Made, and served on whoever can be; a suggestion is answered without one, as is a ticket."""
    owed = ending in RESULTS and purpose not in NO_REDRESS
    case = replace(BARE, procedure=Procedure.PETITION, purpose=purpose)
    assert missing(ending, case) == ([("opinion", "OPINION_MISSING")] if owed else [])
    made = replace(case, opinion_made=True)
    assert missing(ending, made) == ([("opinion", "OPINION_NOT_SERVED")] if owed else [])
    for told in (
        replace(made, opinion_served=True),
        replace(made, reachable=False),
        replace(made, identity=Identity.ANONYMOUS),
    ):
        assert missing(ending, told) == []
    for other in set(Procedure) - {Procedure.PETITION}:
        assert not needs_opinion(ending, other, purpose)


async def ask(front, case_id, ending, epoch=1, limit=None):
    """What routing is answered."""
    request = part.AskEndingRequest(case_id=case_id, epoch=epoch, ending=ending)
    said = await front.parts().AskEnding(request, timeout=limit)
    return [(lack.field, lack.reason) for lack in said.lacks], said.last_fact_no


def seen(stamp):
    """What a caller saw, with a fresh request id."""
    return {
        "request_id": str(new_id()),
        "case_id": stamp.case_id,
        "seen": common.Seen(epoch=stamp.epoch, version=stamp.version),
    }


async def test_a_petition_is_closed_on_its_finding_and_its_served_opinion(front):
    """One after the other stands against it, till the resident was answered in writing."""
    made = await front.register()
    clerk, case_id = front.intake(front.clerk), made.stamp.case_id
    accepted = await clerk.AcceptCase(
        pb.AcceptCaseRequest(**seen(made.stamp), procedure=common.PROCEDURE_PETITION)
    )
    opinion = ("opinion", "CLOSING_OPINION_MISSING")
    open_request = ("requests[1]", "CLOSING_REQUEST_OPEN")
    assert await ask(front, case_id, "supported") == ([open_request, opinion], 2)
    assert await ask(front, case_id, "procedural") == ([open_request], 2)
    assert await ask(front, case_id, "terminated") == ([], 2)
    found = await clerk.AddFinding(
        pb.AddFindingRequest(
            **seen(accepted.stamp), request_no=1, finding="supported", answer="限期拆除"
        )
    )
    assert await ask(front, case_id, "supported") == ([opinion], 3)
    desk = DocumentServiceStub(front.line(front.as_role(Role.HANDLER)))
    written = await desk.RenderDocument(
        documents.RenderDocumentRequest(
            **seen(found.stamp),
            kind="opinion",
            values=[
                documents.DocumentValue(name=name, value=value) for name, value in OPINION.items()
            ],
        )
    )
    unserved = ("opinion", "CLOSING_OPINION_NOT_SERVED")
    assert await ask(front, case_id, "supported") == ([unserved], 4)
    shown = await front.get(case_id)
    await desk.RecordService(
        documents.RecordServiceRequest(
            **seen(written.stamp),
            document_id=written.document.document_id,
            party_id=shown.content.parties[0].party_id,
            method=documents.SERVICE_METHOD_DIRECT,
            served_by="王工",
            served_on=front.clock.now().date().isoformat(),
        )
    )
    assert await ask(front, case_id, "supported") == ([], 5)


async def test_asking_changes_nothing_and_waits_for_the_grant(front):
    """The case is read as before; an epoch that has not come here yet is not answered for."""
    made = await front.register()
    before = await front.get(made.stamp.case_id)
    await ask(front, made.stamp.case_id, "settled")
    assert await front.get(made.stamp.case_id) == before
    late = await front.refused(ask(front, made.stamp.case_id, "settled", epoch=2, limit=2))
    assert late.reason == "GRANT_AWAITED"


class MediationThatSays(part_grpc.CasePartServiceServicer):
    """Mediation of the node, which answers as it is told to."""

    def __init__(self):
        self.answer, self.asked = part.AskEndingResponse(), []
        self.awaits = False

    async def AskEnding(self, request, context):
        """The same for each case."""
        self.asked.append((request.ending, request.epoch))
        if self.awaits:
            await refuse(context, GrantAwaited())
        return self.answer


@pytest.fixture
async def mediation():
    """A server that answers as mediation does, and its address."""
    server, says = grpc.aio.server(), MediationThatSays()
    part_grpc.add_CasePartServiceServicer_to_server(says, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield says, f"127.0.0.1:{port}", server
    await server.stop(None)


async def test_what_is_being_mediated_is_not_answered_on_the_spot(
    settings, clock, start, mediation
):
    """Refused while a mediation is open or cannot be asked; before acceptance nobody is asked."""
    says, address, server = mediation
    async with start(replace(settings, mediation=address), clock) as front:
        clerk = front.intake(front.clerk)

        async def accepted():
            made = (await front.register()).stamp
            request = pb.AcceptCaseRequest(
                **seen(made), procedure=common.PROCEDURE_PEOPLES_MEDIATION
            )
            return (await clerk.AcceptCase(request)).stamp

        def answered(stamp):
            request = pb.AnswerOnTheSpotRequest(**seen(stamp), answer="已当面说清", settled=True)
            return clerk.AnswerOnTheSpot(request)

        says.answer = part.AskEndingResponse(
            lacks=[part.Lack(field="mediation", reason="CLOSING_MEDIATION_OPEN")]
        )
        at_once = (await front.register()).stamp
        assert (await answered(at_once)).stamp.state == "answered"
        assert says.asked == []
        stamp = await accepted()
        refused = await front.refused(answered(stamp))
        assert (refused.reason, list(refused.fields)) == (
            "CASE_NOT_CLOSABLE",
            ["mediation.mediation"],
        )
        assert says.asked == [("answered", 1)]
        says.answer = part.AskEndingResponse()
        assert (await answered(stamp)).stamp.state == "answered"
        later = await accepted()
        says.awaits = True
        late = await front.refused(answered(later))
        assert (late.reason, late.ids) == ("ENDING_AWAITED", {"service": "mediation"})
        await server.stop(None)
        assert (await front.refused(answered(later))).reason == "ENDING_UNASKED"
