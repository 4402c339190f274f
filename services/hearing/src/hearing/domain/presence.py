"""Who must be there: the panel's quorum, and what absence means for each role."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from hearing.domain.session_words import Came

CHAIR, PANELIST, RECORDER = "chair", "panelist", "recorder"
REPRESENTATIVE, OPTIONAL = "representative", "optional"
ASKING, ANSWERING = "applicant", "respondent"
BY_RESIDENT = "resident"


class Lack(Enum):
    """Why a hearing cannot be opened or go on; the value is the key of its text."""

    CHAIR = "HEARING_CHAIR_AWAY"
    RECORDER = "HEARING_RECORDER_AWAY"
    PANEL_SMALL = "HEARING_PANEL_TOO_SMALL"
    PANEL_EVEN = "HEARING_PANEL_EVEN"
    WAIVED = "HEARING_WAIVED"
    EXCUSED = "HEARING_SIDE_EXCUSED"
    HANDLER = "HEARING_HANDLER_AWAY"


@dataclass(frozen=True, slots=True)
class Attends:
    """Somebody who was called: the part of a member, or the side of a party."""

    part: str
    came: Came
    speaks_for_side: bool = True


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many of the panel must be there; of the regulation profile."""

    least: int
    odd: bool


def panel_lacks(people: Iterable[Attends], quorum: Quorum) -> Iterator[Lack]:
    """Whether those who conduct and decide are there.

    A panel of an even number could tie, so it does not sit (`odd`).
    """
    there = [one.part for one in people if one.came.takes_part]
    if CHAIR not in there:
        yield Lack.CHAIR
    if RECORDER not in there:
        yield Lack.RECORDER
    panel = there.count(PANELIST)
    if panel < quorum.least:
        yield Lack.PANEL_SMALL
    elif quorum.odd and panel % 2 == 0:
        yield Lack.PANEL_EVEN


def sides_lack(people: Iterable[Attends], asked_by: str) -> Iterator[Lack]:
    """Whether those who are to be heard are there, by role.

    The side that asked stays away without reason: a hearing that it asked for is waived, and
    called off; one that a unit asked for is held without it. With a reason it is held another day.
    Nobody of the handling unit there to give facts and basis: another day, for whatever reason; a
    unit cannot waive what a resident is owed. The other side's absence is its own waiver.
    """
    known = list(people)
    asking = [one for one in known if one.part == ASKING]
    if asking and not any(one.came.takes_part for one in asking):
        if any(one.came is Came.EXCUSED for one in asking):
            yield Lack.EXCUSED
        elif asked_by == BY_RESIDENT:
            yield Lack.WAIVED
    handlers = [one for one in known if one.part == REPRESENTATIVE]
    if handlers and not any(one.came.takes_part for one in handlers):
        yield Lack.HANDLER


def waives(part: str, came: Came) -> bool:
    """Whether somebody of a side gives up being heard by staying away or leaving."""
    return part in {ASKING, ANSWERING} and came.waives
