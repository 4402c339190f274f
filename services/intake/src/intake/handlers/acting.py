"""The frame of every write on a registered case: may it be written, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from intake.commands import Seen
from intake.domain.facts import CaseFactRecorded
from intake.domain.states import Act, State, after
from intake.domain.words import Colour, Difficulty, Ending, Procedure, Purpose
from intake.errors import CaseMissing, NotPossibleNow, SealedMatter
from intake.handlers.notices import owe_fact
from intake.storage.tables import cases, fact, write_grant
from kernel import holding
from kernel.facts import Fact
from kernel.holding import NotTheHolder, advance, expect_version, expect_writable, is_holder, told
from kernel.identity import Caller
from kernel.unit_of_work import UnitOfWork

WITH_SEALED = frozenset({Act.VOID, Act.CLOSE})
"""What may be done with a matter whose content nobody here can read."""
AT_THE_COUNTER = frozenset({Act.ATTACH, Act.WITHDRAW, Act.LINK})
"""What the registering unit may take in as well: residents come back to the counter they know."""

Row = Mapping[str, Any]


Stamp = holding.Stamp
stamp_of = Stamp.of


@dataclass(frozen=True, slots=True)
class Opened(holding.Opened[State]):
    """A case that may be written, and the state that the act leads to."""


@dataclass(frozen=True, slots=True)
class Change(holding.Change):
    """What an act changes and says: columns of the case, and the fact for the log."""

    ending: Ending | None = None
    effective_at: datetime | None = None


def open_case(uow: UnitOfWork, case_id: UUID, seen: Seen, act: Act) -> Opened:
    """The case, locked for this command, if the caller may do this with it now.

    Raises:
        CaseMissing: there is no such case here.
        CustodyMoved: it is held under a later epoch than the caller saw, or by another node.
        CaseLocked: a hand-over is under way.
        StaleVersion: it was changed since the caller read it.
        NotTheHolder: the caller works in another unit.
        SealedMatter: the act needs the content of a sealed matter.
        NotPossibleNow: its state does not allow the act.
    """
    grant = uow.get(write_grant, case_id=case_id)
    row = uow.get(cases, case_id=case_id)
    if grant is None or row is None:
        raise CaseMissing
    expect_writable(grant, row, seen.epoch)
    if not _may_act(uow.caller, row, grant, act):
        raise NotTheHolder(holder=grant["unit"])
    if row["sealed_for"] and act not in WITH_SEALED:
        raise SealedMatter
    expect_version(row, seen)
    return Opened(row, grant, target_of(row, act))


def target_of(row: Row, act: Act) -> State:
    """The state that the act leads to. Raises NotPossibleNow."""
    before = row["state_before"]
    target = after(State(row["state"]), act, State(before) if before else None)
    if target is None:
        raise NotPossibleNow(state=row["state"], act=act.value)
    return target


def _may_act(caller: Caller, row: Row, grant: Row, act: Act) -> bool:
    if is_holder(caller, grant):
        return True
    return act in AT_THE_COUNTER and caller.unit == row["registering_unit"]


def record(uow: UnitOfWork, opened: Opened, change: Change) -> Stamp:
    """Keep what was done: state and columns, one version up; the fact; the event."""
    values = dict(change.values)
    if change.ending is not None:
        values |= {"ending": change.ending.value, "ended_at": uow.now}
    after_row = advance(uow, cases, opened, values)
    entry = told(uow, fact, (after_row, opened.grant), change)
    event = event_of(entry, after_row, opened.grant["path"], change)
    uow.emit(event, event_id=entry.event_id)
    owe_fact(uow, after_row, entry)
    return stamp_of(after_row, opened.grant["epoch"])


def event_of(entry: Fact, row: Row, path: str, change: Change) -> CaseFactRecorded:
    """What the log hears of a fact, with what is so of the case now."""
    return CaseFactRecorded(
        fact=entry,
        path=path,
        state=row["state"],
        category=row["category"],
        procedure=Procedure(row["procedure"]) if row["procedure"] else None,
        difficulty=Difficulty(row["difficulty"]) if row["difficulty"] else None,
        colour=Colour(row["colour"]) if row["colour"] else None,
        ending=change.ending,
        effective_at=change.effective_at or entry.at,
        purpose=Purpose(row["purpose"]) if row["purpose"] else None,
        place_code=row["place_code"],
        litigation=row["litigation_related"],
    )
