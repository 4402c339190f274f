"""Who of the register may be among the best for a matter: found by the database, ranked elsewhere.

The statement weighs with the points of `domain.assignment` and leaves out whom that would bar, so
that only some dozens are read; their order and reasons are the domain's alone. Nobody who belongs
among the best is left out: the tests hold it against the ranking of the whole register.
"""

from collections import defaultdict
from functools import lru_cache, partial
from typing import Any

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
    func,
    literal,
    not_,
    or_,
    select,
)

from mediation.domain.assignment import NOWHERE, POINTS, STEP, Ground, Matter, Mediator, recused_by
from mediation.storage.mediators import mediator_from
from mediation.storage.tables_people import mediator, mediator_interest, mediator_leave

BEST, OWN = 30, 50
"""How many are read: the best, and of the holder's own site whatever is against them."""
TOWN_AT, VILLAGE_AT = 8, 12
"""Where the tokens of a path begin: six, three and three digits, a point between them."""
_me = mediator.c
_path = bindparam("path", type_=Text)


def candidates(connection: Connection, matter: Matter) -> list[Mediator]:
    """The best for the matter, all whom a side chose, and those of the holder's own site.

    Leave and interests are read of those who may be barred; the best have none in the way.
    """
    values = _values(matter)
    languages = {f"language{n}": f"% {one} %" for n, one in enumerate(sorted(matter.languages))}
    best = connection.execute(_best(len(languages)), values | languages).mappings()
    found = {row["mediator_id"]: mediator_from(row, (), ()) for row in best}
    asked = connection.execute(_ASKED, {name: values[name] for name in ("path", "chosen")})
    rows = [row for row in asked.mappings() if row["mediator_id"] not in found]
    ids = {"ids": [row["mediator_id"] for row in rows]}
    leave, interests = defaultdict(list), defaultdict(set)
    for row in connection.execute(_LEAVE, ids).mappings() if rows else ():
        leave[row["mediator_id"]].append((row["first_on"], row["last_on"]))
    for row in connection.execute(_INTERESTS, ids).mappings() if rows else ():
        interests[row["mediator_id"]].add(row["subject"])
    return [*found.values()] + [
        mediator_from(row, leave[row["mediator_id"]], interests[row["mediator_id"]]) for row in rows
    ]


def _values(matter: Matter) -> dict[str, Any]:
    county, town, village = matter.path.split(".")
    up = (town != NOWHERE) + (village != NOWHERE)
    recused = recused_by(matter.objected, one_side=matter.one_side_replaces)
    return {
        "path": matter.path,
        "town": f"{county}.{town}.",
        "county": f"{county}.",
        "up_town": int(village != NOWHERE),
        "up_county": up,
        "up_far": up + (county != NOWHERE) + 1,
        "day": matter.day,
        "category": f"% {matter.category} %",
        "kind": f"% {matter.kind.value} %",
        "about": sorted(matter.about_units),
        "about_staff": sorted(matter.about_staff),
        "touched": sorted(matter.touched),
        "recused": sorted(recused),
        "chosen": sorted(frozenset().union(*matter.chosen.values())),
    }


def _among(column: ColumnElement[Any], name: str, kind: Any = Text) -> ColumnElement[bool]:
    return column.in_(bindparam(name, expanding=True, type_=kind))


def _has(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether a code is among those of a column, which has spaces between them."""
    return (literal(" ") + column + " ").like(bindparam(name, type_=Text))


def _steps() -> ColumnElement[int]:
    """Steps in the tree: up from the matter's site to the common ancestor, down to the other."""
    in_town = case((func.substr(_me.path, VILLAGE_AT, 3) == NOWHERE, 0), else_=1)
    down = case((func.substr(_me.path, TOWN_AT, 3) == NOWHERE, 0), else_=1) + in_town
    up = partial(bindparam, type_=Integer)
    return case(
        (_me.path == _path, 0),
        (
            func.substr(_me.path, 1, VILLAGE_AT - 1) == bindparam("town", type_=Text),
            up("up_town") + in_town,
        ),
        (
            func.substr(_me.path, 1, TOWN_AT - 1) == bindparam("county", type_=Text),
            up("up_county") + down,
        ),
        else_=up("up_far") + down,
    )


@lru_cache
def _best(languages: int) -> Select[Any]:
    """The best who may, by the weights the rule gives; with that many languages asked for."""
    day = bindparam("day", type_=Date)
    away = select(mediator_leave.c.mediator_id).where(
        mediator_leave.c.first_on <= day, mediator_leave.c.last_on >= day
    )
    biased = select(mediator_interest.c.mediator_id).where(
        _among(mediator_interest.c.subject, "touched")
    )
    about = (_among(_me.unit, "about"), _among(_me.site, "about"), _among(_me.staff, "about_staff"))
    may = (
        _me.ended.is_(False),
        _has(_me.kinds, "kind"),
        _me.load < _me.load_limit,
        not_(or_(*about, _among(_me.mediator_id, "recused", Uuid))),
        _me.mediator_id.not_in(away),
        _me.mediator_id.not_in(biased),
    )
    order = (_weight(languages).desc(), _me.mediator_id)
    return select(mediator).where(*may).order_by(*order).limit(BEST)


def _weight(languages: int) -> ColumnElement[int]:
    room = POINTS[Ground.FREE] * (_me.load_limit - _me.load) // func.nullif(_me.load_limit, 0)
    field = case((_has(_me.fields, "category"), POINTS[Ground.FIELD]), else_=0)
    weight = field + room - STEP * _steps()
    if languages:
        speaks = [_has(_me.languages, f"language{n}") for n in range(languages)]
        weight += case((and_(*speaks), POINTS[Ground.LANGUAGE]), else_=0)
    return weight


_ASKED = (
    select(mediator)
    .where(or_(_among(_me.mediator_id, "chosen", Uuid), _me.path == _path))
    .order_by(not_(_among(_me.mediator_id, "chosen", Uuid)), _me.mediator_id)
    .limit(OWN)
)
_LEAVE = select(mediator_leave).where(_among(mediator_leave.c.mediator_id, "ids", Uuid))
_INTERESTS = select(mediator_interest).where(_among(mediator_interest.c.mediator_id, "ids", Uuid))
