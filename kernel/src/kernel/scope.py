"""What a caller may read: one rule, one SQL predicate.

Every list, get, search, count, export, stream and event subscription uses it. It follows custody at
once, since it reads the holder's columns of the row itself:

- the holder unit and whoever was granted it (co-handler, lead, supervisor): **content**;
- former holders (a grant of that level) and the registering unit: the **timeline**;
- sites above the holder or above the registering unit, for roles that look down: the **header**;
- an inspector from above: content of the subtree, each read recorded (`roles.is_recorded`);
- a grid worker: what he registered himself, its timeline;
- a sealed matter (检举控告): its receiving body and nobody else, not even in a count.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import IntEnum

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    MetaData,
    Select,
    SmallInteger,
    Table,
    Text,
    Uuid,
    and_,
    false,
    or_,
    select,
    true,
)

from kernel.database import UtcDateTime
from kernel.divisions import Division
from kernel.identity import Caller, Kind
from kernel.roles import RoleTable, role_table

PERSON = "person:"
"""What stands before an account id in `case_access.unit` when a grant is a person's own."""

TOP_TOKEN = "z"  # noqa: S105 (a part of a path, no secret)


class Level(IntEnum):
    """How much of a case is read; each level includes the ones below it."""

    HEADER = 1  # holder, state, colour, clocks
    TIMELINE = 2  # and the log without personal fields
    CONTENT = 3  # and the requests, the parties, the attachments

    @property
    def permission(self) -> str:
        """The permission a role needs for this depth."""
        return f"case.read.{self.name.lower()}"


Below = Callable[[ColumnElement[object], str], ColumnElement[bool]]
"""Says of a column of paths that it is at or below a path."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way of being allowed to read a case.

    `by_grant` says that its cases are those of a list of grants: whoever pages over it has to begin
    with the grants, or a planner walks all cases and looks each of them up there.
    """

    where: ColumnElement[bool]
    by_grant: bool = False


@dataclass(frozen=True, slots=True)
class CaseColumns:
    """Where a service keeps what the rule needs; make it with `of`."""

    case_id: ColumnElement[object]
    holder_unit: ColumnElement[object]
    holder_path: ColumnElement[object]
    registering_unit: ColumnElement[object]
    registering_path: ColumnElement[object]
    registered_by: ColumnElement[object]
    sealed_for: ColumnElement[object]
    access: Table
    below: "Below"

    @classmethod
    def of(cls, case: Table, access: Table, below: "Below | None" = None) -> "CaseColumns":
        """The columns of a case table that was made with `case_columns`, and its `case_access`.

        `below` says in the table's own way, fit for its indexes, that a path is in a subtree.
        """
        names = (name for name in cls.__dataclass_fields__ if name not in {"access", "below"})
        columns = {name: case.c[name] for name in names}
        return cls(**columns, access=access, below=below or within)


def case_columns() -> list[Column[object]]:
    """Fresh columns that a table of cases carries beside its `case_id`.

    Each wants an index; that of `sealed_for` partial (`WHERE sealed_for IS NOT NULL`), or a planner
    takes it for all cases that are not sealed.
    """
    return [
        Column("holder_unit", Text, nullable=False),
        Column("holder_path", Text, nullable=False),
        Column("registering_unit", Text, nullable=False),
        Column("registering_path", Text, nullable=False),
        Column("registered_by", Text, nullable=False, default=""),
        Column("sealed_for", Text, nullable=True),
    ]


def case_access(metadata: MetaData, case: str | None = None) -> Table:
    """The table of grants: a unit (or `person:<account>`) may read a case up to a level."""
    target = () if case is None else (ForeignKey(f"{case}.case_id"),)
    return Table(
        "case_access",
        metadata,
        Column("case_id", Uuid, *target, primary_key=True),
        Column("unit", Text, primary_key=True),
        Column("why", Text, primary_key=True),
        Column("level", SmallInteger, nullable=False),
        Column("since", UtcDateTime, nullable=False),
        Column("until", UtcDateTime, nullable=True),
        Index("case_access_by_unit", "unit", "case_id"),
    )


def subtree(path: str) -> tuple[str, str]:
    """The first and last path at or below this one: `330523.001.000` to `330523.001.zzz`.

    Both have the full width, so that any collation of the database orders them alike and an index
    on the column serves the range.

    Raises:
        DivisionInvalid: the text is no path.
    """
    significant = Division.from_path(path).significant
    code = significant.ljust(12, TOP_TOKEN)
    return path, f"{code[:6]}.{code[6:9]}.{code[9:]}"


def within(path: ColumnElement[object], top: str) -> ColumnElement[bool]:
    """Whether a column's path is `top` or below it, as a range that one index serves."""
    return path.between(*subtree(top))


def readable(
    caller: Caller,
    columns: CaseColumns,
    level: Level,
    *,
    now: datetime | None = None,
) -> ColumnElement[bool]:
    """The predicate of the cases that this caller may read at this level.

    `now` decides whether a grant has ended; the machine's clock if absent.
    """
    parts = alternatives(caller, columns, level, now=now)
    return or_(false(), *(part.where for part in parts))


def alternatives(
    caller: Caller,
    columns: CaseColumns,
    level: Level,
    *,
    now: datetime | None = None,
    roles: RoleTable | None = None,
) -> list[Alternative]:
    """The same rule as a list of alternatives that each use one index; they may overlap.

    A long list pages over their UNION instead of their OR, so that each part walks its own index.
    """
    if caller.kind is Kind.SERVICE:
        return [Alternative(true())]
    if caller.kind not in {Kind.STAFF, Kind.SYSTEM}:
        return []
    granted = (roles or role_table()).permissions_of(caller.roles)
    if level.permission not in granted:
        return []
    rule = _Rule(caller, columns, level, now or datetime.now(UTC))
    return rule.sealed(granted) + [
        replace(part, where=and_(columns.sealed_for.is_(None), part.where))
        for part in rule.unsealed(granted)
    ]


@dataclass(frozen=True, slots=True)
class _Rule:
    caller: Caller
    columns: CaseColumns
    level: Level
    now: datetime

    def sealed(self, granted: frozenset[str]) -> list[Alternative]:
        if "case.read.sealed" not in granted or not self.caller.sealed_bodies:
            return []
        return [Alternative(self.columns.sealed_for.in_(sorted(self.caller.sealed_bodies)))]

    def unsealed(self, granted: frozenset[str]) -> list[Alternative]:
        parts: list[Alternative] = []
        if "case.read.unit" in granted:
            parts += self._of_unit()
        if "case.read.own" in granted and self.level <= Level.TIMELINE and self.caller.id:
            parts.append(Alternative(self.columns.registered_by == self.caller.id))
        if "case.read.inspect" in granted or (
            "case.read.subtree" in granted and self.level is Level.HEADER
        ):
            parts += self._below()
        return parts

    def _of_unit(self) -> list[Alternative]:
        parts = [Alternative(self.columns.case_id.in_(self._grants()), by_grant=True)]
        if self.caller.unit:
            parts.append(Alternative(self.columns.holder_unit == self.caller.unit))
            if self.level <= Level.TIMELINE:
                parts.append(Alternative(self.columns.registering_unit == self.caller.unit))
        return parts

    def _below(self) -> list[Alternative]:
        if not self.caller.path:
            return []
        top, columns = self.caller.path, self.columns
        return [
            Alternative(columns.below(columns.holder_path, top)),
            Alternative(columns.below(columns.registering_path, top)),
        ]

    def _grants(self) -> Select[object]:
        grant = self.columns.access.c
        bearers = [bearer for bearer in (self.caller.unit, PERSON + self.caller.id) if bearer]
        return select(grant.case_id).where(
            grant.unit.in_(bearers),
            grant.level >= int(self.level),
            or_(grant.until.is_(None), grant.until > self.now),
        )
