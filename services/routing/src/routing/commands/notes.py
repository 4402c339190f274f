"""Commands about what people add to a case."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AddNote:
    """A note or an emergency measure; the text is personal and sealed."""

    case_id: UUID
    text: str
    emergency: bool = False
