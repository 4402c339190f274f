"""MediationDueService: days that are waited for, and days that something is counted from."""

from functools import partial
from typing import Any

from grpc.aio import ServicerContext

from kernel.access import Access, Scope
from kernel.catalogue import Catalogue
from kernel.grpc_server import Served
from kernel.interceptors import current_caller
from kernel.interceptors.credentials import read as incoming
from lianxin.mediation.v1 import due_pb2 as pb
from lianxin.mediation.v1 import due_pb2_grpc as grpc
from mediation.convert import dues as convert
from mediation.desk import Desk
from mediation.grpc_api.case_act import CaseAct
from mediation.handlers import dating
from mediation.storage import watching

DUE = "/lianxin.mediation.v1.MediationDueService/"
DUE_ACCESS = {
    DUE + "ListDue": Access("case.read.header", scope=Scope.LIST, service=True),
    DUE + "NoteHarmKnown": Access("mediation.run", scope=Scope.CASE),
    DUE + "NoteCourtFile": Access("mediation.run", scope=Scope.CASE),
}


class MediationDueServicer(CaseAct, grpc.MediationDueServiceServicer):
    """What falls due, and why."""

    def __init__(self, desk: Desk, texts: Catalogue) -> None:
        self._desk = desk
        self._texts = texts

    async def ListDue(
        self, request: pb.ListDueRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListDueResponse:
        """The earliest end first; each day explains itself."""
        asked = convert.asked_from(request, current_caller(), self._desk.clock.now())
        rows = await self._desk.readers.run(partial(watching.page, asked=asked))
        ids = list({row["case_id"] for row in rows})
        begun = await self._desk.readers.run(partial(watching.in_force_since, case_ids=ids))
        office = self._desk.office
        by = convert.Explaining(
            texts=self._texts,
            language=incoming(context.invocation_metadata()).language,
            profiles={row["case_id"]: office.profile_of(row["regulation"]) for row in rows},
            calendar=office.calendar,
            now=asked.now,
            begun=begun,
        )
        return pb.ListDueResponse(
            lines=[convert.due_line(row, by) for row in rows],
            next_page_token=convert.token_of(rows, asked.size),
        )

    async def NoteHarmKnown(
        self, request: pb.NoteHarmKnownRequest, _: object
    ) -> pb.NoteHarmKnownResponse:
        """From which limitation counts."""
        return await self._act(
            request,
            convert.note_harm_known,
            self._with_office(dating.note_harm_known),
            pb.NoteHarmKnownResponse,
        )

    async def NoteCourtFile(
        self, request: pb.NoteCourtFileRequest, _: object
    ) -> pb.NoteCourtFileResponse:
        """A court's terms."""
        return await self._act(
            request, convert.note_court_file, dating.note_court_file, pb.NoteCourtFileResponse
        )


def due_served(desk: Desk) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["MediationDueService"],
        grpc.add_MediationDueServiceServicer_to_server,
        MediationDueServicer(desk, Catalogue.load("mediation")),
        DUE_ACCESS,
    )
