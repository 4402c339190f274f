"""The frame of every write on a mediation: may it be written, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel import holding
from kernel.holding import (
    NotTheHolder,
    advance,
    expect_version,
    expect_writable,
    is_holder,
    reads_as_person,
    told,
)
from kernel.unit_of_work import UnitOfWork
from mediation.commands import Seen
from mediation.domain.assignment import MEDIATES
from mediation.domain.events import MediationFactRecorded
from mediation.domain.of_mediators import OF_MEDIATORS
from mediation.domain.states import Act, State, after
from mediation.domain.words import MediationKind
from mediation.errors import MediationMissing, NotPossibleNow
from mediation.handlers.awaiting import refit
from mediation.handlers.calling_off import call_off
from mediation.storage.tables import case_access, fact, mediation, write_grant

Row = Mapping[str, Any]
TALKED_OUT = frozenset({State.FAILED, State.ANSWERED, State.REFUSED, State.WITHDRAWN, State.CLOSED})


Stamp = holding.Stamp
stamp_of = Stamp.of


@dataclass(frozen=True, slots=True)
class Opened(holding.Opened[State]):
    """A mediation that may be written, and the state that the act leads to."""


@dataclass(frozen=True, slots=True)
class Change(holding.Change):
    """What an act changes and says: columns of the mediation, and the fact for the log.

    `at` is when it came to be so, where that was before it was noted.
    """

    at: datetime | None = None


def open_case(
    uow: UnitOfWork, case_id: UUID, seen: Seen, act: Act, *, second: bool = False
) -> Opened:
    """The mediation, locked for this command, if the caller may do this with it now.

    `second`: it is a second person's decision, which is the holder's alone.

    Raises:
        MediationMissing: the case is not mediated here.
        CustodyMoved: it is held under a later epoch than the caller saw, or by another node.
        CaseLocked: a hand-over is under way.
        WritingEnded: the case has ended.
        NotTheHolder: the caller works in another unit, and it is no act of a mediator to whom the
            case was assigned.
        StaleVersion: it was changed since the caller read it.
        NotPossibleNow: its state does not allow the act.
    """
    grant = uow.get(write_grant, case_id=case_id)
    row = uow.get(mediation, case_id=case_id)
    if grant is None or row is None:
        raise MediationMissing
    expect_writable(grant, row, seen.epoch)
    if not (may_write(uow, grant) or _may_mediate(uow, case_id, act, second=second)):
        raise NotTheHolder(holder=grant["unit"])
    expect_version(row, seen)
    return Opened(row, grant, target_of(row, act))


def may_write(uow: UnitOfWork, grant: Row) -> bool:
    """Whether the caller is of the unit that the case was granted to, or a service of the node."""
    return is_holder(uow.caller, grant)


def _may_mediate(uow: UnitOfWork, case_id: UUID, act: Act, *, second: bool) -> bool:
    """Whether the caller mediates this case for another unit, and mediators do this."""
    if second or act not in OF_MEDIATORS:
        return False
    return reads_as_person(uow, case_access, (case_id, uow.caller.id, MEDIATES))


def target_of(row: Row, act: Act) -> State:
    """The state that the act leads to. Raises NotPossibleNow."""
    before = row["state_before"]
    target = after(State(row["state"]), act, State(before) if before else None)
    if target is None:
        raise NotPossibleNow(state=row["state"], act=act.value)
    return target


def record(uow: UnitOfWork, opened: Opened, change: Change) -> Stamp:
    """Keep what was done: state and columns, one version up; the fact; the event.

    The days that are waited for follow, and sessions that nobody will come to are called off.
    """
    after_row = advance(uow, mediation, opened, change.values)
    if _is_over(opened):
        change = replace(change, body={**change.body, **call_off(uow, opened.case_id)})
    tell(uow, after_row, opened.grant, change)
    refit(uow, after_row)
    return stamp_of(after_row, opened.grant["epoch"])


def _is_over(opened: Opened) -> bool:
    """Whether the sides do not meet any more, or not with these mediators."""
    again = opened.target is State.OPENED and opened.state is not State.OPENED
    return again or opened.target in TALKED_OUT


def tell(uow: UnitOfWork, row: Row, grant: Row, change: Change) -> None:
    """Keep the fact of a row as it stands now, and send it to the log."""
    entry = told(uow, fact, (row, grant), change, change.at)
    kind = MediationKind(row["kind"])
    event = MediationFactRecorded(entry, grant["path"], row["state"], kind)
    uow.emit(event, event_id=entry.event_id)
