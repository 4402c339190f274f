"""The clocks that a case has beside its hearing, and what a day of the hearing does to them."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hearing.planning.clashes import Clash
from kernel.regulation import Profile
from kernel.regulation.rules import Hearing as Rule
from kernel.regulation.values import Start, SuspensionKind, Unit, Whose

UNTOUCHED = frozenset(
    {
        Start.HANDOVER_RECEIVED,
        Start.OBJECTION_RAISED,
        Start.ANSWER_RECEIVED,
        Start.AGREEMENT_IN_FORCE,
        Start.HARM_KNOWN,
        Start.ENDING,
        Start.DOCUMENT_MADE,
    }
)
"""Clocks that begin so are met by an act of their own, whatever is heard."""


@dataclass(frozen=True, slots=True)
class Term:
    """A clock of the case that runs: its last day, and whether it is a citizen's."""

    clock: str
    due_on: dt.date
    citizens: bool


def bearing(profile: Profile, terms: Iterable[Term]) -> list[Term]:
    """Of the running clocks those that a hearing delays; 条例 36 stops the re-review's for it."""
    found = []
    for term in terms:
        clock = profile.clocks.get(term.clock)
        if clock is None or clock.starts in UNTOUCHED:
            continue
        stands = clock.suspension is not None and clock.suspension.kind is SuspensionKind.HEARING
        if not stands:
            found.append(term)
    return found


def citizens(whose: str) -> bool:
    """Whether a clock of this owner is a citizen's statutory date."""
    return whose == Whose.CITIZEN.value


def of_clocks(day: dt.date, terms: Iterable[Term], rule: Rule) -> Iterator[Clash]:
    """What a day breaks or endangers: the conclusion follows days after the hearing."""
    told = day + dt.timedelta(days=rule.conclusion_days_on_the_spot)
    for term in terms:
        due = term.due_on.isoformat()
        if day > term.due_on:
            yield Clash("CLOCK_BROKEN" if term.citizens else "CLOCK_OF_UNIT", term.clock, due)
        elif told > term.due_on:
            yield Clash("CLOCK_TIGHT", term.clock, due)


def last_day(hold_by: dt.date, terms: Iterable[Term]) -> dt.date:
    """The last day that breaks neither the hold-by date nor a citizen's clock."""
    return min([hold_by, *(term.due_on for term in terms if term.citizens)])


def in_working_days(rule: Rule) -> bool:
    """Whether notice is counted in working days."""
    return rule.notice_unit is Unit.WORKING_DAYS
