"""The clocks that a case has beside its hearing, and what a day of the hearing does to them."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hearing.planning.clashes import Clash
from kernel.regulation import Profile
from kernel.regulation.rules import Hearing as Rule
from kernel.regulation.values import Start, SuspensionKind, Whose

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


def bearing(profile: Profile, running: Mapping[str, dt.date]) -> tuple[Term, ...]:
    """Of the running clocks, by id, those that a hearing delays.

    条例 36 lets the re-review's stand still for a hearing; it is not in the way.
    """
    found = []
    for name, due_on in sorted(running.items()):
        clock = profile.clocks.get(name)
        if clock is None or clock.starts in UNTOUCHED:
            continue
        stands = clock.suspension is not None and clock.suspension.kind is SuspensionKind.HEARING
        if not stands:
            found.append(Term(name, due_on, citizens=clock.whose is Whose.CITIZEN))
    return tuple(found)


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
