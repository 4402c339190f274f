"""Hand-over rows and what each service still owes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, exists, select, update

from kernel.unit_of_work import UnitOfWork
from routing.domain.parcel import HandoffFacts
from routing.domain.protocol import OPEN_ROWS
from routing.domain.words import Row
from routing.errors import HandoverUnknown
from routing.storage import waits
from routing.storage.tables import handoff, handoff_part

Values = Mapping[str, Any]
COMMON = tuple(HandoffFacts.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Moved:
    """A hand-over row as a command left it: what it owes now may be done at once."""

    row: Values


def load(uow: UnitOfWork, handoff_id: UUID) -> Values:
    """The row of this hand-over. Raises HandoverUnknown."""
    row = uow.get(handoff, handoff_id=handoff_id)
    if row is None:
        raise HandoverUnknown(handoff_id=handoff_id)
    return row


def find(uow: UnitOfWork, handoff_id: UUID) -> Values | None:
    """The row of this hand-over, if there is one."""
    return uow.get(handoff, handoff_id=handoff_id)


def add(uow: UnitOfWork, facts: HandoffFacts, **values: Any) -> None:
    """Add a row; `values` are this side's own columns."""
    row = {name: getattr(facts, name) for name in COMMON}
    row["copied_units"] = list(facts.copied_units)
    defaults = {"active": True, "next_try_at": uow.now}
    uow.insert(handoff, defaults | row | values)
    wake(uow, facts.handoff_id)


def change(uow: UnitOfWork, row: Values, **values: Any) -> None:
    """Change a row under its version guard; a closed row gets its closing time."""
    if "state" in values and values["state"] not in OPEN_ROWS and row["closed_at"] is None:
        values["closed_at"] = uow.now
    key = {"handoff_id": row["handoff_id"]}
    version = row["version"]
    uow.update(handoff, key, values | {"version": version + 1}, expect={"version": version})
    wake(uow, row["handoff_id"])


def wake(uow: UnitOfWork, handoff_id: UUID, **values: Any) -> None:
    """Let the steps see the row as it is, as soon as it is durable, without looking for it."""
    uow.note(Moved(dict(load(uow, handoff_id)) | values))


def wake_releasing(uow: UnitOfWork, case_id: UUID) -> None:
    """A fact was applied that the seal of a case may be waiting for: look again at once."""
    for row in of_case(uow, case_id):
        if row["state"] == Row.RELEASING:
            wake(uow, row["handoff_id"], next_try_at=uow.now)


def wake_link(uow: UnitOfWork, peer: str) -> None:
    """The link to a peer is up again: what was put off while it was down is due now."""
    ours = (handoff.c.to_node == peer) | (handoff.c.from_node == peer)
    put_off = handoff.c.active & (handoff.c.next_try_at > uow.now)
    uow.execute(update(handoff).where(put_off, ours).values(next_try_at=uow.now))


def facts_of(row: Values) -> HandoffFacts:
    """The row as it travels."""
    values = {name: row[name] for name in COMMON}
    values["origin_handoff_id"] = row["origin_handoff_id"] or row["handoff_id"]
    return HandoffFacts(**(values | {"copied_units": tuple(row["copied_units"])}))


def of_case(uow: UnitOfWork, case_id: UUID) -> list[Values]:
    """Every hand-over of a case this node has a row of, oldest epoch first."""
    return sorted(uow.find(handoff, case_id=case_id), key=lambda row: (row["epoch"], row["at"]))


def last_out(uow: UnitOfWork, case_id: UUID) -> Values | None:
    """The sent hand-over of the highest epoch that was not taken back: where the case went."""
    sent = [row for row in of_case(uow, case_id) if _went_out(row)]
    return sent[-1] if sent else None


def _went_out(row: Values) -> bool:
    return row["side"] != "receiver" and row["state"] in GONE_OUT


def crossings(uow: UnitOfWork, case_id: UUID) -> list[Values]:
    """The hand-overs by which a case came to this node or left it, lowest epoch first.

    What took nothing does not count: anybody may deliver what is long overtaken.
    """
    rows = [row for row in of_case(uow, case_id) if row["from_node"] != row["to_node"]]
    return [row for row in rows if row["took"] or _went_out(row)]


def last_taken(uow: UnitOfWork, case_id: UUID) -> Values | None:
    """The hand-over by which the present holder of this node got the case."""
    taken = [row for row in of_case(uow, case_id) if row["took"]]
    return max(taken, key=lambda row: row["took"], default=None)


GONE_OUT = frozenset(
    {Row.OFFERED, Row.CLAIMED, Row.DELIVERED, Row.AGAIN, Row.RECALLING},
)


def parts(uow: UnitOfWork, handoff_id: UUID) -> list[Values]:
    """What each service owes this hand-over."""
    return uow.find(handoff_part, handoff_id=handoff_id)


def add_part(uow: UnitOfWork, facts: Values, service: str, **values: Any) -> None:
    """Open a service's line of a hand-over."""
    row = {"handoff_id": facts["handoff_id"], "case_id": facts["case_id"], "service": service}
    uow.insert(handoff_part, row | values)


def change_part(uow: UnitOfWork, row: Values, **values: Any) -> None:
    """Change a service's line under its version guard."""
    key = {"handoff_id": row["handoff_id"], "service": row["service"]}
    version = row["version"]
    uow.update(handoff_part, key, values | {"version": version + 1}, expect={"version": version})


def part(uow: UnitOfWork, handoff_id: UUID, service: str) -> Values:
    """A service's line of a hand-over. Raises HandoverUnknown."""
    row = uow.get(handoff_part, handoff_id=handoff_id, service=service)
    if row is None:
        raise HandoverUnknown(handoff_id=handoff_id, service=service)
    return row


def due(connection: Connection, now: datetime, limit: int) -> list[Values]:
    """Hand-overs that owe a step now, oldest try first."""
    owed = handoff.c.active.is_(True) & waits.is_over(handoff.c.next_try_at, now)
    return _rows(connection, select(handoff).where(owed).order_by(handoff.c.next_try_at), limit)


def offers_for(connection: Connection, node: str, limit: int) -> list[Values]:
    """Rows that wait for a child to claim or confirm them."""
    waiting = handoff.c.state.in_([Row.OFFERED, Row.CLAIMED, Row.AGAIN])
    query = select(handoff).where(handoff.c.to_node == node, waiting).order_by(handoff.c.at)
    return _rows(connection, query, limit)


def parts_with_content(uow: UnitOfWork, case_id: UUID) -> list[Values]:
    """Sealed parts of a case that wait here or were sent from here."""
    rows = uow.find(handoff_part, case_id=case_id)
    return [row for row in rows if row["content"] is not None]


def parts_of(connection: Connection, handoff_id: UUID) -> list[Values]:
    """The services' lines of a hand-over, for a step."""
    query = select(handoff_part).where(handoff_part.c.handoff_id == handoff_id)
    return _rows(connection, query, 100)


def unkept(connection: Connection, case_id: UUID) -> list[Values]:
    """Hand-overs of a case that came to nothing and whose services have not all been told."""
    line = handoff_part.c
    untold = exists().where(line.handoff_id == handoff.c.handoff_id, line.keep == "owed")
    query = select(handoff).where(handoff.c.case_id == case_id, untold)
    return _rows(connection, query, 100)


def _rows(connection: Connection, query: Select[Any], limit: int) -> list[Values]:
    return [dict(row) for row in connection.execute(query.limit(limit)).mappings()]


def crossed(connection: Connection, node: str, case_id: UUID) -> bool:
    """Whether a hand-over of this case went over the link to or from this node."""
    ours = handoff.c.case_id == case_id
    peer = (handoff.c.to_node == node) | (handoff.c.from_node == node)
    return connection.execute(select(handoff.c.handoff_id).where(ours, peer)).first() is not None


def on_link(uow: UnitOfWork, peer: str) -> list[Values]:
    """Every row of the link to a neighbour, in both directions."""
    rows = [*uow.find(handoff, from_node=peer), *uow.find(handoff, to_node=peer)]
    return [row for row in rows if row["from_node"] != row["to_node"]]
