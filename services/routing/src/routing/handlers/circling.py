"""Anti-circling (防空转): passing on is frozen, and the common superior is asked to designate."""

from kernel.unit_of_work import UnitOfWork
from routing.domain import passing_on
from routing.domain.passing_on import Visit
from routing.domain.route import common_superior
from routing.errors import NeedsDesignation
from routing.handlers import letters
from routing.handlers.casefile import CaseFile
from routing.handlers.limits import limits_of
from routing.storage.tables import visit


def reason_to_freeze(uow: UnitOfWork, case: CaseFile, to_unit: str) -> str:
    """Why handing the case to this unit would be circling; empty when it is not."""
    return passing_on.circles(visits(uow, case), to_unit, limits_of(case, ""))


def visits(uow: UnitOfWork, case: CaseFile) -> list[Visit]:
    """The holdings of the case so far, oldest first, the present one included."""
    rows = sorted(uow.find(visit, case_id=case.case_id), key=lambda row: row["epoch"])
    return [Visit(row["unit"], row["substantive"]) for row in rows]


def freeze(uow: UnitOfWork, case: CaseFile, to_unit: str, why: str) -> None:
    """Freeze passing on, never handling, and ask the lowest common superior (指定办理).

    Raises:
        NeedsDesignation: the holder is that superior; there is nobody else to ask.
    """
    directory = case.node.directory()
    concerned = [v.unit for v in visits(uow, case) if v.unit in directory.units] + [to_unit]
    superior = common_superior(directory, concerned)
    if superior == case.row["holder_unit"]:
        raise NeedsDesignation(unit=to_unit, why=why)
    case.set(frozen=True, freeze_reason=f"{why}:{superior}")
    case.append(
        "custody.frozen",
        unit=case.row["holder_unit"],
        actor=uow.caller.id,
        body={"why": why, "question_to": superior, "to_unit": to_unit},
    )
    letters.send(
        uow,
        case.node,
        letters.NewLetter(
            kind="question",
            case_id=case.case_id,
            epoch=case.epoch,
            from_unit=case.row["holder_unit"],
            to_unit=superior,
            body={"why": why, "to_unit": to_unit},
        ),
    )
