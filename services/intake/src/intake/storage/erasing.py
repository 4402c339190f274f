"""What of a case is found beside its own rows when it is erased."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select

from intake.storage.tables import attachment, case_feature, case_term
from kernel.unit_of_work import UnitOfWork

FOUND_BY = (case_feature, case_term)
"""Tables that are walked by what they find; no index finds their rows by case."""


def rows_found_by(connection: Connection, case_id: UUID) -> tuple[list[int], ...]:
    """Numbers of a case's rows in each of them; they are walked from end to end."""
    return tuple(_numbers(connection, table, case_id) for table in FOUND_BY)


def files_of(connection: Connection, case_id: UUID) -> list[Any]:
    """Hash and size of the files of a case, uploads that were given up among them."""
    wanted = select(attachment.c.sha256, attachment.c.size).where(attachment.c.case_id == case_id)
    return list(connection.execute(wanted).mappings())


def forget_found_by(uow: UnitOfWork, numbers: Iterable[Iterable[int]]) -> None:
    """Delete these rows; some may have gone meanwhile."""
    for table, rows in zip(FOUND_BY, numbers, strict=True):
        for seq in rows:
            if uow.get(table, seq=seq) is not None:
                uow.delete(table, seq=seq)


def _numbers(connection: Connection, table: Table, case_id: UUID) -> list[int]:
    return list(connection.scalars(select(table.c.seq).where(table.c.case_id == case_id)))
