"""What was said with the acts on a case, and the entries of its documents among it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from intake.storage.reading import Row
from intake.storage.tables import history


def notes_of(connection: Connection, case_id: UUID) -> Sequence[Row]:
    """The history of a case in order, still sealed."""
    wanted = select(history).where(history.c.case_id == case_id).order_by(history.c.version)
    return connection.execute(wanted).mappings().all()
