"""Call-backs and evaluations: entered where the case is held; a ticket may go back to its holder.

They are made where a matter was registered, which may be another node than the holder's and at any
time after the ending, so they come as letters and never as facts of an epoch.
"""

from collections.abc import Mapping
from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.commands.facts import FollowedUp
from routing.errors import CaseUnknown
from routing.handlers import closing, letters
from routing.node import Node
from routing.storage.tables import case_row

KIND = "follow_up"
REDO = "intake.redo_wanted"
GROUNDS = "dissatisfied"
Values = Mapping[str, Any]


def send(uow: UnitOfWork, command: FollowedUp, *, node: Node) -> None:
    """Send it to whoever holds the case.

    Raises CaseUnknown when the registration has not been taken up: it is tried again.
    """
    if uow.get(case_row, case_id=command.case_id) is None:
        raise CaseUnknown(case_id=command.case_id)
    result = f"callback_{command.result}" if command.result else ""
    said = {"kind": command.kind, "result": result, "performance": command.performance}
    letter = letters.NewLetter(
        kind=KIND,
        case_id=command.case_id,
        epoch=command.epoch,
        from_unit=command.unit,
        actor=command.actor,
        body={name: word for name, word in said.items() if word},
    )
    letters.send(uow, node, letter)


def enter(uow: UnitOfWork, node: Node, row: Values) -> str:
    """At the holder: enter it; what is to be done again goes on, once, by the unit that ended it.

    One about an answer before the last is entered only: the case went on by itself since.
    """
    case = letters.held(uow, node, row)
    if case is None:
        return "moved"
    body = dict(row["body"])
    kind = body.pop("kind")
    unit, actor = row["from_unit"], row["actor"]
    case.append(kind, unit=unit, actor=actor, at=row["at"], body=body)
    if kind == REDO and row["epoch"] == case.epoch and closing.may_go_on(case):
        reopened = {"ending": case.row["ending"], "grounds": GROUNDS}
        holder = case.row["holder_unit"]
        case.append("custody.reopened", unit=holder, actor=actor, body=reopened)
        closing.go_on(uow, case, GROUNDS)
    case.save()
    return "applied"
