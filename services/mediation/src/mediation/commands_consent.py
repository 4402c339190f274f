"""What can be done about consent and about duties that were suggested, as plain values."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from mediation.commands_casework import OnCase
from mediation.domain.consent import Method, Subject
from mediation.domain.words import Duty, Signing


@dataclass(frozen=True, slots=True)
class RecordConsent(OnCase):
    """What a party said when it was told of or asked for these subjects; `given` False: no."""

    party_id: UUID
    subjects: tuple[Subject, ...]
    given: bool
    version: str
    method: Method
    on_day: date
    by: Signing = Signing.SELF
    mediator_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class WaiveDuty(OnCase):
    """A duty that was suggested does not apply, it is said, and why."""

    duty: Duty
    reason: str


@dataclass(frozen=True, slots=True)
class DecideWaiver(OnCase):
    """A second person's word on that."""

    duty: Duty
    approved: bool
