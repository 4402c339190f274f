"""Rows of an import and what is answered to each."""

from intake.convert.answers import stamp_message
from intake.domain import numbering
from intake.domain.text import text_violations
from intake.errors import FieldsInvalid
from intake.handlers.preparation import Registration
from intake.handlers.registration import Registered
from kernel.catalogue import Catalogue, Language
from kernel.errors import FieldViolation, Refusal
from lianxin.intake.v1 import intake_service_pb2 as pb

REGISTERED, ALREADY, REFUSED = "registered", "already", "refused"
FILE = "file:"


def import_ref(request: pb.ImportCasesRequest) -> tuple[str, str] | None:
    """What makes running a file again harmless when its rows have no source number.

    Raises:
        FieldsInvalid: name or key of the row cannot be kept.
    """
    wrong = text_violations("row", request.row, 100, required=bool(request.import_key))
    wrong += text_violations("import_key", request.import_key, 100)
    if wrong:
        raise FieldsInvalid(*wrong)
    return (FILE + request.import_key, request.row) if request.import_key else None


def answered(row: str, outcome: Registered, registration: Registration) -> pb.ImportCasesResponse:
    """A row that is registered now, or was before."""
    if outcome.already:
        return pb.ImportCasesResponse(row=row, outcome=ALREADY, stamp=stamp_message(outcome.stamp))
    return pb.ImportCasesResponse(
        row=row,
        outcome=REGISTERED,
        stamp=stamp_message(outcome.stamp),
        query_code=numbering.shown_code(registration.applicant.code),
    )


def refused(
    row: str, refusal: Refusal, texts: Catalogue, language: Language
) -> pb.ImportCasesResponse:
    """A row that is not registered, and why."""
    return pb.ImportCasesResponse(
        row=row[:100],
        outcome=REFUSED,
        reason=refusal.reason,
        errors=[
            pb.FieldError(
                field=wrong.field,
                reason=wrong.reason,
                text=texts.text(wrong.reason, language, **refusal.ids | _limit(wrong)),
            )
            for wrong in refusal.fields or (FieldViolation("row", refusal.reason),)
        ],
    )


def _limit(wrong: FieldViolation) -> dict[str, str]:
    return {} if wrong.limit is None else {"limit": str(wrong.limit)}
