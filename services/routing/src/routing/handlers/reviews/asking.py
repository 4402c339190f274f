"""Asking for a review: judged once, by the node of the counter that takes the request."""

from dataclasses import dataclass
from uuid import UUID

from kernel.identity import Kind
from kernel.unit_of_work import UnitOfWork
from routing.commands.reviews import AskReview
from routing.domain import reviews
from routing.domain.reviews import Level, Phase, Standing
from routing.errors import CaseUnknown
from routing.errors.reviews import (
    NotTheCounter,
    ReviewBeforeAnswer,
    ReviewExhausted,
    ReviewNotProvided,
    ReviewTooLate,
    ReviewUnderWay,
)
from routing.handlers import letters
from routing.handlers.casefile import CaseFile
from routing.handlers.reviews import rights
from routing.node import Node
from routing.storage import cases, sealed
from routing.storage.tables import letter
from routing.storage.writings import KEPT

KIND = "review_request"
"""Kind of the letter that brings a request, with its sealed grounds, to the holder."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was taken: its id, the case, and the level."""

    review_id: UUID
    case_no: str
    level: str


def ask_review(uow: UnitOfWork, command: AskReview, *, node: Node) -> Asked:
    """Take a request for review; the case goes on for it wherever it is.

    Raises:
        CaseUnknown, NotTheCounter: not for this caller.
        ReviewNotProvided, ReviewBeforeAnswer, ReviewUnderWay, ReviewExhausted: not now.
        ReviewTooLate: the last day has passed. The law names no exception.
    """
    case = CaseFile.open(uow, node, command.case_id)
    unit = _counter(uow, case, command)
    level = may_ask(uow, case)
    review_id = uow.new_id()
    letters.send(
        uow,
        node,
        letters.NewLetter(
            kind=KIND,
            case_id=case.case_id,
            epoch=_answer_epoch(case),
            from_unit=unit,
            body={"review_id": str(review_id), "level": level.value, "by": command.by},
            sealed_body=sealed.seal(uow, node, case.case_id, command.grounds.encode()),
        ),
    )
    return Asked(review_id, case.row["case_no"], level.value)


def _counter(uow: UnitOfWork, case: CaseFile, command: AskReview) -> str:
    if case.row["sealed_for"]:
        raise CaseUnknown(case_id=case.case_id)
    if uow.caller.kind is Kind.SERVICE:
        return command.unit or str(case.row["registering_unit"])
    case.expect_known()
    if uow.caller.unit not in {case.row["registering_unit"], case.row["holder_unit"]}:
        raise NotTheCounter(unit=case.row["registering_unit"])
    return uow.caller.unit


def may_ask(uow: UnitOfWork, case: CaseFile) -> Level:
    """The level that can be asked for now. Raises as `ask_review`."""
    standing = rights.standing_of(uow, case.case_id)
    if standing.under_way or _is_on_its_way(uow, case):
        raise ReviewUnderWay(case_id=case.case_id)
    level = None if _is_concluded(case) else standing.asked_next
    if level is None:
        raise ReviewExhausted(case_id=case.case_id)
    if not rights.is_provided(case, level):
        raise ReviewNotProvided(procedure=case.row["procedure"] or "none")
    if not _is_answered(case, standing):
        raise ReviewBeforeAnswer(case_id=case.case_id)
    if standing.late_on(case.node.today(uow.now)):
        raise ReviewTooLate(until=standing.until.isoformat() if standing.until else "")
    return level


def _is_concluded(case: CaseFile) -> bool:
    return bool(case.ended and case.row["ending"] == reviews.CONCLUDED)


def _is_answered(case: CaseFile, standing: Standing) -> bool:
    """An answer was given: the case ended by one, or its opinion was served before the end."""
    if case.ended:
        return case.row["ending"] not in reviews.NO_ANSWER
    return standing.phase is Phase.OPENED


def _answer_epoch(case: CaseFile) -> int:
    """The holding whose answer it is about, as far as this node was told."""
    return max(case.epoch, case.row["told_epoch"] or 0)


def _is_on_its_way(uow: UnitOfWork, case: CaseFile) -> bool:
    """A request about this answer that the holder has not entered, or this node not heard of."""
    asked = uow.find(letter, case_id=case.case_id, kind=KIND, epoch=_answer_epoch(case))
    entered = {step["body"].get("review_id", "") for step in cases.steps(uow, case.case_id)}
    return any(row["state"] != KEPT and row["body"]["review_id"] not in entered for row in asked)
