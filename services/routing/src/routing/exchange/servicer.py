"""CaseExchange as this node offers it to its child nodes."""

from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar
from uuid import UUID

import structlog

from kernel.access import Access
from kernel.clock import Clock
from kernel.directory import write_directory
from kernel.errors import Denied
from kernel.instants import stamp
from kernel.interceptors import current_caller
from lianxin.exchange.v1 import case_exchange_pb2 as pb
from lianxin.exchange.v1 import case_exchange_pb2_grpc as rpc
from lianxin.exchange.v1 import case_part_pb2 as part_pb
from routing.commands.handover import PeerCall, ReceiveParcel
from routing.convert import exchange
from routing.errors import NodeFrozen, NotYourHandover
from routing.exchange import blobs, peers, reading
from routing.exchange.bridge import Bridge
from routing.exchange.links import DownLinks
from routing.exchange.numbering import MOST
from routing.exchange.parent_door import GrpcParent
from routing.exchange.part_door import GrpcPart
from routing.exchange.passing_on import PassingOn
from routing.handlers.handover import answering, recalling, receiving
from routing.steps import faults
from routing.storage import handoffs

SERVICE = "/lianxin.exchange.v1.CaseExchangeService/"
METHODS = pb.DESCRIPTOR.services_by_name["CaseExchangeService"].methods_by_name
PARCEL_BYTES = 64 * 1024 * 1024
"""What one message between nodes may have: a case with all its parts, without its files."""
ACCESS = {SERVICE + name: Access(node=True, max_bytes=PARCEL_BYTES) for name in METHODS}
OFFERS = 200
M = TypeVar("M")
log = structlog.get_logger(__name__)


class CaseExchange(rpc.CaseExchangeServiceServicer):
    """Answers child nodes; what a node may touch is checked against the row, not the request."""

    def __init__(
        self,
        bridge: Bridge,
        links: DownLinks,
        parts: dict[str, GrpcPart],
        clock: Clock,
        above: Callable[[], GrpcParent | None] = lambda: None,
    ) -> None:
        self._passing = PassingOn(bridge.node, above)
        self._bridge = bridge
        self._links = links
        self._parts = parts
        self._clock = clock

    async def Hello(self, request: pb.HelloRequest, context: Any) -> pb.HelloResponse:
        """Announce the child; tell who and where we are."""
        node = await self._admit(request.caller, frozen_too=True)
        skew = self._clock.now() - reading.instant(request.now, "now")
        heard = peers.Heard(node, request.caller.incarnation, skew)
        await self._bridge.peer(peers.note_heard, heard, f"peer:{node}")
        directory = self._bridge.node.directory()
        if request.directory_version > directory.version and self._bridge.node.parent is None:
            log.critical("directory_behind_child", peer=node, version=request.directory_version)
        return pb.HelloResponse(
            node=self._bridge.node.code,
            incarnation=self._links.incarnation,
            directory_version=directory.version,
            now=stamp(self._clock.now()),
            frozen=self._bridge.frozen(),
            nats_url=self._links.nats_url,
        )

    async def Deliver(self, request: pb.DeliverRequest, context: Any) -> pb.DeliverResponse:
        """Take a case, or answer as it was answered before."""
        if self._passing.is_for_another(request.caller):
            return await self._pass_on("Deliver", request, pb.DeliverResponse)
        node = await self._admit(request.caller)
        parcel = reading.parcel(request.parcel)
        command = ReceiveParcel(node, parcel, deliver=True)
        outcome = await self._bridge.peer(receiving.receive, command, parcel.handoff.case_id)
        return pb.DeliverResponse(outcome=outcome)

    async def Claim(self, request: pb.ClaimRequest, context: Any) -> pb.ClaimResponse:
        """Commit CLAIMED, then hand out the case."""
        if self._passing.is_for_another(request.caller):
            return await self._pass_on("Claim", request, pb.ClaimResponse)
        node = await self._admit(request.caller)
        call = PeerCall(node, reading.id_of(request.handoff_id, "handoff_id"))
        parcel = await self._bridge.peer(answering.claim, call, request.handoff_id)
        faults.reach("claim-committed")
        if parcel is None:
            return pb.ClaimResponse(outcome="GONE")
        return pb.ClaimResponse(outcome="HERE", parcel=exchange.parcel_out(parcel))

    async def Confirm(self, request: pb.ConfirmRequest, context: Any) -> pb.ConfirmResponse:
        """The child has stored the case."""
        if self._passing.is_for_another(request.caller):
            return await self._pass_on("Confirm", request, pb.ConfirmResponse)
        node = await self._admit(request.caller)
        call = PeerCall(node, reading.id_of(request.handoff_id, "handoff_id"))
        return pb.ConfirmResponse(
            state=await self._bridge.peer(answering.confirm, call, request.handoff_id)
        )

    async def CancelHandoff(
        self, request: pb.CancelHandoffRequest, context: Any
    ) -> pb.CancelHandoffResponse:
        """The child wants a case back."""
        if self._passing.is_for_another(request.caller):
            return await self._pass_on("CancelHandoff", request, pb.CancelHandoffResponse)
        node = await self._admit(request.caller)
        call = PeerCall(
            node,
            reading.id_of(request.handoff_id, "handoff_id"),
            reading.id_of(request.case_id, "case_id"),
            request.epoch,
        )
        outcome = await self._bridge.peer(receiving.cancel, call, request.case_id)
        return pb.CancelHandoffResponse(outcome=outcome)

    async def RecallPassing(
        self, request: pb.RecallPassingRequest, context: Any
    ) -> pb.RecallPassingResponse:
        """A case that the child sent through us is wanted back."""
        node = await self._admit(request.caller)
        call = PeerCall(
            node,
            reading.id_of(request.origin_handoff_id, "origin_handoff_id"),
            reading.id_of(request.case_id, "case_id"),
        )
        outcome = await self._bridge.peer(recalling.recall_for_peer, call, request.case_id)
        return pb.RecallPassingResponse(outcome=outcome)

    async def ListOffers(
        self, request: pb.ListOffersRequest, context: Any
    ) -> pb.ListOffersResponse:
        """What waits for the child, without content."""
        if self._passing.is_for_another(request.caller):
            return await self._pass_on("ListOffers", request, pb.ListOffersResponse)
        node = await self._admit(request.caller)
        rows = await self._bridge.read(handoffs.offers_for, node, OFFERS)
        return pb.ListOffersResponse(
            offers=[exchange.handoff_out(handoffs.facts_of(row)) for row in rows]
        )

    async def Heartbeat(self, request: pb.HeartbeatRequest, context: Any) -> pb.HeartbeatResponse:
        """Both sides of the link tell where they stand."""
        node = await self._admit(request.caller, frozen_too=True)
        return await self._links.heartbeat(node, request, self._bridge)

    async def ResendFrom(
        self, request: pb.ResendFromRequest, context: Any
    ) -> AsyncIterator[pb.ResendFromResponse]:
        """Events of the child's downward link again."""
        node = await self._admit(request.caller)
        async for event in self._links.resend(node, request.from_no):
            yield event

    async def ReconcileCustody(
        self, request: pb.ReconcileCustodyRequest, context: Any
    ) -> pb.ReconcileCustodyResponse:
        """Compare all rows of the link after a restore of either side."""
        if self._passing.is_for_another(request.caller):
            return await self._pass_on("ReconcileCustody", request, pb.ReconcileCustodyResponse)
        node = await self._admit(request.caller, frozen_too=True)
        told = reading.each(exchange.row_in, request.rows, "rows")
        command = peers.Compare(
            node,
            tuple(told),
            request.restored,
            request.caller.incarnation,
            dict(request.header_epochs),
            adopt=request.examined == self._links.incarnation,
            known=reading.known(request),
        )
        compared = await self._bridge.peer(peers.compare, command, f"peer:{node}")
        return pb.ReconcileCustodyResponse(
            rows=[exchange.row_out(row) for row in compared.rows], epochs=compared.epochs
        )

    async def FetchDirectory(
        self, request: pb.FetchDirectoryRequest, context: Any
    ) -> pb.FetchDirectoryResponse:
        """The directory, when newer than the child's."""
        await self._admit(request.caller)
        directory = self._bridge.node.directory()
        newer = directory.version > request.have_version
        content = write_directory(directory.file) if newer else b""
        return pb.FetchDirectoryResponse(version=directory.version, content=content)

    async def FetchRegulation(
        self, request: pb.FetchRegulationRequest, context: Any
    ) -> pb.FetchRegulationResponse:
        """All profiles and notices this node goes by."""
        await self._admit(request.caller)
        content = self._links.regulation()
        return pb.FetchRegulationResponse(name=request.name, content=content)

    async def Relay(self, request: pb.RelayRequest, context: Any) -> pb.RelayResponse:
        """Letters up and down."""
        node = await self._admit(request.caller)
        rows = reading.each(exchange.letter_in, request.letters, "letters")
        command = peers.Mail(node, tuple(rows), tuple(reading.each(UUID, request.taken, "taken")))
        mail = await self._bridge.peer(peers.exchange_mail, command, f"peer:{node}")
        return pb.RelayResponse(
            taken=[str(i) for i in mail.taken],
            letters=[exchange.letter_out(row) for row in mail.letters],
        )

    async def TakeNumbering(
        self, request: pb.TakeNumberingRequest, context: Any
    ) -> pb.TakeNumberingResponse:
        """Counters of sites that moved to the child: registrations for them are refused here."""
        node = await self._admit(request.caller)
        asked = list(request.site_ids)[:MOST]
        sites = await self._links.numbering.hand_out(node, request.directory_version, asked)
        return pb.TakeNumberingResponse(sites=sites)

    async def GiveNumbering(
        self, request: pb.GiveNumberingRequest, context: Any
    ) -> pb.GiveNumberingResponse:
        """Counters that this node has asked the child for."""
        node = await self._admit(request.caller)
        adopted = await self._links.numbering.take_back(
            node, request.numbering, request.directory_version
        )
        return pb.GiveNumberingResponse(adopted=adopted)

    async def UploadBlob(
        self, request_iterator: AsyncIterator[pb.UploadBlobRequest], context: Any
    ) -> pb.UploadBlobResponse:
        """A file of a delivered case."""
        first = await anext(aiter(request_iterator), pb.UploadBlobRequest())
        if self._passing.is_for_another(first.caller):
            await self._admit(first.caller, frozen_too=True)
            return await self._passing.upload(first, request_iterator)
        await self._may_touch(first.caller, first.case_id)
        target = self._parts[blobs.KEEPER]
        received, complete = await blobs.store(target, first, request_iterator)
        return pb.UploadBlobResponse(received=received, complete=complete)

    async def DownloadBlob(
        self, request: pb.DownloadBlobRequest, context: Any
    ) -> AsyncIterator[pb.DownloadBlobResponse]:
        """A file of a claimed case."""
        if self._passing.is_for_another(request.caller):
            await self._admit(request.caller, frozen_too=True)
            async for passed in self._passing.download(request):
                yield passed
            return
        await self._may_touch(request.caller, request.case_id)
        source = self._parts[blobs.KEEPER]
        piece: part_pb.ReadBlobResponse
        async for piece in source.read_blob(request.case_id, request.sha256, request.offset):
            yield pb.DownloadBlobResponse(data=piece.data)

    async def _admit(self, caller: pb.Caller, *, frozen_too: bool = False) -> str:
        """The proven node, if it is the one it says, our child, and no older incarnation."""
        node = self._passing.sender(caller)
        proven = current_caller().id
        if proven not in self._bridge.node.directory().child_nodes(self._bridge.node.code):
            raise Denied(node=proven)
        await self._links.refuse_older(node, caller.incarnation, self._bridge)
        if self._bridge.frozen() and not frozen_too:
            raise NodeFrozen(node=self._bridge.node.code)
        if not frozen_too:
            await self._links.claims.let_pass(proven, self._bridge)
        return node

    async def _pass_on(self, name: str, request: Any, _answer: type[M]) -> M:
        """What a node above answers to a child of ours; our own state has no part in it."""
        await self._admit(request.caller, frozen_too=True)
        answer: M = await self._passing.answer(name, request)
        return answer

    async def _may_touch(self, caller: pb.Caller, case_id: str) -> None:
        """Files only of cases that went over this very link."""
        node = await self._admit(caller)
        if not await self._bridge.read(handoffs.crossed, node, reading.id_of(case_id, "case_id")):
            raise NotYourHandover(case_id=case_id)
