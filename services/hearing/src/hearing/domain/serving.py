"""送达 of a conclusion: until when, and when it is proven that a party has it.

10 days when it was given on the spot, else 20 (local rules, the numbers are the profile's): natural
days from the day of the hearing; a last day on a holiday moves to the first working day after it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from uuid import UUID

from hearing.domain.session_words import ServiceMethod


class Fault(Enum):
    """Why an entry proves nothing; the value is the key of its text."""

    BEFORE = "HEARING_SERVED_BEFORE_CONCLUSION"
    FUTURE = "HEARING_SERVED_IN_FUTURE"
    NOTE = "HEARING_SERVICE_NOTE_NEEDED"
    RECEIPT = "HEARING_RECEIPT_NEEDED"


FIELDS = {
    Fault.BEFORE: "served_on",
    Fault.FUTURE: "served_on",
    Fault.NOTE: "note",
    Fault.RECEIPT: "receipt_no",
}
"""What each is about."""
WITH_RECEIPT = frozenset({ServiceMethod.DIRECT, ServiceMethod.POST, ServiceMethod.ELECTRONIC})
"""Methods whose proof has a number: of the receipt, the parcel, the message."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A service as it was recorded."""

    service_no: int
    party_id: UUID
    corrects: int | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What is said of one service."""

    method: ServiceMethod
    served_on: date
    receipt_no: str
    note: str


def last_day(heard_on: date, days: int, workday_from: Callable[[date], date]) -> date:
    """The last day to serve it."""
    return workday_from(heard_on + timedelta(days))


def faults(proof: Proof, concluded_on: date, today: date) -> Iterator[Fault]:
    """Everything that keeps an entry from proving a service."""
    if proof.served_on < concluded_on:
        yield Fault.BEFORE
    if proof.served_on > today:
        yield Fault.FUTURE
    if proof.method.needs_note and not proof.note:
        yield Fault.NOTE
    if proof.method in WITH_RECEIPT and not proof.receipt_no:
        yield Fault.RECEIPT


def standing(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries that no later one corrects, in their order."""
    known = tuple(entries)
    wrong = {one.corrects for one in known}
    return tuple(one for one in known if one.service_no not in wrong)


def unserved(parties: Iterable[UUID], entries: Iterable[Entry]) -> tuple[UUID, ...]:
    """Parties without a service that stands, in order of their ids."""
    served = {one.party_id for one in standing(entries)}
    return tuple(sorted(set(parties) - served))
