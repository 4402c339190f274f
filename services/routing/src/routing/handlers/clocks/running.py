"""One clock: started, met, cancelled, computed again; and what the case row shows of them all."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from kernel import regulation
from kernel.regulation import Due, Profile
from kernel.unit_of_work import UnitOfWork
from routing.domain import clock_choice
from routing.handlers.casefile import CaseFile
from routing.storage import clocks

Values = Mapping[str, Any]


def profile_of(case: CaseFile) -> Profile:
    """The profile the case is pinned to."""
    return case.node.profile(case.row["regulation"])


def due_of(row: Values) -> Due:
    """The computed due date that a clock row keeps."""
    return msgspec.convert(row["explanation"], Due)


def start(
    uow: UnitOfWork,
    case: CaseFile,
    clock_id: str,
    at: datetime | date,
    *,
    unit: str = "",
    on: str = "",
) -> None:
    """Start a clock at the time of its event.

    The case's own clocks (`unit` empty) start once and are never reset; one that was cancelled
    goes on from its first start. A unit's clock starts anew with each holding. One that the
    profile of the case does not have is not counted there.
    """
    if clock_id not in profile_of(case).clocks:
        return
    known = clocks.find(uow, case.case_id, clock_id, unit)
    if known is not None and not unit:
        if known["state"] == "cancelled":
            clocks.change(uow, known, state="running", met_at=None, **_look(case, known))
        return
    due = regulation.due(
        profile_of(case),
        clock_id,
        at,
        calendar=case.node.workdays(),
        on=date.fromisoformat(on) if on else None,
    )
    begun = at if isinstance(at, datetime) else uow.now
    clocks.put(uow, _row(case, due, begun, unit, on))
    case.touch()


def restart(uow: UnitOfWork, case: CaseFile, clock_id: str, at: datetime) -> None:
    """Let a clock of the case count from another event; one that has not begun begins.

    Its first start was a mistake, or a new answer gives the right anew.
    """
    if clock_id not in profile_of(case).clocks:
        return
    known = clocks.find(uow, case.case_id, clock_id, "")
    if known is None:
        start(uow, case, clock_id, at)
        return
    due = regulation.due(profile_of(case), clock_id, at, calendar=case.node.workdays())
    values = {"state": "running", "met_at": None, "breached_at": None, "set_date": ""}
    begun = values | {"started_at": at} | computed(case, due, handled=0)
    clocks.change(uow, known, **begun)
    _append(case, {**known, "due_on": due.due.isoformat()}, "clock.restarted", at)
    case.touch()


def _row(case: CaseFile, due: Due, at: datetime, unit: str, on: str) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "clock": due.clock_id,
        "unit": unit,
        "started_at": at,
        "whose": due.whose.value,
        "state": "running",
        "set_date": on,
        "breached_at": None,
        "met_at": None,
    } | computed(case, due, handled=0)


def computed(case: CaseFile, due: Due, *, handled: int) -> dict[str, Any]:
    """The columns of a clock row that follow from its due date."""
    return {
        "started_on": due.explanation.start.isoformat(),
        "due_on": due.due.isoformat(),
        "due_at": due.due_at,
        "article": due.article,
        "provisional": due.provisional,
        "explanation": msgspec.to_builtins(due),
        "warned": handled,
        "next_look_at": next_look(case, due, handled),
    }


def next_look(case: CaseFile, due: Due, handled: int) -> datetime | None:
    """When the sweep looks at the clock next; never for a case without notices (积案、检举控告)."""
    if case.row["backlog"] or case.row["sealed_for"]:
        return None
    ahead = regulation.milestones(profile_of(case), due, calendar=case.node.workdays())[handled:]
    return ahead[0].at if ahead else None


def _look(case: CaseFile, row: Values) -> dict[str, Any]:
    return {"next_look_at": next_look(case, due_of(row), row["warned"])}


def finish(uow: UnitOfWork, case: CaseFile, row: Values, at: datetime) -> None:
    """The act was done at that time: met, or met late with the breach dated when it happened."""
    if row["state"] not in clocks.OPEN:
        return
    late = row["due_at"] is not None and at >= row["due_at"] and row["state"] != "suspended"
    if late and clock_choice.is_right(profile_of(case), row["clock"]):
        end(uow, case, row, "lapsed", row["due_at"])
        return
    if late and row["state"] != "breached":
        note_breach(uow, case, row)
    if not late and row["state"] == "breached":
        _append(case, row, "clock.breach_withdrawn", at)
    end(uow, case, row, "met_late" if late else "met", at)
    if not late:
        clocks.change(uow, row, breached_at=None)


def cancel(uow: UnitOfWork, case: CaseFile, row: Values, why: str) -> None:
    """The act is not owed any more; a breach that happened stays recorded."""
    if row["state"] not in clocks.OPEN:
        return
    _append(case, row, "clock.cancelled", uow.now, why=why)
    end(uow, case, row, "cancelled", uow.now)


def end(uow: UnitOfWork, case: CaseFile, row: Values, state: str, at: datetime) -> None:
    """Stop a clock in that state, without an entry of its own."""
    clocks.change(uow, row, state=state, met_at=at, next_look_at=None)
    case.touch()


def note_breach(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    """Enter a breach, dated when it happened, however late it is found."""
    clocks.change(uow, row, state="breached", breached_at=row["due_at"])
    _append(case, row, "clock.breached", row["due_at"])
    case.touch()


def set_due(uow: UnitOfWork, case: CaseFile, row: Values, after: Due) -> None:
    """Give a clock another end. What was acted on stays so; what now lies ahead comes again."""
    profile, calendar = profile_of(case), case.node.workdays()
    before = regulation.milestones(profile, due_of(row), calendar=calendar)
    ahead = regulation.milestones(profile, after, calendar=calendar)
    acted = before[row["warned"] - 1].at if row["warned"] else row["started_at"]
    handled = sum(1 for milestone in ahead if milestone.at <= acted)
    values = computed(case, after, handled=handled)
    if row["state"] == "breached" and after.due_at > uow.now:
        values |= {"state": "running", "breached_at": None}
    clocks.change(uow, row, **values)
    case.touch()


def _append(case: CaseFile, row: Values, kind: str, at: datetime, **body: str) -> None:
    case.append(
        kind,
        unit=row["unit"] or case.row["holder_unit"],
        actor=case.uow.caller.id,
        at=at,
        body={"clock": row["clock"], "due_on": row["due_on"], **body},
    )


def refresh(uow: UnitOfWork, case: CaseFile) -> None:
    """Keep on the case row what its holder owes next, and whether something is overdue."""
    profile = profile_of(case)
    owed = [
        row
        for row in clocks.of_case(uow, case.case_id)
        if row["state"] in {"running", "breached"}
        and row["due_at"] is not None
        and clock_choice.is_owed(profile, row["clock"])
        and row["unit"] in {"", case.row["holder_unit"]}
    ]
    first = min(owed, key=lambda row: row["due_at"], default=None)
    late = any(row["state"] == "breached" for row in owed)
    case.set(
        next_due_at=first["due_at"] if first else None,
        next_clock=first["clock"] if first else "",
        overdue=late,
    )
