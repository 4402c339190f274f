"""Requests of joint handling, reports, bodies outside and conferences to commands, and back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from kernel.errors import FieldViolation, MissingField
from kernel.ids import parse_id
from kernel.instants import stamp as moment
from lianxin.routing.v1 import custody_pb2 as pb
from lianxin.routing.v1 import supervision_pb2 as sv
from routing.commands.joint import (
    AcknowledgeReport,
    CompleteCohandling,
    Decision,
    OpenCohandling,
    OpenConference,
    RecordAssignment,
    RecordConference,
    RecordReferral,
    ReferOut,
    ReportUp,
)
from routing.commands.supervision import AssignHandler
from routing.convert.ending import one_of, seen
from routing.convert.events import instant
from routing.convert.handover import NOTE, TEXT, WORD, day, stamp, text
from routing.errors import FieldWrong
from routing.handlers.outcome import Outcome

ID = WORD * 2
MINUTES = 20_000
MOST = 100
YEAR_10000, NANOS = 253_402_300_800, 1_000_000_000
REPORTS = frozenset({"urgent", "progress", "completion"})
REFERRAL_STATES = frozenset({"received", "answered", "declined"})
CONFERENCES = frozenset({"joint", "coordination"})


def open_cohandling(request: pb.OpenCohandlingRequest) -> OpenCohandling:
    """Ask a unit to handle jointly."""
    return OpenCohandling(
        **seen(request),
        unit=text(request.unit_id, "unit_id", ID, required=True),
        task=text(request.task, "task", NOTE, required=True),
        due_on=day(request.due_on, "due_on"),
        brief=text(request.brief, "brief", TEXT),
    )


def cohandling_opened(result: tuple[Outcome, UUID]) -> pb.OpenCohandlingResponse:
    """The joint handling."""
    outcome, cohandling_id = result
    return pb.OpenCohandlingResponse(stamp=stamp(outcome), cohandling_id=str(cohandling_id))


def complete_cohandling(request: pb.CompleteCohandlingRequest) -> CompleteCohandling:
    """A co-handler's report."""
    return CompleteCohandling(
        case_id=parse_id(request.case_id, "case_id"),
        cohandling_id=parse_id(request.cohandling_id, "cohandling_id"),
        completed=request.completed,
        text=text(request.text, "text", TEXT, required=True),
    )


def cohandling_completed(state: str) -> pb.CompleteCohandlingResponse:
    """reported, completed, or sent."""
    return pb.CompleteCohandlingResponse(state=state)


def assign_handler(request: pb.AssignHandlerRequest) -> AssignHandler:
    """Name the handler."""
    return AssignHandler(**seen(request), staff_id=text(request.staff_id, "staff_id", ID))


def handler_assigned(outcome: Outcome) -> pb.AssignHandlerResponse:
    """After naming."""
    return pb.AssignHandlerResponse(stamp=stamp(outcome))


def report_up(request: pb.ReportUpRequest) -> ReportUp:
    """Report to the upper unit."""
    return ReportUp(
        **seen(request),
        kind=one_of(request.kind, "kind", REPORTS),
        text=text(request.text, "text", TEXT, required=True),
    )


def reported(report_id: UUID) -> pb.ReportUpResponse:
    """The report."""
    return pb.ReportUpResponse(report_id=str(report_id))


def acknowledge(request: pb.AcknowledgeReportRequest) -> AcknowledgeReport:
    """Acknowledge a report."""
    return AcknowledgeReport(
        parse_id(request.case_id, "case_id"), parse_id(request.report_id, "report_id")
    )


def acknowledged(state: str) -> pb.AcknowledgeReportResponse:
    """After acknowledging."""
    return pb.AcknowledgeReportResponse(state=state)


def refer_out(request: pb.ReferOutRequest) -> ReferOut:
    """Refer to a body outside."""
    return ReferOut(
        **seen(request),
        outside_unit=text(request.outside_unit, "outside_unit", ID, required=True),
        due_on=day(request.due_on, "due_on"),
        letter_no=text(request.letter_no, "letter_no", ID),
        ends=request.ends,
        note=text(request.note, "note", NOTE),
    )


def referred(result: tuple[Outcome, UUID]) -> pb.ReferOutResponse:
    """The referral."""
    outcome, referral_id = result
    return pb.ReferOutResponse(stamp=stamp(outcome), referral_id=str(referral_id))


def record_referral(request: pb.RecordReferralRequest) -> RecordReferral:
    """What the body outside did."""
    return RecordReferral(
        **seen(request),
        referral_id=parse_id(request.referral_id, "referral_id"),
        state=one_of(request.state, "state", REFERRAL_STATES),
        answer=text(request.answer, "answer", TEXT),
    )


def referral_recorded(outcome: Outcome) -> pb.RecordReferralResponse:
    """After recording."""
    return pb.RecordReferralResponse(stamp=stamp(outcome))


def record_assignment(request: pb.RecordAssignmentRequest) -> RecordAssignment:
    """Assigned from outside."""
    return RecordAssignment(
        **seen(request),
        outside_unit=text(request.outside_unit, "outside_unit", ID, required=True),
        their_no=text(request.their_no, "their_no", ID),
        due_on=day(request.due_on, "due_on"),
        report_owed=request.report_owed,
    )


def assignment_recorded(outcome: Outcome) -> pb.RecordAssignmentResponse:
    """After recording."""
    return pb.RecordAssignmentResponse(stamp=stamp(outcome))


def open_conference(request: sv.OpenConferenceRequest) -> OpenConference:
    """Call a conference."""
    if not request.HasField("at"):
        raise MissingField.of("at")
    return OpenConference(
        kind=one_of(request.kind, "kind", CONFERENCES),
        site=text(request.site_id, "site_id", ID, required=True),
        case_ids=tuple(_ids(request.case_ids)),
        units=tuple(_units(request.units, "units")),
        at=instant(_sane(request.at)),
        chair=text(request.chair, "chair", ID),
    )


def _sane(at: Timestamp) -> Timestamp:
    if not 0 <= at.seconds < YEAR_10000 or not 0 <= at.nanos < NANOS:
        raise FieldWrong(FieldViolation("at", "NOT_A_TIME"))
    return at


def _ids(values: Any) -> list[UUID]:
    if not values:
        raise MissingField.of("case_ids")
    if len(values) > MOST:
        raise FieldWrong(FieldViolation("case_ids", "TOO_MANY", MOST))
    return [parse_id(value, f"case_ids[{n}]") for n, value in enumerate(values)]


def _units(values: Any, field: str) -> list[str]:
    if len(values) > MOST:
        raise FieldWrong(FieldViolation(field, "TOO_MANY", MOST))
    return [text(value, f"{field}[{n}]", ID, required=True) for n, value in enumerate(values)]


def conference_opened(conference_id: UUID) -> sv.OpenConferenceResponse:
    """The conference."""
    return sv.OpenConferenceResponse(conference_id=str(conference_id))


def record_conference(request: sv.RecordConferenceRequest) -> RecordConference:
    """What a conference decided."""
    if len(request.decisions) > MOST:
        raise FieldWrong(FieldViolation("decisions", "TOO_MANY", MOST))
    return RecordConference(
        conference_id=parse_id(request.conference_id, "conference_id"),
        attended=tuple(_units(request.attended, "attended")),
        decisions=tuple(
            _decision(one, f"decisions[{n}]") for n, one in enumerate(request.decisions)
        ),
        minutes=text(request.minutes, "minutes", MINUTES),
    )


def _decision(message: sv.ConferenceDecision, at: str) -> Decision:
    return Decision(
        case_id=parse_id(message.case_id, f"{at}.case_id"),
        unit=text(message.unit_id, f"{at}.unit_id", ID, required=True),
        cohandlers=tuple(_units(message.cohandlers, f"{at}.cohandlers")),
        lead_officer=text(message.lead_officer, f"{at}.lead_officer", ID),
        due_on=day(message.due_on, f"{at}.due_on"),
        grounds=text(message.grounds, f"{at}.grounds", WORD, required=True),
    )


def conference_recorded(orders: tuple[UUID, ...]) -> sv.RecordConferenceResponse:
    """The orders that follow the cases."""
    return sv.RecordConferenceResponse(order_ids=[str(order) for order in orders])


def conference(row: Mapping[str, Any]) -> sv.Conference:
    """A conference as a list shows it; the minutes stay sealed."""
    return sv.Conference(
        conference_id=str(row["conference_id"]),
        kind=row["kind"],
        site_id=row["site"],
        state=row["state"],
        at=moment(row["at"]),
        case_ids=row["case_ids"],
        units=row["units"],
        decisions=[_told(decision) for decision in row["decisions"]],
    )


def _told(decision: Mapping[str, Any]) -> sv.ConferenceDecision:
    return sv.ConferenceDecision(
        case_id=decision["case_id"],
        unit_id=decision["unit"],
        cohandlers=decision["cohandlers"],
        lead_officer=decision["lead_officer"],
        due_on=decision["due_on"],
        grounds=decision["grounds"],
    )
