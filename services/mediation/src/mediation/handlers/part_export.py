"""Handing a mediation out: every row of the case, opened, for the receiver to seal."""

from collections.abc import Mapping
from typing import Any

from kernel.holding import ExportPart
from kernel.sealing import FieldVault
from kernel.unit_of_work import UnitOfWork
from mediation.domain.part import Part
from mediation.handlers.case_part import PART
from mediation.office import Office
from mediation.storage.portable import PORTABLE, STAYS, PortableTable, field_name, sealed_columns
from mediation.storage.tables import case_key, mediation

Row = Mapping[str, Any]


def export_part(uow: UnitOfWork, command: ExportPart, *, office: Office) -> Part | None:
    """The part of a case that is locked under the id; None when mediation has none.

    Raises:
        PartClosed: it is not locked under this id.
    """
    case_id = command.case_id
    PART.expect_locked(uow, case_id, command.handoff_id)
    if uow.get(mediation, case_id=case_id) is None:
        return None
    vault = office.vault.of_case(uow.get(case_key, case_id=case_id, lock=False))
    return Part(
        {
            table.name: tuple(
                _opened(table, row, vault) for row in uow.find(table, case_id=case_id)
            )
            for table in PORTABLE
        }
    )


def _opened(table: PortableTable, row: Row, vault: FieldVault) -> dict[str, Any]:
    opened = {
        name: vault.open_raw(field_name(table, name, row), row[name])
        for name in sealed_columns(table)
        if row[name]
    }
    return {name: value for name, value in row.items() if name not in STAYS} | opened
