"""The plan of a mediation: milestones, lead, team, measures (一案一策)."""

from typing import Annotated, Any

import typer

from lianxin.cli.cases import in_custody
from lianxin.cli.dates import iso_day
from lianxin.cli.errors import BadInput
from lianxin.cli.mediating.acts import MediationSeen, mediate
from lianxin.cli.mediating.measures import measure_from, open_measure
from lianxin.cli.params import Case
from lianxin.cli.plain import enum_number
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.mediation.v1 import casework_pb2, plan_pb2

RUNNING, MEDIATION = "running", "mediation"
Several = list[str] | None


def plan(
    case: Case,
    *,
    due: Annotated[str, typer.Option("--due", help=say("opt.plan_due"))] = "",
    lead: Annotated[str, typer.Option("--lead", help=say("opt.plan_lead"))] = "",
    team: Annotated[Several, typer.Option("--team", help=say("opt.plan_team"))] = None,
    team_unit: Annotated[Several, typer.Option("--team-unit", help=say("opt.plan_unit"))] = None,
    measure: Annotated[Several, typer.Option("--measure", help=say("opt.plan_measure"))] = None,
) -> None:
    """Plan the case: milestones counted back from its due date, lead, team, measures (一案一策)."""
    counted_from = iso_day(due, "--due")
    measures = [measure_from(one) for one in measure or []]

    def given(session: Session, seen: MediationSeen) -> dict[str, Any]:
        custody = in_custody(session, seen.case_id).message
        return {
            "due_on": counted_from or _last_day(custody),
            "lead_staff": lead or _lead(session, seen, custody),
            "measures": [one.to_plan(custody.holder_unit) for one in measures],
        }

    said = {"team_staff": team or [], "team_unit_ids": team_unit or []}
    mediate("mediation_plan", case, casework_pb2.PlanMediationRequest, given, **said)


def _lead(session: Session, seen: MediationSeen, custody: Any) -> str:
    """Whoever leads by the plan stays (""); a plan without a lead takes the officer in charge."""
    asked = casework_pb2.GetCaseworkRequest(case_id=seen.case_id)
    planned = session.ask(session.mediation.GetCasework(asked)).plan.lead_staff
    return "" if planned else str(custody.lead_officer)


def _last_day(custody: Any) -> str:
    """The due date of mediation, else the last one that is running. Raises BadInput."""
    days = {one.clock: one.due_on for one in custody.dues if one.state == RUNNING and one.due_on}
    if not days:
        raise BadInput("PLAN_DUE_NEEDED", field="--due")
    return str(days.get(MEDIATION, max(days.values())))


def measure(
    case: Case,
    *,
    no: Annotated[int, typer.Option("--no", help=say("opt.measure_no"))] = 0,
    outcome: Annotated[str, typer.Option("--outcome", help=say("opt.measure_outcome"))] = "",
    done: Annotated[bool, typer.Option("--done", help=say("opt.measure_done"))] = False,
) -> None:
    """Record what came of a measure of the plan."""
    number = enum_number(plan_pb2.MeasureOutcome.DESCRIPTOR, outcome, "--outcome")
    if done is bool(number):
        raise BadInput("MEASURE_OUTCOME_NEEDED", field="--outcome")

    def given(session: Session, seen: MediationSeen) -> dict[str, Any]:
        return {"measure_no": no or open_measure(session, seen.case_id)}

    said = {"outcome": number or plan_pb2.MEASURE_OUTCOME_DONE}
    mediate("mediation_measure", case, plan_pb2.MeetMeasureRequest, given, **said)
