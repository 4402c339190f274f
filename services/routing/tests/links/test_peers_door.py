"""A stolen township at the peers' door of the county: every RPC is tried with every identity."""

from dataclasses import dataclass, replace
from datetime import timedelta

import grpc
import pytest
import pytest_asyncio
from google.protobuf.message_factory import GetMessageClass
from sqlalchemy import select

from kernel.catalogue import Catalogue
from kernel.grpc_client import ClientTls, Manner, dial, from_error
from kernel.identity import Caller, Kind
from kernel.ids import new_id
from kernel.testing.certificates import Authority
from kernel.tokens import issue
from lianxin.exchange.v1 import case_exchange_pb2 as pb
from routing.domain.words import Kind as HandoverKind
from routing.errors import NotYourHandover
from routing.exchange.parent_door import GrpcParent
from routing.exchange.servicer import SERVICE
from routing.handlers import headers
from routing.handlers.handover import answering
from routing.storage.tables import handoff
from routing.testing.playing import COUNTY, OTHER, TOWN, VILLAGE, hand, holder, row_of

METHODS = pb.DESCRIPTOR.services_by_name["CaseExchangeService"].methods
THIEF, VICTIM = "meixi", "lujia"
NOT_HERS = "NOT_YOUR_HANDOVER"
TEXTS = Catalogue.load("routing")


@dataclass
class Door:
    """The county's door for other nodes, and the authority by whose certificates it opens."""

    linked: object
    authority: Authority
    target: str

    def token(self, signer, named, kind=Kind.NODE):
        """A token that names a node, signed with another's key or its own."""
        station = self.linked.stations[signer]
        now = station.peer.ground.clock.now()
        issuer = named if kind is Kind.NODE else signer
        return issue(station.ring, Caller(kind, named), issuer=issuer, audience="anji", now=now)

    def line(self, tls, token):
        """A line with this certificate and token."""
        return dial(self.target, Manner(token=lambda: token), tls=tls, retries=0)

    async def tried(self, tls, token="", node=THIEF):
        """The reasons that all RPCs are refused for, with these credentials."""
        async with self.line(tls, token) as line:
            return {await refused(line, method, asking(method, node)) for method in METHODS}


def asking(method, node):
    """A request in the name of a node, about something that may well be."""
    request = GetMessageClass(method.input_type)()
    request.caller.CopyFrom(pb.Caller(node=node, incarnation=1))
    for field in request.DESCRIPTOR.fields:
        if field.name in {"handoff_id", "origin_handoff_id", "case_id"}:
            setattr(request, field.name, str(new_id()))
    return request


async def refused(line, method, request):
    """Why an RPC is refused; empty when it is answered."""
    streams = ("stream" if method.client_streaming else "unary", "unary")
    kind = f"{streams[0]}_{'stream' if method.server_streaming else 'unary'}"
    call = getattr(line, kind)(
        f"{SERVICE}{method.name}",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=GetMessageClass(method.output_type).FromString,
    )
    given = several(request) if method.client_streaming else request
    try:
        answer = call(given, timeout=5)
        if method.server_streaming:
            return "".join([str(one) async for one in answer])
        await answer
    except grpc.aio.AioRpcError as error:
        return from_error(error, TEXTS).reason
    return ""


async def several(request):
    """A stream of one."""
    yield request


@pytest_asyncio.fixture
async def door(linked, tmp_path):
    """The county's, with certificates demanded."""
    authority = Authority(tmp_path / "ca")
    server = await linked.lock("anji", authority.server(require_clients=True))
    return Door(linked, authority, server.target)


async def test_certificate_and_token_of_two_nodes_open_nothing(door):
    """With the thief's certificate nobody speaks as another node, whatever key has signed."""
    tls = door.authority.node(THIEF)
    assert await door.tried(tls, door.token(VICTIM, VICTIM), VICTIM) == {"CERTIFICATE_MISMATCH"}
    assert await door.tried(tls, door.token(THIEF, VICTIM), VICTIM) == {"TOKEN_INVALID"}
    assert await door.tried(tls, door.token("dipu", THIEF)) == {"TOKEN_INVALID"}


async def test_neither_half_is_enough(door):
    """A certificate without a token is nobody; a token without a certificate does not connect."""
    assert await door.tried(door.authority.node(THIEF)) == {"UNAUTHENTICATED"}
    token = door.token(THIEF, THIEF)
    assert await door.tried(door.authority.client(), token) == {"UNREACHABLE"}
    assert await door.tried(None, token) == {"UNREACHABLE"}


async def test_expired_and_revoked_certificates_open_nothing(door):
    """An expired one does not connect; a revoked one is told so, also on an open connection."""
    token = door.token(THIEF, THIEF)
    late = door.authority.node(THIEF, ends_in=timedelta(minutes=-5))
    assert await door.tried(late, token) == {"UNREACHABLE"}
    stolen = door.authority.node(THIEF)
    door.authority.revoke(stolen)
    assert await eventually_only(door, stolen, token) == {"CERTIFICATE_REVOKED"}


async def eventually_only(door, tls, token):
    """What all are refused for once the list has been read again."""
    found = set()
    for _ in range(100):
        found = await door.tried(tls, token)
        if len(found) == 1:
            break
    return found


async def test_certificate_of_another_authority_opens_nothing(door, tmp_path):
    """Nor does one that somebody made for himself in the county's name."""
    forged = Authority(tmp_path / "forged").node(THIEF)
    mixed = ClientTls(door.authority.file, forged.certificate, forged.key)
    assert await door.tried(mixed, door.token(THIEF, THIEF)) == {"UNREACHABLE"}


async def test_who_is_no_child_is_denied(door):
    """A node that the directory does not put below, a service, and somebody of the staff."""
    assert await door.tried(door.authority.node("dipu"), door.token("dipu", "dipu"), "dipu") == {
        "DENIED"
    }
    tls = door.authority.node("anji")
    for kind in (Kind.SERVICE, Kind.STAFF):
        assert await door.tried(tls, door.token("anji", "anji/routing", kind), "anji") == {"DENIED"}


async def test_child_that_names_another_is_denied(door):
    """With all its own credentials a township cannot ask in the name of another."""
    tls, token = door.authority.node(THIEF), door.token(THIEF, THIEF)
    assert await door.tried(tls, token, VICTIM) == {"DENIED"}


async def test_offer_to_another_is_neither_claimed_nor_confirmed_nor_read(door):
    """The case goes to the village; the township next to it cannot lay hands on it."""
    world = door.linked.world
    case_id = await world.register_at("anji", COUNTY)
    await hand(world, case_id, COUNTY, VILLAGE, HandoverKind.ASSIGN, due_on="2026-11-20")
    await step(door.linked, "anji")
    row = await row_of(world, "anji", case_id)
    before = await door.linked.stations["anji"].peer.case(case_id)
    reasons = await tried_on(door, row["handoff_id"], case_id)
    assert {name: reasons[name] for name in ("Claim", "Confirm", "CancelHandoff")} == dict.fromkeys(
        ("Claim", "Confirm", "CancelHandoff"), NOT_HERS
    )
    assert {reasons["DownloadBlob"], reasons["UploadBlob"]} == {NOT_HERS}
    assert reasons["ListOffers"] == ""
    async with as_thief(door) as parent:
        assert await parent.offers() == []
    assert await row_of(world, "anji", case_id) == row
    assert await door.linked.stations["anji"].peer.case(case_id) == before


async def test_case_of_another_is_not_delivered_nor_recalled(door):
    """Neither a case that the county has, nor one that is with another child, changes hands."""
    linked, world = door.linked, door.linked.world
    case_id = await world.register_at(VICTIM, VILLAGE)
    await hand(world, case_id, VILLAGE, TOWN, HandoverKind.ESCALATE)
    await step(linked, VICTIM)
    parcel = await linked.do(VICTIM, parcel_of, await row_of(world, VICTIM, case_id))
    await step(linked, VICTIM)
    await step(linked, "anji")
    assert await holder(world, case_id) == TOWN
    forged = at_epoch(parcel, parcel.handoff.epoch + 10)
    async with as_thief(door) as parent:
        for taken in (parcel, forged):
            with pytest.raises(grpc.aio.AioRpcError) as answer:
                await parent.deliver(taken)
            assert from_error(answer.value, TEXTS).reason == NOT_HERS
    reasons = await tried_on(door, parcel.handoff.handoff_id, case_id)
    assert reasons["CancelHandoff"] == NOT_HERS
    assert await holder(world, case_id) == TOWN


async def test_word_of_a_case_of_another_branch_is_not_kept(door):
    """A header of a case that is here, or with another child, is not taken from the thief."""
    linked, world = door.linked, door.linked.world
    case_id = await world.register_at("anji", COUNTY)
    known = await linked.stations["anji"].peer.case(case_id)
    told = dict(known) | {"epoch": known["epoch"] + 5, "holder_unit": OTHER}
    command = headers.KeepHeader(told, {}, (), f"down.{THIEF}")
    with pytest.raises(NotYourHandover):
        await linked.do("anji", headers.keep, command)
    assert await linked.stations["anji"].peer.case(case_id) == known


def parcel_of(uow, row, *, node):
    """The parcel of an offered row, as the step makes it."""
    return answering.parcel_of(uow, node, row)


def at_epoch(parcel, epoch):
    """The same case in a hand-over that never was."""
    facts = replace(parcel.handoff, handoff_id=new_id(), epoch=epoch)
    return replace(parcel, handoff=facts)


def as_thief(door):
    """The thief's own line, with all that is the thief's."""
    return ParentLine(door)


class ParentLine:
    """A line to the county as a parent door, closed at the end."""

    def __init__(self, door):
        self._line = door.line(door.authority.node(THIEF), door.token(THIEF, THIEF))

    async def __aenter__(self):
        return GrpcParent.at(self._line, THIEF, 1, {})

    async def __aexit__(self, *_):
        await self._line.close()


async def tried_on(door, handoff_id, case_id):
    """What the thief is answered by each RPC about this hand-over of another."""
    found = {}
    tls, token = door.authority.node(THIEF), door.token(THIEF, THIEF)
    async with door.line(tls, token) as line:
        for method in METHODS:
            if method.name in {"Hello", "Heartbeat", "ResendFrom", "Relay"} | LINK_ONLY:
                continue
            request = asking(method, THIEF)
            for name, value in (("handoff_id", handoff_id), ("case_id", case_id)):
                if name in request.DESCRIPTOR.fields_by_name:
                    setattr(request, name, str(value))
            found[method.name] = await refused(line, method, request)
    return found


LINK_ONLY = {"FetchRegulation", "TakeNumbering", "GiveNumbering", "Deliver", "RecallPassing"}
"""These concern the caller's own link, or are tried by name above."""


async def step(linked, code):
    """A node makes every step it owes, once."""
    peer = linked.stations[code].peer
    for row in await peer.rows(select(handoff).where(handoff.c.active.is_(True))):
        await peer.runner.step(row)
