"""Who takes part, for whom, and whose hand counts: guardians, agents with authority, groups."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from mediation.domain.agreement import Signatory
from mediation.domain.words import Side, Signing


class Capacity(Enum):
    """How somebody stands in the matter."""

    PARTY = "party"
    GROUP_MEMBER = "group_member"
    GUARDIAN = "guardian"
    AGENT = "agent"
    SUPPORT = "support"  # relatives, experts: with the parties' consent (调解法 20)


class Fault(Enum):
    """Why somebody cannot sign so; the value is the key of its text in the catalogue."""

    NOT_A_PARTY = "SIGNING_NOT_A_PARTY"
    GUARDIAN_NEEDED = "SIGNING_GUARDIAN_NEEDED"
    AUTHORITY_NEEDED = "SIGNING_AUTHORITY_NEEDED"
    SELF_IMPOSSIBLE = "SIGNING_SELF_IMPOSSIBLE"


@dataclass(frozen=True, slots=True)
class Participant:
    """One who takes part. `for_id` is the party a guardian or agent acts for."""

    party_id: UUID
    side: Side
    capacity: Capacity
    for_id: UUID | None = None
    may_settle: bool = False  # an agent's authority says that it may agree (特别授权)
    organisation: bool = False
    needs_guardian: bool = False


def signatories(people: Iterable[Participant]) -> tuple[Signatory, ...]:
    """Those whom an agreement can bind; guardians and agents sign for them, relatives never."""
    return tuple(
        Signatory(one.party_id, one.side, one.capacity is Capacity.GROUP_MEMBER)
        for one in people
        if one.capacity in {Capacity.PARTY, Capacity.GROUP_MEMBER}
    )


def fault_of(party_id: UUID, by: Signing, people: Iterable[Participant]) -> Fault | None:
    """Why this hand does not count for this party; None when it does.

    A guardian signs for whom cannot decide alone; an agent only with authority to settle; an
    organisation signs by a person who acts for it, so never itself without one on file.
    """
    known = tuple(people)
    party = next((one for one in known if one.party_id == party_id), None)
    if party is None or party.capacity not in {Capacity.PARTY, Capacity.GROUP_MEMBER}:
        return Fault.NOT_A_PARTY
    acting = [one for one in known if one.for_id == party_id]
    if by is Signing.SELF:
        return _by_self(party)
    if by is Signing.GUARDIAN:
        has = any(one.capacity is Capacity.GUARDIAN for one in acting)
        return None if has and party.needs_guardian else Fault.GUARDIAN_NEEDED
    settles = any(one.capacity is Capacity.AGENT and one.may_settle for one in acting)
    return None if settles else Fault.AUTHORITY_NEEDED


def _by_self(party: Participant) -> Fault | None:
    if party.needs_guardian:
        return Fault.GUARDIAN_NEEDED
    return Fault.SELF_IMPOSSIBLE if party.organisation else None
