"""Parties as they are registered, and what they say when they are asked."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from mediation.consents import shipped_consents
from mediation.domain.consent import Method, Subject
from mediation.domain.parties import Capacity, Participant
from mediation.domain.registration import RegisteredParty, Registration, Role
from mediation.domain.words import Signing

BOTH = (Subject.MEDIATION, Subject.PERSONAL_DATA)


def registered_as(people: Iterable[Participant], requests: Iterable[int]) -> Registration:
    """A registration that has just these people and requests."""
    parties = tuple(
        RegisteredParty(one.party_id, _role(one), organisation=one.organisation) for one in people
    )
    return Registration(parties=parties, requests=tuple(requests))


def _role(one: Participant) -> Role:
    return Role.AGENT if one.capacity is Capacity.AGENT else Role.CONCERNED


def voice_of(party: Participant, people: Iterable[Participant]) -> Signing | None:
    """Who speaks for a party; None when nobody is on file who could."""
    acting = {one.capacity for one in people if one.for_id == party.party_id}
    if party.needs_guardian:
        return Signing.GUARDIAN if Capacity.GUARDIAN in acting else None
    if party.organisation:
        return Signing.AGENT if Capacity.AGENT in acting else None
    return Signing.SELF


def word_of(
    party_id: UUID,
    subjects: tuple[Subject, ...],
    by: Signing,
    day: date,
    *,
    given: bool = True,
    mediator_id: UUID | None = None,
) -> dict[str, Any]:
    """What a party says, as the values of the command."""
    return {
        "party_id": party_id,
        "subjects": subjects or BOTH,
        "given": given,
        "version": shipped_consents().newest,
        "method": Method.SIGNED,
        "on_day": day,
        "by": by,
        "mediator_id": mediator_id,
    }
