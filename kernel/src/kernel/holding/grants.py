"""Rights to write: one looked at before a write, all of them looked through or locked."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Table, select, update

from kernel.errors import CustodyMoved
from kernel.holding.errors import CaseLocked, WritingEnded
from kernel.holding.words import ENDED, LOCKED, OPEN
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]


def expect_writable(grant: Row, case: Row, epoch: int) -> None:
    """Let pass only who saw the epoch of a grant that is open.

    `case` has the epoch and the holder that are known here, which may be ahead of the grant, and
    the state that is shown when writing has ended.

    Raises:
        CustodyMoved: it is held under a later epoch than was seen, or by another node.
        CaseLocked: a hand-over is under way.
        WritingEnded: the case has ended.
    """
    if case["epoch"] > grant["epoch"] or epoch != grant["epoch"]:
        raise CustodyMoved(holder=case["holder_unit"], epoch=max(case["epoch"], grant["epoch"]))
    if grant["state"] == LOCKED:
        raise CaseLocked(epoch=grant["epoch"])
    if grant["state"] == ENDED:
        raise WritingEnded(state=case["state"])


def lock_open(uow: UnitOfWork, write_grant: Table, handoff_id: UUID) -> None:
    """Lock every open grant under an id."""
    was_open = write_grant.c.state == OPEN
    uow.execute(update(write_grant).where(was_open).values(state=LOCKED, handoff_id=handoff_id))


def page(
    connection: Connection, *, write_grant: Table, numbered: Table, after: UUID | None, size: int
) -> Sequence[RowMapping]:
    """Grants in order of their cases, with the `fact_no` that `numbered` has of each case."""
    query = (
        select(write_grant, numbered.c.fact_no)
        .outerjoin(numbered, numbered.c.case_id == write_grant.c.case_id)
        .order_by(write_grant.c.case_id)
        .limit(size)
    )
    if after is not None:
        query = query.where(write_grant.c.case_id > after)
    return connection.execute(query).mappings().all()
