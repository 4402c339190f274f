"""Which cases are heard with one, and the text of a publication that waits."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, select

from hearing.storage.tables import hearing, hearing_file
from hearing.storage.tables_session import publication

Row = Mapping[Any, Any]
_CURRENT = and_(
    hearing.c.case_id == hearing_file.c.case_id, hearing.c.number == hearing_file.c.current
)


def heard_together(connection: Connection, case_id: UUID) -> list[UUID]:
    """The case, and those whose parties come to its current hearing, in order of their ids."""
    own = select(hearing.c.hearing_id).join(hearing_file, _CURRENT)
    own = own.where(hearing_file.c.case_id == case_id)
    led = select(hearing.c.case_id).where(hearing.c.led_by.in_(own)).order_by(hearing.c.case_id)
    return [case_id, *connection.scalars(led)]


def preview(connection: Connection, case_id: UUID, publication_no: int) -> Row | None:
    """A publication of the current hearing, still sealed."""
    query = select(publication).join(
        hearing_file,
        and_(
            publication.c.case_id == hearing_file.c.case_id,
            publication.c.number == hearing_file.c.current,
        ),
    )
    query = query.where(
        publication.c.case_id == case_id, publication.c.publication_no == publication_no
    )
    return connection.execute(query).mappings().first()
