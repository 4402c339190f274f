"""Closed files rated by somebody outside the handling unit (第三方评查)."""

from typing import Annotated, Any

import typer
from google.protobuf.message import Message

from lianxin.cli import output
from lianxin.cli.cases import case_id, new_request_id
from lianxin.cli.dates import day, iso_day
from lianxin.cli.errors import Remote
from lianxin.cli.mediating.texts import in_words
from lianxin.cli.params import Case
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.stubs import MEDIATION
from lianxin.cli.words import say, word
from lianxin.mediation.v1 import assessment_pb2 as pb
from lianxin.mediation.v1.assessment_pb2_grpc import AssessmentServiceStub

LINE = ("case_no", "sample", "assessment_state", "unit_id", "assessor", "assessed", "mend_by")
Sample = Annotated[str, typer.Argument(metavar="SAMPLE", help=say("opt.sample"))]
Rate = Annotated[int, typer.Option(min=0, max=100, help=say("opt.points"))]


def draw(
    sample: Sample,
    *,
    from_on: Annotated[str, typer.Option("--from", help=say("opt.closed_from"))],
    until_on: Annotated[str, typer.Option("--until", help=say("opt.closed_until"))],
    seed: Annotated[str, typer.Option("--seed", help=say("opt.seed"))],
    least: Annotated[int, typer.Option("--least", min=0, max=100, help=say("opt.least"))] = 0,
) -> None:
    """Draw closed files of other units by their risk."""
    with connected() as session:
        request = pb.DrawSampleRequest(
            request_id=new_request_id(),
            sample=sample,
            from_on=day(from_on, "--from").isoformat(),
            until_on=day(until_on, "--until").isoformat(),
            least_percent=least,
            seed=seed,
        )
        answer = _ask(session, request)
    data = plain(answer)
    output.show(data, lambda: _drawn(data))


def _drawn(data: dict[str, Any]) -> None:
    output.line("done.assess_draw", count=len(data["drawn"]), total=data["candidates"])
    _table(data["drawn"])


def list_assessments(
    sample: Annotated[str, typer.Option("--sample", help=say("opt.sample"))] = "",
    state: Annotated[str, typer.Option("--state", help=say("opt.assessment_state"))] = "",
) -> None:
    """Files that your unit drew, and assessments of files that it handled."""
    with connected() as session:
        answer = _ask(session, pb.ListAssessmentsRequest(sample=sample, state=state))
    data = plain(answer)
    output.show(data, lambda: _table(data["assessments"]))


def _table(assessments: list[dict[str, Any]]) -> None:
    rows = []
    for one in assessments:
        state = word("assessment_state", one["state"])
        points = one.get("points") or {}
        rated = " ".join(str(points.get(name, 0)) for name in POINTS) if points else ""
        rows.append({**one, "assessment_state": state, "assessed": rated})
    output.table(rows, LINE)


POINTS = ("procedure", "facts", "agreement", "performance", "file")


def take(case: Case, sample: Sample) -> None:
    """Take a drawn file; you may read just that file until it is rated."""
    _act("assess_take", case, pb.TakeAssessmentRequest, sample)


def show(case: Case, sample: Sample) -> None:
    """Points, what was found and what was answered; the reading is on record."""
    with connected() as session:
        wanted = pb.GetAssessmentRequest(case_id=case_id(session, case), sample=sample)
        data = plain(_ask(session, wanted))
    output.show(data, lambda: _shown(data))


def _shown(data: dict[str, Any]) -> None:
    _table([data["assessment"]])
    for name in ("finding", "answer"):
        if data[name]:
            output.line(f"assess.{name}", text=data[name])


def record(
    case: Case,
    sample: Sample,
    finding: Annotated[str, typer.Argument(metavar="FINDING", help=say("opt.assess_finding"))],
    *,
    procedure: Rate,
    facts: Rate,
    agreement: Rate,
    performance: Rate,
    file: Rate,
    mend_by: Annotated[str, typer.Option("--mend-by", help=say("opt.mend_by"))] = "",
) -> None:
    """Rate a file, each point 0 to 100; with a day to mend a defect it goes to the unit."""
    points = pb.Points(
        procedure=procedure, facts=facts, agreement=agreement, performance=performance, file=file
    )
    said = {"points": points, "finding": finding, "mend_by": iso_day(mend_by, "--mend-by")}
    _act("assess_record", case, pb.RecordAssessmentRequest, sample, **said)


def answer(
    case: Case,
    sample: Sample,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=say("opt.assess_answer"))],
) -> None:
    """Say how the defect was mended."""
    _act("assess_answer", case, pb.AnswerAssessmentRequest, sample, answer=text)


def _act(verb: str, case: str, kind: type[Message], sample: str, **said: Any) -> None:
    """One act on one assessment as it is now. Raises Remote in plain words."""
    with connected() as session:
        wanted = case_id(session, case)
        if kind is not pb.TakeAssessmentRequest:
            said["version"] = _version(session, wanted, sample)
        request = kind(request_id=new_request_id(), case_id=wanted, sample=sample, **said)
        data = plain(_ask(session, request))
    named = {"case_no": data["assessment"]["case_no"]}
    output.show(data, lambda: output.line(f"done.{verb}", **named))


def _version(session: Session, wanted: str, sample: str) -> int:
    listed = _ask(session, pb.ListAssessmentsRequest(sample=sample)).assessments
    return next((one.version for one in listed if one.case_id == wanted), 0)


def _ask(session: Session, request: Message) -> Any:
    stub = AssessmentServiceStub(session.line(MEDIATION))
    call = getattr(stub, type(request).__name__.removesuffix("Request"))
    try:
        return session.ask(call(request))
    except Remote as error:
        raise in_words(error) from None
