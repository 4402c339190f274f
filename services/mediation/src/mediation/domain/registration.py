"""What intake has registered of a case, and how what is said at the table must agree with it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from mediation.domain.parties import Capacity, Participant
from mediation.domain.words import Side


class Role(Enum):
    """当事人地位, as it was registered."""

    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    REPRESENTATIVE = "representative"
    MEMBER = "member"
    AGENT = "agent"
    CONCERNED = "concerned"


class Difference(Enum):
    """How something said differs from the registration; the value is a key of the catalogue."""

    PARTY = "PARTY_NOT_REGISTERED"
    SIDE = "PARTY_OF_OTHER_SIDE"
    CAPACITY = "PARTY_IN_OTHER_ROLE"
    UNIT = "PARTY_IS_OTHER_UNIT"
    FOR = "PARTY_ACTED_FOR_UNKNOWN"
    REQUEST = "REQUEST_NOT_REGISTERED"


class Differs(NamedTuple):
    """A field, and how it differs."""

    field: str
    why: Difference


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
    """What is registered; no name and no word of anybody."""

    parties: tuple[RegisteredParty, ...] = ()
    requests: tuple[int, ...] = ()
    about_units: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    category: str = ""
    green_channel: bool = False
    anonymous: bool = False


SIDES: dict[Role, Side] = {
    Role.APPLICANT: Side.APPLICANT,
    Role.RESPONDENT: Side.RESPONDENT,
    Role.REPRESENTATIVE: Side.APPLICANT,
}
"""The others may stand on either side: members of a group, agents, those concerned."""
OWN = frozenset({Capacity.PARTY, Capacity.GROUP_MEMBER})
FOR_OTHERS = frozenset({Capacity.GUARDIAN, Capacity.AGENT, Capacity.SUPPORT})
CAPACITIES: dict[Role, frozenset[Capacity]] = {
    Role.APPLICANT: OWN,
    Role.RESPONDENT: OWN,
    Role.REPRESENTATIVE: OWN | {Capacity.AGENT},
    Role.MEMBER: OWN,
    Role.AGENT: FOR_OTHERS,
    Role.CONCERNED: OWN | FOR_OTHERS,
}
"""How somebody of a role may take part."""


def differences(
    people: Iterable[Participant],
    units: Mapping[UUID, str],
    requests: Iterable[int],
    registration: Registration,
) -> tuple[Differs, ...]:
    """Everything in which who takes part, and what is asked for, is not as it was registered."""
    known = {one.party_id: one for one in registration.parties}
    named = tuple(people)
    found = [
        differs
        for at, one in enumerate(named)
        for differs in _of_one(f"participants[{at}]", one, units.get(one.party_id, ""), known)
    ]
    ids = {one.party_id for one in named}
    for at, one in enumerate(named):
        if one.for_id is not None and one.for_id not in ids:
            found.append(Differs(f"participants[{at}].for_party_id", Difference.FOR))
    for at, no in enumerate(requests):
        if no not in registration.requests:
            found.append(Differs(f"requests[{at}]", Difference.REQUEST))
    return tuple(found)


def _of_one(
    at: str, one: Participant, unit: str, known: Mapping[UUID, RegisteredParty]
) -> Iterator[Differs]:
    registered = known.get(one.party_id)
    if registered is None:
        yield Differs(f"{at}.party_id", Difference.PARTY)
        return
    if one.side is not SIDES.get(registered.role, one.side):
        yield Differs(f"{at}.side", Difference.SIDE)
    if one.capacity not in CAPACITIES[registered.role]:
        yield Differs(f"{at}.capacity", Difference.CAPACITY)
    if unit and registered.unit_id and unit != registered.unit_id:
        yield Differs(f"{at}.unit_id", Difference.UNIT)


def as_registered(one: Participant, registration: Registration) -> Participant:
    """Who takes part, with what the registration knows better: whether it can decide alone."""
    known = next(party for party in registration.parties if party.party_id == one.party_id)
    return replace(
        one, organisation=known.organisation, needs_guardian=one.needs_guardian or known.minor
    )


def unit_of(one: Participant, said: str, registration: Registration) -> str:
    """The unit that a party is, by the registration or else by what is said."""
    known = next(party for party in registration.parties if party.party_id == one.party_id)
    return known.unit_id or said
