"""How a case ends (办结): by a fact of a service, or by its holder with a recorded ending."""

from datetime import datetime

from kernel.unit_of_work import UnitOfWork
from routing.commands.facts import RecordFact
from routing.domain.words import Custody, Row, State
from routing.handlers import clocks, cohandling
from routing.handlers.casefile import CaseFile
from routing.handlers.handover import intents, release
from routing.handlers.reviews import guarding
from routing.storage import grant_ends, handoffs

SETTLED = frozenset({"settled", "agreed", "supported", "answered"})
"""Endings that count as settled at the tier that held the case; closed is another figure."""


def by_fact(uow: UnitOfWork, case: CaseFile, command: RecordFact) -> None:
    """End the case by a service's fact: answered, refused, withdrawn, voided, merged."""
    if case.ended:
        return
    if case.custody is Custody.RELEASING:
        _stop_release(uow, case)
    end(uow, case, command.ending, command.effective_at or command.fact.at)


def end(uow: UnitOfWork, case: CaseFile, ending: str, at: datetime) -> None:
    """The case has ended: its clocks stop, the services are told, nothing waits any more."""
    case.set(
        state=State.ENDED,
        ending=ending,
        ended_at=at,
        settled_path=case.row["holder_path"] if ending in SETTLED else "",
        pending="",
        frozen=False,
        freeze_reason="",
        signed=True,
    )
    case.append(
        "custody.ended",
        unit=case.row["holder_unit"],
        actor=uow.caller.id,
        at=at,
        body={"ending": ending},
    )
    guarding.overtake(uow, case)
    cohandling.on_ended(uow, case)
    clocks.on_ended(uow, case)
    grant_ends.owe(uow, case.row, case.node.services)


def _stop_release(uow: UnitOfWork, case: CaseFile) -> None:
    """A case that ended does not travel: the hand-over begun comes to nothing."""
    for row in handoffs.of_case(uow, case.case_id):
        if row["state"] != Row.RELEASING:
            continue
        values = {"refusal": "case_ended", "active": True, "next_try_at": uow.now, "tries": 0}
        handoffs.change(uow, row, state=Row.KEPT, **values)
        release.owe_keep(uow, row, case)
        case.append(
            "handover.given_up",
            unit=row["from_unit"],
            actor="",
            body={"handoff_id": str(row["handoff_id"]), "reason": "case_ended"},
        )
        intents.note_refused(uow, row, "case_ended")
    case.set(custody=Custody.HELD)
