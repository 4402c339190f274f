"""What a case is found by: its features as a duplicate, its terms in a search."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from intake.storage.tables import case_feature
from kernel.unit_of_work import UnitOfWork


def replace(
    uow: UnitOfWork, table: Table, case_id: UUID, old: Iterable[Any], new: Iterable[Any]
) -> None:
    """Rows of the case for what is new, none for what is not so any more.

    `table` is case_feature or case_term. Both are walked by what they find, never by case.
    """
    column = "feature" if table is case_feature else "term"
    wanted = set(new)
    for value in set(old) - wanted:
        for row in uow.find(table, **{column: value}, case_id=case_id):
            uow.delete(table, seq=row["seq"])
    for value in wanted:
        if not uow.find(table, **{column: value}, case_id=case_id):
            uow.insert(table, {column: value, "case_id": case_id})
