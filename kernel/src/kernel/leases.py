"""Which of a service's replicas does a piece of work just now.

An economy, never a guard: the acts themselves must bear that two replicas do them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, MetaData, Table, Text

from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork

LENGTH = timedelta(seconds=30)


def add_to(metadata: MetaData) -> Table:
    """Add `lease`, for a service that looks for work with nobody asking."""
    return Table(
        "lease",
        metadata,
        Column("name", Text, primary_key=True),
        Column("holder", Text, nullable=False),
        Column("until", UtcDateTime, nullable=False),
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """`holder` wants to do the work of that name, or to go on with it, for so long from now."""

    name: str
    holder: str
    length: timedelta = LENGTH


def take(uow: UnitOfWork, claim: Claim, *, table: Table) -> bool:
    """Take or renew a lease; False while another one has it.

    One that lasts longer than a lease does was taken before the clock was set back: it is over.
    """
    row = uow.get(table, name=claim.name)
    until: datetime = uow.now + claim.length
    if row is None:
        uow.insert(table, {"name": claim.name, "holder": claim.holder, "until": until})
        return True
    if row["holder"] != claim.holder and uow.now < row["until"] <= until:
        return False
    uow.update(table, {"name": claim.name}, {"holder": claim.holder, "until": until})
    return True
