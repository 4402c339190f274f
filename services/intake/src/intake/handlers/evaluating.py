"""评价: once per answer; what dissatisfaction leads to follows the procedure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake.commands_follow_up import OweCallback, SubmitEvaluation
from intake.domain.follow_up import (
    EVALUATED,
    REDO_WANTED,
    Consequence,
    FollowedUp,
    Grades,
    Source,
)
from intake.domain.words import Ending
from intake.errors import CaseMissing
from intake.errors_follow_up import EvaluatedBefore, EvaluatedElsewhere, NothingToEvaluate
from intake.handlers.owing_callbacks import owe_callback
from intake.office import Office
from intake.storage.tables import cases
from intake.storage.tables_follow_up import callback, evaluation
from kernel import regulation
from kernel.regulation import Dissatisfied, Procedure
from kernel.unit_of_work import UnitOfWork

REVIEW_REQUEST = "review_request"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Followed:
    """What dissatisfaction led to; `review_until` is the last day to ask for review."""

    consequence: Consequence | None = None
    review_until: date | None = None


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An evaluation that was kept."""

    case_no: str
    followed: Followed


def submit_evaluation(uow: UnitOfWork, command: SubmitEvaluation, *, office: Office) -> Evaluated:
    """Keep what the resident says of the last answer.

    Raises:
        CaseMissing: there is no such case here.
        NothingToEvaluate: it has no answer, or one that is not evaluated.
        EvaluatedElsewhere: the node where it was registered asks about it.
        EvaluatedBefore: this answer was evaluated.
    """
    owe_callback(uow, OweCallback(command.case_id), office=office)
    row = uow.get(cases, case_id=command.case_id)
    if row is None:
        raise CaseMissing
    if row["ended_at"] is None:
        raise NothingToEvaluate
    owed = uow.get(callback, case_id=command.case_id, epoch=row["epoch"])
    if owed is None:
        raise _not_here(row, office)
    keep_evaluation(uow, owed, Source.RESIDENT, command.grades)
    followed = follow(uow, row, command.grades, office)
    uow.emit(_event(uow, row, EVALUATED))
    return Evaluated(row["case_no"], followed)


def _not_here(row: Row, office: Office) -> NothingToEvaluate | EvaluatedElsewhere:
    unit, directory = row["registering_unit"], office.directory()
    if unit in directory.units and directory.node_of(unit) != office.node:
        return EvaluatedElsewhere(unit=unit)
    return NothingToEvaluate()


def keep_evaluation(uow: UnitOfWork, owed: Row, source: Source, grades: Grades) -> None:
    """Keep the grades of an answer, once for each source. Raises EvaluatedBefore."""
    case_id, epoch, said_by = owed["case_id"], owed["epoch"], source.value
    if uow.get(evaluation, case_id=case_id, epoch=epoch, source=said_by) is not None:
        raise EvaluatedBefore
    key = {"case_id": case_id, "epoch": epoch, "source": said_by}
    units = ("office_unit", "office_path", "handler_unit", "handler_path")
    said = {
        "office": grades.office.value if grades.office else "",
        "unit": grades.unit.value if grades.unit else "",
    }
    uow.insert(evaluation, key | {name: owed[name] for name in units} | said | {"at": uow.now})


def follow(uow: UnitOfWork, row: Row, grades: Grades, office: Office) -> Followed:
    """What the procedure lets follow on dissatisfaction with the handling (条例 35 and practice).

    A hotline ticket goes back to be done again: routing hears it. A petitioner is told of review
    with the last day; counted from the ending, which is the earliest the answer can have been
    served, so that nobody who keeps to it is late. The resident chooses. After 复核 there is
    nothing to choose.
    """
    concluded = row["ending"] == Ending.REVIEW_CONCLUDED.value
    if not grades.dissatisfied or not row["procedure"] or concluded:
        return Followed()
    satisfaction = office.profile_of(row["regulation"]).rules.satisfaction
    rule = satisfaction.dissatisfied.get(Procedure(row["procedure"]))
    if rule is Dissatisfied.DONE_AGAIN:
        uow.emit(_event(uow, row, REDO_WANTED))
        return Followed(Consequence.DONE_AGAIN)
    if rule is Dissatisfied.REVIEW_RIGHT_TOLD:
        return Followed(Consequence.REVIEW_RIGHT_TOLD, _review_until(row, office))
    return Followed()


def _review_until(row: Row, office: Office) -> date | None:
    profile, start = office.profile_of(row["regulation"]), row["ended_at"]
    if REVIEW_REQUEST not in profile.clocks:
        return None
    return regulation.due(profile, REVIEW_REQUEST, start, calendar=office.calendar).due


def _event(uow: UnitOfWork, row: Row, kind: str) -> FollowedUp:
    return FollowedUp(
        case_id=row["case_id"],
        epoch=row["epoch"],
        kind=kind,
        path=row["holder_path"],
        unit=uow.caller.unit or row["registering_unit"],
        actor=uow.caller.id,
        at=uow.now,
    )
