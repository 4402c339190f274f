"""Is this database the one that this life of the node left behind, or an older one put back?"""

from dataclasses import dataclass
from enum import Enum

from sqlalchemy import Connection, func, select

from kernel.incarnation.files import Incarnation, WitnessState
from kernel.links.tables import LinkTables


class Standing(Enum):
    """What the start of a service found."""

    FRESH = "fresh"  # the first start of the node: nothing anywhere
    SAME = "same"  # go on; the database may still have to adopt the incarnation
    BEHIND = "behind"  # the database was put back, or lost, or the witness is gone


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """What a service's database says of itself; `incarnation` 0 before its first number."""

    highest_seq: int
    incarnation: int

    @property
    def empty(self) -> bool:
        """Whether nothing ever left it."""
        return self.highest_seq == 0 and self.incarnation == 0


def facts(tables: LinkTables, connection: Connection) -> DatabaseFacts:
    """Read what `check` needs to know."""
    highest = connection.execute(select(func.max(tables.outbox.c.seq))).scalar()
    incarnation = connection.execute(select(func.max(tables.link.c.incarnation))).scalar()
    return DatabaseFacts(int(highest or 0), int(incarnation or 0))


def check(
    current: Incarnation | None, witness: WitnessState | None, found: DatabaseFacts
) -> Standing:
    """Compare the node's files with one database.

    BEHIND demands a new incarnation above every number seen: custody frozen, reads only, until the
    neighbours have been asked (handover.md section 4).
    """
    if current is None:
        return Standing.FRESH if found.empty and witness is None else Standing.BEHIND
    if witness is None:
        return Standing.SAME if found.empty else Standing.BEHIND
    put_back = (
        found.highest_seq < witness.seq
        or found.incarnation > current.number
        or (found.incarnation < witness.incarnation and witness.seq > 0)
    )
    return Standing.BEHIND if put_back else Standing.SAME
