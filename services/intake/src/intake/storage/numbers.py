"""Where the numbering of the node's sites stands."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, func, select

from intake.storage.tables import directory_copy, numbering

AWAITED = "awaited"


def standing(connection: Connection) -> tuple[int, Sequence[RowMapping]]:
    """The directory version gone by (0 = none), and the sites whose counters are waited for."""
    version = connection.execute(select(func.max(directory_copy.c.version))).scalar()
    waiting = select(numbering).where(numbering.c.state == AWAITED).order_by(numbering.c.site)
    return int(version or 0), connection.execute(waiting).mappings().all()
