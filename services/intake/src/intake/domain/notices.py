"""Which residents are told of what, and what the way they wish to be reached allows.

Texts are neutral: no matter, no other party, no category. They name the office to ask and the
number of the case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from intake.domain import facts
from intake.domain.words import PartyRole

ASKING = frozenset({PartyRole.APPLICANT, PartyRole.REPRESENTATIVE, PartyRole.AGENT})
"""Those who asked, and who speak for them."""
BOTH_SIDES = ASKING | {PartyRole.RESPONDENT}
WHOEVER = frozenset(PartyRole)
"""Any role: the step names who is told."""


class MayNotify(Enum):
    """How somebody wishes to be told of news."""

    ANY = "any"
    ONLY_IN_HOURS = "only_in_hours"
    IN_PERSON_ONLY = "in_person_only"


@dataclass(frozen=True, slots=True)
class Told:
    """A text, who is told by it, and what of the entry it quotes."""

    template: str
    roles: frozenset[PartyRole] = ASKING
    quotes: tuple[str, ...] = ()


REGISTERED = Told("registered")
CALL_BACK = Told("call_back")
RECEIVED, REOPENED = Told("received"), Told("reopened")
TOLD_IN_PERSON = "intake.told_in_person"
"""Kind of entry: a person passed on what a notice was about."""
HELD_BY = "handover.received"
UNTOLD_KINDS = frozenset({"relocate"})
"""Hand-overs that change nothing for a resident: the same unit goes on at another node."""
UNTOLD_ENDINGS = frozenset({"voided", "merged", "refused", "withdrawn"})
"""Told by an entry of their own, or nothing to be told of."""

OF_FACTS: Mapping[str, Told] = {
    facts.ACCEPTED: Told("accepted"),
    facts.COMPLETION_ASKED: Told("completion"),
    facts.REFUSED: Told("result"),
    facts.WITHDRAWN: Told("result"),
}
"""Facts of intake that are told in the transaction that makes them."""

MEETING_OFF = Told("meeting_off", BOTH_SIDES)
"""Told to those alone who were called to the meeting."""
OF_STEPS: Mapping[str, Told] = {
    "custody.ended": Told("result"),
    "clock.extended": Told("news"),
    "mediation.refused": Told("news", BOTH_SIDES),
    "mediation.assigned": Told("news", BOTH_SIDES),
    "mediation.session_scheduled": Told("meeting", BOTH_SIDES, ("starts_at", "session")),
    "mediation.session_cancelled": MEETING_OFF,
    "mediation.term_due_soon": Told("due_soon", BOTH_SIDES, ("due_on",)),
    "mediation.failed": Told("news", BOTH_SIDES),
    **{
        f"{level}.{stage}": Told("news")
        for level in ("review", "rereview")
        for stage in ("requested", "received", "upheld", "changed", "revoked", "overtaken")
    },
}
"""Steps of other services that are told when intake hears of them."""
OF_HEARINGS: Mapping[str, Told] = {
    text: Told(text, WHOEVER, ("starts_at",))
    for text in (
        "hearing_called",
        "hearing_moved",
        "hearing_postponed",
        "hearing_adjourned",
        "hearing_cancelled",
        "hearing_people",
        "hearing_private",
        "hearing_answered",
    )
}
"""What hearing asks to be told of a change, by the text that its step names (`tell`)."""
NOT_WHOLE = frozenset({"hearing_people", "hearing_private", "hearing_answered"})
"""These leave standing what was said before; the others take its place."""


def told_by_step(kind: str, body: Mapping[str, str]) -> Told | None:
    """What residents are told of a step; None for nothing."""
    if kind == HELD_BY:
        if body.get("kind") in UNTOLD_KINDS:
            return None
        return REOPENED if body.get("kind") == "reopen" else RECEIVED
    if kind.startswith("hearing."):
        return OF_HEARINGS.get(body.get("tell", "")) if body.get("parties") else None
    if kind == "custody.ended" and body.get("ending") in UNTOLD_ENDINGS:
        return None
    return OF_STEPS.get(kind)


def wish_of(said: Mapping[str, object]) -> MayNotify | None:
    """How a party wishes to be told, by the sealed fields; None: a person has to decide.

    A wish in words cannot be followed by a machine, so it stops every message until somebody has
    put it as a choice.
    """
    if said.get("may_notify"):
        return MayNotify(said["may_notify"])
    return None if said.get("safe_contact") else MayNotify.ANY
