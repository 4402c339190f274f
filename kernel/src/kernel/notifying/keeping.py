"""What becomes of a notice: a try is claimed, its outcome recorded; persons and gateways say more.

Handlers: `table` is the service's table of notices.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from kernel.errors import StaleVersion
from kernel.notifying.errors import NoticeMissing, NoticeNotSo
from kernel.notifying.words import LEASE, MOST_TRIES, Reason, State, Step, after, pause_after
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the try that was claimed as `version`.

    OWED with `not_before` waits until then and counts as no try; OWED without it was not taken.
    """

    notice_id: UUID
    version: int
    state: State
    reason: Reason = Reason.NONE
    channel: str = ""
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What a person (`RETRY`, `TELL`) or a gateway (`ARRIVED`, `LOST`) says of a notice.

    `version` is what a person saw; None for a gateway, which saw none.
    """

    notice_id: UUID
    step: Step
    version: int | None = None


def claim(uow: UnitOfWork, notice_ids: Sequence[UUID], *, table: Table) -> list[Row]:
    """Take those of these notices that are due; nobody else takes them while the lease lasts.

    One whose last try was cut off is not tried again: whether it was sent is not known.
    """
    taken = []
    for notice_id in notice_ids:
        row = uow.get(table, notice_id=notice_id)
        if row is None or row["next_try_at"] is None or row["next_try_at"] > uow.now:
            continue
        if row["tries"] >= MOST_TRIES:
            _change(uow, table, row, _closed(uow, State.FAILED, Reason.CUT_OFF))
            continue
        values = {"tries": row["tries"] + 1, "next_try_at": uow.now + LEASE}
        taken.append(_change(uow, table, row, values))
    return taken


def record(uow: UnitOfWork, outcomes: Sequence[Outcome], *, table: Table) -> None:
    """Record what came of tries. One that somebody settled meanwhile stays as it is."""
    for outcome in outcomes:
        row = uow.get(table, notice_id=outcome.notice_id)
        if row is not None and row["version"] == outcome.version:
            _change(uow, table, row, _values(uow, row, outcome))


def _values(uow: UnitOfWork, row: Row, outcome: Outcome) -> dict[str, Any]:
    said = {"channel": outcome.channel or row["channel"], "reason": outcome.reason.value}
    if outcome.not_before is not None:
        return said | {"next_try_at": outcome.not_before, "tries": row["tries"] - 1}
    if outcome.state is not State.OWED:
        return said | _closed(uow, outcome.state, outcome.reason)
    pause = pause_after(row["tries"])
    if pause is None:
        return said | _closed(uow, State.FAILED, outcome.reason)
    return said | {"next_try_at": uow.now + pause}


def _closed(uow: UnitOfWork, state: State, reason: Reason) -> dict[str, Any]:
    values: dict[str, Any] = {"state": state.value, "reason": reason.value, "next_try_at": None}
    return values | ({"sent_at": uow.now} if state in {State.SENT, State.KEPT} else {})


def change(uow: UnitOfWork, command: Change, *, table: Table) -> Row:
    """Do what a person or a gateway says. Answers the notice after it.

    Raises:
        NoticeMissing: there is none of this id.
        StaleVersion: it was changed since the person saw it.
        NoticeNotSo: not possible where it stands.
    """
    row = uow.get(table, notice_id=command.notice_id)
    if row is None:
        raise NoticeMissing
    if command.version is not None and row["version"] != command.version:
        raise StaleVersion(current=row["version"])
    state = after(State(row["state"]), command.step)
    if state is None:
        raise NoticeNotSo(state=row["state"])
    return _change(uow, table, row, _by_step(uow, state, command.step))


def _by_step(uow: UnitOfWork, state: State, step: Step) -> dict[str, Any]:
    if step is Step.RETRY:
        return {"state": state.value, "reason": "", "tries": 0, "next_try_at": uow.now}
    reason = Reason.NOT_DELIVERED.value if step is Step.LOST else ""
    closed = {"state": state.value, "reason": reason, "next_try_at": None}
    return closed | {"done_at": uow.now, "done_by": uow.caller.id}


def _change(uow: UnitOfWork, table: Table, row: Row, values: Mapping[str, Any]) -> Row:
    changed = {**values, "version": row["version"] + 1}
    uow.update(table, {"notice_id": row["notice_id"]}, changed, expect={"version": row["version"]})
    return {**row, **changed}
