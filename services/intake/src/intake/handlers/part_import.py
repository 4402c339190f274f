"""Taking a case over: the part is stored, sealed under this node's key, and the unit may write."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from intake.domain.part import Part
from intake.domain.states import State
from intake.domain.suggestions import Suggestion
from intake.handlers.case_part import PART
from intake.handlers.follow_up_part import store_follow_ups
from intake.handlers.inviting_part import store_invitations
from intake.handlers.owing_callbacks import overtake
from intake.handlers.reopening import as_draft
from intake.handlers.suggesting import features_of
from intake.handlers.unserved_part import rebuild
from intake.office import Office
from intake.storage.tables import (
    COLUMNS,
    attachment,
    case_access,
    case_feature,
    case_key,
    case_link,
    case_request,
    case_term,
    cases,
    history,
    party,
    track_step,
)
from intake.vault import CaseVault
from kernel.holding import ImportPart, let_former_read, let_named_read
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]


def import_part(uow: UnitOfWork, command: ImportPart[Part], *, office: Office) -> None:
    """Store the part and grant writing at the epoch, once; an older epoch changes nothing."""
    PART.take(uow, command, partial(_store, office=office))


def _store(uow: UnitOfWork, command: ImportPart[Part], *, office: Office) -> None:
    row = uow.get(cases, case_id=command.case_id)
    if command.part is not None:
        row = _replace(uow, command, command.part, row, office)
    elif row is not None and command.handoff_id is not None:
        _go_on(uow, row)
    if row is not None:
        _hold(uow, command, row)
        rebuild(uow, command.case_id, office)


def _go_on(uow: UnitOfWork, row: Row) -> None:
    """Routing reopened an ended case: granted anew without a part, at the next epoch."""
    if State(row["state"]).open:
        return
    state = State.ACCEPTED if row["accepted_at"] else State.REGISTERED
    values = {"state": state.value, "ending": None, "ended_at": None, "reported_back_at": None}
    version = {"version": row["version"] + 1}
    uow.update(cases, {"case_id": row["case_id"]}, values | version)
    overtake(uow, row["case_id"])


def _hold(uow: UnitOfWork, command: ImportPart[Part], row: Row) -> None:
    """The case shows its holder; the one before goes on reading the timeline."""
    held = {
        "epoch": command.epoch,
        "holder_unit": command.unit,
        "holder_path": command.path,
    }
    uow.update(cases, {"case_id": command.case_id}, held)
    if row["holder_unit"] not in {"", command.unit}:
        let_former_read(uow, case_access, command.case_id, row["holder_unit"])
    let_named_read(uow, case_access, command.case_id, command.readers)


# Replacing the content, all of it.


def _replace(
    uow: UnitOfWork, command: ImportPart[Part], part: Part, row: Row | None, office: Office
) -> Row:
    vault = _vault(uow, command.case_id, part, row, office)
    new_row = _case_row(uow, part, vault, row)
    if row is None:
        uow.insert(cases, new_row)
        uow.insert(case_key, vault.row)
    else:
        uow.update(cases, {"case_id": command.case_id}, new_row)
        _forget(uow, command.case_id)
    _store_parties(uow, part, vault)
    _store_requests(uow, part, vault)
    _store_files(uow, part, vault)
    _store_rest(uow, command.case_id, part, vault)
    _store_features(uow, part, vault, office)
    store_follow_ups(uow, part, vault)
    store_invitations(uow, part, vault)
    return row or new_row


def _vault(
    uow: UnitOfWork, case_id: UUID, part: Part, row: Row | None, office: Office
) -> CaseVault:
    """The case's own key where it was here before: its files are stored under that one."""
    if row is None:
        return office.vault.new_case(case_id, part.code_key)
    return office.vault.of_case(uow.get(case_key, case_id=case_id), row["sealed_code_key"])


def _forget(uow: UnitOfWork, case_id: UUID) -> None:
    for table, key in (
        (party, "party_id"),
        (case_request, "no"),
        (history, "version"),
    ):
        for row in uow.find(table, case_id=case_id):
            uow.delete(table, case_id=case_id, **{key: row[key]})


def _fit(table: str, row: Row) -> dict[str, Any]:
    """The columns this version knows; a newer sender may know more."""
    return {name: value for name, value in row.items() if name in COLUMNS[table]}


def _case_row(uow: UnitOfWork, part: Part, vault: CaseVault, row: Row | None) -> dict[str, Any]:
    content = part.case["sealed_content"]
    if content and not part.case["sealed_for"]:
        content = vault.seal_raw("content", content).data
    own = {
        "case_id": vault.case_id,
        "sealed_content": content,
        "sealed_code_key": vault.sealed_code_key,
        "recorded_at": row["recorded_at"] if row else uow.now,
    }
    if row is None:  # who holds it is told in a moment, with the grant
        own |= {"epoch": 0, "holder_unit": "", "holder_path": ""}
    return _fit("cases", part.case) | own


def _store_parties(uow: UnitOfWork, part: Part, vault: CaseVault) -> None:
    for row in part.parties:
        sealed = row["sealed"] and vault.seal_raw(f"party:{row['party_id']}", row["sealed"]).data
        uow.insert(party, {**_fit("party", row), "case_id": vault.case_id, "sealed": sealed})


def _store_requests(uow: UnitOfWork, part: Part, vault: CaseVault) -> None:
    for row in part.requests:
        no = row["no"]
        sealed = row["sealed"] and vault.seal_raw(f"request:{no}", row["sealed"]).data
        answer = row["sealed_answer"]
        answer = answer and vault.seal_raw(f"answer:{no}", answer).data
        resealed = {"case_id": vault.case_id, "sealed": sealed, "sealed_answer": answer}
        uow.insert(case_request, {**_fit("case_request", row), **resealed})


def _store_files(uow: UnitOfWork, part: Part, vault: CaseVault) -> None:
    """Names and hashes; the bytes follow by themselves and never hold the case up."""
    for row in part.attachments:
        name = row["sealed_name"] and vault.seal_raw(f"file:{row['sha256']}", row["sealed_name"])
        values = {"sealed_name": name.data if name else None}
        known = uow.get(attachment, case_id=vault.case_id, sha256=row["sha256"])
        if known is not None:
            uow.update(attachment, {"case_id": vault.case_id, "sha256": row["sha256"]}, values)
            continue
        fresh = {
            "case_id": vault.case_id,
            "received": 0,
            "stored_at": None,
            "of_case": True,
            "at": uow.now,
        }
        uow.insert(attachment, {**_fit("attachment", row), **fresh, **values})


def _store_features(uow: UnitOfWork, part: Part, vault: CaseVault, office: Office) -> None:
    """The numbers a case is found by as a duplicate are blind under each node's own key."""
    if part.case["sealed_for"]:
        return
    draft = as_draft(part)
    category = Suggestion("category", part.case["category"], 1.0, "IMPORTED")
    for feature in features_of(draft, (category,), office).all():
        if not uow.find(case_feature, feature=feature, case_id=vault.case_id):
            uow.insert(case_feature, {"feature": feature, "case_id": vault.case_id})


def _store_rest(uow: UnitOfWork, case_id: UUID, part: Part, vault: CaseVault) -> None:
    for row in part.history:
        sealed = vault.seal_raw(f"history:{row['version']}", row["sealed"]).data
        uow.insert(history, {**_fit("history", row), "case_id": case_id, "sealed": sealed})
    for term in part.terms:
        if not uow.find(case_term, term=term, case_id=case_id):
            uow.insert(case_term, {"case_id": case_id, "term": term})
    for row in part.links:
        other, kind = row["other_id"], row["kind"]
        if uow.get(case_link, case_id=case_id, other_id=other, kind=kind) is None:
            uow.insert(case_link, {**_fit("case_link", row), "case_id": case_id})
    for row in part.steps:
        if uow.get(track_step, case_id=case_id, at=row["at"], kind=row["kind"]) is None:
            uow.insert(track_step, {**_fit("track_step", row), "case_id": case_id})
