"""Taking the node out of service: whether it is so, and what is left of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from kernel.unit_of_work import UnitOfWork
from routing.domain.protocol import OPEN_ROWS
from routing.domain.words import Custody, State
from routing.storage import watched
from routing.storage.peers import self_state
from routing.storage.standing_links import led_on, link
from routing.storage.tables import case_row, handoff, letter

KEY = "drain"
"""The row of `self_state` that says since when; the node takes part while there is none."""
HERE = (Custody.HELD, Custody.RELEASING, Custody.RECEIVED)
NOT_GONE_OUT = ("waiting", "to_send")
BETWEEN_SERVICES = "local"


@dataclass(frozen=True, slots=True)
class Left:
    """What keeps the node from being removed: open cases, hand-overs, events, letters."""

    held: int
    arriving: int
    leaving: int
    unsent: int
    letters: int


def since(connection: Connection) -> datetime | None:
    """Since when it is being drained; None while it takes part."""
    found: datetime | None = connection.scalar(
        select(self_state.c.since).where(self_state.c.key == KEY)
    )
    return found


def is_on(uow: UnitOfWork) -> bool:
    """Whether it is being drained."""
    return uow.get(self_state, key=KEY) is not None


def begin(uow: UnitOfWork) -> datetime:
    """Drain from now on, unless it is so already. Answers since when."""
    row = uow.get(self_state, key=KEY)
    if row is None:
        uow.insert(self_state, {"key": KEY, "since": uow.now})
        return uow.now
    begun: datetime = row["since"]
    return begun


def end(uow: UnitOfWork) -> None:
    """Take part again."""
    if is_on(uow):
        uow.delete(self_state, key=KEY)


def left(connection: Connection, node: str, children: Collection[str]) -> Left:
    """Count what is left; `node` is this one, `children` are those that it has below it."""
    here = case_row.c.custody.in_(HERE) & (case_row.c.state != State.ENDED)
    under_way, ours = handoff.c.state.in_(OPEN_ROWS), handoff.c.from_node == node
    links = connection.execute(select(link).where(link.c.name != BETWEEN_SERVICES))
    return Left(
        held=_count(connection, case_row, here),
        arriving=_count(connection, handoff, under_way & ~ours),
        leaving=_count(connection, handoff, under_way & ours & (handoff.c.to_node != node)),
        unsent=sum(
            watched.behind(connection, row).count for row in links if led_on(row.name, children)
        ),
        letters=_count(connection, letter, letter.c.state.in_(NOT_GONE_OUT)),
    )


def _count(connection: Connection, table: Any, where: Any) -> int:
    return int(connection.scalar(select(func.count()).select_from(table).where(where)) or 0)
