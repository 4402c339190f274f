"""Services that have still to be told that a case ended: nobody writes it any more."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, Table, Text, select

from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork
from routing.storage import waits
from routing.storage.metadata import case_id, metadata, text
from routing.storage.owed import Errand

Values = Mapping[str, Any]

grant_end = Table(
    "grant_end",
    metadata,
    case_id(),
    Column("epoch", BigInteger, primary_key=True),
    Column("service", Text, primary_key=True),
    text("ending"),
    text("state"),  # owed, done, dropped (the case was reopened before the service was told)
    Column("next_try_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    text("last_reason"),
)
Index("grant_end_due", grant_end.c.state, grant_end.c.next_try_at)


def owe(uow: UnitOfWork, case: Values, services: tuple[str, ...]) -> None:
    """Owe each service the end of its grant at the case's epoch; the steps tell them."""
    for service in services:
        key = {"case_id": case["case_id"], "epoch": case["epoch"], "service": service}
        values = {"ending": case["ending"], "state": "owed", "next_try_at": uow.now}
        uow.note(Errand())
        if uow.get(grant_end, **key) is None:
            uow.insert(grant_end, key | values)
        else:
            uow.update(grant_end, key, values)


def drop(uow: UnitOfWork, case: Values) -> None:
    """The case goes on: what was not yet told is not told any more."""
    for row in uow.find(grant_end, case_id=case["case_id"], state="owed"):
        uow.update(grant_end, _key(row), {"state": "dropped"})


def due(connection: Connection, now: datetime, limit: int) -> list[Values]:
    """Rows owed now, oldest try first."""
    waiting = (grant_end.c.state == "owed") & waits.is_over(grant_end.c.next_try_at, now)
    query = select(grant_end).where(waiting).order_by(grant_end.c.next_try_at).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def note_done(uow: UnitOfWork, row: Values) -> None:
    """The service acknowledged."""
    current = uow.get(grant_end, **_key(row))
    if current is not None and current["state"] == "owed":
        uow.update(grant_end, _key(row), {"state": "done"})


def note_failed(uow: UnitOfWork, failure: tuple[Values, datetime, str]) -> None:
    """The call failed: it stays owed and is tried again at the given time."""
    row, again_at, reason = failure
    values = {"next_try_at": again_at, "tries": row["tries"] + 1, "last_reason": reason}
    uow.update(grant_end, _key(row), values)


def _key(row: Values) -> dict[str, Any]:
    return {name: row[name] for name in ("case_id", "epoch", "service")}
