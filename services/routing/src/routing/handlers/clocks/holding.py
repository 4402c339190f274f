"""Clocks of one holding: sign for, object, give notice, do what was assigned."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from kernel.clock import SHANGHAI
from kernel.regulation import Start
from kernel.unit_of_work import UnitOfWork
from routing.domain import clock_choice
from routing.handlers.casefile import CaseFile
from routing.handlers.clocks import running
from routing.handlers.clocks.case_clocks import matter_of
from routing.storage import clocks

Values = Mapping[str, Any]


def on_received(uow: UnitOfWork, case: CaseFile, handoff: Values) -> None:
    """The case has come to a unit: the former holder's clocks end, the new one's begin.

    The five days to object (条例 23) count for every procedure, by analogy.
    """
    on_left(uow, case)
    unit, at = case.row["holder_unit"], handoff["received_at"] or uow.now
    for clock in running.profile_of(case).clocks.values():
        if clock.starts is Start.HANDOVER_RECEIVED and not case.row["signed"]:
            running.start(uow, case, clock.id, at, unit=unit)
        elif clock.starts is Start.ASSIGNMENT and handoff["due_on"]:
            _assigned(uow, case, clock.id, handoff)
        elif _owes_notice(case, clock):
            running.start(uow, case, clock.id, at, unit=unit)
    running.refresh(uow, case)


def _owes_notice(case: CaseFile, clock: Any) -> bool:
    """Whoever receives an open petition tells the resident in writing, unless it is accepted."""
    return (
        clock.starts is Start.RECEIPT
        and clock_choice.is_holding(clock)
        and case.row["accepted_at"] is None
        and not case.row["backlog"]
        and clock_choice.applies(clock, matter_of(case))
    )


def _assigned(uow: UnitOfWork, case: CaseFile, clock_id: str, handoff: Values) -> None:
    """The assigner's date counts from the assignment, also when the case arrives after it."""
    made = handoff["at"].astimezone(SHANGHAI).date()
    begun = min(made, date.fromisoformat(handoff["due_on"]))
    unit = case.row["holder_unit"]
    running.start(uow, case, clock_id, begun, unit=unit, on=handoff["due_on"])


def on_left(uow: UnitOfWork, case: CaseFile) -> None:
    """The clocks of every unit that does not hold the case any more end."""
    on_undecided(uow, case)
    for row in clocks.of_case(uow, case.case_id):
        if row["unit"] and row["unit"] != case.row["holder_unit"] and row["state"] in clocks.OPEN:
            running.end(uow, case, row, "cancelled", uow.now)


def on_signed(uow: UnitOfWork, case: CaseFile, handoff: Values) -> None:
    """Signed for: the competent unit is found, so routing (转送、交办) is done too."""
    at = handoff["signed_at"] or uow.now
    profile = running.profile_of(case)
    for row in clocks.of_case(uow, case.case_id):
        starts = profile.clock(row["clock"]).starts
        mine = row["unit"] == case.row["holder_unit"] and starts is Start.HANDOVER_RECEIVED
        if mine and clock_choice.is_right(profile, row["clock"]) and row["state"] in clocks.OPEN:
            running.end(uow, case, row, "cancelled", at)
        elif mine or (starts is Start.RECEIPT and not row["unit"]):
            running.finish(uow, case, row, at)
    running.refresh(uow, case)


def on_objected(uow: UnitOfWork, case: CaseFile, handoff: Values) -> None:
    """Objected: the unit has answered, and the sender owes its decision."""
    sender = handoff["origin_unit"] or handoff["from_unit"]
    profile = running.profile_of(case)
    for row in clocks.of_case(uow, case.case_id):
        from_arrival = profile.clock(row["clock"]).starts is Start.HANDOVER_RECEIVED
        if from_arrival and row["unit"] == case.row["holder_unit"]:
            running.finish(uow, case, row, uow.now)
    for clock in profile.clocks.values():
        if clock.starts is Start.OBJECTION_RAISED:
            running.start(uow, case, clock.id, uow.now, unit=sender)
    running.refresh(uow, case)


def on_decided(uow: UnitOfWork, case: CaseFile, at: datetime) -> None:
    """The sender decided on the objection at that time, however late its letter came here."""
    for row in _decisions_owed(uow, case):
        running.finish(uow, case, row, at)
    running.refresh(uow, case)


def on_undecided(uow: UnitOfWork, case: CaseFile) -> None:
    """Nobody decides on the objection any more: the case was designated, or has gone on."""
    for row in _decisions_owed(uow, case):
        running.end(uow, case, row, "cancelled", uow.now)


def _decisions_owed(uow: UnitOfWork, case: CaseFile) -> list[Values]:
    profile = running.profile_of(case)
    return [
        row
        for row in clocks.of_case(uow, case.case_id)
        if row["state"] in clocks.OPEN
        and profile.clock(row["clock"]).starts is Start.OBJECTION_RAISED
    ]


def objection_lapsed(uow: UnitOfWork, case: CaseFile, handoff: Values) -> bool:
    """Whether the right to object has run out, judged once, here, by this node's clock."""
    if handoff["objection"]:
        return False
    profile = running.profile_of(case)
    rows = [
        row
        for row in clocks.of_case(uow, case.case_id)
        if row["unit"] == case.row["holder_unit"]
        and profile.clock(row["clock"]).starts is Start.HANDOVER_RECEIVED
        and clock_choice.is_right(profile, row["clock"])
    ]
    return any(row["due_at"] is not None and row["due_at"] <= uow.now for row in rows)
