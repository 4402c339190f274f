"""一案一策: milestones counted back from the due date, lead, team, measures and their outcome."""

from typing import Any
from uuid import UUID

from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork
from mediation.commands_plan import MeetMeasure, PlanCase
from mediation.domain import facts, planning
from mediation.domain.measures import MeasureOutcome
from mediation.domain.states import Act
from mediation.errors import FieldsInvalid
from mediation.errors_plan import MeasureMissing
from mediation.handlers.acting import Change, Row, Stamp, open_case, record
from mediation.handlers.casework import words_of
from mediation.office import Office
from mediation.storage.tables_plan import plan, plan_measure
from mediation.storage.tables_sessions import milestone


def plan_case(uow: UnitOfWork, command: PlanCase, *, office: Office) -> Stamp:
    """Plan, or plan anew: milestones that were met stay, and measures add to those on file.

    Raises:
        FieldsInvalid: a unit is not of the directory, or a measure has nobody, two, or a day past.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.PLAN)
    _expect_possible(uow, command, office)
    today = uow.now.astimezone(SHANGHAI).date()
    for one in planning.counted_back(command.due_on, today, office.calendar):
        key: dict[str, Any] = {"case_id": command.case_id, "step": one.step.value}
        values = {"due_on": one.on, "tight": one.tight}
        if uow.get(milestone, **key) is None:
            uow.insert(milestone, {**key, **values})
        else:
            uow.update(milestone, key, values)
    kept = _keep_plan(uow, command)
    commitments = _keep_measures(uow, command, office) if command.measures else {}
    body = {"due_on": command.due_on.isoformat(), "lead": kept["lead"]}
    said = {name: value for name, value in body.items() if value}
    return record(uow, opened, Change(facts.PLANNED, {}, said, commitments))


def _keep_plan(uow: UnitOfWork, command: PlanCase) -> Row:
    """The plan as it is from now on."""
    before = uow.get(plan, case_id=command.case_id)
    named: dict[str, Any] = {"lead": "", "team_staff": "", "team_units": ""}
    if before is not None:
        named = {name: before[name] for name in named}
    if command.lead:
        named["lead"] = command.lead
    if command.team:
        named["team_staff"] = " ".join(command.team.staff)
        named["team_units"] = " ".join(command.team.units)
    made = {"due_on": command.due_on, "actor": uow.caller.id, "at": uow.now}
    if before is None:
        uow.insert(plan, {"case_id": command.case_id, **named, **made})
    else:
        uow.update(plan, {"case_id": command.case_id}, {**named, **made})
    return named


def _keep_measures(uow: UnitOfWork, command: PlanCase, office: Office) -> dict[str, str]:
    """Number the measures and keep them; answers the commitments to their words."""
    words = words_of(uow, command.case_id, office)
    commitments = {}
    first = len(uow.find(plan_measure, case_id=command.case_id)) + 1
    for no, one in enumerate(command.measures, first):
        row: dict[str, Any] = {
            "case_id": command.case_id,
            "no": no,
            "kind": one.kind.value,
            "unit": one.unit,
            "staff": one.staff,
            "due_on": one.due_on,
            "outcome": MeasureOutcome.OPEN.value,
        }
        sealed = words.seal(plan_measure, row, {"words": one.words})
        uow.insert(plan_measure, {**row, "sealed": sealed.data})
        commitments[f"measure:{no}"] = sealed.commitment
    return commitments


def _expect_possible(uow: UnitOfWork, command: PlanCase, office: Office) -> None:
    """Units are of the directory, each measure has one who takes it and a day to come."""
    units, today = office.directory().units, uow.now.astimezone(SHANGHAI).date()
    wrong = [
        FieldViolation("team_unit_ids", "UNKNOWN_VALUE")
        for one in command.team.units
        if one not in units
    ]
    for at, one in enumerate(command.measures):
        if bool(one.unit) is bool(one.staff):
            reason = "MALFORMED" if one.staff else "REQUIRED"
            wrong.append(FieldViolation(f"measures[{at}].unit_id", reason))
        elif one.unit and one.unit not in units:
            wrong.append(FieldViolation(f"measures[{at}].unit_id", "UNKNOWN_VALUE"))
        if one.due_on < today:
            wrong.append(FieldViolation(f"measures[{at}].due_on", "IN_PAST"))
    if wrong:
        raise FieldsInvalid(*wrong)


def meet(uow: UnitOfWork, case_id: UUID, step: planning.Step) -> None:
    """Mark a milestone of the plan as met, once; a case without a plan has none."""
    key: dict[str, Any] = {"case_id": case_id, "step": step.value}
    row = uow.get(milestone, **key)
    if row is not None and row["met_at"] is None:
        uow.update(milestone, key, {"met_at": uow.now})


def meet_measure(uow: UnitOfWork, command: MeetMeasure) -> Stamp:
    """Record what came of a measure, once; nobody waits for it any more.

    Raises:
        MeasureMissing: there is none of this number, or its outcome is on file.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.MEET_MEASURE)
    key: dict[str, Any] = {"case_id": command.case_id, "no": command.no}
    row = uow.get(plan_measure, **key)
    if row is None or row["outcome"] != MeasureOutcome.OPEN.value:
        raise MeasureMissing(measure_no=command.no)
    met = {"outcome": command.outcome.value, "met_at": uow.now, "met_by": uow.caller.id}
    uow.update(plan_measure, key, met)
    said = {"no": str(command.no), "kind": row["kind"], "outcome": command.outcome.value}
    return record(uow, opened, Change(facts.MEASURE_MET, {}, said))
