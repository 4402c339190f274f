"""The frame of every write on a hearing: may it be written, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from hearing.commands.base import Seen
from hearing.domain.events import HearingFactRecorded
from hearing.domain.states import OF_LEADER, Act, State, after
from hearing.errors import HearingMissing, NotPossibleNow
from hearing.errors_session import HeldTogether
from hearing.handlers.booking import free
from hearing.storage.tables import fact, hearing, hearing_file, write_grant
from kernel import holding
from kernel.holding import (
    ENDED,
    OPEN,
    NotTheHolder,
    advance,
    expect_version,
    expect_writable,
    is_holder,
    told,
)
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]
Stamp = holding.Stamp
stamp_of = Stamp.of
GIVEN_UP = frozenset({State.GRANTED, State.WITHDRAWN, State.CANCELLED})


@dataclass(frozen=True, slots=True)
class Opened(holding.Opened[State]):
    """The file and the current hearing, which may be written, and the state the act leads to.

    `row` is the file's, `hearing` that of the current hearing.
    """

    hearing: Row = field(default_factory=dict)

    @property
    def number(self) -> int:
        """The number of the current hearing."""
        number: int = self.hearing["number"]
        return number

    @property
    def hearing_id(self) -> UUID:
        """Its id."""
        hearing_id: UUID = self.hearing["hearing_id"]
        return hearing_id

    @property
    def key(self) -> dict[str, Any]:
        """The key of the current hearing's row."""
        return {"case_id": self.case_id, "number": self.number}


@dataclass(frozen=True, slots=True)
class Change(holding.Change):
    """What an act changes and says: columns of the current hearing, and the fact for the log.

    `file` are columns of the file; `at` is when it came to be so, where that was before it was
    noted.
    """

    file: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None


def open_hearing(uow: UnitOfWork, case_id: UUID, seen: Seen, act: Act) -> Opened:
    """The current hearing, locked for this command, if the caller may do this with it now.

    Raises:
        HearingMissing: the case has no hearing here.
        CustodyMoved: it is held under a later epoch than the caller saw, or by another node.
        CaseLocked: a hand-over is under way.
        WritingEnded: the case has ended.
        NotTheHolder: the caller works in another unit.
        StaleVersion: it was changed since the caller read it.
        NotPossibleNow: its state does not allow the act.
        HeldTogether: it is done at the hearing with which this one is held.
    """
    row, grant = file_of(uow, case_id, seen)
    return opened_of(uow, row, grant, act)


def open_concluded(
    uow: UnitOfWork, case_id: UUID, seen: Seen, act: Act, *, earlier: bool = False
) -> Opened:
    """The same for what follows a conclusion: also when the case has ended since.

    What is published comes down, and papers go out, after that, too. `earlier`: also when another
    hearing was asked for since; then it is done at the last one that was concluded.
    """
    row, grant = file_of(uow, case_id, seen, after_end=True)
    if earlier and row["state"] != State.CONCLUDED.value:
        held = uow.find(hearing, case_id=case_id, state=State.CONCLUDED.value)
        if held:
            last = max(held, key=lambda one: int(one["number"]))
            return Opened(row, grant, State(row["state"]), last)
    return opened_of(uow, row, grant, act)


def file_of(
    uow: UnitOfWork, case_id: UUID, seen: Seen, *, after_end: bool = False
) -> tuple[Row, Row]:
    """The file and the grant, if the caller may write on the case as he saw it.

    `after_end`: also on a case that has ended.

    Raises:
        HearingMissing, CustodyMoved, CaseLocked, WritingEnded, NotTheHolder, StaleVersion.
    """
    grant = uow.get(write_grant, case_id=case_id)
    row = uow.get(hearing_file, case_id=case_id)
    if grant is None or row is None:
        raise HearingMissing
    ended = after_end and grant["state"] == ENDED
    expect_writable({**grant, "state": OPEN} if ended else grant, row, seen.epoch)
    if not may_write(uow, grant):
        raise NotTheHolder(holder=grant["unit"])
    expect_version(row, seen)
    return row, grant


def opened_of(uow: UnitOfWork, row: Row, grant: Row, act: Act) -> Opened:
    """The current hearing of a file for an act. Raises NotPossibleNow."""
    current = uow.get(hearing, case_id=row["case_id"], number=row["current"])
    if current is None:
        raise HearingMissing
    _expect_leading(uow, current, act)
    target = target_of(row, act, held=current["opened_at"] is not None)
    return Opened(row, grant, target, current)


def _expect_leading(uow: UnitOfWork, current: Row, act: Act) -> None:
    """What is held together is done at the hearing that leads, once. Raises HeldTogether."""
    if current["led_by"] is None or act not in OF_LEADER:
        return
    for leader in uow.find(hearing, hearing_id=current["led_by"]):
        if not State(leader["state"]).over:
            raise HeldTogether(leader=case_no_of(uow, leader))


def case_no_of(uow: UnitOfWork, row: Row) -> str:
    """The number of the case that a row belongs to, to say which one is meant."""
    file = uow.get(hearing_file, case_id=row["case_id"])
    return file["case_no"] if file else ""


def may_write(uow: UnitOfWork, grant: Row) -> bool:
    """Whether the caller is of the unit that the case was granted to, or a service of the node."""
    return is_holder(uow.caller, grant)


def target_of(row: Row, act: Act, *, held: bool = False) -> State:
    """The state that the act leads to. Raises NotPossibleNow."""
    target = after(State(row["state"]), act, held=held)
    if target is None:
        raise NotPossibleNow(state=row["state"], act=act.value)
    return target


def record(uow: UnitOfWork, opened: Opened, change: Change) -> Stamp:
    """Keep what was done: state and columns of the hearing, one version up; the fact; the event.

    A hearing that is not held at its time gives room and people back.
    """
    file = advance(uow, hearing_file, opened, change.file)
    current = opened.number == opened.row["current"]
    values = {**change.values, **({"state": opened.target.value} if current else {})}
    if values:
        uow.update(hearing, opened.key, values)
    if current and opened.target in GIVEN_UP:
        free(uow, opened.hearing_id)
    tell(uow, file, opened.grant, change, opened.hearing_id)
    return stamp_of(file, opened.grant["epoch"])


def tell(uow: UnitOfWork, row: Row, grant: Row, change: Change, hearing_id: UUID) -> None:
    """Keep the fact of a file as it stands now, and send it to the log."""
    entry = told(uow, fact, (row, grant), change, change.at)
    event = HearingFactRecorded(entry, grant["path"], row["state"], row["current"], hearing_id)
    uow.emit(event, event_id=entry.event_id)
