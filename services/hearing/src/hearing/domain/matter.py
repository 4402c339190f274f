"""What routing and intake know of a matter that is to be heard: codes, ids and days only."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hearing.domain.words import Role


@dataclass(frozen=True, slots=True)
class Term:
    """A clock of the case that runs, and its last day."""

    clock: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review that somebody is at: its level, and the body."""

    level: str
    body: str


@dataclass(frozen=True, slots=True)
class Matter:
    """How routing handles the case."""

    case_no: str
    procedure: str
    category: str
    accepted: bool
    regulation: str
    registering_unit: str
    colour: str = ""
    handlers: tuple[str, ...] = ()
    earlier_units: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    review: Reviewed | None = None
    litigation: bool = False
    referred_to: tuple[str, ...] = ()
    """Bodies outside that have the matter and have not answered or declined."""


@dataclass(frozen=True, slots=True)
class RegisteredParty:
    """A party by id and codes."""

    party_id: UUID
    role: Role
    organisation: bool = False
    unit_id: str = ""
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Registration:
    """What intake has registered; no name and no word of anybody.

    `named`: the resident neither stayed anonymous nor asked to keep the name from others.
    """

    parties: tuple[RegisteredParty, ...] = ()
    about_units: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    named: bool = True
