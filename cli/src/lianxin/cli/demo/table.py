"""One mediation at its table: opened, named, consented, assigned, sat, agreed, closed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from kernel.ids import new_id
from lianxin.cli.demo import acts
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.mediators import Register
from lianxin.cli.demo.people import Clerk, Refused, refusal
from lianxin.cli.demo.taking_part import authorised, in_name, participants
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import consent_pb2 as consent
from lianxin.mediation.v1 import mediation_pb2
from lianxin.mediation.v1 import mediation_service_pb2 as service

TRIES, PAUSE_S = 200, 0.05
UNDER_WAY = acts.OUTRUN | {"CASE_MISSING", "NOT_ACCEPTED", "MEDIATION_MISSING", "CASE_LOCKED"}
"""The right to write, or the acceptance, is on its way to mediation: look again."""
POLICE = "u-anji-gongan"
"""Whom a duty to report is met with here."""


@dataclass
class Table:
    """A mediation as the unit at work sees it; `register` says when mediators are free."""

    clerk: Clerk
    case: Registered
    register: Register
    epoch: int = 0
    version: int = 0
    people: list[pb.Participant] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    mediators: list[str] = field(default_factory=list)
    apart: bool = False
    """After family violence the sides do not sit together."""

    async def act(self, name: str, *, who: Clerk | None = None, **said: Any) -> Any:
        """One act on the mediation as it was seen last; seen again when somebody was faster.

        `name` is that of the RPC, `who` somebody else than the one who keeps the file.

        Raises:
            Refused: for any other reason, or still outrun at the last try.
        """
        actor = who or self.clerk
        request = getattr(pb, f"{name}Request")(case_id=self.case.case_id, **said)
        return await self.send(actor, getattr(actor.mediation, name), request)

    async def send(self, actor: Clerk, rpc: Any, request: Any) -> Any:
        """The same with a request that is made already. Raises Refused."""
        for left in range(TRIES, 0, -1):
            request.request_id = str(new_id())
            request.epoch, request.version = self.epoch, self.version
            try:
                answer = await rpc(request)
            except grpc.aio.AioRpcError as error:
                await _patience(refusal(error, actor.language), left)
                await self.look()
            else:
                self.version = answer.stamp.version
                return answer
        raise AssertionError("unreachable: the last try answers or raises")

    async def look(self) -> mediation_pb2.Mediation:
        """The mediation as it is now."""
        asked = service.GetMediationRequest(case_id=self.case.case_id)
        answer = await acts.call(self.clerk.mediation.GetMediation(asked))
        found: mediation_pb2.Mediation = answer.mediation
        self.epoch, self.version = found.epoch, found.version
        return found

    async def open(self, kind: mediation_pb2.MediationKind.ValueType) -> None:
        """Open the mediation of an accepted case, name who takes part, take down that they wish it.

        For an organisation somebody comes with authority to settle.
        """
        content = await self._registered()
        if any(one.kind == words.PARTY_KIND_ORGANISATION for one in content.parties):
            await authorised(self.clerk, self.case.case_id)
            content = await self._registered()
        await self._begin(kind)
        self.requests = [one.no for one in content.requests]
        self.people = participants(content.parties)
        await self.act("NameParties", participants=self.people, requests=self.requests)
        await self._reported()
        for one in self.parties:
            await self._willing(one, kind)

    async def _willing(
        self, one: pb.Participant, kind: mediation_pb2.MediationKind.ValueType
    ) -> None:
        """A party was read the texts and wants to be mediated (自愿)."""
        peoples = kind == mediation_pb2.MEDIATION_KIND_PEOPLES
        data = consent.CONSENT_SUBJECT_PERSONAL_DATA if peoples else consent.CONSENT_SUBJECT_NOTICE
        request = consent.RecordConsentRequest(
            case_id=self.case.case_id,
            party_id=one.party_id,
            subjects=[consent.CONSENT_SUBJECT_MEDIATION, data],
            given=True,
            text_version=await self.register.texts_read(self.clerk),
            method=consent.CONSENT_METHOD_READ_OUT,
            by=in_name(one),
            on_day=acts.in_days(0),
        )
        await self.send(self.clerk, self.clerk.mediation_consent.RecordConsent, request)

    async def _reported(self) -> None:
        """Duties to report that the matter brings are met before anything else."""
        asked = consent.ListDutiesRequest(case_id=self.case.case_id)
        found = await acts.call(self.clerk.mediation_consent.ListDuties(asked))
        self.apart = found.apart
        for one in found.duties:
            if one.open:
                await self.act("NoteDuty", duty=one.duty, reported_to=POLICE)

    async def _registered(self) -> Any:
        asked = intake.GetCaseRequest(case_id=self.case.case_id)
        found = (await acts.call(self.clerk.intake.GetCase(asked))).case
        self.epoch = found.epoch
        return found.content

    async def _begin(self, kind: mediation_pb2.MediationKind.ValueType) -> None:
        case_id = self.case.case_id
        request = service.OpenMediationRequest(case_id=case_id, epoch=self.epoch, kind=kind)
        for left in range(TRIES, 0, -1):
            request.request_id = str(new_id())
            try:
                answer = await self.clerk.mediation.OpenMediation(request)
            except grpc.aio.AioRpcError as error:
                await _patience(refusal(error, self.clerk.language), left)
            else:
                self.version = answer.stamp.version
                return

    @property
    def parties(self) -> list[pb.Participant]:
        """Those whom an agreement binds."""
        return [one for one in self.people if one.capacity == pb.CAPACITY_PARTY]

    @property
    def sides(self) -> dict[int, list[pb.Participant]]:
        """The parties of each side."""
        return {
            side: [one for one in self.parties if one.side == side]
            for side in (pb.SIDE_APPLICANT, pb.SIDE_RESPONDENT)
        }

    @property
    def two_sided(self) -> bool:
        """Whether there is somebody on each side to agree."""
        return all(self.sides.values())

    async def suggested(self, **said: Any) -> pb.SuggestMediatorsResponse:
        """Mediators for it, best first, each with reasons."""
        asked = pb.SuggestMediatorsRequest(case_id=self.case.case_id, **said)
        answer: pb.SuggestMediatorsResponse = await acts.call(
            self.clerk.mediation.SuggestMediators(asked)
        )
        return answer

    async def assign(self, head: Clerk, mediators: Sequence[str]) -> None:
        """The head of the committee decides who mediates."""
        await self.act("AssignMediators", who=head, mediator_ids=mediators)
        self.mediators = list(mediators)

    async def sit(
        self,
        kind: pb.SessionKind.ValueType,
        outcome: pb.SessionOutcome.ValueType,
        *,
        days_ago: int = 0,
        **said: Any,
    ) -> None:
        """Call everybody together, hold the session, take down what came of it."""
        session_id = await self.called(kind, days_ago=days_ago, **said)
        await self.taken_down(session_id, outcome)

    async def called(
        self, kind: pb.SessionKind.ValueType, *, days_ago: int = 0, **said: Any
    ) -> str:
        """Call everybody together; the id of the session."""
        begin, end = self.register.sitting(self.mediators, days_ago=days_ago)
        online = kind == pb.SESSION_KIND_ONLINE
        where: dict[str, Any] = {"link": "会议号 000 000"} if online else {"place": "调解室"}
        session_id = str(new_id())
        await self.act(
            "ScheduleSession",
            session_id=session_id,
            kind=kind,
            joining=pb.JOINING_APART if self.apart else pb.JOINING_JOINT,
            starts_at=moment(begin),
            ends_at=moment(end),
            party_ids=[one.party_id for one in self.people],
            **where,
            **said,
        )
        return session_id

    async def taken_down(self, session_id: str, outcome: pb.SessionOutcome.ValueType) -> None:
        """A session at which everybody was, and what came of it."""
        came = [
            pb.CameToSession(party_id=one.party_id, attendance=pb.ATTENDANCE_ATTENDED)
            for one in self.people
        ]
        record = "双方各自说明经过，调解员逐项核对。"
        await self.act(
            "RecordSession", session_id=session_id, outcome=outcome, came=came, record=record
        )

    async def oral(self) -> None:
        """An oral agreement, performed at once and registered by the mediator."""
        said = [pb.AgreementText(part=pb.AGREEMENT_PART_CONTENT, text="双方谈妥，当场履行。")]
        await self.act("DraftAgreement", form=pb.AGREEMENT_FORM_ORAL, texts=said)
        await self.act("SignAgreement", agreement_version=1, hand=pb.HAND_RECORD)

    async def written(self, terms: Sequence[pb.TermDraft] = (), *, signed_at: Any = None) -> int:
        """A written agreement with every hand; answers its version."""
        texts = [pb.AgreementText(part=part, text="按双方当面核对的写。") for part in PARTS]
        await self.act("DraftAgreement", form=pb.AGREEMENT_FORM_WRITTEN, texts=texts, terms=terms)
        version = (await self.work()).agreement_version
        for hand in self._hands():
            await self.act("SignAgreement", agreement_version=version, at=signed_at, **hand)
        return version

    def _hands(self) -> list[dict[str, Any]]:
        own = [
            {"hand": pb.HAND_PARTY, "party_id": one.party_id, "by": in_name(one)}
            for one in self.parties
        ]
        return [*own, {"hand": pb.HAND_MEDIATOR}, {"hand": pb.HAND_SEAL}]

    def term(self, due_on: str, fen: int, what: str = "赔偿款") -> pb.TermDraft:
        """What the other side owes."""
        debtor = self.sides[pb.SIDE_RESPONDENT][0].party_id
        return pb.TermDraft(performer_id=debtor, due_on=due_on, what=what, amount_fen=fen)

    async def paid(self, term_no: int, fen: int, *, whole: bool = False) -> None:
        """Something was paid on a term today."""
        await self.act(
            "RenderTerm", term_no=term_no, done_on=acts.in_days(0), amount_fen=fen, whole=whole
        )

    async def work(self) -> pb.GetCaseworkResponse:
        """Where the work stands: plan, agreement, terms, what is missing for closing."""
        asked = pb.GetCaseworkRequest(case_id=self.case.case_id)
        answer: pb.GetCaseworkResponse = await acts.call(self.clerk.mediation.GetCasework(asked))
        return answer

    async def found(self, finding: pb.Finding.ValueType, reasons: str) -> None:
        """The facts, and what came of each request."""
        await self.act("EstablishFacts", facts="到现场看过，双方陈述与材料相符。")
        for no in self.requests:
            await self.act("FindRequest", request_no=no, finding=finding, reasons=reasons)

    async def close(
        self,
        ending: pb.MediationEnding.ValueType,
        asked: pb.Asked.ValueType = pb.ASKED_SATISFIED,
    ) -> None:
        """Ask the resident, then close past the guards (三个不结案)."""
        await self.act("AskResident", asked=asked)
        await self.act("CloseMediation", ending=ending)


PARTS = [value for value in pb.AgreementPart.values() if value != pb.AGREEMENT_PART_UNSPECIFIED]


async def _patience(refused: Refused, left: int) -> None:
    """Wait a little for what is under way. Raises Refused for anything else."""
    if refused.reason not in UNDER_WAY or left == 1:
        raise refused from None
    await asyncio.sleep(PAUSE_S)


def moment(at: datetime) -> Timestamp:
    """An instant as the wire has it."""
    stamp = Timestamp()
    stamp.FromDatetime(at)
    return stamp
