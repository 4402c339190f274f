"""Who should mediate: a ranked suggestion with its reasons. A person decides.

Who may not mediate is left out with the ground (回避, leave, load); who may is ranked by the
parties' choice, field, language, load and distance in the tree, always in the same order for the
same facts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from kernel.divisions import Division
from mediation.domain.joining import Joined
from mediation.domain.words import MediationKind, Side

STAYED = "holder_changed"
"""On an assignment that is still open: the mediator stayed at an earlier holder of the case."""
MEDIATES = "mediates"
"""Why an account reads a case (`case_access`) that a unit of others holds."""
NOWHERE = "000"
"""Token of a path that the site's tier does not have."""


class Bar(Enum):
    """Why somebody is not suggested; the value is the key of its text in the catalogue."""

    ENDED = "MEDIATOR_ENDED"
    OTHER_KIND = "MEDIATOR_OTHER_KIND"
    ABOUT = "MEDIATOR_ABOUT"
    INTEREST = "MEDIATOR_INTEREST"
    RECUSED = "MEDIATOR_RECUSED"
    ON_LEAVE = "MEDIATOR_ON_LEAVE"
    FULL = "MEDIATOR_FULL"

    @property
    def conflict(self) -> bool:
        """Whether it is a conflict of interest, which no choice of the parties heals."""
        return self in {Bar.ABOUT, Bar.INTEREST, Bar.RECUSED}


class Ground(StrEnum):
    """Why somebody is suggested; the value is the key of its text in the catalogue."""

    CHOSEN_BY_BOTH = "MEDIATOR_CHOSEN_BY_BOTH"
    CHOSEN_BY_ONE = "MEDIATOR_CHOSEN_BY_ONE"
    FIELD = "MEDIATOR_FIELD"
    LANGUAGE = "MEDIATOR_LANGUAGE"
    FREE = "MEDIATOR_FREE"
    NEAR = "MEDIATOR_NEAR"
    FAR = "MEDIATOR_FAR"
    OVER_LIMIT = "MEDIATOR_OVER_LIMIT"


POINTS = {
    Ground.CHOSEN_BY_BOTH: 1000,
    Ground.CHOSEN_BY_ONE: 120,
    Ground.FIELD: 100,
    Ground.LANGUAGE: 60,
    Ground.FREE: 50,  # for somebody with nothing on the desk; a share of it for others
    Ground.NEAR: 40,  # in the holder's own site; a step less for each step in the tree, then FAR
    Ground.OVER_LIMIT: -200,
}
STEP = 10
"""Points lost for each step in the tree."""
MOST_STEPS = 6
"""From a village to one of another county: three steps up and three down."""
NEARBY = 1
"""Steps up to which somebody is near: the holder's site, the one above it, those right below."""


class Mediator(NamedTuple):
    """What is known of a mediator, by codes and ids. `staff` is the id to sign in with."""

    mediator_id: UUID
    unit: str
    site: str
    path: str
    fields: frozenset[str]
    kinds: frozenset[MediationKind] = frozenset({MediationKind.PEOPLES})
    languages: frozenset[str] = frozenset()
    load: int = 0
    limit: int = 10
    leave: tuple[tuple[date, date], ...] = ()
    interests: frozenset[str] = frozenset()
    staff: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """What is to be mediated. `touched` are ids of the case, its parties and their units."""

    path: str
    kind: MediationKind
    category: str
    day: date
    languages: frozenset[str] = frozenset()
    about_units: frozenset[str] = frozenset()
    about_staff: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()
    chosen: Mapping[Side, frozenset[UUID]] = field(default_factory=dict)
    objected: Mapping[Side, frozenset[UUID]] = field(default_factory=dict)
    one_side_replaces: bool = True
    joined: frozenset[Joined] = frozenset()


class Reason(NamedTuple):
    """One ground and the points it gave."""

    ground: Ground
    points: int


class Suggested(NamedTuple):
    """A mediator who may be assigned, with the score and what it is made of."""

    mediator_id: UUID
    score: int
    reasons: tuple[Reason, ...]


class Barred(NamedTuple):
    """A mediator who may not, and why."""

    mediator_id: UUID
    bar: Bar


@dataclass(frozen=True, slots=True)
class Suggestion:
    """All who may, best first, and all who may not, by id."""

    ranked: tuple[Suggested, ...]
    barred: tuple[Barred, ...]


def suggest(mediators: Iterable[Mediator], matter: Matter) -> Suggestion:
    """Rank mediators for a matter; among equals the one with the lowest id, so never by chance."""
    both, one = _choices(matter.chosen)
    recused = recused_by(matter.objected, one_side=matter.one_side_replaces)
    near = _Nearness(matter.path)
    ranked, barred = [], []
    for mediator in mediators:
        bar = bar_of(mediator, matter, recused, chosen=bool(both) and mediator.mediator_id in both)
        if bar is not None:
            barred.append(Barred(mediator.mediator_id, bar))
            continue
        reasons = (*_chosen(mediator, both, one), *_fit(mediator, matter), near[mediator.path])
        score = sum([points for _, points in reasons])
        ranked.append(Suggested(mediator.mediator_id, score, reasons))
    # Sorted by plain numbers: comparing ids as such would take most of the time.
    ranked.sort(key=lambda suggested: (-suggested.score, suggested.mediator_id.int))
    barred.sort(key=lambda left_out: left_out.mediator_id.int)
    return Suggestion(tuple(ranked), tuple(barred))


def bar_of(
    mediator: Mediator, matter: Matter, recused: frozenset[UUID], *, chosen: bool = False
) -> Bar | None:
    """Why a mediator may not take a matter; None when nothing is in the way.

    The limit of load gives way to the choice of both sides, an interest never does.
    """
    if mediator.ended:
        return Bar.ENDED
    if not of_kind(mediator, matter):
        return Bar.OTHER_KIND
    conflict = _conflict(mediator, matter, recused)
    if conflict is not None:
        return conflict
    if mediator.leave and any(first <= matter.day <= last for first, last in mediator.leave):
        return Bar.ON_LEAVE
    return Bar.FULL if mediator.load >= mediator.limit and not chosen else None


def of_kind(mediator: Mediator, matter: Matter) -> bool:
    """Whether a mediator does the leading kind, or a joined one for the body that joined."""
    if matter.kind in mediator.kinds:
        return True
    bodies = {mediator.unit, mediator.site}
    return any(one.kind in mediator.kinds and one.unit in bodies for one in matter.joined)


def _conflict(mediator: Mediator, matter: Matter, recused: frozenset[UUID]) -> Bar | None:
    about = matter.about_units
    if mediator.unit in about or mediator.site in about or mediator.staff in matter.about_staff:
        return Bar.ABOUT
    if not mediator.interests.isdisjoint(matter.touched):
        return Bar.INTEREST
    return Bar.RECUSED if recused and mediator.mediator_id in recused else None


def recused_by(objected: Mapping[Side, frozenset[UUID]], *, one_side: bool) -> frozenset[UUID]:
    """Who is replaced at the parties' request: one side's is enough where the profile says so."""
    both, one = _choices(objected)
    return both | one if one_side else both


def _choices(named: Mapping[Side, frozenset[UUID]]) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Those whom both sides named, and those whom one side did."""
    sides = [named.get(side, frozenset()) for side in Side]
    both = frozenset.intersection(*sides)
    return both, frozenset().union(*sides) - both


class _Nearness(dict[str, Reason]):
    """What the way from the matter's site costs, worked out once for each path."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._here = tuple(path.split("."))

    def __missing__(self, path: str) -> Reason:
        reason = self[path] = _WAYS[distance(self._here, tuple(path.split(".")))]
        return reason


_WAYS = tuple(
    Reason(Ground.NEAR if steps <= NEARBY else Ground.FAR, POINTS[Ground.NEAR] - STEP * steps)
    for steps in range(MOST_STEPS + 1)
)
_BOTH, _ONE, _FIELD, _LANGUAGE, _OVER = (
    Reason(ground, POINTS[ground])
    for ground in (
        Ground.CHOSEN_BY_BOTH,
        Ground.CHOSEN_BY_ONE,
        Ground.FIELD,
        Ground.LANGUAGE,
        Ground.OVER_LIMIT,
    )
)
_FREE = POINTS[Ground.FREE]


def _chosen(mediator: Mediator, both: frozenset[UUID], one: frozenset[UUID]) -> tuple[Reason, ...]:
    if both and mediator.mediator_id in both:
        return (_BOTH,)
    return (_ONE,) if one and mediator.mediator_id in one else ()


def _fit(mediator: Mediator, matter: Matter) -> list[Reason]:
    """Field, language and load."""
    found = [_FIELD] if matter.category in mediator.fields else []
    if matter.languages and matter.languages <= mediator.languages:
        found.append(_LANGUAGE)
    if mediator.load >= mediator.limit:
        found.append(_OVER)
    else:
        found.append(_room(mediator.load, mediator.limit))
    return found


@lru_cache(maxsize=4096)
def _room(load: int, limit: int) -> Reason:
    """The same for all who have as much on the desk."""
    return Reason(Ground.FREE, _FREE - taken(load, limit))


def taken(load: int, limit: int) -> int:
    """Points that what is on the desk takes; more than all of them from whom it bars."""
    return _FREE - _FREE * (limit - load) // limit if load < limit else _FREE + 1


def distance(here: tuple[str, ...], there: tuple[str, ...]) -> int:
    """Steps in the tree between two sites: up to the common ancestor and down again."""
    if here == there:
        return 0
    shared = 0 if here[0] != there[0] else 1 if here[1] != there[1] else 2
    apart = (*here[shared:], *there[shared:])
    return len(apart) - apart.count(NOWHERE)


def works_at(path: str, holder: str) -> bool:
    """Whether somebody of a site belongs to the holder of a case or below it, by their paths."""
    return Division.from_path(path).is_within(Division.from_path(holder))


def stayed_behind(assignment: Mapping[str, Any]) -> bool:
    """Whether a row of an assignment waits for somebody else in the mediator's place."""
    return assignment["ended_at"] is None and bool(assignment["why"] == STAYED)
