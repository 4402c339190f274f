"""SupervisionService and the further RPCs of CustodyService, called as clients call them."""

from dataclasses import dataclass
from uuid import uuid4

import grpc
import pytest
import pytest_asyncio

from kernel.catalogue import Catalogue, Language
from kernel.grpc_client import Manner, dial
from kernel.grpc_server import Pings, Served, ServerSettings, build_server
from kernel.identity import Role
from kernel.tokens import Authenticator, KeyRing, issue
from lianxin.common.v1 import case_pb2 as common
from lianxin.routing.v1 import custody_pb2 as pb
from lianxin.routing.v1 import custody_pb2_grpc as custody_rpc
from lianxin.routing.v1 import supervision_pb2 as sv
from lianxin.routing.v1 import supervision_pb2_grpc as supervision_rpc
from routing.exchange.asking import Services
from routing.exchange.bridge import Bridge
from routing.grpc_api.closing import ClosingRpcs
from routing.grpc_api.custody_access import CUSTODY_ACCESS
from routing.grpc_api.custody_more import MoreRpcs
from routing.grpc_api.supervision import SUPERVISION_ACCESS, SupervisionServicer

ALL = (Role.TRIAGE, Role.HANDLER, Role.JOINT_OFFICE, Role.SUPERVISOR)


class Custody(MoreRpcs, ClosingRpcs, custody_rpc.CustodyServiceServicer):
    """The RPCs under test; the rest answers UNIMPLEMENTED."""

    def __init__(self, bridge, services):
        self.bridge = bridge
        self.services = Services(services)
        self.texts = Catalogue.load("routing")


@dataclass
class Doors:
    """A real server, and stubs for people."""

    target: str
    ring: KeyRing
    desk: object
    services: dict
    lines: list

    def _line(self, caller, language):
        token = issue(self.ring, caller, issuer="anji", audience="anji", now=self.desk.clock.now())
        line = dial(
            self.target, Manner(token=lambda: token, language=Language(language)), retries=0
        )
        self.lines.append(line)
        return line

    def supervision(self, caller, language="zh-CN"):
        """SupervisionService as somebody."""
        return supervision_rpc.SupervisionServiceStub(self._line(caller, language))

    def custody(self, caller, language="zh-CN"):
        """CustodyService as somebody."""
        return custody_rpc.CustodyServiceStub(self._line(caller, language))

    def seen(self, case_id):
        """What a client saw."""
        row = self.desk.case(case_id)
        return common.Seen(epoch=row["epoch"], version=row["version"])


@pytest_asyncio.fixture
async def doors(desk, tmp_path):
    """The two services on a free port."""
    bridge = Bridge(desk.node, desk.writer, desk.ground.readers, lambda: False)
    ring, services = KeyRing.open(tmp_path / "ring"), {}
    served = [
        Served(
            sv.DESCRIPTOR.services_by_name["SupervisionService"],
            supervision_rpc.add_SupervisionServiceServicer_to_server,
            SupervisionServicer(bridge, desk.clock),
            SUPERVISION_ACCESS,
        ),
        Served(
            pb.DESCRIPTOR.services_by_name["CustodyService"],
            custody_rpc.add_CustodyServiceServicer_to_server,
            Custody(bridge, services),
            CUSTODY_ACCESS,
        ),
    ]
    server = build_server(
        ServerSettings(),
        served,
        authenticator=Authenticator("anji", ring, seconds=lambda: desk.clock.now().timestamp()),
        texts=Catalogue.load("routing"),
        pings=Pings([]),
    )
    await server.start()
    made = Doors(server.target, ring, desk, services, [])
    yield made
    for line in made.lines:
        await line.close()
    await server.stop()


def rid():
    """A fresh request id."""
    return str(uuid4())


async def test_clocks_are_listed_with_reasons(doors, desk, who):
    """ListClocks pages by due date and explains each date in the caller's language."""
    first = await desk.register()
    await desk.register()
    stub = doors.supervision(who("s-dipu", "a", *ALL))
    page = await stub.ListClocks(sv.ListClocksRequest(unit_id="s-dipu", page_size=3))
    rest = await stub.ListClocks(
        sv.ListClocksRequest(unit_id="s-dipu", page_size=3, page_token=page.next_page_token)
    )
    assert [len(page.clocks), len(rest.clocks), rest.next_page_token] == [3, 1, ""]
    line = page.clocks[0]
    assert str(first) in {one.case_id for one in [*page.clocks, *rest.clocks]}
    assert "信访工作条例" in line.due.explanation
    english = doors.supervision(who("s-dipu", "a", *ALL), "en")
    shown = await english.ListClocks(sv.ListClocksRequest(unit_id="s-dipu"))
    assert "Regulations" in shown.clocks[0].due.explanation


async def test_clocks_of_others_are_not_listed(doors, desk, who):
    """A neighbour township sees no clock of a case that is not its own."""
    await desk.register()
    stub = doors.supervision(who("s-changshuo", "b", Role.HANDLER))
    assert not (await stub.ListClocks(sv.ListClocksRequest())).clocks


async def test_a_repeat_gets_the_first_answer(doors, desk, who):
    """The same request_id twice is one supervision."""
    case_id = await desk.register()
    stub = doors.supervision(who("s-anji", "c", *ALL))
    request = sv.SuperviseRequest(
        request_id=rid(), case_id=str(case_id), level="urge", grounds="slow", due_on="2026-03-09"
    )
    first, second = await stub.Supervise(request), await stub.Supervise(request)
    assert first.supervision_id == second.supervision_id
    assert desk.log(case_id).count("supervision.issued") == 1


async def test_extension_answers_the_new_date(doors, desk, who, at):
    """DecideExtension answers the clock with its new last day and why."""
    case_id = await desk.register()
    await desk.record(case_id, "intake.accepted", at("2026-03-02"))
    asked = await doors.supervision(who("s-dipu", "a", *ALL)).ExtendClock(
        sv.ExtendClockRequest(
            request_id=rid(),
            case_id=str(case_id),
            seen=doors.seen(case_id),
            clock="handling",
            days=10,
            grounds="expertise",
        )
    )
    decided = await doors.supervision(who("s-dipu", "b", *ALL)).DecideExtension(
        sv.DecideExtensionRequest(
            request_id=rid(),
            case_id=str(case_id),
            seen=doors.seen(case_id),
            extension_id=asked.extension_id,
            approved=True,
            resident_told=True,
        )
    )
    assert decided.due.due_on == "2026-05-11"  # 60 + 10 days end on a Sunday's eve or later
    assert "10" in decided.due.explanation


@pytest.mark.parametrize(
    ("request_message", "field"),
    [
        (sv.SuperviseRequest(level="shout", grounds="g", due_on="2026-03-09"), "level"),
        (sv.SuperviseRequest(level="urge", grounds="g", due_on="soon"), "due_on"),
        (sv.SuperviseRequest(level="urge", grounds="x" * 41, due_on="2026-03-09"), "grounds"),
    ],
)
async def test_bad_fields_are_named(doors, desk, who, request_message, field):
    """A malformed field is answered INVALID_ARGUMENT, named, and changes nothing."""
    case_id = await desk.register()
    request_message.request_id, request_message.case_id = rid(), str(case_id)
    stub = doors.supervision(who("s-anji", "c", *ALL))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.Supervise(request_message)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    details = dict(caught.value.trailing_metadata())["grpc-status-details-bin"]
    assert field.encode() in details
    assert "supervision.issued" not in desk.log(case_id)


async def test_close_and_see_the_ending(doors, desk, who):
    """CloseCase ends a case; a second CloseCase is refused as ended."""
    case_id = await desk.register()
    stub = doors.custody(who("s-dipu", "a", *ALL))
    request = pb.CloseCaseRequest(
        request_id=rid(),
        case_id=str(case_id),
        seen=doors.seen(case_id),
        ending=common.ENDING_KIND_SETTLED,
        grounds="agreed",
    )
    closed = await stub.CloseCase(request)
    assert (closed.stamp.state, closed.pending_approval) == ("ended", False)
    again = pb.CloseCaseRequest(
        request_id=rid(),
        case_id=str(case_id),
        seen=doors.seen(case_id),
        ending=common.ENDING_KIND_SETTLED,
        grounds="agreed",
    )
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.CloseCase(again)
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION


async def test_conference_through_the_door(doors, desk, who):
    """A conference is called, held, and listed with its decision; the minutes stay sealed."""
    case_id = await desk.register()
    stub = doors.supervision(who("s-anji", "c", *ALL))
    call = sv.OpenConferenceRequest(
        request_id=rid(),
        kind="joint",
        site_id="s-anji",
        case_ids=[str(case_id)],
        units=["s-dipu", "s-lingfeng"],
        chair="chair",
    )
    call.at.FromDatetime(desk.clock.now())
    opened = await stub.OpenConference(call)
    decision = sv.ConferenceDecision(
        case_id=str(case_id), unit_id="s-lingfeng", grounds="competent"
    )
    held = await stub.RecordConference(
        sv.RecordConferenceRequest(
            request_id=rid(),
            conference_id=opened.conference_id,
            attended=["s-dipu"],
            decisions=[decision],
            minutes="会议纪要",
        )
    )
    assert len(held.order_ids) == 1
    listed = await stub.ListConferences(sv.ListConferencesRequest())
    (shown,) = listed.conferences
    assert (shown.state, shown.decisions[0].unit_id) == ("held", "s-lingfeng")
    assert "会议纪要" not in str(shown)
