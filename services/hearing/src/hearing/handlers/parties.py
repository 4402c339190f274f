"""The parties of a hearing, as intake has registered them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from hearing.domain.matter import RegisteredParty, Registration
from hearing.domain.openness import grounds_of
from hearing.domain.requesting import OWN_BUSINESS, SIDES
from hearing.domain.words import Role
from hearing.storage.tables import hearing_party
from kernel.unit_of_work import UnitOfWork


def take_parties(uow: UnitOfWork, case_id: UUID, number: int, registration: Registration) -> None:
    """Keep who is a party of the hearing; ids and codes only."""
    uow.insert_all(hearing_party, list(party_rows(case_id, number, registration)))


def party_rows(case_id: UUID, number: int, registration: Registration) -> Iterator[dict[str, Any]]:
    """The rows of everybody who is registered."""
    for party in registration.parties:
        yield _row(case_id, number, party, registration)


def openness_values(registration: Registration) -> dict[str, Any]:
    """Columns of the file: whether the matter may be heard in public, and why it may not."""
    grounds = grounds_of(registration)
    return {
        "never_public": bool(grounds),
        "never_public_why": " ".join(one.value for one in grounds),
    }


def _row(
    case_id: UUID, number: int, party: RegisteredParty, registration: Registration
) -> dict[str, Any]:
    side = SIDES.get(party.role)
    speaks = party.role is Role.REPRESENTATIVE
    return {
        "case_id": case_id,
        "number": number,
        "party_id": party.party_id,
        "role": party.role.value,
        "side": side.value if side else "",
        "organisation": party.organisation,
        "unit_id": party.unit_id,
        "representative_of": side.value if side and speaks else "",
        "agent_of": _speaks_for(party, registration),
        "special": party.minor,
        "invited": party.role in OWN_BUSINESS,
        "sealed_name": None,
    }


def _speaks_for(party: RegisteredParty, registration: Registration) -> UUID | None:
    """Whom an agent speaks for, where the registration leaves no choice."""
    if party.role is not Role.AGENT:
        return None
    applicants = [one.party_id for one in registration.parties if one.role is Role.APPLICANT]
    return applicants[0] if len(applicants) == 1 else None
