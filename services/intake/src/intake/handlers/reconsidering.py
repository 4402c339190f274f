"""After an amendment: proposed again, found again, and what a person decided stays decided."""

from collections.abc import Mapping
from typing import Any

from intake.domain import suggestions
from intake.domain.matter import Draft, PartyDraft
from intake.domain.suggestions import Suggestion
from intake.domain.words import Channel, Identity, PartyKind, PartyRole
from intake.handlers.suggesting import features_of, suggest, terms_of
from intake.office import Office
from intake.storage import indexing
from intake.storage.suggestions import from_text, to_text
from intake.storage.tables import case_feature, case_request, case_term, party
from intake.vault import CaseVault
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]


def matter_of(uow: UnitOfWork, row: Row, vault: CaseVault) -> Draft:
    """The matter as it is written now, opened; `row` is the case with what is changed already."""
    said = vault.open("content", row["sealed_content"])
    asked = sorted(uow.find(case_request, case_id=vault.case_id), key=lambda one: one["no"])
    people = sorted(uow.find(party, case_id=vault.case_id), key=lambda one: one["no"])
    return Draft(
        channel=Channel(row["channel"]),
        identity=Identity(row["identity"]),
        narrative=said.get("narrative", ""),
        place_code=row["place_code"],
        parties=tuple(_party(one, vault) for one in people),
        requests=tuple(_request(one, vault) for one in asked),
        received_at=row["received_at"],
        headcount=row["headcount"],
        litigation_related=row["litigation_related"],
    )


def _party(row: Row, vault: CaseVault) -> PartyDraft:
    said = vault.open(f"party:{row['party_id']}", row["sealed"])
    return PartyDraft(
        role=PartyRole(row["role"]),
        kind=PartyKind(row["kind"]),
        name=said.get("name", ""),
        phone=said.get("phone", ""),
        unit_id=row["unit_id"] or "",
    )


def _request(row: Row, vault: CaseVault) -> str:
    text: str = vault.open(f"request:{row['no']}", row["sealed"]).get("text", "")
    return text


def reconsider(
    uow: UnitOfWork, row: Row, before: Draft, vault: CaseVault, office: Office
) -> dict[str, Any]:
    """Propose again for an amended matter and keep what it is found by.

    `row` is the case with the new values, `before` the matter as it was. Answers the columns that
    change: a value a person confirmed stays, with the new proposal beside it; any other follows.
    """
    after = matter_of(uow, row, vault)
    kept = from_text(row["suggestions"])
    listed = suggestions.carried_over(suggest(after, office, uow.now, uow.caller.id), kept)
    old, new = tuple(kept), tuple(listed)
    found_by = features_of(before, old, office).all(), features_of(after, new, office).all()
    indexing.replace(uow, case_feature, vault.case_id, *found_by)
    indexing.replace(uow, case_term, vault.case_id, terms_of(old), terms_of(new))
    return _columns(row, kept, listed)


def _columns(row: Row, kept: list[Suggestion], listed: list[Suggestion]) -> dict[str, Any]:
    """The list, and each rating that nobody has confirmed."""
    values: dict[str, Any] = {"suggestions": to_text(listed)}
    decided = {one.field for one in kept if one.confirmed}
    for field in (*suggestions.WORDS, suggestions.CATEGORY):
        best = suggestions.best(listed, field)
        if field not in decided and best and best != row[field]:
            values[field] = best
    return values
