"""Assessments: requests and what is shown."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kernel.errors import FieldViolation
from kernel.instants import stamp
from kernel.regulation import end_of_day
from lianxin.mediation.v1 import assessment_pb2 as pb
from mediation.commands_assessing import (
    AnswerAssessment,
    DrawSample,
    OnAssessment,
    RecordAssessment,
)
from mediation.convert.fields import CaseFields
from mediation.storage.assessing import Row

NAME, TEXT, HUNDRED = 32, 4000, 100
POINTS = ("procedure", "facts", "agreement", "performance", "file")
ONE = timedelta(days=1)


def draw_sample(request: pb.DrawSampleRequest, today: date) -> tuple[UUID, DrawSample]:
    """Period, share and seed; only days that are over are drawn from."""
    fields = CaseFields()
    request_id = fields.id("request_id", request.request_id)
    sample, seed = _name(fields, request.sample), _given(fields, "seed", request.seed, 64)
    begin, until = fields.day("from_on", request.from_on), fields.day("until_on", request.until_on)
    if not begin <= until:
        fields.wrong.append(FieldViolation("until_on", "TOO_SMALL"))
    if until >= today:
        fields.wrong.append(FieldViolation("until_on", "IN_FUTURE"))
    if not 0 <= request.least_percent <= HUNDRED:
        fields.wrong.append(FieldViolation("least_percent", "TOO_LARGE", HUNDRED))
    fields.check()
    span = end_of_day(begin - ONE), end_of_day(until)
    return request_id, DrawSample(sample, *span, request.least_percent, seed)


def _name(fields: CaseFields, text: str) -> str:
    return fields.code("sample", _given(fields, "sample", text, NAME))


def _given(fields: CaseFields, field: str, text: str, most: int) -> str:
    if not text.strip() or len(text) > most:
        fields.wrong.append(FieldViolation(field, "TOO_LONG" if text.strip() else "REQUIRED", most))
    return text.strip()


def on_assessment(request: Any) -> OnAssessment:
    """Which file."""
    fields = CaseFields()
    found = OnAssessment(fields.id("case_id", request.case_id), _name(fields, request.sample))
    fields.check()
    return found


def take(request: pb.TakeAssessmentRequest) -> tuple[UUID, OnAssessment]:
    """Which file is taken."""
    fields = CaseFields()
    request_id = fields.id("request_id", request.request_id)
    fields.check()
    return request_id, on_assessment(request)


def record(request: pb.RecordAssessmentRequest) -> tuple[UUID, RecordAssessment]:
    """Points, each 0 to 100, and what was found."""
    fields = CaseFields()
    request_id = fields.id("request_id", request.request_id)
    case_id, sample = fields.id("case_id", request.case_id), _name(fields, request.sample)
    points = {name: getattr(request.points, name) for name in POINTS}
    for name, given in points.items():
        if not 0 <= given <= HUNDRED:
            fields.wrong.append(FieldViolation(f"points.{name}", "TOO_LARGE", HUNDRED))
    finding = _given(fields, "finding", request.finding, TEXT)
    mend_by = fields.day("mend_by", request.mend_by) if request.mend_by else None
    fields.check()
    return request_id, RecordAssessment(case_id, sample, request.version, points, finding, mend_by)


def answer(request: pb.AnswerAssessmentRequest) -> tuple[UUID, AnswerAssessment]:
    """How it was mended."""
    fields = CaseFields()
    request_id = fields.id("request_id", request.request_id)
    case_id, sample = fields.id("case_id", request.case_id), _name(fields, request.sample)
    said = _given(fields, "answer", request.answer, TEXT)
    fields.check()
    return request_id, AnswerAssessment(case_id, sample, request.version, said)


def assessment_message(row: Row) -> pb.Assessment:
    """As it stands."""
    message = pb.Assessment(
        case_id=str(row["case_id"]),
        case_no=row["case_no"],
        sample=row["sample"],
        version=row["version"],
        state=row["state"],
        unit_id=row["unit"],
        assessor_unit=row["assessor_unit"],
        assessor=row["assessor"],
        ending=row["ending"],
        mend_by=row["mend_by"].isoformat() if row["mend_by"] else "",
        recorded_at=stamp(row["recorded_at"]),
        answered_at=stamp(row["answered_at"]),
    )
    if row["recorded_at"] is not None:
        message.points.CopyFrom(pb.Points(**{name: row[name] for name in POINTS}))
    return message
