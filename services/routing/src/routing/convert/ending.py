"""Requests that end, reopen or place a case to commands, and outcomes to responses."""

from collections.abc import Sequence
from typing import Any

from kernel.catalogue import Catalogue, Language
from kernel.errors import FieldViolation, MissingField
from kernel.ids import parse_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.routing.v1 import custody_pb2 as pb
from routing.commands.ending import CloseCase, ConfirmPlacement, DecideClosing, ReopenCase
from routing.convert import words
from routing.convert.handover import NOTE, WORD, stamp, text
from routing.domain.asking import Said, standing_against
from routing.errors import FieldWrong
from routing.handlers.outcome import Outcome


def seen(request: Any) -> dict[str, Any]:
    """The case as the caller saw it."""
    return {
        "case_id": parse_id(request.case_id, "case_id"),
        "epoch": request.seen.epoch,
        "version": request.seen.version,
    }


def one_of(value: str, field: str, words_known: frozenset[str]) -> str:
    """A word of a known set. Raises MissingField, FieldWrong."""
    if not value:
        raise MissingField.of(field)
    if value not in words_known:
        raise FieldWrong(FieldViolation(field, "UNKNOWN_WORD"))
    return value


def ending_of(request: pb.CloseCaseRequest | pb.AskEndingRequest) -> str:
    """The word of the ending. Raises MissingField."""
    ending = words.word(common.EndingKind, request.ending)
    if not ending:
        raise MissingField.of("ending")
    return ending


def close(request: pb.CloseCaseRequest) -> CloseCase:
    """End the case."""
    return CloseCase(
        **seen(request),
        ending=ending_of(request),
        grounds=text(request.grounds, "grounds", WORD, required=True),
        note=text(request.note, "note", NOTE),
        review_route_told=request.review_route_told,
    )


def closed(result: tuple[Outcome, bool]) -> pb.CloseCaseResponse:
    """Ended, or waiting for a second person."""
    outcome, pending = result
    return pb.CloseCaseResponse(stamp=stamp(outcome), pending_approval=pending)


def lacks_out(
    answers: Sequence[Said], texts: Catalogue, language: Language
) -> pb.AskEndingResponse:
    """What stands against an ending, in words."""
    return pb.AskEndingResponse(
        lacks=[
            pb.EndingLack(
                field=lack.field, reason=lack.reason, text=texts.text(lack.reason, language)
            )
            for lack in standing_against(answers)
        ]
    )


def decide_closing(request: pb.DecideClosingRequest) -> DecideClosing:
    """The second person's decision."""
    grounds = text(request.grounds, "grounds", WORD, required=not request.approved)
    return DecideClosing(**seen(request), approved=request.approved, grounds=grounds)


def closing_decided(outcome: Outcome) -> pb.DecideClosingResponse:
    """After the decision."""
    return pb.DecideClosingResponse(stamp=stamp(outcome))


def reopen(request: pb.ReopenCaseRequest) -> ReopenCase:
    """Go on with an ended case."""
    return ReopenCase(
        **seen(request), grounds=text(request.grounds, "grounds", WORD, required=True)
    )


def reopened(outcome: Outcome) -> pb.ReopenCaseResponse:
    """After reopening."""
    return pb.ReopenCaseResponse(stamp=stamp(outcome))


def place(request: pb.ConfirmPlacementRequest) -> ConfirmPlacement:
    """A decision on the placement."""
    unit = text(request.unit_id, "unit_id", WORD * 2, required=True)
    return ConfirmPlacement(**seen(request), unit=unit)


def placed(outcome: Outcome) -> pb.ConfirmPlacementResponse:
    """After the decision."""
    return pb.ConfirmPlacementResponse(
        stamp=stamp(outcome),
        handoff_id=str(outcome.handoff_id or ""),
        frozen=outcome.frozen,
        question_to=outcome.question_to,
    )
