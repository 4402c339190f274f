"""What an operator has to see of a node without asking: lag, age, what is overdue."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from routing.domain.protocol import OPEN_ROWS
from routing.domain.words import EITHER_WAY
from routing.storage.clock_lists import SHOWN
from routing.storage.clocks import clock
from routing.storage.standing_links import led_on, link, outbox, parked_events, receiver
from routing.storage.tables import case_row, handoff


@dataclass(frozen=True, slots=True)
class Open:
    """Hand-overs of one state that this node has sent: how many, and since when the oldest."""

    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Behind:
    """What a link's receiver is not known to have yet: how many events, the oldest of when."""

    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one moment. Overdue clocks are counted by clock and by whose it is."""

    links: Mapping[str, Behind]
    handovers: Mapping[str, Open]
    overdue: Mapping[tuple[str, str], int]
    parked: int


def look(
    connection: Connection, node: str, now: datetime, children: Collection[str] = ()
) -> Figures:
    """Count everything anew; `node` is this one, `children` are those below it."""
    links = [row for row in connection.execute(select(link)) if led_on(row.name, children)]
    return Figures(
        links={row.name: behind(connection, row) for row in links},
        handovers=_handovers(connection, node),
        overdue=_overdue(connection, now),
        parked=parked_events(connection),
    )


def behind(connection: Connection, row: Any) -> Behind:
    """Rows above what every receiver of this life of the link has told that it has."""
    of_link = (receiver.c.link == row.name) & (receiver.c.incarnation == row.incarnation)
    confirmed = connection.scalar(select(func.min(receiver.c.confirmed_no)).where(of_link)) or 0
    ours = outbox.c.link == row.name
    beyond = ours & (outbox.c.link_no > confirmed)
    unnumbered = ours & outbox.c.link_no.is_(None)
    waiting = connection.scalar(select(func.count()).where(unnumbered)) or 0
    first = _first(connection, beyond, outbox.c.link_no)
    return Behind(
        count=row.head - confirmed + waiting,
        oldest=first or _first(connection, unnumbered, outbox.c.seq),
    )


def _first(
    connection: Connection, where: ColumnElement[bool], order: ColumnElement[Any]
) -> datetime | None:
    found = connection.execute(select(outbox.c.at).where(where).order_by(order).limit(1)).first()
    return None if found is None else found.at


def _handovers(connection: Connection, node: str) -> dict[str, Open]:
    ours = (handoff.c.from_node == node) & handoff.c.state.in_(OPEN_ROWS)
    counted = select(handoff.c.state, func.count().label("n"), func.min(handoff.c.at).label("at"))
    rows = connection.execute(counted.where(ours).group_by(handoff.c.state))
    return {row.state: Open(row.n, row.at) for row in rows}


def _overdue(connection: Connection, now: datetime) -> dict[tuple[str, str], int]:
    """Clocks of cases held here whose end has passed and that nobody has met."""
    counted = (
        select(clock.c.clock, clock.c.whose, func.count().label("n"))
        .join(case_row, case_row.c.case_id == clock.c.case_id)
        .where(
            clock.c.state.in_(SHOWN),
            clock.c.due_at <= now,
            case_row.c.custody.in_(sorted(EITHER_WAY)),
        )
        .group_by(clock.c.clock, clock.c.whose)
    )
    return {(row.clock, row.whose): row.n for row in connection.execute(counted)}
