"""What mediation keeps of a case, as its papers draw on it: ids, codes, days, and what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Participant:
    """One who takes part. `capacity`: party, group_member, guardian, agent, support."""

    party_id: UUID
    side: str
    capacity: str
    for_party: UUID | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """One meeting that was held or is to be. `came`: party and what came of its invitation.

    `invited`: as what somebody was invited to help, the name, and whether that one came.
    """

    kind: str
    joining: str
    starts_at: datetime
    state: str
    departments: Sequence[str]
    place: str
    came: Sequence[tuple[UUID, str]]
    outcome: str
    held_at: datetime | None
    record: str
    invited: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done on a term."""

    on: date
    fen: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is owed; `fen` is 0 for what is not paid in money."""

    no: int
    performer: UUID
    due_on: date
    fen: int
    what: str
    standing: str
    done: Sequence[Done]


@dataclass(frozen=True, slots=True)
class Agreement:
    """The version in hand. `texts` by the name of the part; `signers` with the side of each."""

    version: int
    form: str
    texts: dict[str, str]
    terms: Sequence[Term]
    signers: Sequence[tuple[UUID, str]]
    recorded_at: datetime | None
    in_force_from: datetime | None
    confirmation: str
    confirm_by: datetime | None
    confirmation_at: datetime | None


@dataclass(frozen=True, slots=True)
class Mediated:
    """The file of mediation. `agreement` is the version in hand, None when there is none.

    `joined`: kind and unit of each body that mediates beside the leading kind (联合调解).
    """

    kind: str
    state: str
    participants: Sequence[Participant] = ()
    sessions: Sequence[Session] = ()
    agreement: Agreement | None = None
    facts: str = ""
    facts_at: datetime | None = None
    routes: Sequence[str] = ()
    refusal_ground: str = ""
    family_violence: bool = False
    joined: Sequence[tuple[str, str]] = ()

    @property
    def held(self) -> list[Session]:
        """The sessions of which there is a record, earliest first."""
        return [one for one in self.sessions if one.state == "held"]
