"""What a party is told and consents to, and what may not be done without it.

Mediation rests on the will of both sides (人民调解法 3, 23): each may refuse it, at any time, and
chooses or accepts who mediates. A mediation committee is no organ of the state: it handles what it
learns of people on their consent, what is sensitive on a separate one (个人信息保护法 13, 15, 29).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from mediation.domain.parties import Capacity, Participant
from mediation.domain.words import MediationKind, Side, Signing


class Subject(Enum):
    """What a party was told of or asked for."""

    MEDIATION = "mediation"  # wants this matter mediated
    MEDIATOR = "mediator"  # accepts one certain mediator
    NOTICE = "notice"  # was told who handles what of it, what for and how long
    PERSONAL_DATA = "personal_data"  # a committee may handle it
    HEALTH = "health"
    MINORS = "minors"
    FINANCE = "finance"


class Method(Enum):
    """How it was said."""

    SIGNED = "signed"
    READ_OUT = "read_out"  # read to the party, who agreed by word of mouth
    TELEPHONE = "telephone"
    ONLINE = "online"


class Gap(Enum):
    """What stands between the sides and a table; the value is a key of the catalogue."""

    SIDE_NOT_WILLING = "CONSENT_SIDE_NOT_WILLING"
    SIDE_NOT_ASKED = "CONSENT_SIDE_NOT_ASKED"
    PARTY_NOT_WILLING = "CONSENT_PARTY_NOT_WILLING"
    PRIVACY_NOT_TOLD = "CONSENT_PRIVACY_NOT_TOLD"
    DATA_NOT_ALLOWED = "CONSENT_DATA_NOT_ALLOWED"
    MEDIATOR_NOT_ACCEPTED = "CONSENT_MEDIATOR_NOT_ACCEPTED"


class Fault(Enum):
    """Why what was said does not count; the value is a key of the catalogue."""

    NOT_A_PARTY = "CONSENT_NOT_A_PARTY"
    GUARDIAN_NEEDED = "CONSENT_GUARDIAN_NEEDED"
    AGENT_MISSING = "CONSENT_AGENT_MISSING"
    SEPARATELY = "CONSENT_SEPARATELY"
    MEDIATOR_NEEDED = "CONSENT_MEDIATOR_NEEDED"
    TEXT_UNKNOWN = "CONSENT_TEXT_UNKNOWN"


SENSITIVE = frozenset({Subject.HEALTH, Subject.MINORS, Subject.FINANCE})
"""敏感个人信息: each is asked for by itself (个人信息保护法 29, 31)."""
SENSITIVE_BY_CATEGORY: dict[str, Subject] = {
    "medical": Subject.HEALTH,
    "damages": Subject.HEALTH,
    "traffic_accident": Subject.HEALTH,
    "finance": Subject.FINANCE,
    "insurance": Subject.FINANCE,
    "contract": Subject.FINANCE,
}
"""What a matter of a category will hardly do without."""
TAKING_PART = frozenset({Capacity.PARTY, Capacity.GROUP_MEMBER})


class Lack(NamedTuple):
    """A field of a session, and what is missing."""

    field: str
    gap: Gap


@dataclass(frozen=True, slots=True)
class Said:
    """One thing a party said."""

    party_id: UUID
    subject: Subject
    given: bool
    mediator_id: UUID | None = None


Standing = Mapping[tuple[UUID, Subject, UUID | None], bool]
"""What each party said last; nothing is said of what it was never asked."""


def standing(entries: Iterable[Said]) -> Standing:
    """What counts now, of entries in their order."""
    return {(one.party_id, one.subject, one.mediator_id): one.given for one in entries}


def lacks(
    people: Collection[Participant],
    said: Standing,
    *,
    kind: MediationKind,
    called: Collection[UUID],
    mediators: Iterable[UUID],
) -> tuple[Lack, ...]:
    """What is missing for calling these parties before these mediators."""
    parties = [one for one in people if one.capacity in TAKING_PART]
    found = [lack for side in Side for lack in _side(side, parties, said)]
    for one in parties:
        if one.party_id in called:
            found += _party(one.party_id, said, kind)
    for mediator_id in mediators:
        if any(said.get((one.party_id, Subject.MEDIATOR, mediator_id)) is False for one in parties):
            found.append(Lack(f"mediators.{mediator_id}", Gap.MEDIATOR_NOT_ACCEPTED))
    return tuple(found)


def _side(side: Side, parties: Iterable[Participant], said: Standing) -> Iterator[Lack]:
    """One who wants to is enough for a side: the others are not bound by what is agreed."""
    mine = [one.party_id for one in parties if one.side is side]
    answers = [said.get((one, Subject.MEDIATION, None)) for one in mine]
    if True in answers:
        return
    gap = Gap.SIDE_NOT_WILLING if False in answers else Gap.SIDE_NOT_ASKED
    yield Lack(side.value, gap)


def _party(party_id: UUID, said: Standing, kind: MediationKind) -> Iterator[Lack]:
    at = f"parties.{party_id}"
    if said.get((party_id, Subject.MEDIATION, None)) is not True:
        yield Lack(at, Gap.PARTY_NOT_WILLING)
    if kind is MediationKind.PEOPLES:
        if said.get((party_id, Subject.PERSONAL_DATA, None)) is not True:
            yield Lack(at, Gap.DATA_NOT_ALLOWED)
    elif not _was_told(party_id, said):
        yield Lack(at, Gap.PRIVACY_NOT_TOLD)


def _was_told(party_id: UUID, said: Standing) -> bool:
    """Told of what is done with its data; whoever consented to that has been told, too."""
    subjects = (Subject.NOTICE, Subject.PERSONAL_DATA)
    return any((party_id, subject, None) in said for subject in subjects)


def fault_of(
    party_id: UUID, by: Signing, subjects: Collection[Subject], people: Iterable[Participant]
) -> Fault | None:
    """Why what is said in a party's name does not count; None when it does."""
    known = tuple(people)
    party = next((one for one in known if one.party_id == party_id), None)
    if party is None or party.capacity not in TAKING_PART:
        return Fault.NOT_A_PARTY
    if len(subjects) > 1 and not SENSITIVE.isdisjoint(subjects):
        return Fault.SEPARATELY
    acting = {one.capacity for one in known if one.for_id == party_id}
    if by is Signing.GUARDIAN:
        return None if Capacity.GUARDIAN in acting else Fault.GUARDIAN_NEEDED
    if by is Signing.AGENT:
        return None if Capacity.AGENT in acting else Fault.AGENT_MISSING
    if party.needs_guardian:
        return Fault.GUARDIAN_NEEDED
    return Fault.AGENT_MISSING if party.organisation else None


def objections(people: Iterable[Participant], said: Standing) -> dict[Side, frozenset[UUID]]:
    """The mediators whom a party of each side does not accept."""
    sides = {one.party_id: one.side for one in people if one.capacity in TAKING_PART}
    found: dict[Side, set[UUID]] = {}
    for (party_id, subject, mediator_id), given in said.items():
        if subject is Subject.MEDIATOR and mediator_id and not given and party_id in sides:
            found.setdefault(sides[party_id], set()).add(mediator_id)
    return {side: frozenset(ids) for side, ids in found.items()}
