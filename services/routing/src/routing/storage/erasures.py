"""Cases whose period of keeping is over, and what of them has still to be erased where."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Index, Integer, Table, Text, Uuid, exists, func, select

from kernel.database import UtcDateTime
from kernel.identity import Caller
from kernel.scope import Level, readable
from kernel.unit_of_work import UnitOfWork
from routing.domain.words import EITHER_WAY, State
from routing.storage import waits
from routing.storage.metadata import case_id, metadata, text
from routing.storage.owed import Errand
from routing.storage.tables import case_row, case_scope

Values = Mapping[str, Any]
DUE, ERASING, ERASED = "due", "erasing", "erased"

erasure = Table(
    "erasure",
    metadata,
    case_id(),
    text("state"),  # due (a person has to confirm), erasing, erased
    text("rule"),
    text("due_on"),
    text("register_no"),  # of the list of what is destroyed (销毁清册)
    text("confirmed_by"),
    Column("confirmed_at", UtcDateTime),
    Column("erased_at", UtcDateTime),
    Column("found_at", UtcDateTime, nullable=False),
)
Index("erasure_by_state", erasure.c.state, erasure.c.case_id)

erasure_part = Table(
    "erasure_part",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("service", Text, primary_key=True),
    text("state"),  # owed, done
    Column("next_try_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    text("last_reason"),
)
Index("erasure_part_due", erasure_part.c.state, erasure_part.c.next_try_at)


def ended_before(connection: Connection, before: datetime, limit: int) -> list[Values]:
    """Cases held here that ended before an instant and of which no erasure is on file."""
    known = exists().where(erasure.c.case_id == case_row.c.case_id)
    query = select(case_row).where(
        case_row.c.state == State.ENDED,
        case_row.c.custody.in_(sorted(EITHER_WAY)),
        case_row.c.ended_at < before,
        ~known,
    )
    rows = connection.execute(query.order_by(case_row.c.ended_at).limit(limit)).mappings()
    return [dict(row) for row in rows]


def page(
    connection: Connection, caller: Caller, state: str, after: UUID | None, limit: int
) -> list[Values]:
    """Erasures of cases whose header the caller may read, by case."""
    wanted = [erasure.c.state == state, readable(caller, case_scope, Level.HEADER)]
    if after is not None:
        wanted.append(erasure.c.case_id > after)
    owed = (
        select(func.count())
        .where(erasure_part.c.case_id == erasure.c.case_id, erasure_part.c.state == "owed")
        .scalar_subquery()
    )
    header = (case_row.c.case_no, case_row.c.holder_unit, case_row.c.ending, case_row.c.ended_at)
    query = select(erasure, *header, owed.label("owed")).join(
        case_row, case_row.c.case_id == erasure.c.case_id
    )
    rows = connection.execute(query.where(*wanted).order_by(erasure.c.case_id).limit(limit))
    return [dict(row) for row in rows.mappings()]


def note_due(uow: UnitOfWork, case: UUID, rule: str, due_on: str) -> None:
    """A person has to confirm; nothing is written for a case that is on file already."""
    if uow.get(erasure, case_id=case) is None:
        row = {"case_id": case, "state": DUE, "rule": rule, "due_on": due_on, "found_at": uow.now}
        uow.insert(erasure, row)


def forget(uow: UnitOfWork, case: UUID) -> None:
    """It is not due after all: the rules changed, or the case goes on."""
    uow.delete(erasure, case_id=case)


def begin(uow: UnitOfWork, case: UUID, services: Sequence[str], **said: Any) -> None:
    """Erasing begins: each service of the node has to be told."""
    values = said | {"state": ERASING if services else ERASED}
    if not services:
        values["erased_at"] = uow.now
    if uow.get(erasure, case_id=case) is None:
        uow.insert(erasure, {"case_id": case, "found_at": uow.now} | values)
    else:
        uow.update(erasure, {"case_id": case}, values)
    for service in services:
        uow.insert(
            erasure_part,
            {"case_id": case, "service": service, "state": "owed", "next_try_at": uow.now},
        )
    uow.note(Errand())


def due(connection: Connection, now: datetime, limit: int) -> list[Values]:
    """Services to be told now."""
    waiting = (erasure_part.c.state == "owed") & waits.is_over(erasure_part.c.next_try_at, now)
    query = select(erasure_part).where(waiting).order_by(erasure_part.c.next_try_at).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def note_done(uow: UnitOfWork, row: Values) -> None:
    """The service has erased; with the last one the case is erased at this node."""
    key = {"case_id": row["case_id"], "service": row["service"]}
    uow.update(erasure_part, key, {"state": "done"})
    left = [one for one in uow.find(erasure_part, case_id=row["case_id"]) if one["state"] == "owed"]
    if not left:
        done = {"state": ERASED, "erased_at": uow.now}
        uow.update(erasure, {"case_id": row["case_id"]}, done)


def note_failed(uow: UnitOfWork, failure: tuple[Values, datetime, str]) -> None:
    """The call failed: it stays owed and is tried again at the given time."""
    row, again_at, reason = failure
    key = {"case_id": row["case_id"], "service": row["service"]}
    values = {"next_try_at": again_at, "tries": row["tries"] + 1, "last_reason": reason}
    uow.update(erasure_part, key, values)
