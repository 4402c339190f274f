"""CloseCase and DecideClosing at their door: what the services of the node say, decides."""

from uuid import uuid4

import grpc
import pytest
import pytest_asyncio
from grpc.aio import AioRpcError

from kernel.catalogue import Catalogue
from kernel.errors import FieldViolation
from kernel.grpc_client import Manner, dial, from_error
from kernel.grpc_server import Pings, Served, ServerSettings, build_server
from kernel.holding import GrantAwaited
from kernel.identity import Role
from kernel.testing.refusing import refuse
from kernel.tokens import Authenticator, KeyRing, issue
from lianxin.common.v1 import case_pb2 as common
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.exchange.v1 import case_part_pb2_grpc as part_rpc
from lianxin.routing.v1 import custody_pb2 as pb
from lianxin.routing.v1 import custody_pb2_grpc as rpc
from lianxin.routing.v1 import review_pb2, review_pb2_grpc
from routing.commands.ending import CloseCase
from routing.commands.joint import RecordReferral, ReferOut
from routing.commands.reviews import AskReview, DecideReview
from routing.domain.asking import Said, standing_against, unheard
from routing.exchange.asking import Services
from routing.exchange.bridge import Bridge
from routing.exchange.part_door import GrpcPart
from routing.grpc_api.closing import ClosingRpcs
from routing.grpc_api.custody_access import CUSTODY_ACCESS
from routing.grpc_api.reviews import REVIEW_ACCESS, ReviewServicer
from routing.handlers import closing, referrals
from routing.handlers.reviews import asking, deciding
from routing.storage.supervision import referral

ROLES = (Role.HANDLER, Role.JOINT_OFFICE, Role.COMMITTEE_HEAD)
OPEN = FieldViolation("intake.requests[1]", "CLOSING_REQUEST_OPEN")


class ServiceThatSays(part_rpc.CasePartServiceServicer):
    """A service of the node that answers as it is told to."""

    def __init__(self):
        self.answer, self.asked = part.AskEndingResponse(), []
        self.awaits = False

    async def AskEnding(self, request, context):
        """The same for each case."""
        self.asked.append(request)
        if self.awaits:
            await refuse(context, GrantAwaited())
        return self.answer


class Custody(ClosingRpcs, rpc.CustodyServiceServicer):
    """The RPCs under test."""

    def __init__(self, bridge, services):
        self.bridge, self.services = bridge, services
        self.texts = Catalogue.load("routing")


class Counter:
    """A door of routing, the service behind it, and people who come."""

    def __init__(self, desk, says, target, ring):
        self.desk, self.says, self._target, self._ring = desk, says, target, ring
        self.service = None
        self.lines = []

    def custody(self, caller):
        """CustodyService as somebody."""
        return rpc.CustodyServiceStub(self._line(caller))

    def _line(self, caller):
        now = self.desk.clock.now()
        token = issue(self._ring, caller, issuer="anji", audience="anji", now=now)
        self.lines.append(dial(self._target, Manner(token=lambda: token), retries=0))
        return self.lines[-1]

    def close(self, caller, case_id, ending=common.ENDING_KIND_SETTLED):
        """One try to end a case as it is now."""
        request = pb.CloseCaseRequest(
            request_id=str(uuid4()),
            case_id=str(case_id),
            seen=self.seen(case_id),
            ending=ending,
            grounds="done",
        )
        return self.custody(caller).CloseCase(request)

    def decide(self, caller, case_id, *, approved):
        """A second person's word."""
        request = pb.DecideClosingRequest(
            request_id=str(uuid4()),
            case_id=str(case_id),
            seen=self.seen(case_id),
            approved=approved,
            grounds="not_yet",
        )
        return self.custody(caller).DecideClosing(request)

    def approve(self, caller, case_id, *, approved=True):
        """A second person's word on what a reviewing body proposes."""
        request = review_pb2.ApproveReviewRequest(
            request_id=str(uuid4()),
            case_id=str(case_id),
            seen=self.seen(case_id),
            approved=approved,
            grounds="not_yet",
        )
        line = self._line(caller)
        return review_pb2_grpc.ReviewServiceStub(line).ApproveReview(request)

    def seen(self, case_id):
        """What a client saw."""
        row = self.desk.case(case_id)
        return common.Seen(epoch=row["epoch"], version=row["version"])

    async def refused(self, call):
        """The refusal, as its reader gets it."""
        with pytest.raises(AioRpcError) as caught:
            await call
        return from_error(caught.value, Catalogue.load("routing"))


@pytest_asyncio.fixture
async def counter(desk, tmp_path):
    """A service that says what it is told to say, and routing that asks it over gRPC."""
    says, service = ServiceThatSays(), grpc.aio.server()
    part_rpc.add_CasePartServiceServicer_to_server(says, service)
    port = service.add_insecure_port("127.0.0.1:0")
    await service.start()
    line = dial(f"127.0.0.1:{port}", Manner())
    ring = KeyRing.open(tmp_path / "ring")
    bridge = Bridge(desk.node, desk.writer, desk.ground.readers, lambda: False)
    services = Services({"intake": GrpcPart("intake", line)})
    server = build_server(
        ServerSettings(),
        [
            Served(
                pb.DESCRIPTOR.services_by_name["CustodyService"],
                rpc.add_CustodyServiceServicer_to_server,
                Custody(bridge, services),
                CUSTODY_ACCESS,
            ),
            Served(
                review_pb2.DESCRIPTOR.services_by_name["ReviewService"],
                review_pb2_grpc.add_ReviewServiceServicer_to_server,
                ReviewServicer(bridge, desk.clock, services),
                REVIEW_ACCESS,
            ),
        ],
        authenticator=Authenticator("anji", ring, seconds=lambda: desk.clock.now().timestamp()),
        texts=Catalogue.load("routing"),
        pings=Pings([]),
    )
    await server.start()
    made = Counter(desk, says, server.target, ring)
    made.service = service
    yield made
    for one in (*made.lines, line):
        await one.close()
    await server.stop()
    await service.stop(None)


async def test_what_a_service_has_against_it_refuses_the_ending(counter, desk, who):
    """Every field is listed with its text, the case is held as before; then it ends."""
    case_id, clerk = await desk.register(), who("s-dipu", "a", *ROLES)
    counter.says.answer = part.AskEndingResponse(
        lacks=[part.Lack(field="requests[1]", reason="CLOSING_REQUEST_OPEN")], last_fact_no=1
    )
    refused = await counter.refused(counter.close(clerk, case_id))
    assert refused.reason == "CASE_NOT_CLOSABLE"
    assert refused.fields == {"intake.requests[1]": "诉求既没有解决也没有答复。"}
    assert desk.case(case_id)["state"] == "held"
    [asked] = counter.says.asked
    assert (asked.epoch, asked.ending, asked.procedure) == (1, "settled", "petition")
    counter.says.answer = part.AskEndingResponse(last_fact_no=1)
    assert (await counter.close(clerk, case_id)).stamp.state == "ended"


async def test_a_service_that_cannot_be_reached_keeps_the_case_open(counter, desk, who):
    """UNAVAILABLE, with the service named; nothing half done."""
    case_id = await desk.register()
    await counter.service.stop(None)
    refused = await counter.refused(counter.close(who("s-dipu", "a", *ROLES), case_id))
    assert (refused.code, refused.reason) == (grpc.StatusCode.UNAVAILABLE, "ENDING_UNASKED")
    assert refused.ids == {"service": "intake"}
    assert desk.case(case_id)["state"] == "held"


async def test_a_service_that_has_not_been_told_of_the_case_yet_is_named(counter, desk, who):
    """To be tried again shortly, in words; neither the line to it nor the caller's repeats it."""
    case_id, clerk = await desk.register(), who("s-dipu", "a", *ROLES)
    counter.says.awaits = True
    refused = await counter.refused(counter.close(clerk, case_id))
    assert (refused.code, refused.reason) == (grpc.StatusCode.ABORTED, "ENDING_AWAITED")
    assert refused.ids == {"service": "intake"}
    assert refused.retryable
    assert "intake 服务尚未收到" in refused.message
    assert len(counter.says.asked) == 1
    assert desk.case(case_id)["state"] == "held"
    counter.says.awaits = False
    counter.says.answer = part.AskEndingResponse(last_fact_no=1)
    assert (await counter.close(clerk, case_id)).stamp.state == "ended"


async def test_the_second_person_is_held_to_it_too(counter, desk, who):
    """What came to be missing since the proposal refuses the approval, not the rejection."""
    case_id, clerk = await desk.register(), who("s-dipu", "a", *ROLES)
    head = who("s-dipu", "b", *ROLES)
    ended = counter.close(clerk, case_id, common.ENDING_KIND_TERMINATED)
    assert (await ended).pending_approval
    counter.says.answer = part.AskEndingResponse(
        lacks=[part.Lack(field="mediation", reason="CLOSING_MEDIATION_OPEN")]
    )
    refused = await counter.refused(counter.decide(head, case_id, approved=True))
    assert list(refused.fields) == ["intake.mediation"]
    assert counter.says.asked[-1].ending == "terminated"
    await counter.decide(head, case_id, approved=False)
    assert "closing.rejected" in desk.log(case_id)


async def test_what_leaves_for_good_is_asked_about_too(counter, desk, who):
    """A receipt would end the case: an open mediation keeps it; a plain referral asks nobody."""
    case_id, clerk = await desk.register(), who("s-dipu", "a", *ROLES)
    for ends in (True, False):
        command = ReferOut(
            **desk.seen(case_id),
            outside_unit="o-anji-court",
            letter_no="1",
            due_on="",
            ends=ends,
            note="",
        )
        _, referral_id = await desk.do(referrals.refer_out, command, clerk)
        counter.says.answer = part.AskEndingResponse(
            lacks=[part.Lack(field="mediation", reason="CLOSING_MEDIATION_OPEN")]
        )
        request = pb.RecordReferralRequest(
            request_id=str(uuid4()),
            case_id=str(case_id),
            seen=counter.seen(case_id),
            referral_id=str(referral_id),
            state="received",
        )
        call = counter.custody(clerk).RecordReferral(request)
        if ends:
            assert (await counter.refused(call)).reason == "CASE_NOT_CLOSABLE"
        else:
            assert (await call).stamp.state == "held"
    assert [asked.ending for asked in counter.says.asked] == ["referred_out"]


async def reviewed(desk, who, **decision):
    """An ended petition under review, and the decision that its holder proposed for the body."""
    case_id, clerk = await desk.register(), who("s-dipu", "a", *ROLES)
    await desk.record(case_id, "intake.accepted", at=None)
    told = {"review_route_told": True}
    ended = CloseCase(**desk.seen(case_id), ending="not_supported", grounds="done", **told)
    await desk.do(closing.close_case, ended, clerk)
    await desk.settle()
    await desk.do(asking.ask_review, AskReview(case_id, "请复查", by="resident"), None)
    for _ in range(4):
        await desk.open_letters()
        await desk.settle()
    [letter] = desk.rows(referral, case_id=case_id)
    came = RecordReferral(
        **desk.seen(case_id), referral_id=letter["referral_id"], state="received", answer=""
    )
    await desk.do(referrals.record_referral, came, clerk)
    texts = {"opinion": "经复查，原意见事实清楚", "basis": "《信访工作条例》第三十五条"}
    command = DecideReview(**desk.seen(case_id), **(texts | decision))
    await desk.do(deciding.decide_review, command, clerk)
    return case_id


async def test_a_review_that_ends_the_case_asks_the_services_like_every_ending(counter, desk, who):
    """A mediation that is open under it keeps the case; the approval says so, the rejection not."""
    case_id, head = await reviewed(desk, who, result="upheld"), who("s-dipu", "b", *ROLES)
    lack = part.Lack(field="mediation", reason="CLOSING_MEDIATION_OPEN")
    counter.says.answer = part.AskEndingResponse(lacks=[lack])
    refused = await counter.refused(counter.approve(head, case_id))
    assert (refused.reason, list(refused.fields)) == ("CASE_NOT_CLOSABLE", ["intake.mediation"])
    assert [asked.ending for asked in counter.says.asked] == ["review_concluded"]
    assert desk.case(case_id)["state"] == "held"
    await counter.approve(head, case_id, approved=False)
    await desk.do(
        deciding.decide_review,
        DecideReview(**desk.seen(case_id), result="upheld", opinion="同前", basis="同前"),
        who("s-dipu", "a", *ROLES),
    )
    counter.says.answer = part.AskEndingResponse(last_fact_no=2)
    assert (await counter.approve(head, case_id)).stamp.state == "ended"


async def test_a_review_that_sends_the_case_back_ends_nothing_and_asks_nobody(counter, desk, who):
    """撤销重办: the mediation goes on with the case."""
    case_id = await reviewed(desk, who, result="revoked", due_on="2026-04-30")
    lack = part.Lack(field="mediation", reason="CLOSING_MEDIATION_OPEN")
    counter.says.answer = part.AskEndingResponse(lacks=[lack])
    done = await counter.approve(who("s-dipu", "b", *ROLES), case_id)
    assert (done.stamp.state, counter.says.asked) == ("held", [])


async def test_nobody_learns_of_a_case_that_is_not_his(counter, desk, who):
    """Another unit is refused before any service is asked; so is a view that is old."""
    case_id = await desk.register()
    counter.says.answer = part.AskEndingResponse(
        lacks=[part.Lack(field="requests[1]", reason="CLOSING_REQUEST_OPEN")]
    )
    stranger = await counter.refused(counter.close(who("s-changshuo", "x", *ROLES), case_id))
    assert stranger.fields == {}
    asked = pb.AskEndingRequest(case_id=str(case_id), ending=common.ENDING_KIND_SETTLED)
    stub = counter.custody(who("s-changshuo", "x", *ROLES))
    assert (await counter.refused(stub.AskEnding(asked))).reason == "CASE_UNKNOWN"
    old = pb.CloseCaseRequest(
        request_id=str(uuid4()),
        case_id=str(case_id),
        seen=common.Seen(epoch=1, version=99),
        ending=common.ENDING_KIND_SETTLED,
        grounds="done",
    )
    late = counter.custody(who("s-dipu", "a", *ROLES)).CloseCase(old)
    assert (await counter.refused(late)).reason == "STALE_VERSION"
    assert counter.says.asked == []


async def test_the_holder_may_ask_before_he_ends_it(counter, desk, who):
    """AskEnding changes nothing and says in words what is missing."""
    case_id = await desk.register()
    counter.says.answer = part.AskEndingResponse(
        lacks=[part.Lack(field="opinion", reason="CLOSING_OPINION_MISSING")]
    )
    asked = pb.AskEndingRequest(case_id=str(case_id), ending=common.ENDING_KIND_SUPPORTED)
    [lack] = (await counter.custody(who("s-dipu", "a", *ROLES)).AskEnding(asked)).lacks
    assert (lack.field, lack.reason) == ("intake.opinion", "CLOSING_OPINION_MISSING")
    assert "处理意见" in lack.text
    assert desk.case(case_id)["state"] == "held"


async def test_an_ending_waits_for_what_the_log_has_not_heard_of(counter, desk, who):
    """A service that wrote more than the log knows: look again, the case may have changed."""
    case_id = await desk.register()
    counter.says.answer = part.AskEndingResponse(last_fact_no=2)
    refused = await counter.refused(counter.close(who("s-dipu", "a", *ROLES), case_id))
    assert refused.reason == "STALE_VERSION"
    assert desk.case(case_id)["state"] == "held"


def test_the_service_that_carries_the_ending_is_heard_alone():
    """A closed mediation is what the case rests on; else every service counts."""
    intake, mediation = Said("intake", (OPEN,)), Said("mediation")
    assert standing_against([intake, mediation]) == (OPEN,)
    assert standing_against([intake, Said("mediation", carries=True)]) == ()
    assert unheard([Said("intake", last_fact_no=3)], {"intake": 2})
    assert not unheard([Said("intake", last_fact_no=3), mediation], {"intake": 3})
