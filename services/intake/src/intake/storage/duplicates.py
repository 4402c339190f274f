"""Looking for possible duplicates by blind features: twelve index probes, whatever the size."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, or_, select, text

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

_PROBE = """
  SELECT case_id, {bit} AS bit, COUNT(*) OVER () AS held FROM (
    SELECT case_id FROM case_feature WHERE feature = :f{number}
    ORDER BY case_id DESC LIMIT {cap}) AS p{number}"""
_PROBES = text(
    "SELECT case_id, SUM(bit) AS shared, SUM(CASE WHEN held < {cap} THEN bit ELSE 0 END) AS rare"
    " FROM ({probes}) AS probes GROUP BY case_id HAVING COUNT(*) > 1".format(
        cap=CAP,
        probes=" UNION ALL ".join(
            _PROBE.format(number=number, bit=1 << number, cap=CAP)
            for number in range(CASE_FEATURES)
        ),
    )
).columns(case_id=Uuid)
"""Cases that share two features or more. Grouped in the database: hundreds of rows say little."""
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
    values = {f"f{number}": feature for number, feature in enumerate(padded)}
    rows = connection.execute(_PROBES, values).all()
    ranked = sorted(_likely(mine, numbers, rows), key=lambda found: -found[1].score)[: 4 * SHOWN]
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
    for case_id, shared_bits, rare_bits in rows:
        shared = _features(numbers, int(shared_bits))
        common = _features(numbers, int(shared_bits) & ~int(rare_bits))
        likeness = score(shared, mine, common)
        if likeness is not None:
            yield case_id, likeness


def _features(numbers: Sequence[int], bits: int) -> set[int]:
    return {feature for at, feature in enumerate(numbers) if bits >> at & 1}
