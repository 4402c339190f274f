"""What every command on a hearing carries, and the reading of one."""

from dataclasses import dataclass
from uuid import UUID

from kernel import holding

Seen = holding.Seen
"""What the caller saw of the file before it wrote."""


@dataclass(frozen=True, slots=True)
class RecordRead:
    """Content is about to be read."""

    case_id: UUID
    method: str
    why: str
