"""ErasePart as intake answers it: rows, then the files of the store, then their names."""

from uuid import UUID

from intake.desk import Desk
from intake.files import Files
from intake.handlers.erasing import EraseCase, erase_case, forget_files
from intake.storage.erasing import files_of, rows_found_by
from kernel.group_commit import Work


async def erase(desk: Desk, files: Files, case_id: UUID) -> None:
    """Erase intake's part of a case; may be repeated, and goes on where it broke off.

    Raises:
        StoreAway: the store of files does not answer; the key is destroyed all the same.
    """
    found = await desk.readers.run(lambda connection: rows_found_by(connection, case_id))
    await desk.do(Work(erase_case, EraseCase(case_id, found), key=str(case_id), traceparent=""))
    stored = await desk.readers.run(lambda connection: files_of(connection, case_id))
    for row in stored:
        await files.remove(case_id, row["sha256"], row["size"])
    await desk.do(Work(forget_files, case_id, key=str(case_id), traceparent=""))
