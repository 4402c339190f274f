"""The frame of every write on a registered case: may it be written, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
from kernel.errors import StaleVersion
from kernel.facts import Fact
from kernel.holding import NotTheHolder, expect_writable, keep_fact
from kernel.identity import Caller, Kind
from kernel.unit_of_work import UnitOfWork

WITH_SEALED = frozenset({Act.VOID, Act.CLOSE})
"""What may be done with a matter whose content nobody here can read."""
AT_THE_COUNTER = frozenset({Act.ATTACH, Act.WITHDRAW, Act.LINK})
"""What the registering unit may take in as well: residents come back to the counter they know."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a case stands after a write."""

    case_id: UUID
    case_no: str
    epoch: int
    version: int
    state: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that may be written, and the state that the act leads to."""

    row: Row
    grant: Row
    target: State

    @property
    def case_id(self) -> UUID:
        """Its id."""
        case_id: UUID = self.row["case_id"]
        return case_id

    @property
    def state(self) -> State:
        """The state before the act."""
        return State(self.row["state"])


@dataclass(frozen=True, slots=True)
class Change:
    """What an act changes and says: columns of the case, and the fact for the log."""

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, str] = field(default_factory=dict)
    commitments: Mapping[str, str] = field(default_factory=dict)
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
    if row["version"] != seen.version:
        raise StaleVersion(current=row["version"])
    return Opened(row, grant, target_of(row, act))


def target_of(row: Row, act: Act) -> State:
    """The state that the act leads to. Raises NotPossibleNow."""
    before = row["state_before"]
    target = after(State(row["state"]), act, State(before) if before else None)
    if target is None:
        raise NotPossibleNow(state=row["state"], act=act.value)
    return target


def _may_act(caller: Caller, row: Row, grant: Row, act: Act) -> bool:
    if caller.kind is Kind.SERVICE or caller.unit == grant["unit"]:
        return True
    return act in AT_THE_COUNTER and caller.unit == row["registering_unit"]


def record(uow: UnitOfWork, opened: Opened, change: Change) -> Stamp:
    """Keep what was done: state and columns, one version up; the fact; the event."""
    row = opened.row
    changed = {
        "version": row["version"] + 1,
        "fact_no": row["fact_no"] + 1,
        "state": opened.target.value,
        **change.values,
    }
    if change.ending is not None:
        changed |= {"ending": change.ending.value, "ended_at": uow.now}
    expected = {"version": row["version"]}
    uow.update(cases, {"case_id": opened.case_id}, changed, expect=expected)
    entry = Fact(
        event_id=uow.new_id(),
        fact_no=changed["fact_no"],
        kind=change.kind,
        case_id=opened.case_id,
        epoch=opened.grant["epoch"],
        unit=uow.caller.unit or opened.grant["unit"],
        actor=uow.caller.id,
        at=uow.now,
        body=change.body,
        commitments=change.commitments,
    )
    keep_fact(uow, fact, entry)
    after_row = {**row, **changed}
    event = event_of(entry, after_row, opened.grant["path"], change)
    uow.emit(event, event_id=entry.event_id)
    owe_fact(uow, after_row, entry)
    return stamp_of(after_row, opened.grant["epoch"])


def stamp_of(row: Row, epoch: int) -> Stamp:
    """Where the case stands by this row."""
    return Stamp(row["case_id"], row["case_no"], epoch, row["version"], row["state"])


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
