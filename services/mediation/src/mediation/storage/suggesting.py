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
from itertools import chain
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
FILTERS = ("field", "about", "about_staff", "kept_out")
"""What not every matter has."""
_FIELDS, _LEAVE = mediator_field.alias("f"), mediator_leave.alias("l")
_me, _by, _leave = mediator.c, _FIELDS.c, _LEAVE.c
"""By short names: the driver of PostgreSQL keeps no statement of more than 4,096 characters."""


def candidates(connection: Connection, matter: Matter) -> list[Mediator]:
    """The best for the matter, whom a side chose, and those of the holder's site and joined bodies.

    Of leave and interests they have what is in the way of this matter.
    """
    values = _values(matter)
    interests = defaultdict(set)
    for mediator_id, subject in connection.execute(_BIASED, values).all():
        interests[mediator_id].add(subject)
    recused = recused_by(matter.objected, one_side=matter.one_side_replaces)
    values["kept_out"] = kept_out = [*recused, *interests]
    values["each"] = BEST + len(kept_out)
    known = _best_of(connection, matter, values)
    asked = [_ASKED if values["chosen"] else _OWN, *([_JOINED] if values["joined"] else ())]
    rows = chain.from_iterable(connection.execute(one, values).mappings().all() for one in asked)
    for row in rows:
        mediator_id = row["mediator_id"]
        if mediator_id not in known:
            leave = ((row["first_on"], row["last_on"]),) if row["first_on"] else ()
            known[mediator_id] = mediator_from(row, leave, interests.get(mediator_id, ()))
    return [*known.values()]


class _Fit(NamedTuple):
    """A part of the register in which fitness but for distance and load is the same."""

    field: bool
    """Whether they have the field; where there is none, nobody has."""
    speaks: bool
    """Whether they speak the languages; where none is asked for, nobody does."""

    @property
    def most(self) -> int:
        """Points of the best imaginable."""
        field, language = POINTS[Ground.FIELD], POINTS[Ground.LANGUAGE]
        return MOST + field * self.field + language * self.speaks


def _fits(matter: Matter) -> Iterator[_Fit]:
    """From those who fit best; each mediator belongs to one."""
    for field in (True, False) if matter.category else (False,):
        for speaks in (True, False) if matter.languages else (False,):
            yield _Fit(field, speaks)


def _best_of(
    connection: Connection, matter: Matter, values: Mapping[str, Any]
) -> dict[UUID, Mediator]:
    """The best, found by falling fitness until nobody who fits less could outdo them."""
    found: dict[UUID, Mediator] = {}
    points: list[int] = []
    filters = tuple(name for name in FILTERS if values[name])
    for fit in _fits(matter):
        wanted = BEST - sum(some > fit.most for some in points)
        if wanted <= 0:
            break
        query = _best(fit, filters, len(matter.languages))
        asked = {**values, "by": matter.category if fit.field else ANY, "wanted": wanted}
        for row in connection.execute(query, asked).mappings().all():
            found[row["mediator_id"]] = mediator_from(row, (), ())
            points.append(fit.most - row["lost"])
    return found


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
        "field": matter.category,
        "about": sorted(matter.about_units),
        "about_staff": sorted(matter.about_staff),
        "touched": sorted(matter.touched),
        "chosen": sorted(frozenset().union(*matter.chosen.values())),
        "joined": sorted({one.unit for one in matter.joined}),
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
def _best(fit: _Fit, filters: tuple[str, ...], languages: int) -> Select[Any]:
    """The best of these who may, with the points each lost to distance and load."""
    may = _may(fit, filters, languages)
    beside, up_county, up_far = (
        bindparam(name, type_=Integer) for name in ("beside", "up_county", "up_far")
    )
    county = bindparam("county", type_=Text)
    own_town = (_by.county == county, _text(_by.town, "town"))
    down = _by.depth == _number(1)
    near = case((_text(_by.village, "village"), _number(0)), (down, _number(1)), else_=beside)
    parts = [_first((*may, *own_town), near)]
    for depth in range(3):
        own_county = (
            _by.county == county,
            _by.depth == _number(depth),
            not_(_text(_by.town, "town")),
        )
        parts.append(_first((*may, *own_county), up_county + _number(depth), _by.taken))
    elsewhere = (_by.county < county, _by.county > county)
    parts.extend(_first((*may, one), up_far + _by.depth) for one in elsewhere)
    every = union_all(*parts).subquery()
    ordered = select(every).order_by(every.c.lost, every.c.mediator_id)
    if "kept_out" in filters:
        ordered = ordered.where(not_(_among(every.c.mediator_id, "kept_out", Uuid)))
    best = ordered.limit(bindparam("wanted", type_=Integer)).subquery()
    return select(mediator, best.c.lost).join(best, best.c.mediator_id == _me.mediator_id)


def _first(
    where: tuple[ColumnElement[bool], ...],
    steps: ColumnElement[int],
    order: ColumnElement[int] | None = None,
) -> Select[Any]:
    """The first of one part of the tree, by what they lost; of equals the one with the lowest id.

    `order` is a column of the index that tells the same where all of the part are equally far.
    """
    lost = (_by.taken + _number(STEP) * steps).label("lost")
    first = select(_by.mediator_id, lost).where(*where)
    few = bindparam("each", type_=Integer)
    ordered = first.order_by(lost if order is None else order, _by.mediator_id)
    return select(ordered.limit(few).subquery())


def _away(mediator_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Of a row of leave: it is this mediator's and covers the day."""
    day = bindparam("day", type_=Date)
    return and_(_leave.mediator_id == mediator_id, day.between(_leave.first_on, _leave.last_on))


def _may(fit: _Fit, filters: tuple[str, ...], languages: int) -> tuple[ColumnElement[bool], ...]:
    """Found by kind and field, with room on the desk, and nothing in the way."""
    may = [
        _text(_by.kind, "kind"),
        _text(_by.field, "by"),
        _by.taken <= _number(POINTS[Ground.FREE]),
        ~exists().where(_away(_by.mediator_id)),
    ]
    if "field" in filters and not fit.field:
        other = mediator_field.alias("o").c
        may.append(
            ~exists().where(
                other.mediator_id == _by.mediator_id,
                other.kind == _by.kind,
                _text(other.field, "field"),
            )
        )
    about = [_among(_me.unit, "about"), _among(_me.site, "about")] if "about" in filters else []
    about += [_among(_me.staff, "about_staff")] if "about_staff" in filters else []
    own = [not_(or_(*about))] if about else []
    if languages:
        speaks = and_(*(_has(_me.languages, f"language{n}") for n in range(languages)))
        own.append(speaks if fit.speaks else not_(speaks))
    if own:
        may.append(exists().where(_me.mediator_id == _by.mediator_id, *own))
    return tuple(may)


_BIASED = select(mediator_interest.c.mediator_id, mediator_interest.c.subject).where(
    _among(mediator_interest.c.subject, "touched")
)


def _with_leave(asked: Select[Any]) -> Select[Any]:
    """So many of them at most, with leave that covers the day."""
    few = asked.limit(_number(OWN)).subquery()
    away = _away(few.c.mediator_id)
    return select(few, _leave.first_on, _leave.last_on).outerjoin(_LEAVE, away)


_own, _chosen = _text(_me.path, "path"), _among(_me.mediator_id, "chosen", Uuid)
_OWN = _with_leave(select(mediator).where(_own).order_by(_me.mediator_id))
_of_joined = or_(_among(_me.unit, "joined"), _among(_me.site, "joined"))
_JOINED = _with_leave(
    select(mediator).where(_of_joined, _me.ended.is_(False)).order_by(_me.mediator_id)
)
_ASKED = _with_leave(
    select(mediator).where(or_(_chosen, _own)).order_by(not_(_chosen), _me.mediator_id)
)
