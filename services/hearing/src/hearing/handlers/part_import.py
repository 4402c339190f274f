"""Taking a case over: the part is stored, sealed under this node's key, and the unit may write."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from hearing.handlers.booking import free
from hearing.handlers.case_part import PART
from hearing.handlers.moving import arrive, current_of
from hearing.office import Office
from hearing.storage.portable import ROWS
from hearing.storage.tables import case_access, case_key, hearing_file
from kernel.holding import EndGrant, ImportPart, Part, let_former_read, let_named_read
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]


def import_part(uow: UnitOfWork, command: ImportPart[Part], *, office: Office) -> None:
    """Store the part and grant writing at the epoch, once; an older epoch changes nothing."""
    PART.take(uow, command, partial(_store, office=office))


def _store(uow: UnitOfWork, command: ImportPart[Part], *, office: Office) -> None:
    before = uow.get(hearing_file, case_id=command.case_id)
    if command.part is not None:
        vault = office.vault.known_or_new(uow, case_key, command.case_id)
        ROWS.store(uow, command, command.part, vault)
    elif before is not None and command.handoff_id is not None:
        _reopened(uow, command, before)
    after = uow.get(hearing_file, case_id=command.case_id)
    if after is None:
        return
    _hold(uow, command, before)
    if command.handoff_id is not None:
        free(uow, current_of(uow, after)["hearing_id"])
        arrive(uow, {**after, "epoch": command.epoch}, _grant(command))


def _reopened(uow: UnitOfWork, command: ImportPart[Part], row: Row) -> None:
    """Routing reopened an ended case: what was heard stays on file, and may be asked for anew.

    It drops the errand of the end when it reopens at once: then the end is caught up with first.
    """
    if row["ended_at"] is None and row["holder_unit"] == command.unit:
        PART.ended(uow, EndGrant(command.case_id, row["epoch"], ""))
    now = uow.get(hearing_file, case_id=command.case_id) or row
    if now["ended_at"] is not None:
        values = {"ended_at": None, "version": now["version"] + 1}
        uow.update(hearing_file, {"case_id": command.case_id}, values)


def _grant(command: ImportPart[Part]) -> Row:
    return {"epoch": command.epoch, "unit": command.unit, "path": command.path}


def _hold(uow: UnitOfWork, command: ImportPart[Part], before: Row | None) -> None:
    """The file shows its holder; the one before goes on reading the timeline."""
    held = {"epoch": command.epoch, "holder_unit": command.unit, "holder_path": command.path}
    uow.update(hearing_file, {"case_id": command.case_id}, held)
    if before is not None and before["holder_unit"] not in {"", command.unit}:
        let_former_read(uow, case_access, command.case_id, before["holder_unit"])
    let_named_read(uow, case_access, command.case_id, command.readers)
