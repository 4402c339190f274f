"""补正、更正: new values beside the old ones, which stay in the history; proposed anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from intake.commands import AmendCase
from intake.domain import suggestions
from intake.domain.facts import AMENDED
from intake.domain.matter import PARTIES, REQUESTS, PartyDraft
from intake.domain.refusals import RefusalKind
from intake.domain.states import Act
from intake.domain.text import without_id_numbers
from intake.errors import FieldsInvalid, PartyMissing
from intake.handlers.acting import Change, Opened, Stamp, open_case, record
from intake.handlers.notes import keep_note, vault_of
from intake.handlers.reconsidering import matter_of, reconsider
from intake.handlers.sealing import PartyRow, party_row, personal, request_row
from intake.office import Office
from intake.storage.suggestions import from_text, to_text
from intake.storage.tables import case_request, party
from intake.vault import CaseVault
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Amended:
    """The case after it, and the codes of added parties."""

    stamp: Stamp
    added: tuple[PartyRow, ...]


@dataclass(slots=True)
class _Work:
    """What the parts of an amendment add up to."""

    values: dict[str, Any]
    before: dict[str, Any]
    commitments: dict[str, str]


def amend_case(uow: UnitOfWork, command: AmendCase, *, office: Office) -> Amended:
    """Put the new values in place and keep the old ones.

    Raises:
        PartyMissing: a party to change is not of this case.
        FieldsInvalid: the category is unknown, or there would be too many parties or requests.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.AMEND)
    vault = vault_of(uow, opened, office)
    before = matter_of(uow, opened.row, vault)
    work = _Work({}, {"why": command.why}, {})
    _content(opened, command, vault, work)
    _codes(uow, opened, command, office, work)
    _requests(uow, command, vault, work)
    _change_parties(uow, command, vault, work)
    added = add_parties(uow, command.case_id, command.add_parties, vault, work.commitments)
    work.commitments |= keep_note(uow, opened, vault, AMENDED, work.before)
    if opened.row["refusal"] == RefusalKind.TO_BE_COMPLETED.value:
        work.values["refusal"] = None
    work.values |= reconsider(uow, {**opened.row, **work.values}, before, vault, office)
    fields = sorted(set(work.before) - {"why"} | ({"parties"} if added else set()))
    change = Change(AMENDED, work.values, {"fields": ",".join(fields)}, work.commitments)
    return Amended(record(uow, opened, change), added)


def _content(opened: Opened, command: AmendCase, vault: CaseVault, work: _Work) -> None:
    given = {"narrative": command.narrative, "place_text": command.place_text}
    new = {field: without_id_numbers(text)[0] for field, text in given.items() if text is not None}
    if not new:
        return
    said = vault.open("content", opened.row["sealed_content"])
    work.before |= {field: said.get(field, "") for field in new}
    sealed = vault.seal("content", said | new)
    work.values["sealed_content"] = sealed.data
    work.commitments["content"] = sealed.commitment


def _codes(
    uow: UnitOfWork, opened: Opened, command: AmendCase, office: Office, work: _Work
) -> None:
    if command.place_code is not None:
        work.before["place_code"] = opened.row["place_code"]
        work.values["place_code"] = command.place_code
    if command.category is None:
        return
    if command.category not in office.categories:
        raise FieldsInvalid(FieldViolation("category", "UNKNOWN_VALUE"))
    work.before["category"] = opened.row["category"]
    listed = from_text(opened.row["suggestions"])
    decided = suggestions.confirmed(listed, "category", command.category, uow.caller.id)
    work.values |= {"category": command.category, "suggestions": to_text(decided)}


def _requests(uow: UnitOfWork, command: AmendCase, vault: CaseVault, work: _Work) -> None:
    if not command.add_requests:
        return
    have = [row["no"] for row in uow.find(case_request, case_id=command.case_id)]
    if len(have) + len(command.add_requests) > REQUESTS:
        raise FieldsInvalid(FieldViolation("add_requests", "TOO_MANY", REQUESTS))
    work.before["requests"] = len(have)
    for no, text in enumerate(command.add_requests, start=max(have, default=0) + 1):
        row, commitment = request_row(without_id_numbers(text)[0], no, vault)
        uow.insert(case_request, row)
        work.commitments[f"request:{no}"] = commitment


def _change_parties(uow: UnitOfWork, command: AmendCase, vault: CaseVault, work: _Work) -> None:
    for changed in command.change_parties:
        if changed.party_id is None:
            raise PartyMissing
        before = _change_party(uow, changed, changed.party_id, vault, work)
        work.before.setdefault("parties", []).append(before)


def _change_party(
    uow: UnitOfWork, changed: PartyDraft, party_id: UUID, vault: CaseVault, work: _Work
) -> Mapping[str, Any]:
    case_id = vault.case_id
    row = uow.get(party, case_id=case_id, party_id=party_id)
    if row is None:
        raise PartyMissing
    name = f"party:{party_id}"
    said = vault.open(name, row["sealed"])
    sealed = vault.seal(name, said | personal(changed))
    values: dict[str, Any] = {"sealed": sealed.data}
    if changed.role is not None:
        values["role"] = changed.role.value
    if changed.unit_id:
        values["unit_id"] = changed.unit_id
    uow.update(party, {"case_id": case_id, "party_id": party_id}, values)
    work.commitments[name] = sealed.commitment
    return said | {"party_id": str(party_id), "role": row["role"]}


def add_parties(
    uow: UnitOfWork,
    case_id: UUID,
    parties: tuple[PartyDraft, ...],
    vault: CaseVault,
    commitments: dict[str, str],
) -> tuple[PartyRow, ...]:
    """Add parties with codes of their own. Raises FieldsInvalid when there would be too many."""
    if not parties:
        return ()
    have = uow.find(party, case_id=case_id)
    if len(have) + len(parties) > PARTIES:
        raise FieldsInvalid(FieldViolation("parties", "TOO_MANY", PARTIES))
    first = max((row["no"] for row in have), default=0) + 1
    added = []
    for no, one in enumerate(parties, start=first):
        made, sealed = party_row(one, no, vault)
        uow.insert(party, made.row)
        commitments[f"party:{made.row['party_id']}"] = sealed.commitment
        added.append(made)
    return tuple(added)
