"""Hand-over requests to commands, outcomes to responses; malformed fields are named."""

from datetime import date
from typing import Any

from kernel.calendar.days import FIRST, LAST
from kernel.errors import FieldViolation, MissingField
from kernel.ids import parse_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.routing.v1 import custody_pb2 as pb
from routing.commands.handover import (
    BeginHandover,
    DecideObjection,
    Designate,
    Object,
    Recall,
    SignFor,
)
from routing.commands.notes import AddNote
from routing.domain.words import Kind
from routing.errors import FieldWrong
from routing.handlers.designation import Designated
from routing.handlers.notes import Noted
from routing.handlers.outcome import Outcome

WORD = 40
NOTE = 200
TEXT = 5000


def escalate(request: pb.EscalateRequest) -> BeginHandover:
    """Hand up; without a receiver the desk of the site above is meant (empty `to_unit`)."""
    return _begin(request, Kind.ESCALATE, to_required=False)


def assign(request: pb.AssignRequest) -> BeginHandover:
    """Hand down with a due date."""
    return _begin(request, Kind.ASSIGN, due_on=day(request.due_on, "due_on", required=True))


def forward(request: pb.ForwardRequest) -> BeginHandover:
    """Hand down or sideways."""
    return _begin(request, Kind.FORWARD)


def _begin(
    request: Any, kind: Kind, *, due_on: str = "", to_required: bool = True
) -> BeginHandover:
    return BeginHandover(
        case_id=parse_id(request.case_id, "case_id"),
        epoch=request.seen.epoch,
        version=request.seen.version,
        kind=kind,
        to_unit=text(request.to_unit, "to_unit", WORD * 2, required=to_required),
        reason=text(request.reason, "reason", WORD, required=True),
        note=text(request.note, "note", NOTE),
        due_on=due_on,
        second_person=request.second_person,
    )


def text(value: str, field: str, limit: int, *, required: bool = False) -> str:
    """A text field within its length. Raises MissingField, FieldWrong."""
    if required and not value.strip():
        raise MissingField.of(field)
    if len(value) > limit:
        raise FieldWrong(FieldViolation(field, "TOO_LONG", limit))
    if any(ord(sign) < ord(" ") and sign not in "\n\t\r" for sign in value):
        raise FieldWrong(FieldViolation(field, "CONTROL_CHARACTER"))
    return value


def day(value: str, field: str, *, required: bool = False) -> str:
    """An ISO date, as text. Raises MissingField, FieldWrong."""
    if not value and not required:
        return ""
    if not value:
        raise MissingField.of(field)
    try:
        parsed = date.fromisoformat(value)
    except ValueError:
        raise FieldWrong(FieldViolation(field, "NOT_A_DATE")) from None
    if not FIRST <= parsed < LAST.replace(month=1, day=1):  # a clock counts on from its last day
        raise FieldWrong(FieldViolation(field, "DATE_OUT_OF_RANGE"))
    return parsed.isoformat()


def stamp(outcome: Outcome) -> common.CaseStamp:
    """Where a case stands after a command."""
    return common.CaseStamp(
        case_id=str(outcome.case_id),
        case_no=outcome.case_no,
        epoch=outcome.epoch,
        version=outcome.version,
        state=outcome.state,
    )


def _handed(outcome: Outcome) -> dict[str, Any]:
    return {
        "stamp": stamp(outcome),
        "handoff_id": str(outcome.handoff_id or ""),
        "frozen": outcome.frozen,
        "question_to": outcome.question_to,
    }


def escalated(outcome: Outcome) -> pb.EscalateResponse:
    """The hand-over, or that passing on is frozen."""
    return pb.EscalateResponse(**_handed(outcome))


def assigned(outcome: Outcome) -> pb.AssignResponse:
    """The hand-over, or that passing on is frozen."""
    return pb.AssignResponse(**_handed(outcome))


def forwarded(outcome: Outcome) -> pb.ForwardResponse:
    """The hand-over, or that passing on is frozen."""
    return pb.ForwardResponse(**_handed(outcome))


def sign_for(request: pb.SignForRequest) -> SignFor:
    """Sign for the newest hand-over, or the one named."""
    return SignFor(
        parse_id(request.case_id, "case_id"),
        request.seen.epoch,
        request.seen.version,
        parse_id(request.handoff_id, "handoff_id") if request.handoff_id else None,
    )


def signed(outcome: Outcome) -> pb.SignForResponse:
    """After signing."""
    return pb.SignForResponse(stamp=stamp(outcome))


def object_to(request: pb.ObjectRequest) -> Object:
    """Object to the newest hand-over, or the one named."""
    return Object(
        parse_id(request.case_id, "case_id"),
        request.seen.epoch,
        request.seen.version,
        text(request.grounds, "grounds", WORD, required=True),
        text(request.note, "note", NOTE),
        text(request.proposes, "proposes", WORD * 2),
        parse_id(request.handoff_id, "handoff_id") if request.handoff_id else None,
    )


def objected(outcome: Outcome) -> pb.ObjectResponse:
    """After objecting."""
    return pb.ObjectResponse(stamp=stamp(outcome))


def decide(request: pb.DecideObjectionRequest) -> DecideObjection:
    """The sender's decision."""
    return DecideObjection(
        parse_id(request.case_id, "case_id"),
        parse_id(request.handoff_id, "handoff_id"),
        request.upheld,
        text(request.grounds, "grounds", WORD, required=True),
    )


def decided(state: str) -> pb.DecideObjectionResponse:
    """decided, or sent to the node that holds the case."""
    return pb.DecideObjectionResponse(state=state)


def recall(request: pb.RecallRequest) -> Recall:
    """A recall."""
    return Recall(parse_id(request.case_id, "case_id"), parse_id(request.handoff_id, "handoff_id"))


def recalled(state: str) -> pb.RecallResponse:
    """recalled, or asked of the node that decides."""
    return pb.RecallResponse(state=state)


def designate(request: pb.DesignateRequest) -> Designate:
    """A designation."""
    return Designate(
        case_id=parse_id(request.case_id, "case_id"),
        unit=text(request.unit_id, "unit_id", WORD * 2, required=True),
        grounds=text(request.grounds, "grounds", WORD, required=True),
        cohandlers=tuple(request.cohandlers),
        conference_id=request.conference_id,
        due_on=day(request.due_on, "due_on"),
    )


def designated(result: Designated) -> pb.DesignateResponse:
    """The order."""
    return pb.DesignateResponse(order_id=str(result.order_id), state=result.state)


def note(request: pb.AddNoteRequest) -> AddNote:
    """A note."""
    return AddNote(
        parse_id(request.case_id, "case_id"),
        text(request.text, "text", TEXT, required=True),
        request.emergency,
    )


def noted(result: Noted) -> pb.AddNoteResponse:
    """The note."""
    return pb.AddNoteResponse(note_id=str(result.note_id), state=result.state)
