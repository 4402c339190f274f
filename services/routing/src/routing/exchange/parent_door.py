"""The parent node's CaseExchange, called by this node; the child always dials."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.grpc_client import Line
from kernel.instants import stamp
from lianxin.exchange.v1 import case_exchange_pb2 as pb
from lianxin.exchange.v1 import case_exchange_pb2_grpc as rpc
from lianxin.exchange.v1 import case_part_pb2 as part_pb
from routing.convert import exchange
from routing.domain.parcel import Parcel
from routing.exchange.part_door import GrpcPart

BLOBS = "intake"
"""The service that keeps files."""
LONG_S = 120.0


class GrpcParent:
    """Speaks CaseExchange to the parent in the name of this node and incarnation."""

    def __init__(
        self,
        caller: pb.Caller,
        stub: "rpc.CaseExchangeServiceAsyncStub",
        parts: dict[str, GrpcPart],
    ) -> None:
        self._caller = caller
        self._stub = stub
        self._parts = parts

    @classmethod
    def at(
        cls, line: Line, node: str, incarnation: int, parts: dict[str, GrpcPart]
    ) -> "GrpcParent":
        """The door at the end of a line, for this node in this incarnation."""
        caller = pb.Caller(node=node, incarnation=incarnation)
        return cls(caller, rpc.CaseExchangeServiceStub(line), parts)

    def pinned(self, node: str) -> "GrpcParent":
        """The same door for calls that the parent passes on to a node above it."""
        own = self._caller
        caller = pb.Caller(node=own.node, incarnation=own.incarnation, pinned_node=node)
        return GrpcParent(caller, self._stub, self._parts)

    @property
    def stub(self) -> "rpc.CaseExchangeServiceAsyncStub":
        """The parent's service, for calls of nodes below that are passed on unchanged."""
        return self._stub

    async def hello(self, directory_version: int, now: datetime) -> pb.HelloResponse:
        """Announce ourselves."""
        return await self._stub.Hello(
            pb.HelloRequest(
                caller=self._caller, directory_version=directory_version, now=stamp(now)
            )
        )

    async def deliver(self, parcel: Parcel) -> tuple[str, str]:
        """Outcome and reason."""
        request = pb.DeliverRequest(caller=self._caller, parcel=exchange.parcel_out(parcel))
        answer = await self._stub.Deliver(request, timeout=LONG_S)
        return answer.outcome, answer.reason

    async def claim(self, handoff_id: UUID) -> Parcel | None:
        """The parcel; None when it is gone."""
        request = pb.ClaimRequest(caller=self._caller, handoff_id=str(handoff_id))
        answer = await self._stub.Claim(request, timeout=LONG_S)
        return exchange.parcel_in(answer.parcel) if answer.outcome == "HERE" else None

    async def confirm(self, handoff_id: UUID) -> None:
        """Tell that it is stored."""
        await self._stub.Confirm(pb.ConfirmRequest(caller=self._caller, handoff_id=str(handoff_id)))

    async def cancel(self, handoff_id: UUID, case_id: UUID, epoch: int) -> str:
        """RECEIVED or VOID."""
        answer = await self._stub.CancelHandoff(
            pb.CancelHandoffRequest(
                caller=self._caller, handoff_id=str(handoff_id), case_id=str(case_id), epoch=epoch
            )
        )
        return str(answer.outcome)

    async def offers(self) -> Sequence[pb.Handoff]:
        """What waits for us."""
        answer = await self._stub.ListOffers(pb.ListOffersRequest(caller=self._caller))
        return answer.offers

    async def heartbeat(self, **state: Any) -> pb.HeartbeatResponse:
        """Tell our side of the link, hear the parent's."""
        return await self._stub.Heartbeat(pb.HeartbeatRequest(caller=self._caller, **state))

    def resend_from(self, from_no: int) -> AsyncIterator[pb.ResendFromResponse]:
        """Events of the downward link."""
        request = pb.ResendFromRequest(caller=self._caller, from_no=from_no)
        return aiter(self._stub.ResendFrom(request))

    async def reconcile(
        self,
        rows: Sequence[pb.RowState],
        epochs: dict[str, int],
        *,
        restored: bool = False,
        examined: int = 0,
        known: tuple[frozenset[UUID], datetime | None] | None = None,
    ) -> pb.ReconcileCustodyResponse:
        """Compare all rows of the link.

        `examined`: the incarnation of the restored parent whose rows we went by. `known`: when we
        were restored ourselves, the cases we still know and since when we are back.
        """
        return await self._stub.ReconcileCustody(
            pb.ReconcileCustodyRequest(
                caller=self._caller,
                restored=restored,
                rows=rows,
                header_epochs=epochs,
                examined=examined,
                known=None if known is None else exchange.known_out(*known),
            ),
            timeout=LONG_S,
        )

    async def directory(self, have_version: int) -> tuple[int, bytes]:
        """Version and content; content is empty when not newer."""
        answer = await self._stub.FetchDirectory(
            pb.FetchDirectoryRequest(caller=self._caller, have_version=have_version)
        )
        return answer.version, answer.content

    async def regulation(self) -> bytes:
        """All profiles and notices the parent goes by."""
        answer = await self._stub.FetchRegulation(pb.FetchRegulationRequest(caller=self._caller))
        return bytes(answer.content)

    async def relay(self, letters: Sequence[pb.Letter], taken: Sequence[str]) -> pb.RelayResponse:
        """Hand up letters, hear which are kept, take those that wait for us."""
        return await self._stub.Relay(
            pb.RelayRequest(caller=self._caller, letters=letters, taken=taken)
        )

    async def take_numbering(self, version: int, sites: list[str]) -> list[pb.SiteNumbering]:
        """Counters of sites that live at this node or below it now."""
        answer = await self._stub.TakeNumbering(
            pb.TakeNumberingRequest(caller=self._caller, directory_version=version, site_ids=sites)
        )
        return list(answer.sites)

    async def give_numbering(self, numbering: pb.SiteNumbering, version: int) -> bool:
        """Counters of a site that the parent has taken back."""
        answer = await self._stub.GiveNumbering(
            pb.GiveNumberingRequest(
                caller=self._caller, numbering=numbering, directory_version=version
            )
        )
        return bool(answer.adopted)

    async def push_blob(self, case_id: str, sha256: str, size: int) -> bool:
        """Bring a file up, from where the parent has it to; True when it is whole there."""
        first = pb.UploadBlobRequest(
            caller=self._caller, case_id=str(case_id), sha256=sha256, size=size
        )
        answer = await self._stub.UploadBlob(_only(first), timeout=LONG_S)
        if answer.complete:
            return True
        pieces = self._pieces(first, answer.received)
        return bool((await self._stub.UploadBlob(pieces, timeout=LONG_S)).complete)

    async def _pieces(
        self, first: pb.UploadBlobRequest, offset: int
    ) -> AsyncIterator[pb.UploadBlobRequest]:
        yield first
        source = self._parts[BLOBS]
        async for piece in source.read_blob(first.case_id, first.sha256, offset):
            yield pb.UploadBlobRequest(offset=offset, data=piece.data)
            offset += len(piece.data)

    async def pull_blob(self, case_id: str, sha256: str) -> bool:
        """Fetch a file, from where we have it to; True when it is whole here."""
        target = self._parts[BLOBS]
        has = await target.has_blob(str(case_id), sha256)
        if has.complete:
            return True
        name = part_pb.WriteBlobRequest(case_id=str(case_id), sha256=sha256)
        answer = await target.write_blob(self._downloaded(name, has.received))
        return bool(answer.complete)

    async def _downloaded(
        self, name: part_pb.WriteBlobRequest, offset: int
    ) -> AsyncIterator[part_pb.WriteBlobRequest]:
        yield name
        request = pb.DownloadBlobRequest(
            caller=self._caller, case_id=name.case_id, sha256=name.sha256, offset=offset
        )
        async for piece in self._stub.DownloadBlob(request):
            yield part_pb.WriteBlobRequest(offset=offset, data=piece.data)
            offset += len(piece.data)


async def _only(first: pb.UploadBlobRequest) -> AsyncIterator[pb.UploadBlobRequest]:
    yield first
