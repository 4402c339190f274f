"""What hearing answers when routing asks whether a case may end."""

from hearing.domain.states import State
from hearing.handlers.case_part import PART
from hearing.handlers.moving import current_of
from hearing.storage.tables import hearing_file, write_grant
from kernel.errors import FieldViolation
from kernel.holding import AskEnding, EndingAnswer, expect_granted
from kernel.unit_of_work import UnitOfWork

OPEN, UNSERVED = "HEARING_OPEN", "CONCLUSION_UNSERVED"


def ask_ending(uow: UnitOfWork, command: AskEnding) -> EndingAnswer:
    """A hearing that was granted is held or cancelled first, and its conclusion is served.

    Raises:
        GrantAwaited: the part of the case is still on its way here.
    """
    expect_granted(uow.get(write_grant, case_id=command.case_id), command.epoch)
    row = uow.get(hearing_file, case_id=command.case_id)
    against: tuple[FieldViolation, ...] = ()
    if row is not None:
        state, current = State(row["state"]), current_of(uow, row)
        if state.running:
            against = (FieldViolation("hearing", OPEN),)
        elif state is State.CONCLUDED and current["served_at"] is None:
            against = (FieldViolation("hearing", UNSERVED),)
    return EndingAnswer(against, last_fact_no=PART.last_fact(uow, command.case_id))
