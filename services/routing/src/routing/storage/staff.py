"""Built-in accounts of a node and its system callers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    select,
)

from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork
from routing.domain.words import Custody, State
from routing.storage.metadata import Json, metadata, text
from routing.storage.tables import case_row

Values = Mapping[str, Any]

# `unit` is empty for accounts of the node itself: they sit at the desk of the site it was made for.
staff = Table(
    "staff",
    metadata,
    Column("staff_id", Text, primary_key=True),
    text("name"),
    text("unit"),
    Column("roles", Json, nullable=False, default=[]),
    text("password"),  # argon2id, salted
    Column("must_change", Boolean, nullable=False, default=True),
    Column("failures", Integer, nullable=False, default=0),
    Column("last_failure_at", UtcDateTime),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("last_login_at", UtcDateTime),
    Column("changed_at", UtcDateTime, nullable=False),  # password, roles or unit
    Column("created_at", UtcDateTime, nullable=False),
    text("created_by"),
    Column("version", BigInteger, nullable=False, default=1),
    Column("sealed_contact", LargeBinary),  # where it is reached; under the node's key
    Column("issuer", Text),  # of an identity provider: which one, and its own id of the person
    Column("subject", Text),
)
Index("staff_unit", staff.c.unit, staff.c.staff_id)

system_caller = Table(
    "system_caller",
    metadata,
    Column("system_id", Text, primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    text("unit"),
    Column("roles", Json, nullable=False, default=[]),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("created_at", UtcDateTime, nullable=False),
    text("created_by"),
)
Index("system_caller_key", system_caller.c.key_id, unique=True)


def account(connection: Connection, staff_id: str) -> Values | None:
    """An account by its id."""
    row = connection.execute(select(staff).where(staff.c.staff_id == staff_id)).mappings().first()
    return None if row is None else dict(row)


def able(connection: Connection, staff_ids: Sequence[str], unit: str = "") -> set[str]:
    """Those of these accounts that are here, of this unit (empty: of whichever), not disabled."""
    query = select(staff.c.staff_id).where(staff.c.staff_id.in_(staff_ids), ~staff.c.disabled)
    if unit:
        query = query.where(staff.c.unit == unit)
    return set(connection.scalars(query))


def system_by_key(connection: Connection, key_id: str) -> Values | None:
    """A system caller by the id of its key."""
    query = select(system_caller).where(system_caller.c.key_id == key_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def changed(connection: Connection, since: datetime) -> dict[str, datetime]:
    """Accounts whose tokens of before end, by the time of the change."""
    query = select(staff.c.staff_id, staff.c.changed_at).where(
        staff.c.changed_at > since, staff.c.changed_at > staff.c.created_at
    )
    return {row.staff_id: row.changed_at for row in connection.execute(query)}


def any_account(uow: UnitOfWork) -> bool:
    """Whether the node has any account at all."""
    return uow.scalar(select(staff.c.staff_id).limit(1)) is not None


def page(
    connection: Connection, units: Sequence[str], after: str, limit: int
) -> list[tuple[Values, int]]:
    """Accounts of these units by id, each with the number of cases in its hands."""
    query = select(staff).where(staff.c.unit.in_(units), staff.c.staff_id > after)
    rows = connection.execute(query.order_by(staff.c.staff_id).limit(limit)).mappings().all()
    handled = case_row.c.handler.in_([row["staff_id"] for row in rows])
    counted = select(case_row.c.handler, func.count().label("cases")).where(handled, *_OPEN)
    counts = {row.handler: row.cases for row in connection.execute(counted.group_by("handler"))}
    return [(dict(row), counts.get(row["staff_id"], 0)) for row in rows]


def in_hands(uow: UnitOfWork, staff_id: str) -> list[Values]:
    """Open cases held here whose handler this is, oldest first."""
    rows = uow.find(case_row, handler=staff_id)
    held = [row for row in rows if row["custody"] in {Custody.HELD, Custody.RELEASING}]
    return sorted(
        (row for row in held if row["state"] != State.ENDED), key=lambda row: row["registered_at"]
    )


_OPEN = (case_row.c.state != State.ENDED, case_row.c.custody.in_((Custody.HELD, Custody.RELEASING)))
