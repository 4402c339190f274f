"""Which clocks of the profile a matter has: decided by its procedure, difficulty and kind."""

from collections.abc import Iterator
from dataclasses import dataclass

from kernel import regulation
from kernel.regulation import Clock, Profile, Silence, Start, Whose

LABOUR = "labour"
HOLDING = frozenset({Start.HANDOVER_RECEIVED, Start.ASSIGNMENT, Start.OBJECTION_RAISED})
ACCEPTED = (Start.ACCEPTANCE, Start.FILE_SIGNED_FOR, Start.APPLICATION_RECEIVED)
FITTED = frozenset({Start.REGISTRATION, Start.RECEIPT, *ACCEPTED})
"""Starts that every case has; the other clocks are started by the fact that names them."""
MET_BY_ACCEPTING = frozenset({Start.RECEIPT})
"""Acceptance answers what counts from receipt: routing, and the notice of receipt."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What decides the clocks of a case."""

    procedure: str
    difficulty: str
    category: str
    reachable: bool
    litigation: bool
    purpose: str = ""

    @property
    def conditions(self) -> frozenset[str]:
        """The words of the profile's `only_if` and `not_owed_if` that hold."""
        return regulation.conditions(
            procedure=self.procedure,
            purpose=self.purpose,
            litigation=self.litigation,
            reachable=self.reachable,
        )


def is_holding(clock: Clock) -> bool:
    """Whether it belongs to one holding by a unit and not to the case.

    A unit's target that counts from registration belongs to the case: were it the unit's, passing
    a case on would start it anew (a fault known from grid systems).
    """
    from_receipt = clock.whose is Whose.UNIT and clock.starts is Start.RECEIPT
    return clock.starts in HOLDING or from_receipt


def is_right(profile: Profile, clock_id: str) -> bool:
    """Whether letting it pass only loses a right, so that nothing is breached or owed."""
    ends = {rule.clock: rule.means for rule in profile.rules.silence}
    lost = {Silence.RIGHT_LAPSED, Silence.OPINION_STANDS}
    return ends.get(clock_id) in lost or profile.clock(clock_id).whose.is_right


def is_owed(profile: Profile, clock_id: str) -> bool:
    """Whether the unit that has the case owes the act of this clock."""
    whose = profile.clock(clock_id).whose
    return whose in {Whose.CITIZEN, Whose.UNIT} and not is_right(profile, clock_id)


def applies(clock: Clock, matter: Matter) -> bool:
    """Whether the clock is meant for such a matter at all."""
    return regulation.applies(clock, matter.procedure, matter.conditions)


def of_case(profile: Profile, matter: Matter, *, accepted: bool) -> dict[str, Start]:
    """The clocks a case has, each with the event it counts from.

    Of several clocks with one start and procedure the first of the profile stands; another one is
    started by a fact that names it. One clock counts from registration: the procedure's own, else
    that of the difficulty. What acceptance answers does not begin after it, whatever the procedure
    is then.
    """
    not_now = MET_BY_ACCEPTING if accepted else frozenset(ACCEPTED)
    own = reversed(list(_own(profile, matter)))
    found = {start: clock.id for start, clock in own if start not in not_now}
    degree = profile.rules.difficulty.get(matter.difficulty)
    if degree is not None:
        found.setdefault(Start.REGISTRATION, degree.clock)
    return {name: start for start, name in found.items()}


def _own(profile: Profile, matter: Matter) -> Iterator[tuple[Start, Clock]]:
    """Clocks that belong to the case by its procedure."""
    for clock in profile.clocks.values():
        if clock.starts not in FITTED or is_holding(clock) or not clock.procedures:
            continue
        if clock.starts is Start.APPLICATION_RECEIVED and matter.category != LABOUR:
            continue
        if applies(clock, matter):
            yield clock.starts, clock
