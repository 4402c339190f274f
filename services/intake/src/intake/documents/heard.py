"""What hearing keeps of a case, as the papers of a hearing draw on it: ids, codes, days, words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

SITS = frozenset({"named", "objected"})
"""States of members who still sit."""


@dataclass(frozen=True, slots=True)
class Member:
    """Who sits beside the parties. `part`: chair, panelist, recorder, representative, optional."""

    no: int
    part: str
    name: str
    kind: str = ""
    department: str = ""
    state: str = "named"

    @property
    def sits(self) -> bool:
        """Whether this member was not replaced and did not go."""
        return self.state in SITS


@dataclass(frozen=True, slots=True)
class Called:
    """A party that is heard; `role` as it was registered."""

    party_id: UUID
    role: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Recusal:
    """A request at the opening that a member steps back."""

    member_no: int
    attendee: str
    upheld: bool
    reasons: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A line of the evidence list."""

    no: int
    attendee: str
    kind: str
    title: str
    shows: str
    answered: str


@dataclass(frozen=True, slots=True)
class Day:
    """The hearing day. An attendee is `member:NO` or `party:ID`, as hearing writes it.

    `came`: attendee and what came of the call, in the last sitting he was called to; `statements`:
    stage, attendee, words.
    """

    came: Sequence[tuple[str, str]] = ()
    recusals: Sequence[Recusal] = ()
    statements: Sequence[tuple[str, str, str]] = ()
    evidence: Sequence[Evidence] = ()
    minutes: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What the panel holds. `opinions`: member, opinion, reasons; none before all are given.

    `votes`: finding and how many; `dissent`: members who held otherwise.
    """

    opinions: Sequence[tuple[int, str, str]] = ()
    finding: str = ""
    votes: Sequence[tuple[str, int]] = ()
    dissent: Sequence[int] = ()
    on_the_spot: bool = False
    found: str = ""
    reasons: str = ""
    text: str = ""
    concluded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """The newest hearing of a case. `day` and `result` as far as the paper asks for them."""

    state: str
    asked_on: date | None = None
    review_level: str = ""
    triggers: Sequence[str] = ()
    request: str = ""
    public: bool = False
    seats: int = 0
    departments: Sequence[str] = ()
    begins: datetime | None = None
    room: str = ""
    site: str = ""
    opened_at: datetime | None = None
    members: Sequence[Member] = ()
    parties: Sequence[Called] = ()
    day: Day = Day()
    result: Result = Result()

    @property
    def sitting(self) -> list[Member]:
        """Who sits now, or sat to the end."""
        return [one for one in self.members if one.sits]

    def of_part(self, part: str) -> list[Member]:
        """Those who sit in a part."""
        return [one for one in self.sitting if one.part == part]

    def member(self, number: int) -> Member | None:
        """A member by number, also one who was replaced."""
        return next((one for one in self.members if one.no == number), None)
