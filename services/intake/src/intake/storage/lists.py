"""Lists, searches and counts: one scope rule, keyset pages, each branch on an index of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    func,
    literal,
    select,
    tuple_,
    union,
    union_all,
)

from intake.domain.filters import Filter
from intake.storage.reading import Row, columns
from intake.storage.searching import EVERYTHING, Search, find
from intake.storage.tables import cases
from kernel import subtrees
from kernel.identity import Caller
from kernel.scope import Alternative, Level, alternatives

LINE = tuple(
    cases.c[name]
    for name in (
        "case_id",
        "case_no",
        "state",
        "category",
        "place_code",
        "holder_unit",
        "colour",
        "registered_at",
        "procedure",
        "channel",
        "backlog",
        "epoch",
        "version",
    )
)
MOST = 10_000
"""Where a count ends: nobody reads further, and a county's would cost seconds."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of the page before."""

    registered_at: datetime
    case_id: UUID


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for which page of what."""

    caller: Caller
    filter: Filter
    now: datetime
    after: Cursor | None = None
    size: int = 50
    text: str = ""


def page(connection: Connection, asked: Asked) -> tuple[Sequence[Row], Cursor | None]:
    """One page, newest first, and the cursor of the next one.

    The rule of scope is an OR over columns with an index each: every branch walks its own index
    and stops after a page, so that a page costs the same however many cases there are.
    """
    search = find(connection, asked.text) if asked.text else EVERYTHING
    branches = [_branch(asked, reach, search) for reach in _reaches(asked)]
    if not branches or search.is_vain:
        return (), None
    rows = _merged(connection, branches, asked.size + 1)
    if len(rows) <= asked.size:
        return rows, None
    last = rows[asked.size - 1]
    return rows[: asked.size], Cursor(last["registered_at"], last["case_id"])


def count(connection: Connection, asked: Asked, most: int = MOST) -> int:
    """How many rows the list would have; `most` + 1 when there are more than that."""
    wanted = _wanted(asked)
    branches = [select(cases.c.case_id).where(reach.where, *wanted) for reach in _reaches(asked)]
    if not branches:
        return 0
    each = union(*(select(branch.limit(most + 1).subquery()) for branch in branches)).subquery()
    found = connection.execute(select(func.count()).select_from(each)).scalar_one()
    return min(most + 1, int(found))


def _reaches(asked: Asked) -> list[Alternative]:
    return alternatives(asked.caller, columns, Level.HEADER, now=asked.now)


def _branch(asked: Asked, reach: Alternative, search: Search) -> Select[Any]:
    wanted = [reach.where, *_wanted(asked), *search.conditions]
    registered_at: ColumnElement[datetime] = cases.c.registered_at
    if reach.by_grant or search.few:
        registered_at = subtrees.unordered(registered_at)
    if asked.after is not None:
        at, case_id = asked.after.registered_at, asked.after.case_id
        before = tuple_(registered_at, cases.c.case_id) < tuple_(
            literal(at, cases.c.registered_at.type), literal(case_id, cases.c.case_id.type)
        )
        wanted.append(before)
    newest_first = registered_at.desc(), cases.c.case_id.desc()
    return select(*LINE).where(*wanted).order_by(*newest_first).limit(asked.size + 1)


def _merged(connection: Connection, branches: list[Select[Any]], most: int) -> Sequence[Row]:
    if len(branches) == 1:
        return connection.execute(branches[0]).mappings().all()
    parts = [select(branch.subquery()) for branch in branches]
    every = union_all(*parts).subquery()
    newest = select(every).order_by(every.c.registered_at.desc(), every.c.case_id.desc())
    found = connection.execute(newest.limit(most * len(branches))).mappings()
    once = {row["case_id"]: row for row in found}
    return list(once.values())[:most]


def _wanted(asked: Asked) -> list[ColumnElement[bool]]:
    given = asked.filter
    columns_ = cases.c
    wanted: list[ColumnElement[bool]] = []
    if given.states:
        wanted.append(columns_.state.in_(given.states))
    if given.place_prefix:
        wanted.append(
            columns_.place_code.between(given.place_prefix, given.place_prefix.ljust(12, "9"))
        )
    equal = {
        columns_.holder_unit: given.unit_id,
        columns_.category: given.category,
        columns_.source_system: given.source_system,
        columns_.colour: given.colour.value if given.colour else "",
        columns_.channel: given.channel.value if given.channel else "",
        columns_.procedure: given.procedure.value if given.procedure else "",
    }
    wanted += [column == value for column, value in equal.items() if value]
    if given.backlog is not None:
        wanted.append(columns_.backlog.is_(given.backlog))
    if given.registered_from is not None:
        wanted.append(columns_.registered_at >= given.registered_from)
    if given.registered_to is not None:
        wanted.append(columns_.registered_at < given.registered_to)
    return wanted
