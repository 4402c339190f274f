"""Read-only headers of cases held elsewhere: for supervision, lists and tracking."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.domain.events import CaseStepped, CustodyChanged, DuesChanged, HeaderChanged, Step
from routing.domain.words import Custody
from routing.errors import NotYourHandover
from routing.handlers import branches
from routing.handlers.casefile import TOLD_ON_CUSTODY, TOLD_ON_DUES, links_for
from routing.node import Node
from routing.storage import cases
from routing.storage.tables import case_row

OWN_COLUMNS = frozenset({"case_id", "version", "epoch", "custody"})
DOWN = "down."
HOLDER = TOLD_ON_CUSTODY - OWN_COLUMNS


@dataclass(frozen=True, slots=True)
class KeepHeader:
    """A header that came over a link (`up`, or `down.<child>` seen from the neighbour)."""

    row: Mapping[str, Any]
    clocks: Mapping[str, str]
    steps: tuple[Step, ...]
    came_by: str


def keep(uow: UnitOfWork, command: KeepHeader, *, node: Node) -> None:
    """Keep a newer header and pass it on to the nodes that are owed it.

    Raises NotYourHandover: a child tells of a case, or of an epoch of it, that its branch had not.
    """
    came = dict(command.row)
    known = uow.get(case_row, case_id=came["case_id"])
    is_older = known is not None and _is_older(came, known)
    if command.came_by.startswith(DOWN):
        _refuse_foreign(uow, node, command, known, is_older=is_older)
    unheard = _keep_steps(uow, command)
    if known is not None and is_older:
        _pass_on(uow, known, unheard, node=node, came_by=command.came_by)
        return
    if known is None:
        own = {"custody": Custody.NONE, "version": 1, "told_epoch": came["epoch"]}
        uow.insert(case_row, came | own)
    else:
        kept = {name: value for name, value in came.items() if name not in OWN_COLUMNS}
        kept["told_epoch"] = came["epoch"]
        if known["custody"] == Custody.NONE:
            kept["epoch"] = came["epoch"]
        uow.update(case_row, {"case_id": came["case_id"]}, kept | {"version": known["version"] + 1})
    told = as_told(dict(uow.get(case_row, case_id=came["case_id"]) or {}))
    if known is None or known["told_epoch"] != came["epoch"] or _differs(told, known, HOLDER):
        uow.emit(CustodyChanged(told, ()))
    if known is None or _differs(told, known, TOLD_ON_DUES):
        uow.emit(DuesChanged(told))
    links = links_for(node, told, came_by=command.came_by)
    uow.emit(HeaderChanged(told, dict(command.clocks), command.steps), links=links)


def _keep_steps(uow: UnitOfWork, command: KeepHeader) -> tuple[Step, ...]:
    """Put them into the timeline; those that it had not."""
    unheard = tuple(new for new in command.steps if cases.add_step(uow, new))
    for new in command.steps:
        uow.emit(CaseStepped(command.row, new))
    return unheard


def _pass_on(
    uow: UnitOfWork, known: Mapping[str, Any], late: tuple[Step, ...], *, node: Node, came_by: str
) -> None:
    """Steps that came after a newer header go on with that one; the others have it already."""
    told = as_told(known) if known["custody"] == Custody.NONE else known
    onward = [link for link in links_for(node, told, came_by=came_by) if link != "local"]
    if late and onward:
        uow.emit(HeaderChanged(told, {}, late), links=onward)


def as_told(row: Mapping[str, Any]) -> dict[str, Any]:
    """The header of a case that is elsewhere, with the numbers that it was told under."""
    said = {"epoch": row["told_epoch"], "version": row["told_version"], "custody": Custody.NONE}
    return dict(row) | said


def _refuse_foreign(
    uow: UnitOfWork,
    node: Node,
    command: KeepHeader,
    known: Mapping[str, Any] | None,
    *,
    is_older: bool,
) -> None:
    """A child speaks of its own branch; each step is judged by the epoch it was made at.

    No step is later than the header it comes with: it would take the place of one still to come.
    """
    child = command.came_by.removeprefix(DOWN)
    if not is_older:
        branches.refuse_foreign(uow, node, known, child)
    for other in {step.case_id for step in command.steps} - {command.row["case_id"]}:
        raise NotYourHandover(case_id=other)
    for epoch in {step.epoch for step in command.steps}:
        if epoch > command.row["epoch"]:
            raise NotYourHandover(case_id=command.row["case_id"])
        branches.refuse_foreign_time(uow, node, known, child, epoch)


def _differs(told: Mapping[str, Any], known: Mapping[str, Any], names: frozenset[str]) -> bool:
    """Whether the services of this node have still to be told one of these."""
    return any(told[name] != known[name] for name in names)


def _is_older(came: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """A node that has the case itself knows better; else the higher epoch, then the later version.

    Within an epoch all headers come from one node, whose versions only rise; clocks are not asked.
    """
    if known["custody"] != Custody.NONE and known["epoch"] >= came["epoch"]:
        return True
    told = (known["told_epoch"], known["told_version"])
    return bool((came["epoch"], came["told_version"]) <= told)
