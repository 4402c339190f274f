"""Extensions (延期): asked for with a reason, decided by a second person, told to the resident."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from kernel import regulation
from kernel.regulation import Due, Extension, Suspension, SuspensionKind
from kernel.unit_of_work import UnitOfWork
from routing.commands.supervision import DecideExtension, ExtendClock
from routing.errors import ClockNotRunning, ExtensionUnknown, ResidentNotTold, SamePerson
from routing.handlers.casefile import CaseFile
from routing.handlers.clocks import running
from routing.handlers.outcome import Outcome, outcome
from routing.handlers.standing import as_holder, as_superior
from routing.node import Node
from routing.storage import clocks
from routing.storage.clocks import extension

Values = Mapping[str, Any]


def extend_clock(uow: UnitOfWork, command: ExtendClock, *, node: Node) -> tuple[Outcome, Any]:
    """Ask for more days; the limits of the article are checked now. Answers the extension's id.

    Raises:
        ClockNotRunning: the case has no such clock that still runs.
        ExtensionNotAllowed, ExtensionTooLong, ExtensionTooShort, ExtensionTooLate.
    """
    case = as_holder(uow, node, command)
    row = open_clock(uow, case, command.clock)
    computed(uow, case, row, more=(Extension(command.days, node.today(uow.now)),))
    line = {
        "case_id": case.case_id,
        "extension_id": uow.new_id(),
        "clock": row["clock"],
        "unit": row["unit"],
        "days": command.days,
        "grounds": command.grounds,
        "asked_by": uow.caller.id,
        "asked_at": uow.now,
        "state": "asked",
    }
    uow.insert(extension, line)
    _enter(uow, case, "clock.extension_asked", line)
    case.save()
    return outcome(case), line["extension_id"]


def open_clock(uow: UnitOfWork, case: CaseFile, clock_id: str) -> Values:
    """The open clock of that id: the case's own, else the holder's. Raises ClockNotRunning."""
    for unit in ("", case.row["holder_unit"]):
        row = clocks.find(uow, case.case_id, clock_id, unit)
        if row is not None and row["state"] in clocks.OPEN:
            return row
    raise ClockNotRunning(case_id=case.case_id, clock=clock_id)


def computed(
    uow: UnitOfWork, case: CaseFile, row: Values, *, more: tuple[Extension, ...] = ()
) -> Due:
    """The due date of a clock from everything on record, and `more`."""
    granted = tuple(_granted(case, line) for line in clocks.extensions_of(uow, row))
    return regulation.due(
        running.profile_of(case),
        row["clock"],
        date.fromisoformat(row["started_on"]),
        calendar=case.node.workdays(),
        on=date.fromisoformat(row["set_date"]) if row["set_date"] else None,
        extensions=tuple(e for e in granted if e is not None) + more,
        suspensions=[_suspended(case, line) for line in clocks.suspensions_of(uow, row)],
    )


def _granted(case: CaseFile, line: Values) -> Extension | None:
    if line["state"] != "approved":
        return None
    return Extension(line["days"], case.node.today(line["decided_at"]))


def _suspended(case: CaseFile, line: Values) -> Suspension:
    rule = running.profile_of(case).clock(line["clock"]).suspension
    return Suspension(
        kind=rule.kind if rule else SuspensionKind.LOCAL,
        first=date.fromisoformat(line["from_on"]),
        last=date.fromisoformat(line["to_on"]) if line["to_on"] else None,
        look_again=date.fromisoformat(line["look_again_on"]),
    )


def decide_extension(
    uow: UnitOfWork, command: DecideExtension, *, node: Node
) -> tuple[Outcome, Values, str]:
    """The head's decision. Answers the case, the clock then, and the case's profile.

    Raises:
        ExtensionUnknown, SamePerson, NotTheSuperior.
        ResidentNotTold: the article wants the reason told to the resident.
        ClockNotRunning, ExtensionTooLate: it has run out meanwhile.
    """
    case = CaseFile.open(uow, node, command.case_id)
    case.expect_seen(command.epoch, command.version)
    line = uow.get(extension, case_id=case.case_id, extension_id=command.extension_id)
    if line is None or line["state"] != "asked":
        raise ExtensionUnknown(extension_id=command.extension_id)
    if line["asked_by"] == uow.caller.id:
        raise SamePerson(case_id=case.case_id)
    if uow.caller.unit != case.row["holder_unit"]:
        as_superior(uow, node, case)
    row = open_clock(uow, case, line["clock"])
    if command.approved:
        _grant(uow, case, row, line, resident_told=command.resident_told)
    _record(uow, line, command)
    _enter(uow, case, "clock.extended" if command.approved else "clock.extension_refused", line)
    running.refresh(uow, case)
    case.save()
    now = clocks.find(uow, case.case_id, row["clock"], row["unit"]) or row
    return outcome(case), now, case.row["regulation"]


def _grant(
    uow: UnitOfWork, case: CaseFile, row: Values, line: Values, *, resident_told: bool
) -> None:
    rule = running.profile_of(case).clock(row["clock"]).extension
    if rule is not None and rule.tell_resident and not resident_told:
        raise ResidentNotTold(clock=row["clock"])
    today = case.node.today(uow.now)
    after = computed(uow, case, row, more=(Extension(line["days"], today),))
    running.set_due(uow, case, row, after)


def _record(uow: UnitOfWork, line: Values, command: DecideExtension) -> None:
    key = {"case_id": line["case_id"], "extension_id": line["extension_id"]}
    values = {
        "state": "approved" if command.approved else "rejected",
        "decided_by": uow.caller.id,
        "decided_at": uow.now,
        "resident_told": command.resident_told,
    }
    uow.update(extension, key, values, expect={"state": "asked"})


def _enter(uow: UnitOfWork, case: CaseFile, kind: str, line: Values) -> None:
    body = {
        "extension_id": str(line["extension_id"]),
        "clock": line["clock"],
        "days": str(line["days"]),
        "grounds": line["grounds"],
    }
    case.append(kind, unit=uow.caller.unit, actor=uow.caller.id, body=body)
