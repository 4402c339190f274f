"""Requests for papers of a unit."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from intake.convert.fields import EARLIEST, Fields
from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation
from lianxin.intake.v1 import unit_papers_pb2 as pb

KINDS = ("service_card", "guide_card", "visit_chart")
DOCX, PDF, XLSX, CSV = "docx", "pdf", "xlsx", "csv"
MEDIA_TYPES = {
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    PDF: "application/pdf",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
}
LONGEST_PERIOD, WHY = 366, 200


@dataclass(frozen=True, slots=True)
class WantedPaper:
    """Which paper of which unit, in what form."""

    unit: str
    kind: str
    form: str


@dataclass(frozen=True, slots=True)
class WantedLedger:
    """Whose register of which days, in what form; `why` names are wanted, "" when they are not."""

    unit: str
    first: date
    last: date
    form: str
    why: str

    @property
    def begins(self) -> datetime:
        """When the first day begins."""
        return datetime.combine(self.first, time.min, SHANGHAI)

    @property
    def ends(self) -> datetime:
        """When the last day is over."""
        return datetime.combine(self.last + timedelta(days=1), time.min, SHANGHAI)


def wanted_paper(message: pb.MakeUnitPaperRequest) -> WantedPaper:
    """A card or a chart. Raises FieldsInvalid."""
    fields = Fields()
    if message.kind not in KINDS:
        reason = "UNKNOWN_VALUE" if message.kind else "REQUIRED"
        fields.add([FieldViolation("kind", reason)])
    unit = fields.code("unit_id", message.unit_id)
    wanted = WantedPaper(unit, message.kind, form_of(fields, message.format, (DOCX, PDF)))
    fields.check()
    return wanted


def wanted_ledger(message: pb.MakeLedgerRequest) -> WantedLedger:
    """A register. Raises FieldsInvalid."""
    fields = Fields()
    first = fields.day("from_day", message.from_day, required=True) or EARLIEST
    last = fields.day("to_day", message.to_day, required=True) or first
    if not fields.wrong and not first <= last < first + timedelta(days=LONGEST_PERIOD):
        fields.add([FieldViolation("to_day", "DATE_OUT_OF_RANGE")])
    why = fields.text("why", message.why, WHY, required=message.named)
    unit = fields.code("unit_id", message.unit_id)
    form = form_of(fields, message.format, tuple(MEDIA_TYPES))
    fields.check()
    return WantedLedger(unit, first, last, form, why if message.named else "")


def form_of(fields: Fields, text: str, known: tuple[str, ...]) -> str:
    """The form of a file; docx when none is named."""
    form = text or DOCX
    if form not in known:
        fields.add([FieldViolation("format", "UNKNOWN_VALUE")])
    return form
