"""Joint handling (协办): one lead holder, co-handlers each with a due date and a completion.

A co-handler's report is never fenced by the epoch of the lead: it follows the case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.commands.joint import CompleteCohandling, OpenCohandling
from routing.domain.passing_on import problem_with_receiver
from routing.domain.words import Custody, State
from routing.errors import (
    CannotReceive,
    CohandlingExists,
    CohandlingNotOpen,
    CohandlingUnknown,
    NotTheCohandler,
)
from routing.handlers import due_dates, letters
from routing.handlers.casefile import CaseFile
from routing.handlers.limits import limits_of, matter_of
from routing.handlers.outcome import Outcome, outcome
from routing.handlers.standing import as_holder, end_reading, let_read
from routing.node import Node
from routing.storage import portable, sealed
from routing.storage.supervision import add, change, cohandling, find, of_case
from routing.storage.tables import case_row

Values = Mapping[str, Any]
WHY = "cohandling"
OPEN = frozenset({"open", "reported"})


def open_cohandling(
    uow: UnitOfWork, command: OpenCohandling, *, node: Node
) -> tuple[Outcome, UUID]:
    """Ask a unit to handle jointly. Answers the case and the joint handling's id.

    Raises:
        CannotReceive: the unit is unknown, closed, or what the matter is about.
        CohandlingExists: it is a co-handler already, or the holder itself.
        FieldWrong: the due date has passed.
    """
    case = as_holder(uow, node, command)
    due_dates.not_past(command.due_on, uow.now)
    lead = case.row["holder_unit"]
    asked = Asked(command.unit, command.task, command.due_on, command.brief)
    row = begin(uow, case, asked, lead=lead)
    case.save()
    return outcome(case), row


@dataclass(frozen=True, slots=True)
class Asked:
    """What a unit is asked to do, until when, and what it is told of the matter (content)."""

    unit: str
    task: str
    due_on: str
    brief: str = ""


def begin(uow: UnitOfWork, case: CaseFile, asked: Asked, *, lead: str) -> UUID:
    """Enter a joint handling at the holder's node and tell the unit; `lead` will hold the case.

    The letter carries the header, so that a co-handler's node that knows nothing of the case shows
    it to its people.
    """
    unit, task, due_on = asked.unit, asked.task, asked.due_on
    _may_join(uow, case, unit, lead)
    row = {
        "case_id": case.case_id,
        "cohandling_id": uow.new_id(),
        "unit": unit,
        "task": task,
        "due_on": due_on,
        "state": "open",
        "opened_by": uow.caller.id,
        "opened_at": uow.now,
        "reported_at": None,
        "completed_at": None,
        "noticed_at": None,
    }
    add(uow, cohandling, row)
    _append(uow, case, "cohandling.opened", row, case.row["holder_unit"])
    let_read(uow, case, unit, WHY)
    letters.send(
        uow,
        case.node,
        letters.NewLetter(
            kind="cohandling",
            case_id=case.case_id,
            epoch=case.epoch,
            from_unit=case.row["holder_unit"],
            to_unit=unit,
            body={
                "cohandling_id": str(row["cohandling_id"]),
                "task": task,
                "due_on": due_on,
                "header": portable.header_out(case.row),
            },
            sealed_body=_sealed(uow, case, asked.brief),
        ),
    )
    return UUID(str(row["cohandling_id"]))


def _sealed(uow: UnitOfWork, case: CaseFile, text: str) -> bytes | None:
    return sealed.seal(uow, case.node, case.case_id, text.encode()) if text else None


def _may_join(uow: UnitOfWork, case: CaseFile, unit: str, lead: str) -> None:
    problem = problem_with_receiver(
        case.node.directory(),
        matter_of(case),
        unit,
        case.node.today(uow.now),
        limits_of(case, "cohandling"),
        second_person=False,
    )
    if problem and problem != "VILLAGE_CANNOT_DECIDE":  # a village assists in any matter
        raise CannotReceive(unit=unit, problem=problem)
    rows = of_case(uow, cohandling, case.case_id, unit=unit)
    if unit == lead or any(row["state"] in OPEN for row in rows):
        raise CohandlingExists(case_id=case.case_id, unit=unit)


def complete(uow: UnitOfWork, command: CompleteCohandling, *, node: Node) -> str:
    """A co-handler reports or completes, whoever leads by now: `sent` when that is elsewhere.

    Raises:
        CohandlingUnknown, NotTheCohandler, CohandlingNotOpen.
    """
    row = find(uow, cohandling, command.case_id, command.cohandling_id)
    if row is None:
        raise CohandlingUnknown(cohandling_id=command.cohandling_id)
    if uow.caller.unit != row["unit"]:
        raise NotTheCohandler(cohandling_id=command.cohandling_id, unit=row["unit"])
    if row["state"] not in OPEN:
        raise CohandlingNotOpen(cohandling_id=command.cohandling_id, state=row["state"])
    state = "completed" if command.completed else "reported"
    _move(uow, row, state)
    if command.completed and not _is_here(uow, command.case_id):
        end_reading(uow, CaseFile.open(uow, node, command.case_id), row["unit"], WHY)
    letters.send(
        uow,
        node,
        letters.NewLetter(
            kind="cohandling_report",
            case_id=command.case_id,
            epoch=0,
            from_unit=row["unit"],
            body={"cohandling_id": str(row["cohandling_id"]), "state": state},
            sealed_body=sealed.seal(uow, node, command.case_id, command.text.encode()),
        ),
    )
    return state if _is_here(uow, command.case_id) else "sent"


def _is_here(uow: UnitOfWork, case_id: UUID) -> bool:
    """Whether the lead is at this node; a co-handler's node need not know the case otherwise."""
    case = uow.get(case_row, case_id=case_id)
    return case is not None and case["custody"] in letters.HERE


def know(uow: UnitOfWork, node: Node, mail: Values) -> None:
    """At the co-handler's node: its people see the header and what they were told, from now on."""
    header = mail["body"].get("header")
    if uow.get(case_row, case_id=mail["case_id"]) is None:
        if not header:
            return
        came = portable.header_in(header)
        own = {"case_id": mail["case_id"], "epoch": mail["epoch"], "told_epoch": mail["epoch"]}
        state = {"state": State.HELD, "custody": Custody.NONE, "version": 1, "as_of": mail["at"]}
        uow.insert(case_row, came | own | state)
    let_read(uow, CaseFile.open(uow, node, mail["case_id"]), mail["to_unit"], WHY)


def _move(uow: UnitOfWork, row: Values, state: str) -> None:
    stamp = {"completed_at": uow.now} if state == "completed" else {"reported_at": uow.now}
    change(uow, cohandling, row, state=state, **stamp)


def hear(uow: UnitOfWork, case: CaseFile, mail: Values) -> None:
    """At the holder's node: enter a co-handler's report; it may come after a change of lead."""
    state = mail["body"]["state"]
    row = find(uow, cohandling, case.case_id, UUID(mail["body"]["cohandling_id"]))
    if row is not None and row["state"] in OPEN and row["state"] != state:
        _move(uow, row, state)
    body = {"cohandling_id": mail["body"]["cohandling_id"], "letter_id": str(mail["letter_id"])}
    unit, actor = mail["from_unit"], mail["actor"]
    case.append(f"cohandling.{state}", unit=unit, actor=actor, at=mail["at"], body=body)
    if state == "completed":
        end_reading(uow, case, unit, WHY)


def on_received(uow: UnitOfWork, case: CaseFile) -> None:
    """A co-handler that becomes the holder ends its joint handling."""
    unit = case.row["holder_unit"]
    for row in of_case(uow, cohandling, case.case_id, unit=unit):
        if row["state"] in OPEN:
            change(uow, cohandling, row, state="ended")
            _append(uow, case, "cohandling.ended", row, unit)
            end_reading(uow, case, unit, WHY)


def on_ended(uow: UnitOfWork, case: CaseFile) -> None:
    """The case ended by a fact: nothing is asked of its co-handlers any more."""
    for row in of_case(uow, cohandling, case.case_id):
        if row["state"] in OPEN:
            change(uow, cohandling, row, state="ended")
            _append(uow, case, "cohandling.ended", row, row["unit"])
            end_reading(uow, case, row["unit"], WHY)


def _append(uow: UnitOfWork, case: CaseFile, kind: str, row: Values, unit: str) -> None:
    case.append(
        kind,
        unit=unit,
        actor=uow.caller.id,
        body={
            "cohandling_id": str(row["cohandling_id"]),
            "unit": row["unit"],
            "due_on": row["due_on"],
        },
    )
