"""The frame of a write on a case: may it be written, and what is kept of it.

A service opens its row of the case, changes it by `advance` and says what happened by `told`; its
states, its event, and who else than the holder may act stay its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Table

from kernel.errors import StaleVersion
from kernel.facts import Fact
from kernel.holding.facts import keep_fact
from kernel.identity import Caller, Kind
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]
S = TypeVar("S", bound=Enum)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the caller saw of a case before it wrote."""

    epoch: int
    version: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a case stands in the service after a write."""

    case_id: UUID
    case_no: str
    epoch: int
    version: int
    state: str

    @classmethod
    def of(cls, row: Row, epoch: int) -> "Stamp":
        """Where it stands by this row."""
        return cls(row["case_id"], row["case_no"], epoch, row["version"], row["state"])


@dataclass(frozen=True, slots=True)
class Opened(Generic[S]):
    """A case that may be written, and the state that the act leads to."""

    row: Row
    grant: Row
    target: S

    @property
    def case_id(self) -> UUID:
        """Its id."""
        case_id: UUID = self.row["case_id"]
        return case_id

    @property
    def state(self) -> S:
        """The state before the act."""
        return type(self.target)(self.row["state"])


@dataclass(frozen=True, slots=True)
class Change:
    """What an act changes and says: columns of the service's row, and the fact for the log."""

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, str] = field(default_factory=dict)
    commitments: Mapping[str, str] = field(default_factory=dict)


def is_holder(caller: Caller, grant: Row) -> bool:
    """Whether the caller is of the unit that the case was granted to, or a service of the node."""
    return bool(caller.kind is Kind.SERVICE or caller.unit == grant["unit"])


def expect_version(row: Row, seen: Seen) -> None:
    """Let pass only who saw the row as it is. Raises StaleVersion."""
    if row["version"] != seen.version:
        raise StaleVersion(current=row["version"])


def advance(uow: UnitOfWork, table: Table, opened: Opened[S], values: Row) -> dict[str, Any]:
    """The row in its new state with these columns, one version and one fact up; as it is then."""
    row = opened.row
    changed = {
        "version": row["version"] + 1,
        "fact_no": row["fact_no"] + 1,
        "state": opened.target.value,
        **values,
    }
    expected = {"version": row["version"]}
    uow.update(table, {"case_id": opened.case_id}, changed, expect=expected)
    return {**row, **changed}


def told(
    uow: UnitOfWork, fact: Table, rows: tuple[Row, Row], change: Change, at: datetime | None = None
) -> Fact:
    """Keep the fact of a row as it stands now; `rows` are that row and the grant.

    `at` is when it came to be so, where that was before it was noted. The event is the caller's.
    """
    row, grant = rows
    entry = Fact(
        event_id=uow.new_id(),
        fact_no=row["fact_no"],
        kind=change.kind,
        case_id=row["case_id"],
        epoch=grant["epoch"],
        unit=uow.caller.unit or grant["unit"],
        actor=uow.caller.id,
        at=at or uow.now,
        body=change.body,
        commitments=change.commitments,
    )
    keep_fact(uow, fact, entry)
    return entry
