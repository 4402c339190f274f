"""ErasePart as intake answers it: rows, then the files of the store, then their names."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select

from intake.desk import Desk
from intake.files import Files
from intake.handlers.erasing import EraseCase, erase_case, forget_files
from intake.storage.tables import attachment, case_feature, case_term
from kernel.group_commit import Work


async def erase(desk: Desk, files: Files, case_id: UUID) -> None:
    """Erase intake's part of a case; may be repeated, and goes on where it broke off.

    Raises:
        StoreAway: the store of files does not answer; the key is destroyed all the same.
    """
    found = await desk.readers.run(lambda connection: _found_by(connection, case_id))
    await desk.do(Work(erase_case, EraseCase(case_id, *found), key=str(case_id), traceparent=""))
    stored = await desk.readers.run(lambda connection: _files(connection, case_id))
    for row in stored:
        await files.remove(case_id, row["sha256"], row["size"])
    await desk.do(Work(forget_files, case_id, key=str(case_id), traceparent=""))


def _found_by(connection: Connection, case_id: UUID) -> tuple[list[int], list[int]]:
    """Rows of features and of terms; both tables are walked from end to end."""
    return _rows(connection, case_feature, case_id), _rows(connection, case_term, case_id)


def _rows(connection: Connection, table: Table, case_id: UUID) -> list[int]:
    return list(connection.scalars(select(table.c.seq).where(table.c.case_id == case_id)))


def _files(connection: Connection, case_id: UUID) -> list[Any]:
    wanted = select(attachment.c.sha256, attachment.c.size).where(attachment.c.case_id == case_id)
    return list(connection.execute(wanted).mappings())
