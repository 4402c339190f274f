"""A notice is sent once more because a person asks for it, unless a later word took its place."""

from hearing.handlers.acting import Row
from hearing.storage.tables_notices import hearing_told, notice
from kernel.notifying import keeping
from kernel.notifying.errors import NoticeNotSo
from kernel.notifying.keeping import Change
from kernel.notifying.words import State
from kernel.unit_of_work import UnitOfWork


def resend_notice(uow: UnitOfWork, command: Change) -> Row:
    """Let a machine try it again. Answers the notice after it.

    Raises:
        NoticeMissing, StaleVersion, NoticeNotSo: as `kernel.notifying.keeping.change`; the last
            also of a word that a later one took the place of, though a gateway once took it.
    """
    row = keeping.change(uow, command, table=notice)
    number, change = row["occasion"].partition(":")[2].split(".")
    key = {"case_id": row["case_id"], "number": int(number), "change_no": int(change)}
    told = uow.get(hearing_told, **key, recipient=row["recipient"])
    if told is not None and told["overtaken"]:
        raise NoticeNotSo(state=State.STOPPED.value)
    return row
