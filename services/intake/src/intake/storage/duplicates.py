"""Looking for possible duplicates by blind features: twelve index probes, whatever the size."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, or_, select

from intake.domain.states import State
from intake.storage.reading import Row
from intake.storage.tables import cases
from intake.suggest.duplicates import CAP, CASE_FEATURES, Features, Likeness, score
from kernel.identity import Caller
from kernel.scope import subtree

RECENT = timedelta(days=365)
"""How long an ended case is still looked at."""
SHOWN = 5
NOTHING = -(2**63)
"""Stands for a feature that a matter does not have; no hash is this number by chance."""


def _probes(mark: str) -> str:
    return " UNION ALL ".join(
        f"SELECT {1 << number} AS bit, case_id FROM (SELECT case_id FROM case_feature"  # noqa: S608 # numbers of ours
        f" WHERE feature = {mark} ORDER BY case_id DESC LIMIT {CAP}) AS p{number}"
        for number in range(CASE_FEATURES)
    )


_PROBES = {"sqlite": _probes("?"), "postgresql": _probes("%s")}
"""The newest cases that have each feature, one bit a feature; ids as the database keeps them.

It runs at every registration, so it goes to the driver as it is.
"""
_SHOWN = select(cases.c.case_id, cases.c.case_no).where(
    cases.c.case_id.in_(bindparam("case_ids", expanding=True)),
    cases.c.sealed_for.is_(None),
    or_(
        cases.c.state.in_([state.value for state in State if state.open]),
        cases.c.registered_at > bindparam("recent"),
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


def alike(connection: Connection, caller: Caller, mine: Features, now: datetime) -> Sequence[Alike]:
    """Open or recent cases of the caller's subtree that may be the same matter, best first."""
    numbers = mine.all()[:CASE_FEATURES]
    if not numbers or not caller.path:
        return ()
    padded = (*numbers, *[NOTHING] * (CASE_FEATURES - len(numbers)))
    probes = connection.exec_driver_sql(_PROBES[connection.dialect.name], padded)
    rows = probes.fetchall()
    likely = sorted(_likely(mine, numbers, rows), key=lambda found: -found[1].score)
    ranked = likely[: 4 * SHOWN]
    if not ranked:
        return ()
    first, last = subtree(caller.path)
    reach = {"recent": now - RECENT, "first": first, "last": last}
    shown = connection.execute(_SHOWN, reach | {"case_ids": [found[0] for found in ranked]})
    by_id = {row["case_id"]: row for row in shown.mappings()}
    return [Alike(by_id[found], likeness) for found, likeness in ranked if found in by_id][:SHOWN]


def _likely(
    mine: Features, numbers: Sequence[int], rows: Sequence[Any]
) -> Iterator[tuple[UUID, Likeness]]:
    """Cases that share two features or more. Most rows are of cases that share one by chance."""
    shared: dict[Any, int] = {}
    held: Counter[int] = Counter()
    for bit, case_id in rows:
        shared[case_id] = shared.get(case_id, 0) | bit
        held[bit] += 1
    common = _features(numbers, sum(bit for bit, count in held.items() if count >= CAP))
    for case_id, bits in shared.items():
        if bits & (bits - 1):
            likeness = score(_features(numbers, bits), mine, common)
            if likeness is not None:
                yield case_id if isinstance(case_id, UUID) else UUID(case_id), likeness


def _features(numbers: Sequence[int], bits: int) -> set[int]:
    return {feature for at, feature in enumerate(numbers) if bits >> at & 1}
