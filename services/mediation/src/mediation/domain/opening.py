"""Which procedures lead to a mediation, and of which kinds."""

from mediation.domain.words import MediationKind

PEOPLES, ADMINISTRATIVE, JUDICIAL = (
    MediationKind.PEOPLES,
    MediationKind.ADMINISTRATIVE,
    MediationKind.JUDICIAL,
)
KINDS_OF: dict[str, frozenset[MediationKind]] = {
    "peoples_mediation": frozenset({PEOPLES}),
    "administrative_mediation": frozenset({ADMINISTRATIVE}),
    # 访调对接: the petition stays one, its clocks run on, and the sides are brought together.
    "petition": frozenset({PEOPLES, ADMINISTRATIVE}),
    # 诉前委派, 委托调解: to a committee, a department, or a judge's own mediator.
    "court_entrusted": frozenset({PEOPLES, ADMINISTRATIVE, JUDICIAL}),
}
"""Kinds that a case may be mediated by, under the procedure it was accepted under."""


def allows(procedure: str, kind: MediationKind) -> bool:
    """Whether a case under this procedure may be mediated by this kind."""
    return kind in KINDS_OF.get(procedure, frozenset())
