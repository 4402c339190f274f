"""Rows of parties and requests, with what is said of people in ciphertext."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake.domain.matter import Draft, PartyDraft
from intake.domain.words import PartyRole
from intake.vault import CaseVault
from kernel.ids import new_id
from kernel.sealing import Sealed


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party as it is kept, and the code to give out for it."""

    row: Mapping[str, Any]
    code: str


def party_row(party: PartyDraft, no: int, vault: CaseVault) -> tuple[PartyRow, Sealed]:
    """A party with its personal fields sealed and a query code of its own."""
    party_id, code = new_id(), vault.new_code()
    sealed = vault.seal(f"party:{party_id}", personal(party))
    row = {
        "case_id": vault.case_id,
        "party_id": party_id,
        "no": no,
        "role": (party.role or PartyRole.CONCERNED).value,
        "kind": party.kind.value,
        "unit_id": party.unit_id,
        "sealed": sealed.data,
        "code_hash": vault.code_hash(code),
    }
    return PartyRow(row, code), sealed


def personal(party: PartyDraft) -> dict[str, Any]:
    """What is said of a person; empty values are left out."""
    said = {
        "name": party.name.strip(),
        "phone": party.phone.strip(),
        "living_place": party.living_place.strip(),
        "household_place": party.household_place.strip(),
        "safe_contact": party.safe_contact.strip(),
        "help_flags": list(party.help_flags),
        "may_notify": party.may_notify.value if party.may_notify else "",
    }
    return {field: value for field, value in said.items() if value}


def matter_of(draft: Draft) -> dict[str, Any]:
    """Who, where and what of a draft: what makes it another matter under the same source number.

    A place said in words counts by these: its code may be another one in a newer directory.
    """
    return {
        "identity": draft.identity.value if draft.identity else "",
        "narrative": draft.narrative.strip(),
        "place": draft.place_text.strip() or draft.place_code,
        "requests": [text.strip() for text in draft.requests],
        "sealed_for": draft.sealed_for,
        "parties": [
            personal(party) | {"role": party.role.value if party.role else ""}
            for party in draft.parties
        ],
    }


def request_row(text: str, no: int, vault: CaseVault) -> tuple[dict[str, Any], str]:
    """A request, and the commitment to its text; without one the narrative stands for it."""
    row: dict[str, Any] = {"case_id": vault.case_id, "no": no}
    if not text.strip():
        return row, ""
    sealed = vault.seal(f"request:{no}", {"text": text})
    return row | {"sealed": sealed.data}, sealed.commitment
