"""Requests of SupervisionService on one case to commands, and results to responses."""

from uuid import UUID

from kernel.errors import FieldViolation
from kernel.ids import parse_id
from kernel.regulation import Level
from lianxin.common.v1 import case_pb2 as common
from lianxin.routing.v1 import supervision_pb2 as pb
from routing.commands.supervision import (
    AnswerSupervision,
    CloseSupervision,
    DecideExtension,
    ExtendClock,
    RateCase,
    ResumeClock,
    SetLead,
    Supervise,
    SuspendClock,
)
from routing.convert import words
from routing.convert.ending import one_of, seen
from routing.convert.handover import TEXT, WORD, day, stamp, text
from routing.errors import FieldWrong
from routing.handlers.outcome import Outcome

ID = WORD * 2
LEVELS = frozenset(level.value for level in Level)
LONGEST_EXTENSION = 3650


def rate(request: pb.RateCaseRequest) -> RateCase:
    """Rate the matter."""
    return RateCase(
        **seen(request),
        colour=words.word(common.Colour, request.colour),
        progress=words.word(common.ProgressClass, request.progress),
        difficulty=words.word(common.Difficulty, request.difficulty),
        grounds=text(request.grounds, "grounds", WORD, required=True),
    )


def rated(outcome: Outcome) -> pb.RateCaseResponse:
    """After rating."""
    return pb.RateCaseResponse(stamp=stamp(outcome))


def set_lead(request: pb.SetLeadRequest) -> SetLead:
    """Name or relieve the officer in charge."""
    return SetLead(
        case_id=parse_id(request.case_id, "case_id"),
        officer=text(request.officer, "officer", ID),
        grounds=text(request.grounds, "grounds", WORD, required=True),
    )


def lead_set(officer: str) -> pb.SetLeadResponse:
    """The officer now."""
    return pb.SetLeadResponse(officer=officer)


def supervise(request: pb.SuperviseRequest) -> Supervise:
    """Supervise the holder."""
    return Supervise(
        case_id=parse_id(request.case_id, "case_id"),
        level=one_of(request.level, "level", LEVELS),
        grounds=text(request.grounds, "grounds", WORD, required=True),
        due_on=day(request.due_on, "due_on", required=True),
        talk=request.talk,
    )


def supervised(supervision_id: UUID) -> pb.SuperviseResponse:
    """The supervision."""
    return pb.SuperviseResponse(supervision_id=str(supervision_id))


def answer(request: pb.AnswerSupervisionRequest) -> AnswerSupervision:
    """Answer a supervision."""
    return AnswerSupervision(
        case_id=parse_id(request.case_id, "case_id"),
        supervision_id=parse_id(request.supervision_id, "supervision_id"),
        text=text(request.text, "text", TEXT, required=True),
    )


def answered(state: str) -> pb.AnswerSupervisionResponse:
    """After answering."""
    return pb.AnswerSupervisionResponse(state=state)


def close(request: pb.CloseSupervisionRequest) -> CloseSupervision:
    """Accept an answer, or send it back."""
    return CloseSupervision(
        case_id=parse_id(request.case_id, "case_id"),
        supervision_id=parse_id(request.supervision_id, "supervision_id"),
        accepted=request.accepted,
    )


def closed(state: str) -> pb.CloseSupervisionResponse:
    """Closed or open."""
    return pb.CloseSupervisionResponse(state=state)


def extend(request: pb.ExtendClockRequest) -> ExtendClock:
    """Ask for an extension."""
    if request.days > LONGEST_EXTENSION:
        raise FieldWrong(FieldViolation("days", "TOO_MANY", LONGEST_EXTENSION))
    return ExtendClock(
        **seen(request),
        clock=text(request.clock, "clock", WORD, required=True),
        days=request.days,
        grounds=text(request.grounds, "grounds", WORD, required=True),
    )


def extension_asked(result: tuple[Outcome, UUID]) -> pb.ExtendClockResponse:
    """The extension asked for."""
    outcome, extension_id = result
    return pb.ExtendClockResponse(stamp=stamp(outcome), extension_id=str(extension_id))


def decide_extension(request: pb.DecideExtensionRequest) -> DecideExtension:
    """Decide on an extension."""
    return DecideExtension(
        **seen(request),
        extension_id=parse_id(request.extension_id, "extension_id"),
        approved=request.approved,
        resident_told=request.resident_told,
    )


def suspend(request: pb.SuspendClockRequest) -> SuspendClock:
    """Suspend a clock."""
    return SuspendClock(
        **seen(request),
        clock=text(request.clock, "clock", WORD, required=True),
        grounds=text(request.grounds, "grounds", WORD, required=True),
        article=text(request.article, "article", ID),
        look_again_on=day(request.look_again_on, "look_again_on", required=True),
        approved_by=text(request.approved_by, "approved_by", ID, required=True),
    )


def suspended(outcome: Outcome) -> pb.SuspendClockResponse:
    """After suspending."""
    return pb.SuspendClockResponse(stamp=stamp(outcome))


def resume(request: pb.ResumeClockRequest) -> ResumeClock:
    """Resume a clock."""
    return ResumeClock(**seen(request), clock=text(request.clock, "clock", WORD, required=True))
