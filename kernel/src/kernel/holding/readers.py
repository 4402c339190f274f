"""Units that read a case which they do not hold."""

from typing import Any
from uuid import UUID

from sqlalchemy import Table

from kernel.scope import Level
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
