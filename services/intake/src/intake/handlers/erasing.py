"""A case's time is over: what was said, what it is found by and what it is tracked by are gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from intake.storage.erasing import forget_found_by
from intake.storage.tables import attachment, case_key, cases, party, source_ref
from kernel.holding import erase_key
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class EraseCase:
    """Erase intake's part of a case. `found_by` numbers its rows of features and of terms.

    They were looked for beside the writer: no index finds them by case.
    """

    case_id: UUID
    found_by: Sequence[Sequence[int]]


def erase_case(uow: UnitOfWork, command: EraseCase) -> None:
    """Destroy the key, and what is not sealed under it; codes, ids, states and times stay.

    A sealed matter (检举控告) is under its receiving body's key: its ciphertext goes itself.
    """
    erase_key(uow, case_key, command.case_id)
    forget_found_by(uow, command.found_by)
    if uow.get(cases, case_id=command.case_id) is None:
        return
    uow.update(cases, {"case_id": command.case_id}, {"sealed_content": None, "suggestions": "[]"})
    for row in uow.find(party, case_id=command.case_id):
        key = {"case_id": command.case_id, "party_id": row["party_id"]}
        uow.update(party, key, {"code_hash": None, "sealed": None})
    for row in uow.find(source_ref, case_id=command.case_id):
        key = {"source_system": row["source_system"], "source_no": row["source_no"]}
        uow.update(source_ref, key, {"matter": ""})


def forget_files(uow: UnitOfWork, case_id: UUID) -> None:
    """The files were removed from the store: their hashes and names go too."""
    for row in uow.find(attachment, case_id=case_id):
        uow.delete(attachment, case_id=case_id, sha256=row["sha256"])
