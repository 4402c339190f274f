"""Who stands where to a case: its holder, those above it, and who may read it from now on."""

from kernel.scope import Level
from kernel.unit_of_work import UnitOfWork
from routing.commands.ending import Seen
from routing.domain.events import CustodyChanged
from routing.domain.route import is_above
from routing.errors import CaseEnded, NotTheHolder, NotTheSuperior
from routing.handlers.casefile import CaseFile
from routing.node import Node
from routing.storage import cases


def as_holder(uow: UnitOfWork, node: Node, command: Seen) -> CaseFile:
    """The case, as its holder saw it and as it still is.

    Raises:
        CaseUnknown, CustodyMoved, StaleVersion: not here, or not as the caller saw it.
        CaseEnded: it has ended.
        NotTheHolder: the caller's unit does not hold it.
    """
    case = CaseFile.open(uow, node, command.case_id)
    case.expect_seen(command.epoch, command.version)
    if case.ended:
        raise CaseEnded(case_id=case.case_id)
    if uow.caller.unit != case.row["holder_unit"]:
        raise NotTheHolder(case_id=case.case_id, holder=case.row["holder_unit"])
    return case


def as_superior(uow: UnitOfWork, node: Node, case: CaseFile) -> None:
    """See that the caller oversees the holder: another unit of its site, or of a site above.

    Raises:
        NotTheSuperior: it does not.
    """
    holder = case.row["holder_unit"]
    if not oversees(node, uow.caller.unit, holder):
        raise NotTheSuperior(unit=holder, site=uow.caller.site)


def oversees(node: Node, unit: str, holder: str) -> bool:
    """Whether a unit is another one of the holder's site, or of a site above it."""
    directory = node.directory()
    if unit not in directory.units or holder not in directory.units:
        return False
    beside = directory.units[unit].site == directory.units[holder].site and unit != holder
    return beside or is_above(directory, unit, holder)


def let_read(uow: UnitOfWork, case: CaseFile, unit: str, why: str) -> None:
    """Let a unit or person read the content, and tell the services of this node."""
    cases.grant(uow, case.case_id, unit, why, Level.CONTENT)
    _tell(uow, case)


def end_reading(uow: UnitOfWork, case: CaseFile, unit: str, why: str) -> None:
    """End what `let_read` began for that reason."""
    cases.end_grant(uow, case.case_id, unit, why)
    _tell(uow, case)


def _tell(uow: UnitOfWork, case: CaseFile) -> None:
    uow.emit(CustodyChanged(dict(case.row), cases.readers(uow, case.case_id)))
