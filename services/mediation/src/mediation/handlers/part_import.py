"""Taking a case over: the part is stored, sealed under this node's key, and the unit may write."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from kernel.holding import ImportPart, let_former_read, let_named_read
from kernel.sealing import FieldVault
from kernel.unit_of_work import UnitOfWork
from mediation.domain.part import Part
from mediation.handlers.awaiting import look_again
from mediation.handlers.case_part import PART
from mediation.handlers.following import book_again, count_again, mediators_of, note_who_stayed
from mediation.handlers.reopening import go_on
from mediation.office import Office
from mediation.storage.portable import PORTABLE, PortableTable, field_name, sealed_columns
from mediation.storage.tables import case_access, case_key, mediation

Row = Mapping[str, Any]


def import_part(uow: UnitOfWork, command: ImportPart[Part], *, office: Office) -> None:
    """Store the part and grant writing at the epoch, once; an older epoch changes nothing."""
    before = mediators_of(uow, command.case_id) if _is_mediated(uow, command) else frozenset()
    PART.take(uow, command, partial(_store, office=office))
    if _is_mediated(uow, command):
        count_again(uow, before | mediators_of(uow, command.case_id))


def _is_mediated(uow: UnitOfWork, command: ImportPart[Part]) -> bool:
    return uow.get(mediation, case_id=command.case_id) is not None


def _store(uow: UnitOfWork, command: ImportPart[Part], *, office: Office) -> None:
    before = uow.get(mediation, case_id=command.case_id)
    if command.part is not None:
        vault = _vault(uow, command.case_id, office)
        for table in PORTABLE:
            _replace(uow, table, command, vault)
    elif before is not None and command.handoff_id is not None:
        go_on(uow, command, before)
    if before is not None or command.part is not None:
        _hold(uow, command, before)
        if command.handoff_id is not None:
            note_who_stayed(uow, command.case_id, command.path)
            book_again(uow, command.case_id)
        look_again(uow, command.case_id)


def _vault(uow: UnitOfWork, case_id: UUID, office: Office) -> FieldVault:
    """The case's own key where it was here before, else a fresh one."""
    known = uow.get(case_key, case_id=case_id)
    if known is not None:
        return office.vault.of_case(known)
    vault = office.vault.new_case(case_id)
    uow.insert(case_key, vault.row)
    return vault


def _replace(
    uow: UnitOfWork, table: PortableTable, command: ImportPart[Part], vault: FieldVault
) -> None:
    """All rows of the case in a table become those of the part; unknown columns are left out."""
    part, case_id = command.part, command.case_id
    keys = [column.name for column in table.primary_key]
    wanted = {}
    for row in part.rows.get(table.name, ()) if part else ():
        stored = _stored(table, row, command, vault)
        wanted[tuple(stored[name] for name in keys)] = stored
    for row in uow.find(table, case_id=case_id):
        key = tuple(row[name] for name in keys)
        if key in wanted:
            uow.update(table, dict(zip(keys, key, strict=True)), wanted.pop(key))
        else:
            uow.delete(table, **dict(zip(keys, key, strict=True)))
    uow.insert_all(table, wanted.values())


def _stored(
    table: PortableTable, row: Row, command: ImportPart[Part], vault: FieldVault
) -> dict[str, Any]:
    own = {
        "case_id": command.case_id,
        "holder_unit": command.unit,
        "holder_path": command.path,
        "epoch": command.epoch,
    }
    fit = {name: value for name, value in {**row, **own}.items() if name in table.columns}
    sealed = {
        name: vault.seal_raw(field_name(table, name, fit), fit[name]).data
        for name in sealed_columns(table)
        if fit.get(name)
    }
    return fit | sealed


def _hold(uow: UnitOfWork, command: ImportPart[Part], before: Row | None) -> None:
    """The mediation shows its holder; the one before goes on reading the timeline."""
    held = {
        "epoch": command.epoch,
        "holder_unit": command.unit,
        "holder_path": command.path,
    }
    uow.update(mediation, {"case_id": command.case_id}, held)
    if before is not None and before["holder_unit"] not in {"", command.unit}:
        let_former_read(uow, case_access, command.case_id, before["holder_unit"])
    let_named_read(uow, case_access, command.case_id, command.readers)
