"""The services of a node as somebody calls them: one stub each, over lines that are dialled."""

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any

from kernel.grpc_client import Line
from lianxin.hearing.v1.calendar_pb2_grpc import HearingCalendarServiceStub
from lianxin.hearing.v1.conclusion_pb2_grpc import HearingConclusionServiceStub
from lianxin.hearing.v1.hearing_service_pb2_grpc import HearingServiceStub
from lianxin.hearing.v1.noticing_pb2_grpc import HearingNoticeServiceStub
from lianxin.hearing.v1.openness_pb2_grpc import HearingOpennessServiceStub
from lianxin.hearing.v1.register_pb2_grpc import HearingRegisterServiceStub
from lianxin.hearing.v1.scheduling_pb2_grpc import HearingScheduleServiceStub
from lianxin.hearing.v1.session_pb2_grpc import HearingSessionServiceStub
from lianxin.intake.v1.case_file_pb2_grpc import CaseFileServiceStub
from lianxin.intake.v1.documents_pb2_grpc import DocumentServiceStub
from lianxin.intake.v1.follow_up_pb2_grpc import FollowUpServiceStub
from lianxin.intake.v1.hearing_door_pb2_grpc import HearingDoorServiceStub
from lianxin.intake.v1.intake_service_pb2_grpc import IntakeServiceStub
from lianxin.intake.v1.meeting_day_pb2_grpc import MeetingDayServiceStub
from lianxin.intake.v1.notice_pb2_grpc import NoticeServiceStub
from lianxin.intake.v1.reception_pb2_grpc import ReceptionServiceStub
from lianxin.intake.v1.review_pb2_grpc import ReviewDoorServiceStub
from lianxin.intake.v1.unit_papers_pb2_grpc import UnitPaperServiceStub
from lianxin.intake.v1.unserved_pb2_grpc import UnservedServiceStub
from lianxin.mediation.v1.consent_pb2_grpc import MediationConsentServiceStub
from lianxin.mediation.v1.due_pb2_grpc import MediationDueServiceStub
from lianxin.mediation.v1.file_pb2_grpc import MediationFileServiceStub
from lianxin.mediation.v1.invitation_pb2_grpc import SessionInvitationServiceStub
from lianxin.mediation.v1.mediation_service_pb2_grpc import MediationServiceStub
from lianxin.routing.v1.custody_pb2_grpc import CustodyServiceStub
from lianxin.routing.v1.directory_pb2_grpc import DirectoryServiceStub
from lianxin.routing.v1.node_pb2_grpc import NodeServiceStub
from lianxin.routing.v1.notice_pb2_grpc import StaffNoticeServiceStub
from lianxin.routing.v1.retention_pb2_grpc import RetentionServiceStub
from lianxin.routing.v1.review_pb2_grpc import ReviewServiceStub
from lianxin.routing.v1.staff_pb2_grpc import StaffServiceStub
from lianxin.routing.v1.supervision_pb2_grpc import SupervisionServiceStub
from lianxin.routing.v1.worklist_pb2_grpc import WorklistServiceStub

INTAKE, ROUTING, MEDIATION, HEARING = "intake", "routing", "mediation", "hearing"


class Stubs(ABC):
    """Made at first use; whoever inherits says how the line to a service is dialled."""

    @abstractmethod
    def line(self, service: str) -> Line:
        """The line to a service, the same each time."""

    @cached_property
    def intake(self) -> Any:
        """IntakeService."""
        return IntakeServiceStub(self.line(INTAKE))

    @cached_property
    def follow_up(self) -> Any:
        """FollowUpService."""
        return FollowUpServiceStub(self.line(INTAKE))

    @cached_property
    def notices(self) -> Any:
        """NoticeService."""
        return NoticeServiceStub(self.line(INTAKE))

    @cached_property
    def documents(self) -> Any:
        """DocumentService."""
        return DocumentServiceStub(self.line(INTAKE))

    @cached_property
    def unserved(self) -> Any:
        """UnservedService."""
        return UnservedServiceStub(self.line(INTAKE))

    @cached_property
    def receptions(self) -> Any:
        """ReceptionService."""
        return ReceptionServiceStub(self.line(INTAKE))

    @cached_property
    def meeting_days(self) -> Any:
        """MeetingDayService."""
        return MeetingDayServiceStub(self.line(INTAKE))

    @cached_property
    def unit_papers(self) -> Any:
        """UnitPaperService."""
        return UnitPaperServiceStub(self.line(INTAKE))

    @cached_property
    def case_file(self) -> Any:
        """CaseFileService."""
        return CaseFileServiceStub(self.line(INTAKE))

    @cached_property
    def mediation(self) -> Any:
        """MediationService."""
        return MediationServiceStub(self.line(MEDIATION))

    @cached_property
    def mediation_file(self) -> Any:
        """MediationFileService."""
        return MediationFileServiceStub(self.line(MEDIATION))

    @cached_property
    def mediation_due(self) -> Any:
        """MediationDueService."""
        return MediationDueServiceStub(self.line(MEDIATION))

    @cached_property
    def mediation_consent(self) -> Any:
        """MediationConsentService."""
        return MediationConsentServiceStub(self.line(MEDIATION))

    @cached_property
    def session_invitations(self) -> Any:
        """SessionInvitationService."""
        return SessionInvitationServiceStub(self.line(MEDIATION))

    @cached_property
    def hearing(self) -> Any:
        """HearingService."""
        return HearingServiceStub(self.line(HEARING))

    @cached_property
    def hearing_register(self) -> Any:
        """HearingRegisterService."""
        return HearingRegisterServiceStub(self.line(HEARING))

    @cached_property
    def hearing_calendar(self) -> Any:
        """HearingCalendarService."""
        return HearingCalendarServiceStub(self.line(HEARING))

    @cached_property
    def hearing_schedule(self) -> Any:
        """HearingScheduleService."""
        return HearingScheduleServiceStub(self.line(HEARING))

    @cached_property
    def hearing_notices(self) -> Any:
        """HearingNoticeService."""
        return HearingNoticeServiceStub(self.line(HEARING))

    @cached_property
    def hearing_openness(self) -> Any:
        """HearingOpennessService."""
        return HearingOpennessServiceStub(self.line(HEARING))

    @cached_property
    def hearing_session(self) -> Any:
        """HearingSessionService."""
        return HearingSessionServiceStub(self.line(HEARING))

    @cached_property
    def hearing_conclusion(self) -> Any:
        """HearingConclusionService."""
        return HearingConclusionServiceStub(self.line(HEARING))

    @cached_property
    def hearing_door(self) -> Any:
        """HearingDoorService."""
        return HearingDoorServiceStub(self.line(INTAKE))

    @cached_property
    def review_door(self) -> Any:
        """ReviewDoorService."""
        return ReviewDoorServiceStub(self.line(INTAKE))

    @cached_property
    def review(self) -> Any:
        """ReviewService."""
        return ReviewServiceStub(self.line(ROUTING))

    @cached_property
    def custody(self) -> Any:
        """CustodyService."""
        return CustodyServiceStub(self.line(ROUTING))

    @cached_property
    def staff_notices(self) -> Any:
        """StaffNoticeService."""
        return StaffNoticeServiceStub(self.line(ROUTING))

    @cached_property
    def supervision(self) -> Any:
        """SupervisionService."""
        return SupervisionServiceStub(self.line(ROUTING))

    @cached_property
    def directory(self) -> Any:
        """DirectoryService."""
        return DirectoryServiceStub(self.line(ROUTING))

    @cached_property
    def worklist(self) -> Any:
        """WorklistService."""
        return WorklistServiceStub(self.line(ROUTING))

    @cached_property
    def retention(self) -> Any:
        """RetentionService."""
        return RetentionServiceStub(self.line(ROUTING))

    @cached_property
    def node(self) -> Any:
        """NodeService."""
        return NodeServiceStub(self.line(ROUTING))

    @cached_property
    def staff(self) -> Any:
        """StaffService."""
        return StaffServiceStub(self.line(ROUTING))
