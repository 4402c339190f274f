"""Taking a case over: the part is stored, sealed under this node's key, and the unit may write."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from kernel.holding import ImportPart, Part, let_former_read, let_named_read
from kernel.unit_of_work import UnitOfWork
from mediation.handlers.awaiting import look_again
from mediation.handlers.case_part import PART
from mediation.handlers.following import book_again, count_again, mediators_of, note_who_stayed
from mediation.handlers.reopening import go_on
from mediation.office import Office
from mediation.storage.portable import ROWS
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
        vault = office.vault.known_or_new(uow, case_key, command.case_id)
        ROWS.store(uow, command, command.part, vault)
    elif before is not None and command.handoff_id is not None:
        go_on(uow, command, before)
    if before is not None or command.part is not None:
        _hold(uow, command, before)
        if command.handoff_id is not None:
            note_who_stayed(uow, command.case_id, command.path)
            book_again(uow, command.case_id)
        look_again(uow, command.case_id)


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
