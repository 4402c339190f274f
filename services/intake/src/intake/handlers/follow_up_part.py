"""Call-backs and evaluations travel with the case."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from intake.domain.part import Part
from intake.handlers.calling_back import note_name
from intake.storage.tables_follow_up import COLUMNS, callback, callback_call, evaluation
from intake.vault import CaseVault
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]


def follow_ups_of(uow: UnitOfWork, case_id: UUID, vault: CaseVault) -> dict[str, tuple[Row, ...]]:
    """The rows of a part, notes opened, by the name of its field."""
    calls = uow.find(callback_call, case_id=case_id)
    return {
        "callbacks": tuple(dict(row) for row in uow.find(callback, case_id=case_id)),
        "calls": tuple({**row, "sealed_note": _opened(row, vault)} for row in calls),
        "evaluations": tuple(dict(row) for row in uow.find(evaluation, case_id=case_id)),
    }


def _opened(row: Row, vault: CaseVault) -> bytes | None:
    sealed = row["sealed_note"]
    return sealed and vault.open_raw(note_name(row["epoch"], row["no"]), sealed)


def store_follow_ups(uow: UnitOfWork, part: Part, vault: CaseVault) -> None:
    """Keep what came with the case; what is here already was never changed elsewhere."""
    case_id = vault.case_id
    mine = {"case_id": case_id}
    for row in part.callbacks:
        if uow.get(callback, case_id=case_id, epoch=row["epoch"]) is None:
            uow.insert(callback, _fit("callback", row) | mine)
    for row in part.calls:
        if uow.get(callback_call, case_id=case_id, epoch=row["epoch"], no=row["no"]) is None:
            note = row["sealed_note"]
            name = note_name(row["epoch"], row["no"])
            sealed = {"sealed_note": note and vault.seal_raw(name, note).data}
            uow.insert(callback_call, _fit("callback_call", row) | mine | sealed)
    for row in part.evaluations:
        epoch, source = row["epoch"], row["source"]
        if uow.get(evaluation, case_id=case_id, epoch=epoch, source=source) is None:
            uow.insert(evaluation, _fit("evaluation", row) | mine)


def _fit(table: str, row: Row) -> dict[str, Any]:
    """The columns this version knows; a newer sender may know more."""
    return {name: value for name, value in row.items() if name in COLUMNS[table]}
