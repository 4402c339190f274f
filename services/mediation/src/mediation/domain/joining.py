"""联合调解: which kinds mediate one case together, and who of them may be assigned to it."""

from typing import NamedTuple

from mediation.domain.opening import ADMINISTRATIVE, JUDICIAL, KINDS_OF, PEOPLES
from mediation.domain.words import MediationKind

JOINED_TO: dict[MediationKind, frozenset[MediationKind]] = {
    # 三调联动: each kind may help each other one; the law of the leading kind governs.
    PEOPLES: frozenset({ADMINISTRATIVE, JUDICIAL}),
    ADMINISTRATIVE: frozenset({PEOPLES, JUDICIAL}),
    JUDICIAL: frozenset({PEOPLES, ADMINISTRATIVE}),
}
"""Kinds that may be joined to the leading one. Joining changes neither procedure nor clock."""


class Joined(NamedTuple):
    """A body of another kind that mediates beside the leading one."""

    kind: MediationKind
    unit: str


def may_be_joined(procedure: str) -> bool:
    """Whether a case under this procedure is mediated at all; on a statutory route nobody joins."""
    return bool(KINDS_OF.get(procedure))
