"""Counters of a site move with it when it is delegated to another node: they go before its cases.

A site without a row is numbered here. The counters leave when the node that has the site now takes
them, and come back when they are adopted; between the two no node gives a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from intake.domain import numbering as words
from intake.errors import NumberingAwaited, NumberingForeign, NumberingMoved
from intake.storage.statements import counters
from intake.storage.tables import counter, numbering
from kernel.unit_of_work import UnitOfWork

HERE, AWAY, AWAITED = "here", "away", "awaited"
OF_NODE = "*"
"""The row that holds the mark of a node that was restored, for sites that come to it later."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What goes with a site: last numbers by series, and the mark of a restore."""

    counters: Mapping[str, int] = field(default_factory=dict)
    mark: str = ""
    mark_until: int = 0


@dataclass(frozen=True, slots=True)
class Released:
    """What was answered to a node that takes a site: numbers, or why there are none (yet)."""

    numbers: Numbers = Numbers()
    awaited: bool = False
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseNumbering:
    """`node` takes the counters of this site; the directory says so since `version`."""

    site: str
    path: str
    node: str
    version: int


@dataclass(frozen=True, slots=True)
class AdoptNumbering:
    """What another node gave for the wait that began in `version`; or who has it (`elsewhere`)."""

    site: str
    path: str
    numbers: Numbers
    version: int
    elsewhere: str = ""


def mark_here(uow: UnitOfWork, site: str, unit: str, year: int) -> str:
    """The mark that numbers of this site and year carry; "" as long as no restore began one.

    Raises:
        NumberingMoved: another node counts for the site; it is named.
        NumberingAwaited: the counters have not come yet.
    """
    row = uow.get(numbering, lock=False, site=site)
    if row is None:
        return ""
    if row["state"] == AWAY:
        raise NumberingMoved(unit=unit, node=row["host"])
    if row["state"] == AWAITED:
        raise NumberingAwaited(unit=unit)
    return str(row["mark"]) if year <= row["mark_until"] else ""


def release_numbering(uow: UnitOfWork, command: ReleaseNumbering) -> Released:
    """Refuse registrations for the site from now on; answer its counters, each time the same.

    None are answered while they have not come here yet, nor when another node has taken them.
    """
    row = uow.get(numbering, site=command.site)
    state = row["state"] if row is not None else HERE
    if state == AWAITED:
        return Released(awaited=True)
    if row is not None and state == AWAY and row["peer"] not in {"", command.node}:
        return Released(elsewhere=row["peer"])
    if row is None or (state, row["peer"]) != (AWAY, command.node):
        version = max(command.version, row["version"] if row is not None else 0)
        host = row["host"] if row is not None and state == AWAY else command.node
        put(uow, command.site, state=AWAY, peer=command.node, host=host, version=version)
    return Released(_numbers(uow, command, row))


def _numbers(uow: UnitOfWork, command: ReleaseNumbering, row: Row | None) -> Numbers:
    mine = words.all_series(command.path)
    found = {series: value for series, value in uow.query(counters()) if series.startswith(mine)}
    if row is None:
        return Numbers(found)
    return Numbers(found, row["mark"], row["mark_until"])


def adopt_numbering(uow: UnitOfWork, command: AdoptNumbering, *, node: str) -> bool:
    """Count on from the given numbers, or pass them on; True when nothing is waited for any more.

    Only the wait of that version ends: what was given for an earlier one comes too late. At a node
    that was restored numbers go on marked, because it may have counted for the site before.
    """
    row = uow.get(numbering, site=command.site)
    if row is None or row["state"] != AWAITED:
        return True
    if row["version"] != command.version:
        return False
    here = row["host"] == node
    if command.elsewhere:
        if not here:
            put(uow, command.site, state=AWAY, peer=command.elsewhere)
        return not here
    _count_on(uow, command)
    mark, until = _mark_of(uow, command)
    put(uow, command.site, state=HERE if here else AWAY, peer="", mark=mark, mark_until=until)
    return True


def _count_on(uow: UnitOfWork, command: AdoptNumbering) -> None:
    mine = words.all_series(command.path)
    for series, value in command.numbers.counters.items():
        if not series.startswith(mine) or not 0 <= value < words.MOST:
            raise NumberingForeign(site=command.site)
        row = uow.get(counter, series=series)
        if row is None:
            uow.insert(counter, {"series": series, "value": value})
        elif row["value"] < value:
            uow.update(counter, {"series": series}, {"value": value})


def _mark_of(uow: UnitOfWork, command: AdoptNumbering) -> tuple[str, int]:
    """A node that was restored has a mark, and so may the node that gave the numbers.

    Which of two was restored later they do not say, and the later restore may have lost numbers
    of the other one's series: so they go on in a third.
    """
    own, came = uow.get(numbering, site=OF_NODE), command.numbers
    if own is None or own["mark_until"] < came.mark_until:
        return came.mark, came.mark_until
    mark, until = own["mark"], own["mark_until"]
    if came.mark_until == until and came.mark != mark:
        return words.third_mark(uow.now, mark, came.mark), until
    return mark, until


def put(uow: UnitOfWork, site: str, **values: Any) -> None:
    """Write where a site's numbers stand; what is not given stays."""
    if uow.get(numbering, site=site) is not None:
        uow.update(numbering, {"site": site}, {**values, "at": uow.now})
        return
    blank = {"peer": "", "host": "", "version": 0, "mark": "", "mark_until": 0}
    uow.insert(numbering, {**blank, **values, "site": site, "at": uow.now})
