"""A case that had ended goes on, and its mediation with it: exactly once, where it is reopened."""

from collections.abc import Mapping
from typing import Any

from kernel.holding import EndGrant, ImportPart, Part
from kernel.unit_of_work import UnitOfWork
from mediation.domain import facts
from mediation.domain.states import State, when_case_reopens
from mediation.domain.words import Asked
from mediation.handlers.acting import Change, tell
from mediation.handlers.case_part import PART
from mediation.handlers.casework import set_casework
from mediation.storage.tables import mediation

Row = Mapping[str, Any]
ASK_ANEW: dict[str, Any] = {
    "asked": Asked.NOT_YET.value,
    "attempts": 0,
    "attempted_on": None,
    "closing_by": "",
    "review_told": False,
}
"""What the earlier closing rested on and the next one does not."""


def go_on(uow: UnitOfWork, command: ImportPart[Part], before: Row) -> None:
    """Routing reopened an ended case: granted anew without a part, at the next epoch.

    A file that was closed comes back as it was before its closing, for a mediator of its own; the
    resident has to be asked again. What it was closed with stays in the log.
    """
    row = _ended(uow, command, before)
    if row["ended_at"] is None:
        return
    values: dict[str, Any] = {"ended_at": None, "version": row["version"] + 1}
    if State(row["state"]) is State.CLOSED:
        values |= _taken_up(row)
        set_casework(uow, command.case_id, **ASK_ANEW)
        grant = {"epoch": command.epoch, "unit": command.unit, "path": command.path}
        tell(uow, {**row, **values}, grant, _said(row, values["state"]))
    uow.update(mediation, {"case_id": command.case_id}, values)


def _ended(uow: UnitOfWork, command: ImportPart[Part], row: Row) -> Row:
    """The row as the end of the case left it; routing drops that errand when it reopens at once."""
    if row["ended_at"] is None and row["holder_unit"] == command.unit:
        PART.ended(uow, EndGrant(command.case_id, row["epoch"], ""))
    return uow.get(mediation, case_id=command.case_id) or row


def _taken_up(row: Row) -> dict[str, Any]:
    closed_from = State(row["closed_from"]) if row["closed_from"] else None
    return {
        "state": when_case_reopens(closed_from).value,
        "state_before": None,
        "proposed_by": None,
        "ending": "",
        "closed_at": None,
        "fact_no": row["fact_no"] + 1,
    }


def _said(row: Row, state: str) -> Change:
    said = {"ending": row["ending"], "state": state}
    return Change(facts.REOPENED, {}, {name: word for name, word in said.items() if word})
