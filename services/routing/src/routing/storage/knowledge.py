"""What the county publishes, version by version: directory, regulation profiles, holiday notices.

Every publication is kept, so that a node knows the same offline and after a restart.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    Select,
    Table,
    Text,
    Uuid,
    func,
    select,
)

from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork
from routing.domain.words import EITHER_WAY
from routing.storage import clocks
from routing.storage.metadata import Json, metadata, text
from routing.storage.tables import case_row

Values = Mapping[str, Any]

directory_version = Table(
    "directory_version",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),  # canonical JSON
    Column("at", UtcDateTime, nullable=False),
    text("by"),
)

regulation_version = Table(
    "regulation_version",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("number", Integer, nullable=False),  # in the order they were loaded, per name
    text("digest"),
    Column("content", LargeBinary, nullable=False),  # YAML as it was loaded
    Column("at", UtcDateTime, nullable=False),
    text("by"),
)

holiday_notice = Table(
    "holiday_notice",
    metadata,
    Column("notice_id", Uuid, primary_key=True),
    Column("year", Integer, nullable=False),
    text("digest"),
    Column("content", LargeBinary, nullable=False),
    Column("days", Integer, nullable=False),
    Column("changed", Json, nullable=False, default=[]),  # days whose nature changed, ISO
    Column("recomputed", Boolean, nullable=False, default=False),  # open dues were looked at
    Column("moved", Integer, nullable=False, default=0),  # open dues that changed by it
    Column("at", UtcDateTime, nullable=False),
    text("by"),
)


def stamp(connection: Connection) -> tuple[int, ...]:
    """Changes whenever something was published; cheap enough to ask every second."""
    counted = (
        func.coalesce(func.max(directory_version.c.version), 0),
        select(func.count()).select_from(regulation_version).scalar_subquery(),
        select(func.count()).select_from(holiday_notice).scalar_subquery(),
    )
    return tuple(int(n) for n in connection.execute(select(*counted)).one())


def newest_directory(connection: Connection) -> bytes | None:
    """The directory in force, canonical JSON; None before the first one was loaded."""
    content = connection.scalar(_newest())
    return None if content is None else bytes(content)


def directory_in_force(uow: UnitOfWork) -> bytes | None:
    """The same as a command sees it."""
    content = uow.scalar(_newest())
    return None if content is None else bytes(content)


def _newest() -> Select[Any]:
    versions = directory_version.c
    return select(versions.content).order_by(versions.version.desc()).limit(1)


def regulations(connection: Connection) -> list[Values]:
    """Every profile version that was loaded, oldest first."""
    rows = select(regulation_version).order_by(
        regulation_version.c.name, regulation_version.c.number
    )
    return [dict(row) for row in connection.execute(rows).mappings()]


def notices(connection: Connection) -> list[Values]:
    """Every holiday notice that was loaded, oldest first."""
    rows = select(holiday_notice).order_by(holiday_notice.c.at, holiday_notice.c.notice_id)
    return [dict(row) for row in connection.execute(rows).mappings()]


def same_notice(uow: UnitOfWork, digest: str) -> Values | None:
    """A notice with the very same content, loaded before."""
    return next(iter(uow.find(holiday_notice, digest=digest)), None)


def next_number(uow: UnitOfWork, name: str) -> int:
    """The number of the next version of this profile, from 1."""
    return max((row["number"] for row in uow.find(regulation_version, name=name)), default=0) + 1


def notices_to_apply(connection: Connection) -> list[Values]:
    """Notices whose effect on open due dates is still owed."""
    owed = holiday_notice.c.recomputed.is_(False)
    rows = select(holiday_notice).where(owed).order_by(holiday_notice.c.at)
    return [dict(row) for row in connection.execute(rows).mappings()]


def cases_with_open_clocks(connection: Connection) -> list[UUID]:
    """Cases held here in which a clock still runs."""
    held = case_row.c.custody.in_(EITHER_WAY)
    running = clocks.clock.c.state.in_(clocks.OPEN)
    joined = select(clocks.clock.c.case_id).join(
        case_row, case_row.c.case_id == clocks.clock.c.case_id
    )
    return list(connection.scalars(joined.where(held, running).distinct()))


def notice(connection: Connection, digest: str) -> Values | None:
    """A notice by the digest of its content."""
    row = connection.execute(select(holiday_notice).where(holiday_notice.c.digest == digest))
    found = row.mappings().first()
    return None if found is None else dict(found)


def days_of(row: Values) -> tuple[date, ...]:
    """The days of a notice that are now off and were worked, or the other way."""
    return tuple(date.fromisoformat(day) for day in row["changed"])


def days_changed(uow: UnitOfWork) -> frozenset[date]:
    """Every day whose nature a notice has changed, as far as this node knows."""
    rows = uow.query(select(holiday_notice.c.changed))
    return frozenset(date.fromisoformat(day) for row in rows for day in row.changed)


def note_moved(uow: UnitOfWork, notice_id: UUID, moved: int, *, done: bool) -> None:
    """Count open dues that a notice moved; `done` when all were looked at."""
    row = uow.get(holiday_notice, notice_id=notice_id)
    if row is not None:
        values = {"moved": row["moved"] + moved, "recomputed": row["recomputed"] or done}
        uow.update(holiday_notice, {"notice_id": notice_id}, values)
