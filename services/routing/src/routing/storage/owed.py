"""Work that waits: letters that have arrived, and hand-overs that were ordered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from routing.storage import waits
from routing.storage.tables import intent, letter


@dataclass(frozen=True, slots=True)
class Errand:
    """A letter has arrived, a hand-over was ordered, or a service is owed the end of its grant."""


def arrived_letters(connection: Connection, limit: int) -> list[UUID]:
    """Letters to open, oldest first."""
    query = select(letter.c.letter_id).where(letter.c.state == "arrived")
    return list(connection.scalars(query.order_by(letter.c.at).limit(limit)))


def orders(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Ordered hand-overs that may be tried now."""
    waiting = (intent.c.state == "pending") & waits.is_over(intent.c.next_try_at, now)
    return list(connection.scalars(select(intent.c.intent_id).where(waiting).limit(limit)))
