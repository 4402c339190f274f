"""Reports to the upper unit (情况上报): custody stays, the upper unit acknowledges."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kernel.directory import Directory
from kernel.regulation import Start
from kernel.unit_of_work import UnitOfWork
from routing.commands.joint import AcknowledgeReport, ReportUp
from routing.domain.placement import CONFERENCE
from routing.errors import NotTheAddressee, NoUpperUnit, ReportUnknown
from routing.handlers import clocks, letters
from routing.handlers.casefile import CaseFile
from routing.handlers.standing import as_holder
from routing.node import Node
from routing.storage import sealed
from routing.storage.supervision import add, change, find, of_case, referral, report

Values = Mapping[str, Any]
URGENT, COMPLETION = "urgent", "completion"


def report_up(uow: UnitOfWork, command: ReportUp, *, node: Node) -> UUID:
    """Report; the text goes sealed to the upper unit. A completion report meets an assignment.

    Raises:
        NoUpperUnit: the county's own desk has nobody above it here.
    """
    case = as_holder(uow, node, command)
    receivers = _receivers(case, command.kind)
    if not receivers:
        raise NoUpperUnit(unit=case.row["holder_unit"])
    text = sealed.seal(uow, node, case.case_id, command.text.encode())
    ids = [send(uow, case, command.kind, unit, sealed_text=text) for unit in receivers]
    if command.kind == COMPLETION:
        clocks.meet_starting(uow, case, Start.ASSIGNMENT)
        _completed_outside(uow, case)
    case.save()
    return ids[0]


def _completed_outside(uow: UnitOfWork, case: CaseFile) -> None:
    """The report owed to a superior outside is made."""
    for row in of_case(uow, referral, case.case_id, direction="in", state="owed"):
        change(uow, referral, row, state="reported", answered_at=uow.now)


def urgent_at_once(uow: UnitOfWork, case: CaseFile) -> None:
    """Grave and urgent matters are reported at once, besides being handled (条例 25)."""
    if case.row["urgent"] and not case.row["backlog"]:
        for unit in _receivers(case, URGENT):
            send(uow, case, URGENT, unit)


def send(
    uow: UnitOfWork,
    case: CaseFile,
    kind: str,
    to_unit: str,
    *,
    sealed_text: bytes | None = None,
    about: str = "",
) -> UUID:
    """Enter a report at the holder's node and send it. Answers its id."""
    report_id = uow.new_id()
    units = {"from_unit": case.row["holder_unit"], "to_unit": to_unit}
    add(uow, report, _row(case.case_id, report_id, kind=kind, at=uow.now, **units))
    body = {"report_id": str(report_id), "kind": kind, "about": about}
    letters.send(
        uow,
        case.node,
        letters.NewLetter(
            kind="report",
            case_id=case.case_id,
            epoch=case.epoch,
            from_unit=case.row["holder_unit"],
            to_unit=to_unit,
            body=body,
            sealed_body=sealed_text,
        ),
    )
    entry = {name: value for name, value in body.items() if value} | {"to_unit": to_unit}
    unit, actor = case.row["holder_unit"], uow.caller.id
    case.append("report.sent", unit=unit, actor=actor, body=entry)
    return report_id


def _row(case_id: UUID, report_id: UUID, **values: Any) -> dict[str, Any]:
    sent = {"state": "sent", "acknowledged_at": None}
    return {"case_id": case_id, "report_id": report_id} | values | sent


def of_letter(row: Values) -> dict[str, Any]:
    """The copy of a report that the addressed unit's node keeps."""
    body = row["body"]
    same = {name: row[name] for name in ("from_unit", "to_unit", "at")}
    return _row(row["case_id"], UUID(body["report_id"]), kind=body["kind"], **same)


def upper_unit(directory: Directory, unit: str) -> str:
    """The desk above a unit: of its own site for a department, else of the site above."""
    site = directory.site_of(unit)
    return site.id if unit != site.id else site.parent


def upper_not_meant(case: CaseFile, unit: str) -> str:
    """The first desk above a unit that the matter is not about; empty at the top."""
    directory, meant = case.node.directory(), set(case.row["about_units"])
    upper = upper_unit(directory, unit)
    while upper and upper in meant:
        upper = directory.sites[upper].parent
    return upper


def _receivers(case: CaseFile, kind: str) -> list[str]:
    """The upper unit; of urgent matters also the competent unit and the conference's office."""
    directory, holder = case.node.directory(), case.row["holder_unit"]
    upper = upper_not_meant(case, holder)
    receivers = [upper] if upper else []
    if kind == URGENT:
        day = case.node.today(case.uow.now)
        site = directory.site_of(upper or holder)
        offices = [u.id for u in directory.units_of(site.id, day) if u.kind == CONFERENCE]
        receivers += [*offices[:1], case.row["competent_unit"]]
    meant = set(case.row["about_units"])
    return [unit for unit in dict.fromkeys(receivers) if unit and unit not in {holder, *meant}]


def acknowledge(uow: UnitOfWork, command: AcknowledgeReport, *, node: Node) -> str:
    """The addressed unit has taken note; the holder is told wherever the case is.

    Raises:
        ReportUnknown, NotTheAddressee.
    """
    row = find(uow, report, command.case_id, command.report_id)
    if row is None:
        raise ReportUnknown(report_id=command.report_id)
    if uow.caller.unit != row["to_unit"]:
        raise NotTheAddressee(report_id=command.report_id, unit=row["to_unit"])
    if row["state"] == "sent":
        change(uow, report, row, state="acknowledged", acknowledged_at=uow.now)
        letters.send(
            uow,
            node,
            letters.NewLetter(
                kind="report_acknowledged",
                case_id=command.case_id,
                epoch=0,
                from_unit=row["to_unit"],
                body={"report_id": str(row["report_id"])},
            ),
        )
    return "acknowledged"


def hear_acknowledged(uow: UnitOfWork, case: CaseFile, mail: Values) -> None:
    """At the holder's node: the report was acknowledged."""
    row = find(uow, report, case.case_id, UUID(mail["body"]["report_id"]))
    if row is not None and row["state"] == "sent":
        change(uow, report, row, state="acknowledged", acknowledged_at=mail["at"])
    unit, actor, body = mail["from_unit"], mail["actor"], dict(mail["body"])
    case.append("report.acknowledged", unit=unit, actor=actor, at=mail["at"], body=body)
