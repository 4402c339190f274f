"""Whether somebody who is to be given a case works here."""

from kernel.identity import Kind
from kernel.unit_of_work import UnitOfWork
from routing.errors import StaffDisabled, StaffOfOtherUnit, StaffUnknown
from routing.storage.staff import staff


def works_here(uow: UnitOfWork, staff_id: str, *, unit: str = "") -> None:
    """See that an account of this node is there and open, and of that unit when one is named.

    Where the caller's own account is kept elsewhere (an issuer of the operator's) nobody here
    knows who works there: then any id is taken. An empty id names nobody.

    Raises:
        StaffUnknown, StaffDisabled, StaffOfOtherUnit.
    """
    if not staff_id or _kept_elsewhere(uow):
        return
    row = uow.get(staff, lock=False, staff_id=staff_id)
    if row is None:
        raise StaffUnknown(staff_id=staff_id)
    if row["disabled"]:
        raise StaffDisabled(staff_id=staff_id)
    if unit and row["unit"] != unit:
        raise StaffOfOtherUnit(staff_id=staff_id, unit=row["unit"])


def _kept_elsewhere(uow: UnitOfWork) -> bool:
    known = uow.get(staff, lock=False, staff_id=uow.caller.id)
    return uow.caller.kind is Kind.STAFF and known is None
