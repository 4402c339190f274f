"""What intake can be asked about files, as plain values."""

from dataclasses import dataclass
from uuid import UUID

from intake.commands import Seen


@dataclass(frozen=True, slots=True)
class NumberFile:
    """The file of this case gets its number."""

    case_id: UUID
    seen: Seen
