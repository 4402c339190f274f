"""What a change of the holder, or the end of the case, does to its current hearing."""

from typing import Any

from hearing.domain import facts
from hearing.domain.states import Act, State, after
from hearing.domain.words import MemberState, OverWhy
from hearing.handlers.acting import Change, Row, tell
from hearing.storage.tables import hearing, hearing_file, hearing_member
from kernel.unit_of_work import UnitOfWork

HANDED_OVER = "handed_over"
UNSET: dict[str, Any] = {
    "day": None,
    "begins": None,
    "ends": None,
    "room_id": None,
    "set_by": "",
    "set_at": None,
    "despite": "",
    "notice_by": None,
    "object_by": None,
}
"""Columns of a hearing that has no time and no place any more."""


def current_of(uow: UnitOfWork, file: Row) -> Row:
    """The current hearing of a file. Raises LookupError: a file without one is broken."""
    row = uow.get(hearing, case_id=file["case_id"], number=file["current"])
    if row is None:
        raise LookupError("a file has its current hearing")
    return row


def arrive(uow: UnitOfWork, file: Row, grant: Row) -> None:
    """The case came from another holder: a time that nobody was told of is given up.

    Rooms and people were those of the unit before; here they are found anew.
    """
    before = State(file["state"])
    target = after(before, Act.MOVE_CASE)
    if target is None or target is before:
        return
    row = current_of(uow, file)
    values = {"version": file["version"] + 1, "fact_no": file["fact_no"] + 1}
    values |= {"state": target.value}
    uow.update(hearing_file, {"case_id": file["case_id"]}, values)
    uow.update(hearing, _key(row), {**UNSET, "state": target.value})
    dismiss(uow, row, HANDED_OVER)
    body = {"number": str(row["number"]), "because": HANDED_OVER}
    tell(uow, {**file, **values}, grant, Change(facts.UNSET, {}, body), row["hearing_id"])


def end(uow: UnitOfWork, file: Row) -> dict[str, Any]:
    """The case ended: whatever was to be heard is cancelled. Answers columns of the file."""
    state = State(file["state"])
    target = after(state, Act.CASE_ENDS) or state
    if target is not state:
        row = current_of(uow, file)
        over = {"over_at": uow.now, "over_why": OverWhy.CASE_ENDED.value}
        uow.update(hearing, _key(row), {**over, "state": target.value})
        dismiss(uow, row, OverWhy.CASE_ENDED.value)
    return {"state": target.value, "ended_at": uow.now, "version": file["version"] + 1}


def dismiss(uow: UnitOfWork, row: Row, why: str) -> None:
    """Nobody sits at this hearing any more; who sat stays on file."""
    for member in uow.find(hearing_member, **_key(row)):
        if MemberState(member["state"]).sits:
            key = {**_key(row), "member_no": member["member_no"]}
            gone = {"state": MemberState.GONE.value, "until": uow.now, "why": why}
            uow.update(hearing_member, key, gone)


def _key(row: Row) -> dict[str, Any]:
    return {"case_id": row["case_id"], "number": row["number"]}
