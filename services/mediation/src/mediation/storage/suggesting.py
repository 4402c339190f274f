"""Who of the register may be among the best for a matter: found by the database, ranked elsewhere.

The points are those of `domain.assignment`. At equal fitness two mediators differ by what is on
their desk alone where they are equally far: so the best of a field are the first of each distance,
in the order of an index, however many have the field. Those without it are looked at only where
they could outdo the thirtieth who has. Their order and reasons are the domain's alone. Nobody who
belongs among the best is left out: the tests hold it against the ranking of the whole register.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    literal,
    literal_column,
    not_,
    or_,
    select,
    union_all,
)

from mediation.domain.assignment import NOWHERE, POINTS, STEP, Ground, Matter, Mediator, recused_by
from mediation.storage.fields import ANY
from mediation.storage.mediators import mediator_from
from mediation.storage.tables_people import (
    mediator,
    mediator_field,
    mediator_interest,
    mediator_leave,
)

BEST, OWN = 30, 50
"""How many are read: the best, and of the holder's own site whatever is against them."""
MOST = POINTS[Ground.FREE] + POINTS[Ground.NEAR]
"""Points of somebody at the holder's site with nothing on the desk."""
_me, _by = mediator.c, mediator_field.c


def candidates(connection: Connection, matter: Matter) -> list[Mediator]:
    """The best for the matter, all whom a side chose, and those of the holder's own site.

    Of leave and interests they have what is in the way of this matter.
    """
    values = _values(matter)
    interests = defaultdict(set)
    for mediator_id, subject in connection.execute(_BIASED, values).all():
        interests[mediator_id].add(subject)
    recused = recused_by(matter.objected, one_side=matter.one_side_replaces)
    values["kept_out"] = [*recused, *interests]
    chosen = frozenset().union(*matter.chosen.values())
    values |= {"ids": [*_best_of(connection, matter, values) | chosen], "chosen": [*chosen]}
    values["own"] = max(0, OWN - len(chosen))
    known = {}
    for row in connection.execute(_READ, values).mappings().all():
        leave = [(row["first_on"], row["last_on"])] if row["first_on"] else ()
        known[row["mediator_id"]] = mediator_from(row, leave, interests.get(row["mediator_id"], ()))
    return [*known.values()]


class _Fit(NamedTuple):
    """Those who have the field, or whoever; who speak the languages, or whoever."""

    field: str
    speaks: bool
    most: int
    """Points of the best imaginable."""


def _fits(matter: Matter) -> Iterator[_Fit]:
    """From those who fit best."""
    for field in (matter.category, ANY) if matter.category else (ANY,):
        most = MOST + (POINTS[Ground.FIELD] if field else 0)
        if matter.languages:
            yield _Fit(field, speaks=True, most=most + POINTS[Ground.LANGUAGE])
        yield _Fit(field, speaks=False, most=most)


def _best_of(connection: Connection, matter: Matter, values: Mapping[str, Any]) -> frozenset[UUID]:
    """The best, found by falling fitness until nobody who fits less could outdo them."""
    points: dict[UUID, int] = {}  # at least
    filters = _filters(values)
    for fit in _fits(matter):
        if sum(some > fit.most for some in points.values()) >= BEST:
            break
        query = _best(len(matter.languages) if fit.speaks else 0, filters)
        for mediator_id, lost in connection.execute(query, {**values, "field": fit.field}).all():
            points.setdefault(mediator_id, fit.most - lost)
    return frozenset(sorted(points, key=lambda one: (-points[one], one.int))[:BEST])


def _filters(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Which of the rarer grounds against somebody there are in this matter at all."""
    return tuple(name for name in ("about", "about_staff", "kept_out") if values[name])


def _values(matter: Matter) -> dict[str, Any]:
    county, town, village = matter.path.split(".")
    up = (town != NOWHERE) + (village != NOWHERE)
    languages = {f"language{n}": f"% {one} %" for n, one in enumerate(sorted(matter.languages))}
    return languages | {
        "path": matter.path,
        "county": county,
        "town": town,
        "village": village,
        "beside": (village != NOWHERE) + 1,
        "up_county": up,
        "up_far": up + (county != NOWHERE) + 1,
        "day": matter.day,
        "kind": matter.kind.value,
        "about": sorted(matter.about_units),
        "about_staff": sorted(matter.about_staff),
        "touched": sorted(matter.touched),
    }


def _among(column: ColumnElement[Any], name: str, kind: Any = Text) -> ColumnElement[bool]:
    return column.in_(bindparam(name, expanding=True, type_=kind))


def _text(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    return column == bindparam(name, type_=Text)


def _number(value: int) -> ColumnElement[int]:
    """A constant of the rule; it stands in the statement, which has many of them."""
    return literal_column(str(value), Integer)


def _has(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether a code is among those of a column, which has spaces between them."""
    return (literal(" ") + column + " ").like(bindparam(name, type_=Text))


@lru_cache
def _best(languages: int, filters: tuple[str, ...]) -> Select[Any]:
    """The best of a field who may, with the points each lost to distance and load."""
    may = _may(languages, filters)
    beside, up_county, up_far = (
        bindparam(name, type_=Integer) for name in ("beside", "up_county", "up_far")
    )
    county = bindparam("county", type_=Text)
    own_town = (_by.county == county, _text(_by.town, "town"))
    down = _by.depth == _number(1)
    near = case((_text(_by.village, "village"), _number(0)), (down, _number(1)), else_=beside)
    parts = [_first((*may, *own_town), near, _by.taken + _number(STEP) * near)]
    for depth in range(3):
        own_county = (
            _by.county == county,
            _by.depth == _number(depth),
            not_(_text(_by.town, "town")),
        )
        parts.append(_first((*may, *own_county), up_county + _number(depth), _by.taken))
    for elsewhere in (_by.county < county, _by.county > county):
        far = up_far + _by.depth
        parts.append(_first((*may, elsewhere), far, _by.taken + _number(STEP) * far))
    every = union_all(*parts).subquery()
    return select(every).order_by(every.c.lost, every.c.mediator_id).limit(_number(BEST))


def _first(
    where: tuple[ColumnElement[bool], ...], steps: ColumnElement[int], order: ColumnElement[int]
) -> Select[Any]:
    """The first of one part of the tree; of equals the one with the lowest id."""
    found = select(_by.mediator_id, (_by.taken + _number(STEP) * steps).label("lost")).where(*where)
    return select(found.order_by(order, _by.mediator_id).limit(_number(BEST)).subquery())


def _away(mediator_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Of a row of leave: it is this mediator's and covers the day."""
    day, leave = bindparam("day", type_=Date), mediator_leave.c
    return and_(leave.mediator_id == mediator_id, leave.first_on <= day, leave.last_on >= day)


def _may(languages: int, filters: tuple[str, ...]) -> tuple[ColumnElement[bool], ...]:
    """Found by kind and field, with room on the desk, and nothing in the way."""
    may = [
        _text(_by.kind, "kind"),
        _text(_by.field, "field"),
        _by.taken <= _number(POINTS[Ground.FREE]),
        ~exists().where(_away(_by.mediator_id)),
    ]
    if "kept_out" in filters:
        may.append(not_(_among(_by.mediator_id, "kept_out", Uuid)))
    about = [_among(_me.unit, "about"), _among(_me.site, "about")] if "about" in filters else []
    about += [_among(_me.staff, "about_staff")] if "about_staff" in filters else []
    speaks = [_has(_me.languages, f"language{n}") for n in range(languages)]
    own = [*speaks, *([not_(or_(*about))] if about else [])]
    if own:
        may.append(exists().where(_me.mediator_id == _by.mediator_id, *own))
    return tuple(may)


_BIASED = select(mediator_interest.c.mediator_id, mediator_interest.c.subject).where(
    _among(mediator_interest.c.subject, "touched")
)
_OWN = (
    select(_me.mediator_id)
    .where(_text(_me.path, "path"), not_(_among(_me.mediator_id, "chosen", Uuid)))
    .order_by(_me.mediator_id)
    .limit(bindparam("own", type_=Integer))
)
_READ = (
    select(mediator, mediator_leave.c.first_on, mediator_leave.c.last_on)
    .outerjoin(mediator_leave, _away(_me.mediator_id))
    .where(or_(_among(_me.mediator_id, "ids", Uuid), _me.mediator_id.in_(_OWN)))
)
