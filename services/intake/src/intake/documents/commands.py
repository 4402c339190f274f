"""What intake can be asked about documents, as plain values."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from intake.commands import Seen
from intake.documents.kept import Made
from intake.documents.kinds import Kind
from intake.documents.words import Method, Visit


@dataclass(frozen=True, slots=True)
class KeepDocument:
    """A document was rendered from the case as it was seen: keep what was made."""

    case_id: UUID
    seen: Seen
    kind: Kind
    entry: Made
    read: int
    """Version of the case that the document was made from."""


@dataclass(frozen=True, slots=True)
class RecordService:
    """A document reached somebody, or a visit heard the claim."""

    case_id: UUID
    seen: Seen
    document_id: UUID | None
    method: Method
    visit: Visit | None
    party_id: UUID | None
    unit_id: str
    served_on: date
    served_by: str
    receipt_no: str
    note: str
    corrects: UUID | None
