"""The plan of a case, in and out: request → command, rows → what is shown."""

from collections.abc import Iterable

from kernel.errors import FieldViolation
from kernel.holding.rows import Words as Opened
from kernel.instants import stamp
from kernel.wording import Words
from lianxin.mediation.v1 import casework_pb2, plan_pb2
from mediation.commands_plan import MeetMeasure, PlanCase
from mediation.convert.casework import Read
from mediation.convert.fields import CaseFields
from mediation.domain.measures import (
    MOST_MEASURES,
    MOST_TEAM,
    Measure,
    MeasureKind,
    MeasureOutcome,
    Team,
)
from mediation.storage.mediators import Row
from mediation.storage.tables_plan import plan_measure

WORDS = 1_000
MEASURE_KIND = Words(plan_pb2.MeasureKind, "MEASURE_KIND", MeasureKind)
MEASURE_OUTCOME = Words(plan_pb2.MeasureOutcome, "MEASURE_OUTCOME", MeasureOutcome)


def plan_mediation(request: casework_pb2.PlanMediationRequest) -> Read:
    """The day from which is counted back, and who does what."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    fields.few("team_staff", len(request.team_staff) + len(request.team_unit_ids), MOST_TEAM)
    fields.few("measures", len(request.measures), MOST_MEASURES)
    staff = [_code(fields, "team_staff", one) for one in request.team_staff]
    units = [_code(fields, "team_unit_ids", one) for one in request.team_unit_ids]
    command = PlanCase(
        case_id,
        seen,
        fields.day("due_on", request.due_on),
        fields.code("lead_staff", request.lead_staff),
        Team(tuple(dict.fromkeys(staff)), tuple(dict.fromkeys(units))),
        tuple(_measure(fields, f"measures[{at}]", one) for at, one in enumerate(request.measures)),
    )
    fields.check()
    return request_id, command


def _code(fields: CaseFields, field: str, text: str) -> str:
    if not text:
        fields.wrong.append(FieldViolation(field, "REQUIRED"))
    return fields.code(field, text)


def _measure(fields: CaseFields, at: str, one: plan_pb2.PlanMeasure) -> Measure:
    return Measure(
        fields.word(f"{at}.kind", MEASURE_KIND, one.kind) or MeasureKind.OTHER,
        fields.code(f"{at}.unit_id", one.unit_id),
        fields.code(f"{at}.staff", one.staff),
        fields.day(f"{at}.due_on", one.due_on),
        fields.needed(f"{at}.words", one.words, WORDS),
    )


def meet_measure(request: plan_pb2.MeetMeasureRequest) -> Read:
    """What came of a measure; that it is still open is no outcome."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    no = fields.number("measure_no", request.measure_no)
    outcome = fields.word("outcome", MEASURE_OUTCOME, request.outcome) or MeasureOutcome.DONE
    if outcome is MeasureOutcome.OPEN:
        fields.wrong.append(FieldViolation("outcome", "UNKNOWN_VALUE"))
    fields.check()
    return request_id, MeetMeasure(case_id, seen, no, outcome)


def plan_message(plan: Row, measures: Iterable[Row]) -> plan_pb2.PlanStanding:
    """Who leads the plan, with whom, and where its measures stand; nothing is opened."""
    return plan_pb2.PlanStanding(
        due_on=plan["due_on"].isoformat(),
        lead_staff=plan["lead"],
        team_staff=plan["team_staff"].split(),
        team_unit_ids=plan["team_units"].split(),
        measures=map(_standing, measures),
    )


def _standing(row: Row) -> plan_pb2.MeasureStanding:
    return plan_pb2.MeasureStanding(
        no=row["no"],
        kind=MEASURE_KIND.number(MeasureKind(row["kind"])),
        unit_id=row["unit"],
        staff=row["staff"],
        due_on=row["due_on"].isoformat(),
        outcome=MEASURE_OUTCOME.number(MeasureOutcome(row["outcome"])),
        met_at=stamp(row["met_at"]),
    )


def measure_record(row: Row, opened: Opened) -> plan_pb2.MeasureRecord:
    """A measure with its words."""
    words = opened.open(plan_measure, row).get("words", "")
    return plan_pb2.MeasureRecord(measure=_standing(row), words=words, met_by=row["met_by"])
