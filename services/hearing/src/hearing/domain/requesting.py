"""Asking for a hearing: who may, what for, what it needs, and what the rules of the place say."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hearing.domain.days import counted
from hearing.domain.matter import Matter, Registration
from hearing.domain.openness import grounds_of
from hearing.domain.words import Role, Side
from kernel.calendar import Calendar
from kernel.errors import FieldViolation
from kernel.regulation.rules import Hearing as Rule

STATUTORY_ROUTE = "statutory_route"
"""The procedure of a case that goes by a way of the law (条例 31, 1 to 4)."""
LITIGATION = "litigation"
COURT_ENTRUSTED = "court_entrusted"
"""The procedure of a case that a court has and lets others settle."""
DECIDED_BY = {
    "court": LITIGATION,
    "arbitration": "arbitration",
    "reconsideration": "administrative_review",
}
"""Procedure that a matter is in with an outside body, by the kind of that body."""
OWN_BUSINESS = frozenset({Role.APPLICANT, Role.RESPONDENT, Role.REPRESENTATIVE, Role.AGENT})
"""Who takes part without being asked for: members of a group speak by its representatives."""
SIDES = {
    Role.APPLICANT: Side.APPLICANT,
    Role.REPRESENTATIVE: Side.APPLICANT,
    Role.RESPONDENT: Side.RESPONDENT,
}


@dataclass(frozen=True, slots=True)
class Needs:
    """What a hearing needs of time, place and people; 0 and None leave it to the rules."""

    minutes: int = 0
    panel_size: int = 0
    public: bool = False
    public_seats: int = 0
    online: bool = False
    equipment: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    earliest: date | None = None
    hold_by: date | None = None
    host_unit: str = ""


def filled(needs: Needs, rule: Rule, asked_on: date) -> Needs:
    """What was left open, as the rules say."""
    return replace(
        needs,
        minutes=needs.minutes or rule.minutes,
        panel_size=needs.panel_size or rule.panel_least,
        hold_by=needs.hold_by or _held_by(rule, asked_on),
    )


def _held_by(rule: Rule, asked_on: date) -> date:
    return asked_on + timedelta(days=rule.held_within_days)


def faults(
    needs: Needs, rule: Rule, asked_on: date, *, never_public: bool
) -> Iterator[FieldViolation]:
    """Everything that needs, which are filled, ask against the rules."""
    if not 0 < needs.minutes <= rule.minutes_most:
        yield FieldViolation("needs.minutes", "TOO_LARGE", rule.minutes_most)
    yield from _of_panel(needs.panel_size, rule)
    if needs.public and never_public:
        yield FieldViolation("needs.public", "NEVER_PUBLIC")
    if needs.public_seats and not needs.public:
        yield FieldViolation("needs.public_seats", "NOT_ALLOWED")
    yield from _of_days(needs, rule, asked_on)


def _of_panel(size: int, rule: Rule) -> Iterator[FieldViolation]:
    if size < rule.panel_least:
        yield FieldViolation("needs.panel_size", "TOO_SMALL", rule.panel_least)
    elif size > rule.panel_most:
        yield FieldViolation("needs.panel_size", "TOO_LARGE", rule.panel_most)
    elif rule.panel_odd and size % 2 == 0:
        yield FieldViolation("needs.panel_size", "PANEL_NOT_ODD")


def _of_days(needs: Needs, rule: Rule, asked_on: date) -> Iterator[FieldViolation]:
    if needs.hold_by is None:
        return
    if needs.hold_by > _held_by(rule, asked_on):
        yield FieldViolation("needs.hold_by", "HELD_TOO_LATE", rule.held_within_days)
    if needs.earliest and needs.earliest > needs.hold_by:
        yield FieldViolation("needs.earliest", "HOLD_BY_BEFORE")


def unknown_triggers(triggers: Iterable[str], rule: Rule) -> Iterator[FieldViolation]:
    """Triggers that the rules do not know."""
    for at, trigger in enumerate(triggers):
        if trigger not in rule.triggers:
            yield FieldViolation(f"triggers[{at}]", "TRIGGER_UNKNOWN")


def unknown_elsewhere(elsewhere: Iterable[str], rule: Rule) -> Iterator[FieldViolation]:
    """Other procedures that the rules do not know."""
    for at, word in enumerate(elsewhere):
        if word not in rule.barred:
            yield FieldViolation(f"elsewhere[{at}]", "UNKNOWN_VALUE")


def bar_of(matter: Matter, elsewhere: Iterable[str], rule: Rule, kinds: Iterable[str] = ()) -> str:
    """The procedure that keeps the matter from being heard here; empty when there is none.

    It is said by whoever asks, or known: by what the case is, or by the `kinds` of the outside
    bodies that it was referred to.
    """
    at_court = matter.litigation or matter.procedure == COURT_ENTRUSTED
    known = [*elsewhere, *([LITIGATION] if at_court else ())]
    known += [DECIDED_BY[kind] for kind in kinds if kind in DECIDED_BY]
    found = next((word for word in known if word in rule.barred), "")
    goes = matter.procedure == STATUTORY_ROUTE and bool(rule.barred)
    return found or (STATUTORY_ROUTE if goes else "")


def is_never_public(registration: Registration) -> bool:
    """Family violence is never heard in public, nor a matter in which a minor takes part.

    Nor that of a resident whose name is withheld: people of the village would sit there.
    """
    return bool(grounds_of(registration))


def too_many(roles: Iterable[Role], rule: Rule) -> Iterator[FieldViolation]:
    """More representatives or agents of one case than the rules let speak."""
    counts = Counter(roles)
    if counts[Role.REPRESENTATIVE] > rule.representatives_most:
        yield FieldViolation("case_id", "TOO_MANY_REPRESENTATIVES", rule.representatives_most)
    if counts[Role.AGENT] > rule.agents_most:
        yield FieldViolation("case_id", "TOO_MANY_AGENTS", rule.agents_most)


def decide_by(rule: Rule, asked_on: date, calendar: Calendar) -> date:
    """The last day to decide a request; the day it was made is not counted."""
    return counted(rule.decision_unit, rule.decision_days, asked_on, calendar)
