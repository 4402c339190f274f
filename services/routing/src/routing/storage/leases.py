"""Who runs a sweep just now: an economy between replicas; the acts themselves are guarded."""

from datetime import datetime, timedelta

from sqlalchemy import Column, Table, Text

from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork
from routing.storage.metadata import metadata, text

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    text("holder"),
    Column("until", UtcDateTime, nullable=False),
)


def take(uow: UnitOfWork, command: tuple[str, str, timedelta]) -> bool:
    """Take or renew a lease, `(name, holder, how long)`; False while another one has it.

    One that lasts longer than a lease does was taken before the clock was set back: it is over.
    """
    name, holder, length = command
    row = uow.get(lease, name=name)
    until: datetime = uow.now + length
    if row is None:
        uow.insert(lease, {"name": name, "holder": holder, "until": until})
        return True
    if row["holder"] != holder and uow.now < row["until"] <= until:
        return False
    uow.update(lease, {"name": name}, {"holder": holder, "until": until})
    return True
