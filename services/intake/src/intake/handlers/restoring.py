"""After a restore nobody writes under a grant of the backup, and numbers go on marked.

The case may long be elsewhere, and numbers given since the backup are on paper in somebody's hand.
Registering goes on: a new case is nobody else's, and its number carries the mark of this life.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intake.domain import numbering as words
from intake.handlers.case_part import PART
from intake.handlers.numbering import HERE, OF_NODE, put
from intake.office import day_of
from intake.storage.tables import numbering
from kernel.directory import Directory
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class EnterLife:
    """The node lives in incarnation `number`, `restored` or begun anew; `sites` are its own."""

    number: int
    life: UUID
    begun_at: datetime
    restored: bool
    sites: tuple[str, ...]


def sites_of(directory: Directory | None, node: str) -> tuple[str, ...]:
    """The sites a node hosts by the directory it knew; none before it knew any."""
    if directory is None:
        return ()
    return tuple(site for site in directory.sites if directory.node_of(site) == node)


def enter_life(uow: UnitOfWork, command: EnterLife) -> bool:
    """Once for each life: lock what the backup would let be written, mark the numbers to come."""
    anew = PART.enter_life(uow, command)
    if anew:
        _mark_all(uow, command)
    return anew


def _mark_all(uow: UnitOfWork, command: EnterLife) -> None:
    """Every site this node may have counted for, and those that it learns of later."""
    mark = words.restore_mark(command.begun_at, command.life)
    marked = {"mark": mark, "mark_until": day_of(command.begun_at).year}
    put(uow, OF_NODE, state=HERE, **marked)
    for site in command.sites:
        row = uow.get(numbering, site=site)
        state = HERE if row is None else row["state"]
        put(uow, site, state=state, **marked)
