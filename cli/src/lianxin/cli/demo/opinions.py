"""A petition is answered in writing: the opinion is made and served on whoever asked (条例 32)."""

from collections.abc import Mapping

from lianxin.cli.demo import acts
from lianxin.cli.demo.people import Clerk
from lianxin.cli.stubs import INTAKE
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import documents_pb2 as pb
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.intake.v1.documents_pb2_grpc import DocumentServiceStub

REVIEW_BODY = "s-anji"
SAID = {
    "facts": "经实地查看和询问，来访反映的情况已经查明。",
    "basis": "xinfang_2022:32",
    "opinion": "已按有关规定处理，并向信访人当面说明。",
    "review_body": REVIEW_BODY,
}


async def answer_in_writing(
    clerk: Clerk,
    case_id: str,
    outcome: str,
    *,
    said: Mapping[str, str] | None = None,
    served_on: str = "",
) -> None:
    """Make the written opinion with this outcome, and hand it to the applicant.

    An anonymous petition has nobody to serve it on. `said` is what it says of this matter, and
    `served_on` the day where the node's clock is set to another than today.

    Raises:
        Refused: the office keeps it from being made or served.
    """
    desk = DocumentServiceStub(clerk.line(INTAKE))
    values = SAID | {"outcome": outcome} | dict(said or {})
    made = await acts.ask(
        clerk,
        desk.RenderDocument,
        pb.RenderDocumentRequest(
            case_id=case_id,
            kind="opinion",
            values=[pb.DocumentValue(name=name, value=value) for name, value in values.items()],
        ),
    )
    applicant = await _applicant(clerk, case_id)
    if not applicant:
        return
    await acts.ask(
        clerk,
        desk.RecordService,
        pb.RecordServiceRequest(
            case_id=case_id,
            document_id=made.document.document_id,
            method=pb.SERVICE_METHOD_DIRECT,
            party_id=applicant,
            served_by=clerk.staff_id,
            served_on=served_on or acts.in_days(0),
        ),
    )


async def _applicant(clerk: Clerk, case_id: str) -> str:
    """The first who asked; empty when nobody is named."""
    request = intake.GetCaseRequest(case_id=case_id)
    case = (await acts.call(clerk.intake.GetCase(request))).case
    asking = (one for one in case.content.parties if one.role == words.PARTY_ROLE_APPLICANT)
    return next((str(one.party_id) for one in asking if one.party_id), "")
