"""Which staff are told of what. A text names the number of the case and nothing of it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """A text, and who of a unit is told by it: those who may do what is asked for.

    `named` tells the account that the entry names instead of a unit.
    """

    template: str
    permission: str
    handler_alone: bool = False
    named: bool = False


ARRIVED = "handover.received"
ACCOUNT = "account"
"""In the body of an entry: the account of this node that it is about."""
INVITED = Told("invited", "invited.attend", named=True)
UNINVITED = Told("uninvited", "invited.attend", named=True)
OF_STEPS: Mapping[str, Told] = {
    ARRIVED: Told("arrived", "handover.sign"),
    "clock.warning": Told("clock_warning", "case.note", handler_alone=True),
    "clock.breached": Told("clock_overdue", "case.note", handler_alone=True),
    "intake.service_overdue": Told("unserved", "case.note", handler_alone=True),
    "supervision.issued": Told("supervised", "supervise.answer"),
    "intake.invited": INVITED,
    "intake.invitation_withdrawn": UNINVITED,
    "mediation.invited": INVITED,
    "mediation.invitation_withdrawn": UNINVITED,
}
OBJECTED = Told("objected", "handover.decide")
UNTOLD = frozenset({"relocate"})
"""Hand-overs after which the same unit goes on."""


def told_by(kind: str, body: Mapping[str, str]) -> Told | None:
    """What staff are told of an entry; None for nothing."""
    if kind == ARRIVED and body.get("kind") in UNTOLD:
        return None
    return OF_STEPS.get(kind)
