"""HearingConclusionService. Each: request → command, handler, result → response."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from hearing.commands import conclusion as todo
from hearing.convert import conclusion as read
from hearing.convert import session_words as words
from hearing.convert.conclusion_file import (
    conclusion_message,
    outcome_message,
    published_message,
)
from hearing.convert.fields import Fields
from hearing.convert.hearings import stamp_message
from hearing.convert.lists import MOST, PAGE, cursor_of
from hearing.convert.session import Read
from hearing.desk import Desk, id_of
from hearing.errors import HearingMissing
from hearing.grpc_api.case_act import CaseAct
from hearing.grpc_api.following import Following
from hearing.grpc_api.session import RUN, read_content
from hearing.handlers import concluding, conferring, publishing, serving
from hearing.storage import reading, session_file
from hearing.storage.tables_session import publication
from hearing.storage.together import preview
from kernel.access import Access, Scope
from kernel.group_commit import Work
from kernel.grpc_server import Served
from kernel.holding import CaseErased, Words
from kernel.interceptors import current_caller
from kernel.pages import token_of
from lianxin.hearing.v1 import conclusion_pb2 as pb
from lianxin.hearing.v1 import conclusion_pb2_grpc as grpc

Response = TypeVar("Response")
CONCLUSION = "/lianxin.hearing.v1.HearingConclusionService/"
PUBLISHED = "published"
TEXT = "text"
CONCLUSION_ACCESS = {
    CONCLUSION + "GetConclusion": Access("case.read.content", scope=Scope.CASE, service=True),
    CONCLUSION + "ListOutcomes": Access("case.read.header", scope=Scope.CASE, service=True),
    CONCLUSION + "ListPublished": Access("hearing.read", service=True),
    CONCLUSION + "GiveOpinion": RUN,
    CONCLUSION + "Conclude": RUN,
    CONCLUSION + "ServeConclusion": RUN,
    CONCLUSION + "NotePublicationConsent": RUN,
    CONCLUSION + "ProposePublication": RUN,
    CONCLUSION + "DecidePublication": RUN,
    CONCLUSION + "TakeDown": RUN,
}


class ConclusionServicer(CaseAct, grpc.HearingConclusionServiceServicer):
    """From the first opinion to the last day of a publication."""

    def __init__(self, desk: Desk, following: Following) -> None:
        self._desk = desk
        self._following = following

    async def GiveOpinion(
        self, request: pb.GiveOpinionRequest, _: object
    ) -> pb.GiveOpinionResponse:
        """What a member holds."""
        handler = self._with_office(conferring.give_opinion)
        return await self._act(request, read.give_opinion(request), handler, pb.GiveOpinionResponse)

    async def Conclude(self, request: pb.ConcludeRequest, _: object) -> pb.ConcludeResponse:
        """What the majority holds."""
        return await self._told(
            request, read.conclude(request), concluding.conclude, _concluded, pb.ConcludeResponse
        )

    async def ServeConclusion(
        self, request: pb.ServeConclusionRequest, _: object
    ) -> pb.ServeConclusionResponse:
        """On a party, with proof; whoever was registered since is to be served, too."""
        wanted = read.serve(request)
        await self._following.follow(wanted[1].case_id)
        return await self._told(
            request,
            wanted,
            serving.serve_conclusion,
            _served,
            pb.ServeConclusionResponse,
        )

    async def NotePublicationConsent(
        self, request: pb.NotePublicationConsentRequest, _: object
    ) -> pb.NotePublicationConsentResponse:
        """A party's word; one that is taken back waits for nobody."""
        handler, wanted = self._with_office(publishing.note_consent), read.note_consent(request)
        if wanted[1].given:
            await self._following.follow(wanted[1].case_id)
        response = pb.NotePublicationConsentResponse
        return await self._act(request, wanted, handler, response)

    async def ProposePublication(
        self, request: pb.ProposePublicationRequest, _: object
    ) -> pb.ProposePublicationResponse:
        """A preview, once intake has said who is registered now and found none of them in it."""
        wanted = read.propose_publication(request)
        await self._following.follow(wanted[1].case_id)
        named = await self._names_a_party(wanted[1].case_id, wanted[1].text)
        return await self._told(
            request,
            wanted,
            partial(publishing.propose_publication, named=named),
            _proposed,
            pb.ProposePublicationResponse,
        )

    async def DecidePublication(
        self, request: pb.DecidePublicationRequest, _: object
    ) -> pb.DecidePublicationResponse:
        """A second person's word; before it is shown intake is asked once more."""
        wanted = read.decide_publication(request)
        named = wanted[1].approved and await self._names_somebody_now(wanted[1])
        handler = partial(self._with_office(publishing.decide_publication), named=named)
        return await self._act(request, wanted, handler, pb.DecidePublicationResponse)

    async def _names_a_party(self, case_id: UUID, text: str) -> bool:
        return TEXT in await self._following.naming(case_id, {TEXT: text})

    async def _names_somebody_now(self, command: todo.DecidePublication) -> bool:
        """Who is registered now, and whether the preview names one; False where there is none."""
        case_id, no = command.case_id, command.publication_no
        await self._following.follow(case_id)
        row = await self._desk.readers.run(lambda c: preview(c, case_id, no))
        if row is None:
            return False
        key = await self._desk.readers.run(lambda c: reading.key_of(c, case_id))
        words = Words(self._desk.office.vault.of_case(key))
        return await self._names_a_party(case_id, words.open(publication, row)["text"])

    async def TakeDown(self, request: pb.TakeDownRequest, _: object) -> pb.TakeDownResponse:
        """Shown no more."""
        return await self._act(
            request, read.take_down(request), publishing.take_down, pb.TakeDownResponse
        )

    async def GetConclusion(
        self, request: pb.GetConclusionRequest, _: object
    ) -> pb.GetConclusionResponse:
        """Everything after the last words."""
        file, said = await read_content(self._desk, request.case_id, request.why, "GetConclusion")
        return pb.GetConclusionResponse(conclusion=conclusion_message(file, said))

    async def ListOutcomes(
        self, request: pb.ListOutcomesRequest, _: object
    ) -> pb.ListOutcomesResponse:
        """Codes and days only."""
        caller, case_id = current_caller(), id_of(request.case_id, "case_id")
        now = self._desk.clock.now()
        rows = await self._desk.readers.run(
            lambda c: session_file.outcomes(c, caller, case_id, now)
        )
        if rows is None:
            raise HearingMissing
        return pb.ListOutcomesResponse(outcomes=map(outcome_message, rows))

    async def ListPublished(
        self, request: pb.ListPublishedRequest, _: object
    ) -> pb.ListPublishedResponse:
        """What may be put before the public now."""
        fields = Fields()
        size = min(fields.number("page_size", request.page_size, 0, 2**31) or PAGE, MOST)
        fields.check()
        after = cursor_of(PUBLISHED, request.page_token)
        found = await self._desk.readers.run(
            partial(session_file.published, after=after, size=size)
        )
        last = found[-1][0]["hearing_id"] if len(found) == size else None
        return pb.ListPublishedResponse(
            published=filter(None, (self._shown(row, key) for row, key in found)),
            next_page_token=token_of(PUBLISHED, last),
        )

    def _shown(self, row: Any, key: Any) -> pb.Published | None:
        """Nothing of a case whose key was destroyed."""
        try:
            return published_message(row, Words(self._desk.office.vault.of_case(key)))
        except CaseErased:
            return None

    async def _told(
        self,
        request: Any,
        wanted: Read,
        handler: Any,
        respond: Callable[[Any], Response],
        response: type[Response],
    ) -> Response:
        """As `_act`, for an answer that says more than where the case stands."""
        request_id, command = wanted
        acted = self._with_office(handler)
        work = Work(acted, command, key=str(command.case_id), request_id=request_id)
        done: Response = await self._desk.act(request, work, respond, response)
        return done


def _concluded(done: concluding.Concluded) -> pb.ConcludeResponse:
    return pb.ConcludeResponse(
        stamp=stamp_message(done.stamp),
        finding=words.FINDING.number(done.finding),
        serve_by=done.serve_by,
    )


def _served(done: serving.Served) -> pb.ServeConclusionResponse:
    unserved = map(str, done.unserved)
    return pb.ServeConclusionResponse(stamp=stamp_message(done.stamp), unserved=unserved)


def _proposed(done: publishing.Proposed) -> pb.ProposePublicationResponse:
    no = done.publication_no
    return pb.ProposePublicationResponse(stamp=stamp_message(done.stamp), publication_no=no)


def conclusion_served(desk: Desk, following: Following) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["HearingConclusionService"],
        grpc.add_HearingConclusionServiceServicer_to_server,
        ConclusionServicer(desk, following),
        CONCLUSION_ACCESS,
    )
