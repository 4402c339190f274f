"""What has come of a conclusion's days: late ones are told once, publications come down."""

from typing import Any

from hearing.commands.conclusion import LookAtConclusion
from hearing.domain import facts
from hearing.domain.session_words import PublicationState, TakenDown
from hearing.domain.states import State
from hearing.handlers.acting import Change, Row, tell
from hearing.handlers.publishing import put_down
from hearing.storage.tables import hearing, hearing_file, write_grant
from hearing.storage.tables_session import conclusion, publication
from kernel.holding import LOCKED
from kernel.unit_of_work import UnitOfWork

OWED = frozenset({State.CONFERRING, State.CONCLUDED})


def look_at_conclusion(uow: UnitOfWork, command: LookAtConclusion) -> int:
    """Tell what has come, each once; answers how many facts that made.

    Under a lock nothing is told; the next look tells it. A case that is held elsewhere is watched
    there, but what this node shows comes down here, too.
    """
    grant = uow.get(write_grant, case_id=command.case_id)
    file = uow.get(hearing_file, case_id=command.case_id)
    if grant is None or file is None or grant["state"] == LOCKED:
        return 0
    here = file["epoch"] <= grant["epoch"]
    said = [*_down(uow, file)]
    if here:
        said += _late(uow, file)
    for row, change in said if here else ():
        file = _tell(uow, file, grant, row, change)
    return len(said)


def _down(uow: UnitOfWork, file: Row) -> list[tuple[Row, Change]]:
    said = []
    for row in uow.find(publication, case_id=file["case_id"]):
        shown = row["state"] == PublicationState.PUBLISHED.value
        if not shown or row["take_down_at"] is None or row["take_down_at"] > uow.now:
            continue
        put_down(uow, row, TakenDown.DAY_CAME)
        key: dict[str, Any] = {"case_id": row["case_id"], "number": row["number"]}
        uow.update(hearing, key, {"taken_down_at": uow.now})
        body = {"no": str(row["publication_no"]), "why": TakenDown.DAY_CAME.value}
        change = Change(facts.TAKEN_DOWN, {}, body, at=row["take_down_at"])
        said.append((_hearing(uow, row), change))
    return said


def _late(uow: UnitOfWork, file: Row) -> list[tuple[Row, Change]]:
    key: dict[str, Any] = {"case_id": file["case_id"], "number": file["current"]}
    row, waited = uow.get(hearing, **key), uow.get(conclusion, **key)
    if row is None or waited is None or waited["overdue_at"] is not None:
        return []
    if State(row["state"]) not in OWED or row["served_at"] is not None:
        return []
    if row["serve_by_at"] is None or row["serve_by_at"] > uow.now:
        return []
    uow.update(conclusion, key, {"overdue_at": uow.now})
    body = {"due_on": row["serve_by"].isoformat(), "state": row["state"]}
    return [(row, Change(facts.CONCLUSION_OVERDUE, {}, body, at=row["serve_by_at"]))]


def _hearing(uow: UnitOfWork, row: Row) -> Row:
    found = uow.get(hearing, case_id=row["case_id"], number=row["number"])
    if found is None:
        raise LookupError("what is published is of a hearing")
    return found


def _tell(uow: UnitOfWork, file: Row, grant: Row, row: Row, change: Change) -> Row:
    """A fact dated when it came to be so. The version stays: nobody's reading is out of date."""
    numbered = {"fact_no": file["fact_no"] + 1}
    uow.update(hearing_file, {"case_id": file["case_id"]}, numbered)
    after = {**file, **numbered}
    tell(uow, after, grant, change, row["hearing_id"])
    return after
