"""The draft of a registration at the counter, kept after every answer against power cuts."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from kernel.ids import new_id
from lianxin.cli import home
from lianxin.cli.cases import new_request_id
from lianxin.cli.nodes import NodeDoor

FIELDS = (
    "channel",
    "identity",
    "name",
    "phone",
    "living_place",
    "place_code",
    "place_text",
    "place_title",
    "narrative",
)


@dataclass(slots=True)
class CounterDraft:
    """Answers so far. The ids are fixed at the start: sending twice registers once."""

    file: Path
    answers: dict[str, Any] = field(default_factory=dict)
    case_id: str = field(default_factory=lambda: str(new_id()))
    request_id: str = field(default_factory=new_request_id)

    @classmethod
    def found(cls, door: NodeDoor) -> Self | None:
        """The draft that was left behind at this node, if any."""
        kept = home.read(cls.file_of(door))
        if not kept or not isinstance(kept.get("answers"), dict):
            return None
        return cls(cls.file_of(door), kept["answers"], kept["case_id"], kept["request_id"])

    @classmethod
    def fresh(cls, door: NodeDoor) -> Self:
        """An empty one."""
        return cls(cls.file_of(door))

    @staticmethod
    def file_of(door: NodeDoor) -> Path:
        """Where the draft of a node is kept."""
        return home.folder() / "drafts" / f"{door.file_name}.json"

    def has(self, name: str) -> bool:
        """Whether this was answered, be it with nothing."""
        return name in self.answers

    def take(self, **answers: Any) -> None:
        """Take answers down; they are on the disk when this returns."""
        self.answers |= answers
        content = {
            "case_id": self.case_id,
            "request_id": self.request_id,
            "answers": self.answers,
        }
        home.keep(self.file, content)

    def forget(self) -> None:
        """Remove it: it was registered, or nobody wants it."""
        home.forget(self.file)
