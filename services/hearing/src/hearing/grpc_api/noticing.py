"""HearingNoticeService: who was told, objections, and what the public is told."""

from functools import partial
from typing import Any

from hearing.commands.base import RecordRead
from hearing.convert import noticing as convert
from hearing.convert.fields import CODE
from hearing.desk import Desk, id_of
from hearing.errors import HearingMissing
from hearing.errors_noticing import NeverCalled
from hearing.grpc_api.case_act import CaseAct
from hearing.handlers import acknowledging, objecting
from hearing.handlers.reads import record_read
from hearing.handlers.resending import resend_notice
from hearing.ical.inviting import Invitation, write_invitation
from hearing.storage import notices as stored
from hearing.storage import reading
from hearing.storage.tables_notices import hearing_objection, notice
from kernel.access import Access, Scope, anybody
from kernel.catalogue import Catalogue, Language
from kernel.doors.notices import notice_message
from kernel.group_commit import Work
from kernel.grpc_server import Served
from kernel.holding.rows import Words
from kernel.interceptors import current_caller
from kernel.notifying import keeping
from kernel.notifying.errors import NoticeMissing
from kernel.notifying.words import Step
from kernel.scope import Level
from lianxin.hearing.v1 import noticing_pb2 as pb
from lianxin.hearing.v1 import noticing_pb2_grpc as grpc

SERVICE = "/lianxin.hearing.v1.HearingNoticeService/"
NOTICING_ACCESS = {
    SERVICE + "ListHearingNotices": Access("case.read.header", scope=Scope.LIST),
    SERVICE + "AcknowledgeNotice": Access("hearing.run", scope=Scope.CASE),
    SERVICE + "AcknowledgeOwnNotice": Access("hearing.read"),
    SERVICE + "RetryHearingNotice": Access("hearing.run", scope=Scope.CASE),
    SERVICE + "ReportHearingNotice": Access("notice.report"),
    SERVICE + "GetInvitation": Access("case.read.header", scope=Scope.CASE),
    SERVICE + "ObjectToMember": Access("hearing.run", scope=Scope.CASE),
    SERVICE + "DecideObjection": Access("hearing.decide", scope=Scope.CASE),
    SERVICE + "ListObjections": Access("case.read.content", scope=Scope.CASE),
    SERVICE + "ListPublicNotices": anybody(),
}
MOST_SHOWN = 200


class NoticingServicer(CaseAct, grpc.HearingNoticeServiceServicer):
    """Telling people of a hearing, and what they say of it."""

    def __init__(self, desk: Desk, texts: Catalogue) -> None:
        self._desk = desk
        self._texts = texts

    async def ListHearingNotices(
        self, request: pb.ListHearingNoticesRequest, _: object
    ) -> pb.ListHearingNoticesResponse:
        """Newest first."""
        asked = convert.asked_from(request, current_caller(), self._desk.clock.now())
        rows, place = await self._desk.readers.run(partial(stored.page, asked=asked))
        ids = {convert.notice_id_of(row): row for row in rows}
        sent = await self._desk.readers.run(partial(stored.deliveries, ids=ids))
        return pb.ListHearingNoticesResponse(
            notices=[convert.told_message(row, sent.get(one)) for one, row in ids.items()],
            next_page_token=convert.token_of(request, place),
        )

    async def AcknowledgeNotice(
        self, request: pb.AcknowledgeNoticeRequest, _: object
    ) -> pb.AcknowledgeNoticeResponse:
        """It has reached him."""
        wanted = convert.acknowledge(request)
        return await self._act(
            request, wanted, acknowledging.acknowledge, pb.AcknowledgeNoticeResponse
        )

    async def AcknowledgeOwnNotice(
        self, request: pb.AcknowledgeOwnNoticeRequest, _: object
    ) -> pb.AcknowledgeOwnNoticeResponse:
        """The caller was told, and says so; whoever was not told learns nothing."""
        request_id, command = convert.acknowledge_own(request)
        work = Work(
            acknowledging.acknowledge_own, command, key=command.case_no, request_id=request_id
        )
        answer: pb.AcknowledgeOwnNoticeResponse = await self._desk.act(
            request,
            work,
            lambda _: pb.AcknowledgeOwnNoticeResponse(),
            pb.AcknowledgeOwnNoticeResponse,
        )
        return answer

    async def RetryHearingNotice(
        self, request: pb.RetryHearingNoticeRequest, _: object
    ) -> pb.RetryHearingNoticeResponse:
        """Once more, for somebody of the unit that holds the case."""
        command = convert.change_from(request.notice_id, Step.RETRY, request.version)
        caller, now = current_caller(), self._desk.clock.now()
        row = await self._desk.readers.run(
            lambda c: stored.known_to(c, caller, command.notice_id, now)
        )
        if row is None:
            raise NoticeMissing
        work = Work(
            resend_notice,
            command,
            key=str(row["case_id"]),
            request_id=id_of(request.request_id, "request_id"),
        )
        answer: pb.RetryHearingNoticeResponse = await self._desk.act(
            request,
            work,
            lambda after: pb.RetryHearingNoticeResponse(
                notice=notice_message(after, row["case_no"])
            ),
            pb.RetryHearingNoticeResponse,
        )
        return answer

    async def ReportHearingNotice(
        self, request: pb.ReportHearingNoticeRequest, _: object
    ) -> pb.ReportHearingNoticeResponse:
        """A gateway's word."""
        step = Step.ARRIVED if request.arrived else Step.LOST
        command = convert.change_from(request.notice_id, step)
        work = Work(
            partial(keeping.change, table=notice),
            command,
            key=request.notice_id,
            request_id=id_of(request.request_id, "request_id"),
        )
        answer: pb.ReportHearingNoticeResponse = await self._desk.act(
            request,
            work,
            lambda _: pb.ReportHearingNoticeResponse(),
            pb.ReportHearingNoticeResponse,
        )
        return answer

    async def GetInvitation(
        self, request: pb.GetInvitationRequest, _: object
    ) -> pb.GetInvitationResponse:
        """For one recipient's calendar."""
        case_id = id_of(request.case_id, "case_id")
        recipient = id_of(request.recipient_id, "recipient_id")
        await self._expect_known(case_id)
        found = await self._desk.readers.run(lambda c: stored.invited(c, case_id, str(recipient)))
        if found is None:
            raise NeverCalled
        one = self._invitation(found)
        return pb.GetInvitationResponse(
            calendar=write_invitation(one), method=one.method, sequence=one.sequence
        )

    def _invitation(self, found: stored.Invited) -> Invitation:
        directory, unit = self._desk.office.directory(), found.file["holder_unit"]
        title = directory.title(unit) if unit in directory.units else unit
        summary = self._texts.text("TELL_SUMMARY", Language.ZH_CN, number=found.file["case_no"])
        return Invitation(
            uid=f"{found.hearing_id}@lianxin",
            sequence=found.told["change_no"],
            method=found.told["method"],
            begins=found.change["begins"],
            ends=found.change["ends"],
            at=self._desk.clock.now(),
            summary=summary,
            place=found.room["name"] if found.room is not None else "",
            office=(unit, title),
            recipient=found.told["recipient"],
        )

    async def ObjectToMember(
        self, request: pb.ObjectToMemberRequest, _: object
    ) -> pb.ObjectToMemberResponse:
        """A party's word against somebody."""
        handler = self._with_office(objecting.object_to_member)
        wanted = convert.object_to_member(request)
        return await self._act(request, wanted, handler, pb.ObjectToMemberResponse)

    async def DecideObjection(
        self, request: pb.DecideObjectionRequest, _: object
    ) -> pb.DecideObjectionResponse:
        """A person's decision."""
        handler = self._with_office(objecting.decide_objection)
        wanted = convert.decide_objection(request)
        return await self._act(request, wanted, handler, pb.DecideObjectionResponse)

    async def ListObjections(
        self, request: pb.ListObjectionsRequest, _: object
    ) -> pb.ListObjectionsResponse:
        """With reasons, for who reads the content; on record before it is shown."""
        caller, case_id = current_caller(), id_of(request.case_id, "case_id")
        now, readers = self._desk.clock.now(), self._desk.readers
        found = await readers.run(lambda c: reading.by_case(c, caller, case_id, now))
        if found is None or found.level is not Level.CONTENT:
            raise HearingMissing
        read = RecordRead(case_id, "ListObjections", "")
        await self._desk.do(Work(record_read, read, key=str(case_id), caller=caller))
        key = await readers.run(lambda c: reading.key_of(c, case_id))
        words = Words(self._desk.office.vault.of_case(key))
        rows = await readers.run(lambda c: stored.objections(c, case_id))
        return pb.ListObjectionsResponse(objections=[_shown(row, words) for row in rows])

    async def ListPublicNotices(
        self, request: pb.ListPublicNoticesRequest, _: object
    ) -> pb.ListPublicNoticesResponse:
        """For everybody."""
        now, unit = self._desk.clock.now(), request.unit_id[:CODE]
        listed = partial(stored.shown, now=now, unit=unit, most=MOST_SHOWN)
        rows = await self._desk.readers.run(listed)
        return pb.ListPublicNoticesResponse(notices=map(convert.public_message, rows))


def _shown(row: Any, words: Words) -> pb.Objection:
    said = words.open(hearing_objection, row, "sealed_reason")["reason"]
    decided = ""
    if row["sealed_decision"]:
        decided = words.open(hearing_objection, row, "sealed_decision")["reason"]
    return convert.objection_message(row, said, decided)


def noticing_served(desk: Desk, texts: Catalogue) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["HearingNoticeService"],
        grpc.add_HearingNoticeServiceServicer_to_server,
        NoticingServicer(desk, texts),
        NOTICING_ACCESS,
    )
