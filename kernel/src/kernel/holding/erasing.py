"""A case's time is over: its key is destroyed, and no key is made for it again."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Table

from kernel.sealing import destroy
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ErasePart:
    """Destroy what was said of people in a case; may be repeated."""

    case_id: UUID


def erase_key(uow: UnitOfWork, case_key: Table, case_id: UUID) -> None:
    """Destroy the key of a case. Where there was none a mark stays, so that none is made later.

    Ciphertext is left where it is: nothing opens it any more, here or after a rewrap.
    """
    if uow.get(case_key, case_id=case_id) is not None:
        destroy(uow, case_key, case_id)
        return
    mark = {"case_id": case_id, "wrapped": None, "key_id": "", "destroyed_at": uow.now}
    uow.insert(case_key, mark)


def is_erased(uow: UnitOfWork, case_key: Table, case_id: UUID) -> bool:
    """Whether what was said in a case is gone for good."""
    row = uow.get(case_key, case_id=case_id)
    return row is not None and row["wrapped"] is None
