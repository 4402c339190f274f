"""What a person or a gateway says of a notice; what a person told goes into the log of the case."""

from typing import Any

from intake.domain.follow_up import FollowedUp
from intake.domain.notices import TOLD_IN_PERSON
from intake.storage.tables import cases, notice
from kernel.notifying import keeping
from kernel.notifying.keeping import Change
from kernel.notifying.words import Step
from kernel.unit_of_work import UnitOfWork


def change_notice(uow: UnitOfWork, command: Change) -> Any:
    """Try again, or take down that somebody told the recipient. Answers the notice after it.

    Whoever holds the case, now or later, reads in its log that the resident was told; the notice
    itself stays at the node that owed it. Raises what `keeping.change` raises.
    """
    row = keeping.change(uow, command, table=notice)
    case = uow.get(cases, case_id=row["case_id"])
    if command.step is Step.TELL and case is not None:
        uow.emit(
            FollowedUp(
                case_id=row["case_id"],
                epoch=case["epoch"],
                kind=TOLD_IN_PERSON,
                path=case["holder_path"],
                unit=uow.caller.unit or row["unit"],
                actor=uow.caller.id,
                at=uow.now,
            )
        )
    return row


def report_delivery(uow: UnitOfWork, command: Change) -> Any:
    """A gateway's report. Raises what `keeping.change` raises."""
    return keeping.change(uow, command, table=notice)
