"""Looking for possible duplicates by blind features: twelve index probes, whatever the size.

Matters that are registered at the same time are looked up by the same two statements.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from sqlalchemy import Connection, bindparam, or_, select

from intake.domain.states import State
from intake.domain.words import Ending
from intake.storage.reading import Row
from intake.storage.tables import cases
from intake.suggest.duplicates import CAP, FEWEST, Features, Likeness, score
from kernel.identity import Caller
from kernel.scope import subtree

RECENT = timedelta(days=365)
"""How long an ended case is still looked at."""
SHOWN = 5
_NEWEST = (
    "SELECT case_id FROM case_feature WHERE feature = asked.value"  # noqa: S608 # a number of ours
    f" ORDER BY case_id DESC LIMIT {CAP}"
)
_PROBES = {
    "sqlite": "SELECT group_concat(value || ' ' ||"  # noqa: S608 # as above
    f" (SELECT group_concat(case_id) FROM ({_NEWEST})), ';') FROM json_each(?) AS asked",
    "postgresql": "SELECT string_agg(value || ' ' ||"  # noqa: S608 # as above
    f" (SELECT string_agg(case_id::text, ',') FROM ({_NEWEST}) AS newest), ';')"
    " FROM unnest(%s::bigint[]) AS asked (value)",
}
"""The newest cases that have each feature, in one text: `feature id,id,…;feature …`.

It runs at every registration, so it goes to the driver as it is; and it answers one row, since the
driver of SQLite gives the interpreter away at each.
"""
_SHOWN = select(cases.c.case_id, cases.c.case_no, cases.c.ending).where(
    cases.c.case_id.in_(bindparam("case_ids", expanding=True)),
    cases.c.sealed_for.is_(None),
    or_(
        cases.c.state.in_([state.value for state in State if state.open]),
        cases.c.registered_at > bindparam("recent"),
        cases.c.ending == Ending.REVIEW_CONCLUDED.value,  # 不再受理 has no end in time
    ),
    or_(
        cases.c.holder_path.between(bindparam("first"), bindparam("last")),
        cases.c.registering_path.between(bindparam("first"), bindparam("last")),
    ),
)


@dataclass(frozen=True, slots=True)
class Alike:
    """A case that may be the same matter."""

    row: Row
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Asked:
    """Whoever asks, about a matter with these features."""

    caller: Caller
    mine: Features
    now: datetime


Ranked = Sequence[tuple[UUID, Likeness]]


def alike(connection: Connection, asked: Sequence[Asked]) -> Sequence[Sequence[Alike]]:
    """Cases of the caller's subtree that may be the same matter, best first.

    Open or recent ones, and what 复核 ended whenever it was. For each who asks, in their order.
    """
    having = _having(connection, {number for one in asked for number in one.mine.all()})
    ranked = [_ranked(one.mine, having) if one.caller.path else () for one in asked]
    known = _known(connection, asked, ranked)
    return [_shown(one, known[each.caller.path]) for each, one in zip(asked, ranked, strict=True)]


def _having(connection: Connection, features: set[int]) -> Mapping[int, Sequence[str]]:
    """The newest cases that have each of these features."""
    if not features:
        return {}
    on_sqlite = connection.dialect.name == "sqlite"
    values = json.dumps(list(features)) if on_sqlite else list(features)
    found = connection.exec_driver_sql(_PROBES[connection.dialect.name], (values,)).scalar()
    parts = (part.partition(" ") for part in found.split(";")) if found else ()
    return {int(feature): ids.split(",") for feature, _, ids in parts}


def _ranked(mine: Features, having: Mapping[int, Sequence[str]]) -> Ranked:
    likely = sorted(_likely(mine, having), key=lambda found: -found[1].score)
    return likely[: 4 * SHOWN]


def _likely(mine: Features, having: Mapping[int, Sequence[str]]) -> Iterator[tuple[UUID, Likeness]]:
    """Cases that share two features or more. Most share only one, by chance."""
    held = {feature: having[feature] for feature in mine.all() if feature in having}
    common = {feature for feature, ids in held.items() if len(ids) >= CAP}
    counts = Counter(chain.from_iterable(held.values()))
    shared = {case_id: set[int]() for case_id, count in counts.items() if count >= FEWEST}
    for feature, ids in held.items():
        for case_id in shared.keys() & ids:
            shared[case_id].add(feature)
    for case_id, features in shared.items():
        likeness = score(features, mine, common)
        if likeness is not None:
            yield UUID(case_id), likeness


def _known(
    connection: Connection, asked: Sequence[Asked], ranked: Sequence[Ranked]
) -> Mapping[str, Mapping[UUID, Row]]:
    """What each caller's subtree may be shown of the cases found."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for each, found in zip(asked, ranked, strict=True):
        wanted[each.caller.path].update(case_id for case_id, _ in found)
    recent = max((each.now for each in asked), default=None)
    known: dict[str, Mapping[UUID, Row]] = {}
    for path, case_ids in wanted.items():
        known[path] = {}
        if case_ids and recent is not None:
            first, last = subtree(path)
            reach = {"recent": recent - RECENT, "first": first, "last": last}
            rows = connection.execute(_SHOWN, reach | {"case_ids": list(case_ids)})
            known[path] = {row["case_id"]: row for row in rows.mappings()}
    return known


def _shown(found: Ranked, known: Mapping[UUID, Row]) -> Sequence[Alike]:
    seen = [Alike(known[case_id], likeness) for case_id, likeness in found if case_id in known]
    return seen[:SHOWN]
