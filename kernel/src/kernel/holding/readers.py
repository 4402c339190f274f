"""Units, and single accounts, that read a case which they do not hold."""

from typing import Any
from uuid import UUID

from sqlalchemy import Table

from kernel.scope import PERSON, Level
from kernel.unit_of_work import UnitOfWork

FORMER, READER = "former", "reader"
"""Why: it held the case before, or routing names it."""


def let_former_read(uow: UnitOfWork, access: Table, case_id: UUID, unit: str) -> None:
    """Who held the case goes on reading its timeline.

    `access` is the service's table of `kernel.scope.case_access`.
    """
    _give(uow, access, (case_id, unit, FORMER), Level.TIMELINE)


def let_named_read(uow: UnitOfWork, access: Table, case_id: UUID, units: tuple[str, ...]) -> None:
    """The units that routing names read the content."""
    for unit in units:
        _give(uow, access, (case_id, unit, READER), Level.CONTENT)


def _give(uow: UnitOfWork, access: Table, right: tuple[UUID, str, str], level: Level) -> None:
    """A right that the unit has for this reason stays as it is."""
    key: dict[str, Any] = dict(zip(("case_id", "unit", "why"), right, strict=True))
    if uow.get(access, **key) is None:
        uow.insert(access, {**key, "level": int(level), "since": uow.now})


def let_person_read(uow: UnitOfWork, access: Table, right: tuple[UUID, str, str]) -> None:
    """An account of this node reads the content of a case: case, account, why.

    Until it is ended; the account's unit reads nothing by it.
    """
    key, given = _of_person(right), {"level": int(Level.CONTENT), "since": uow.now, "until": None}
    if uow.get(access, **key) is None:
        uow.insert(access, {**key, **given})
    elif not reads_as_person(uow, access, right):
        uow.update(access, key, given)


def end_person_reading(uow: UnitOfWork, access: Table, right: tuple[UUID, str, str]) -> None:
    """The account reads nothing for that reason any more; one that did not is left as it is."""
    if reads_as_person(uow, access, right):
        uow.update(access, _of_person(right), {"until": uow.now})


def reads_as_person(uow: UnitOfWork, access: Table, right: tuple[UUID, str, str]) -> bool:
    """Whether the account has the right now."""
    row = uow.get(access, **_of_person(right))
    return row is not None and row["until"] is None


def _of_person(right: tuple[UUID, str, str]) -> dict[str, Any]:
    case_id, account, why = right
    return {"case_id": case_id, "unit": f"{PERSON}{account}", "why": why}
