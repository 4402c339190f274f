"""What mediation answers when routing asks whether a case may end."""

from kernel.holding import AskEnding, EndingAnswer, expect_granted
from kernel.unit_of_work import UnitOfWork
from mediation.domain import guards
from mediation.domain.case_endings import Mediated, ending_of, verdict
from mediation.domain.states import State, when_case_reopens
from mediation.domain.words import Ending
from mediation.handlers.acting import Row
from mediation.handlers.case_part import PART
from mediation.handlers.casework import assigned_to
from mediation.handlers.closing import file_of, violation
from mediation.office import Office
from mediation.storage.tables import mediation, write_grant


def ask_ending(uow: UnitOfWork, command: AskEnding, *, office: Office) -> EndingAnswer:
    """Everything that stands against it: the mediation is open, or was closed otherwise, or is due.

    Raises:
        GrantAwaited: the part of the case is still on its way here.
    """
    expect_granted(uow.get(write_grant, case_id=command.case_id), command.epoch)
    row = uow.get(mediation, case_id=command.case_id)
    said = verdict(command.ending, command.procedure, _mediated(uow, row, command.ending, office))
    number = PART.last_fact(uow, command.case_id)
    return EndingAnswer(tuple(map(violation, said.lacks)), said.carries, number)


def _mediated(uow: UnitOfWork, row: Row | None, ending: str, office: Office) -> Mediated | None:
    if row is None:
        return None
    state = State(row["state"])
    if state is State.CLOSED:
        return Mediated(state, ending_of(row["ending"]))
    return Mediated(state, lacks=_lacks(uow, row, ending, office), rests=_rests(uow, row))


def _rests(uow: UnitOfWork, row: Row) -> bool:
    """Whether it stands where the reopening of its case put it, with no mediator."""
    if not row["closed_from"] or assigned_to(uow, row["case_id"]):
        return False
    return State(row["state"]) is when_case_reopens(State(row["closed_from"]))


def _lacks(uow: UnitOfWork, row: Row, ending: str, office: Office) -> tuple[guards.Lack, ...]:
    wanted = ending_of(ending)
    if wanted is None:
        return ()
    file = file_of(uow, row, office)
    if wanted is Ending.PROCEDURAL:
        return guards.may_propose(file)
    return guards.lacks(file, wanted)
