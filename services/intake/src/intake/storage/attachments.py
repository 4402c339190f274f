"""Files of cases."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from intake.errors import CaseMissing
from intake.storage.reading import Row, columns
from intake.storage.tables import attachment, case_key, cases
from kernel.identity import Caller
from kernel.scope import Level, readable


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens a case."""

    key: Row | None
    sealed_code_key: bytes


def keys_of(connection: Connection, case_id: UUID) -> Keys:
    """The keys of a case. Raises CaseMissing."""
    wanted = select(cases.c.sealed_code_key).where(cases.c.case_id == case_id)
    sealed = connection.execute(wanted).scalar()
    if sealed is None:
        raise CaseMissing
    row = connection.execute(select(case_key).where(case_key.c.case_id == case_id))
    return Keys(row.mappings().first(), bytes(sealed))


def file_of(connection: Connection, case_id: UUID, sha256: str) -> Row | None:
    """A file of a case by its content."""
    wanted = select(attachment).where(
        attachment.c.case_id == case_id, attachment.c.sha256 == sha256
    )
    return connection.execute(wanted).mappings().first()


def readable_file(
    connection: Connection, caller: Caller, case_id: UUID, attachment_id: UUID, now: datetime
) -> Row | None:
    """A file that is part of a case whose content the caller may read."""
    wanted = (
        select(attachment)
        .join(cases, cases.c.case_id == attachment.c.case_id)
        .where(
            attachment.c.case_id == case_id,
            attachment.c.attachment_id == attachment_id,
            attachment.c.of_case,
            readable(caller, columns, Level.CONTENT, now=now),
        )
    )
    return connection.execute(wanted).mappings().first()


def abandoned(connection: Connection, before: datetime, most: int) -> list[Row]:
    """Uploads begun before an instant that never became part of their case."""
    wanted = select(attachment).where(
        attachment.c.stored_at.is_(None), attachment.c.at < before, ~attachment.c.of_case
    )
    return list(connection.execute(wanted.limit(most)).mappings())
