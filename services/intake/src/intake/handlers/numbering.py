"""Counters of a site move with it when it is delegated to another node: they go first."""

from collections.abc import Mapping
from dataclasses import dataclass

from intake.domain.numbering import site_code
from intake.storage.statements import counters
from intake.storage.tables import counter, numbering_moved
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ReleaseNumbering:
    """No more numbers for this site from this node."""

    site: str
    path: str


@dataclass(frozen=True, slots=True)
class AdoptNumbering:
    """Numbers for this site from this node, above these."""

    site: str
    counters: Mapping[str, int]


def release_numbering(uow: UnitOfWork, command: ReleaseNumbering) -> dict[str, int]:
    """Refuse registrations for the site from now on; answer its counters, each time the same."""
    if uow.get(numbering_moved, site=command.site) is None:
        uow.insert(numbering_moved, {"site": command.site, "at": uow.now})
    mine = f"case:{site_code(command.path)}:"
    found = uow.query(counters())
    return {series: value for series, value in found if series.startswith(mine)}


def adopt_numbering(uow: UnitOfWork, command: AdoptNumbering) -> None:
    """Count on from the given numbers; a counter that is further stays."""
    if uow.get(numbering_moved, site=command.site) is not None:
        uow.delete(numbering_moved, site=command.site)
    for series, value in command.counters.items():
        row = uow.get(counter, series=series)
        if row is None:
            uow.insert(counter, {"series": series, "value": value})
        elif row["value"] < value:
            uow.update(counter, {"series": series}, {"value": value})
