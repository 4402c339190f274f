"""What a service shows of who holds a case, told by routing; the right to write is the grant's."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table

from kernel.holding.commands import NoteCustody
from kernel.holding.readers import let_former_read
from kernel.unit_of_work import UnitOfWork

GONE = frozenset({"out", "ended"})


def shown_custody(
    uow: UnitOfWork, access: Table, row: Mapping[str, Any], command: NoteCustody
) -> dict[str, Any]:
    """Columns of the row of a case that change; with `epoch` when the case has gone from here.

    Who held it before goes on reading its timeline (`access`). Call it for no older epoch than
    the row's: what is shown never goes back.
    """
    values: dict[str, Any] = {}
    if command.holder_unit and command.holder_unit != row["holder_unit"]:
        values |= {"holder_unit": command.holder_unit, "holder_path": command.holder_path}
        let_former_read(uow, access, command.case_id, row["holder_unit"])
    if command.epoch > row["epoch"] and command.state in GONE:
        values |= {"epoch": command.epoch}
    return values
