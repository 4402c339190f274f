"""How the links of this node stand, from its own rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from kernel.consumer.inbox import State
from routing.domain.protocol import OPEN_ROWS
from routing.storage.metadata import metadata
from routing.storage.peers import peer
from routing.storage.tables import handoff

Values = Mapping[str, Any]
link, receiver = metadata.tables["link"], metadata.tables["link_receiver"]
outbox, inbox = metadata.tables["outbox"], metadata.tables["inbox"]
MOST = 200


@dataclass(frozen=True, slots=True)
class Links:
    """Rows of links, neighbours, waiting hand-overs, and the number of parked events."""

    ends: list[Values]
    confirmed: list[Values]
    unsent: Mapping[str, int]
    peers: Mapping[str, Values]
    waiting: list[Values]
    parked: int


def read(connection: Connection) -> Links:
    """Everything an operator asks about links."""
    unnumbered = select(outbox.c.link, func.count().label("n")).where(outbox.c.link_no.is_(None))
    open_rows = select(handoff).where(handoff.c.state.in_(OPEN_ROWS))
    return Links(
        ends=_rows(connection, select(link)),
        confirmed=_rows(connection, select(receiver)),
        unsent={
            row["link"]: row["n"] for row in _rows(connection, unnumbered.group_by(outbox.c.link))
        },
        peers={row["node"]: row for row in _rows(connection, select(peer))},
        waiting=_rows(connection, open_rows.order_by(handoff.c.at).limit(MOST)),
        parked=parked_events(connection),
    )


def led_on(name: str, children: Collection[str]) -> bool:
    """Whether a link still counts; that to a node that was forgotten only waits for its return."""
    direction, _, child = name.partition(".")
    return direction != "down" or child in children


def parked_events(connection: Connection) -> int:
    """Events that could not be applied."""
    parked = select(func.count()).select_from(inbox).where(inbox.c.state == State.PARKED.value)
    return int(connection.scalar(parked) or 0)


def _rows(connection: Connection, query: Any) -> list[Values]:
    return [dict(row) for row in connection.execute(query).mappings()]
