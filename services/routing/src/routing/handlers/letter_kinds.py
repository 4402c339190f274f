"""What the letters of supervision, joint handling, reports and conferences do on arrival."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.errors import CannotReceive, CohandlingExists
from routing.handlers import cohandling, leading, letters, reports, supervision
from routing.node import Node
from routing.storage import supervision as rows

Values = Mapping[str, Any]
Apply = Callable[[UnitOfWork, Node, Values], str]


def _supervision(uow: UnitOfWork, node: Node, row: Values) -> str:
    """At the holder: supervised from elsewhere."""
    case = letters.held(uow, node, row)
    if case is None:
        return "moved"
    supervision.enter(uow, case, supervision.of_letter(row))
    case.save()
    return "applied"


def _supervision_answer(uow: UnitOfWork, _node: Node, row: Values) -> str:
    """At the supervisor: its own copy shows the answer."""
    known = _find(uow, rows.supervision, row, "supervision_id")
    if known is not None and known["state"] == "open":
        rows.change(uow, rows.supervision, known, state="answered", answered_at=row["at"])
    return "applied"


def _supervision_verdict(uow: UnitOfWork, node: Node, row: Values) -> str:
    """At the holder: the answer was accepted, or sent back."""
    case = letters.held(uow, node, row)
    if case is None:
        return "moved"
    known = _find(uow, rows.supervision, row, "supervision_id")
    if known is None:
        return "parked"
    state = row["body"]["state"]
    rows.change(uow, rows.supervision, known, state=state)
    supervision.settle(uow, case, known, state, row["actor"])
    case.save()
    return "applied"


def _lead(uow: UnitOfWork, node: Node, row: Values) -> str:
    """At the holder: an officer in charge was named or relieved above."""
    case = letters.held(uow, node, row)
    if case is None:
        return "moved"
    leading.enter_lead(uow, case, row["body"], (row["from_unit"], row["actor"]))
    case.save()
    return "applied"


def _cohandling(uow: UnitOfWork, node: Node, row: Values) -> str:
    """At the co-handler: its own copy, by which it reports whoever leads."""
    body = row["body"]
    rows.add(
        uow,
        rows.cohandling,
        {
            "case_id": row["case_id"],
            "cohandling_id": UUID(body["cohandling_id"]),
            "unit": row["to_unit"],
            "task": body["task"],
            "due_on": body["due_on"],
            "state": "open",
            "opened_by": row["actor"],
            "opened_at": row["at"],
        },
    )
    cohandling.know(uow, node, row)
    return "applied"


def _cohandling_report(uow: UnitOfWork, node: Node, row: Values) -> str:
    """At the holder, also one that came to lead since: a co-handler reports."""
    case = letters.held(uow, node, row)
    if case is None:
        return "moved"
    cohandling.hear(uow, case, row)
    case.save()
    return "applied"


def _join(uow: UnitOfWork, node: Node, row: Values) -> str:
    """At the holder: a conference named a co-handler; the joint handling goes with the case.

    A unit that cannot assist, or does already, is entered as such: the conference's word stands in
    the log.
    """
    case = letters.held(uow, node, row)
    if case is None:
        return "moved"
    body, lead = row["body"], row["body"]["lead"]
    try:
        asked = cohandling.Asked(body["unit"], "conference", body["due_on"])
        cohandling.begin(uow, case, asked, lead=lead)
    except (CannotReceive, CohandlingExists) as refusal:
        why = {"unit": body["unit"], "why": refusal.reason}
        case.append("cohandling.impossible", unit=row["from_unit"], actor=row["actor"], body=why)
    case.save()
    return "applied"


def _report(uow: UnitOfWork, _node: Node, row: Values) -> str:
    """At the upper unit: its own copy, to be acknowledged."""
    rows.add(uow, rows.report, reports.of_letter(row))
    return "applied"


def _report_acknowledged(uow: UnitOfWork, node: Node, row: Values) -> str:
    case = letters.held(uow, node, row)
    if case is None:
        return "moved"
    reports.hear_acknowledged(uow, case, row)
    case.save()
    return "applied"


def _conference(uow: UnitOfWork, node: Node, row: Values) -> str:
    """At the holder: a conference was called on the case."""
    case = letters.held(uow, node, row)
    if case is None:
        return "moved"
    unit, actor = row["from_unit"], row["actor"]
    case.append("conference.called", unit=unit, actor=actor, at=row["at"], body=dict(row["body"]))
    case.save()
    return "applied"


def _filed(_uow: UnitOfWork, _node: Node, _row: Values) -> str:
    """Kept with the case for whoever reads it."""
    return "applied"


def _find(uow: UnitOfWork, table: Any, row: Values, name: str) -> Values | None:
    return rows.find(uow, table, row["case_id"], UUID(row["body"][name]))


KINDS: dict[str, Apply] = {
    "supervision": _supervision,
    "supervision_answer": _supervision_answer,
    "supervision_verdict": _supervision_verdict,
    "lead": _lead,
    "cohandling": _cohandling,
    "cohandling_report": _cohandling_report,
    "join": _join,
    "report": _report,
    "report_acknowledged": _report_acknowledged,
    "referral_answer": _filed,
    "conference": _conference,
    "overdue": _filed,
}
