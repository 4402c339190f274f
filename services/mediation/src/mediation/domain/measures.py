"""Measures of a plan (一案一策): help that somebody gives by a day, and what came of it."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

MOST_TEAM = 20
"""Persons and units in one team."""
MOST_MEASURES = 20
"""Measures that one plan adds."""


class MeasureKind(Enum):
    """What a measure is for."""

    HARDSHIP = "hardship"  # 困难帮扶
    SPECIAL_GROUP = "special_group"  # 特殊群体
    LEGAL = "legal"  # 法律服务
    PSYCHOLOGICAL = "psychological"  # 心理疏导
    SAFETY = "safety"  # 安全防范
    OTHER = "other"


class MeasureOutcome(Enum):
    """What came of a measure; one that was recorded stays."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"  # by whom it was for
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class Measure:
    """What is done, until when, by a unit or by a person of the staff: one of the two."""

    kind: MeasureKind
    unit: str
    staff: str
    due_on: date
    words: str


@dataclass(frozen=True, slots=True)
class Team:
    """Who works on a case together: ids of staff and of units."""

    staff: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.staff or self.units)


NOBODY = Team()
"""No team was named."""
