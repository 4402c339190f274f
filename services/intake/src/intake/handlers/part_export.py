"""Handing a case out: everything intake knows of it, opened, for the receiver to seal."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from intake.domain.facts import TOLD
from intake.domain.part import STAYS, Part
from intake.handlers.case_part import PART
from intake.handlers.follow_up_part import follow_ups_of
from intake.handlers.inviting_part import invitations_of
from intake.handlers.suggesting import terms_of
from intake.office import Office
from intake.storage.suggestions import from_text
from intake.storage.tables import (
    attachment,
    case_key,
    case_link,
    case_request,
    cases,
    fact,
    history,
    party,
    track_step,
)
from intake.vault import CaseVault
from kernel.holding import ExportPart
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]


def export_part(uow: UnitOfWork, command: ExportPart, *, office: Office) -> Part | None:
    """The part of a case that is locked under the id; None when intake has none.

    Raises:
        PartClosed: it is not locked under this id.
    """
    case_id = command.case_id
    PART.expect_locked(uow, case_id, command.handoff_id)
    row = uow.get(cases, case_id=case_id)
    if row is None:
        return None
    key = uow.get(case_key, case_id=case_id, lock=False)
    vault = office.vault.of_case(key, row["sealed_code_key"])
    notes = uow.find(history, case_id=case_id)
    return Part(
        case=_case(row, vault),
        code_key=vault.code_key,
        parties=_opened(uow.find(party, case_id=case_id), vault, ("sealed", "party", "party_id")),
        requests=_requests(uow, case_id, vault),
        attachments=_opened(
            uow.find(attachment, case_id=case_id, of_case=True),
            vault,
            ("sealed_name", "file", "sha256"),
        ),
        history=_opened(notes, vault, ("sealed", "history", "version")),
        links=tuple(dict(one) for one in uow.find(case_link, case_id=case_id)),
        terms=terms_of(tuple(from_text(row["suggestions"]))),
        steps=_steps(uow, case_id),
        **follow_ups_of(uow, case_id, vault),
        **invitations_of(uow, case_id, vault),
    )


def _case(row: Row, vault: CaseVault) -> dict[str, Any]:
    content = row["sealed_content"]
    if content and not row["sealed_for"]:
        content = vault.open_raw("content", content)
    return {name: value for name, value in row.items() if name not in STAYS} | {
        "sealed_content": content
    }


def _opened(rows: Iterable[Row], vault: CaseVault, named: tuple[str, str, str]) -> tuple[Row, ...]:
    """Rows with one sealed column opened; `named` is that column, its field name, its key."""
    column, name, key = named
    return tuple(
        {**row, column: row[column] and vault.open_raw(f"{name}:{row[key]}", row[column])}
        for row in rows
    )


def _requests(uow: UnitOfWork, case_id: UUID, vault: CaseVault) -> tuple[Row, ...]:
    texts = _opened(uow.find(case_request, case_id=case_id), vault, ("sealed", "request", "no"))
    return _opened(texts, vault, ("sealed_answer", "answer", "no"))


def _steps(uow: UnitOfWork, case_id: UUID) -> tuple[Row, ...]:
    """What a resident is told when asking at the next node: steps here, and those before."""
    own = [
        {"at": one["at"], "kind": one["kind"], "unit": one["unit"], "body": json.dumps({})}
        for one in uow.find(fact, case_id=case_id)
        if one["kind"] in TOLD
    ]
    told = [dict(one) for one in uow.find(track_step, case_id=case_id)]
    return tuple(own + told)
