"""司法确认: the 30 days (调解法 33, 民诉法 205), and what a court will not confirm (解释 355)."""

from collections.abc import Collection
from datetime import datetime
from enum import Enum

from kernel.calendar import Calendar
from kernel.regulation import Due, Profile, due
from mediation.domain.words import Confirmation

CLOCK = "confirmation"


class Subject(Enum):
    """What an agreement may settle that a court does not confirm."""

    PERSONAL_STATUS = "personal_status"  # 婚姻、收养、监护等身份关系
    RIGHT_IN_PROPERTY = "right_in_property"  # 物权确认
    INTELLECTUAL_PROPERTY = "intellectual_property"  # 知识产权确认


WARNINGS = {
    Subject.PERSONAL_STATUS: "COURT_WILL_NOT_CONFIRM_STATUS",
    Subject.RIGHT_IN_PROPERTY: "COURT_WILL_NOT_CONFIRM_RIGHT",
    Subject.INTELLECTUAL_PROPERTY: "COURT_WILL_NOT_CONFIRM_IP",
}
"""The catalogue's text for each: shown when confirmation is offered, whatever is decided then."""

LIKELY = {
    "marriage_family": Subject.PERSONAL_STATUS,
    "housing_homestead": Subject.RIGHT_IN_PROPERTY,
    "forest_land": Subject.RIGHT_IN_PROPERTY,
    "intellectual_property": Subject.INTELLECTUAL_PROPERTY,
}
"""Categories whose agreements often hold such a thing: asked about, not decided by the category."""

_MOVES = {
    (Confirmation.NONE, Confirmation.APPLIED),
    (Confirmation.APPLIED, Confirmation.CONFIRMED),
    (Confirmation.APPLIED, Confirmation.REFUSED),
    (Confirmation.APPLIED, Confirmation.WITHDRAWN),
    # While the 30 days run, the parties may come again with what the court found missing.
    (Confirmation.WITHDRAWN, Confirmation.APPLIED),
    (Confirmation.REFUSED, Confirmation.APPLIED),
}


def window(profile: Profile, in_force_from: datetime, calendar: Calendar) -> Due:
    """Until when the parties can apply together, with everything that explains the date.

    Raises:
        ClockUnknown: the profile of the place knows no confirmation.
    """
    return due(profile, CLOCK, in_force_from, calendar=calendar)


def in_time(window: Due, applied_at: datetime) -> bool:
    """Whether an application of that time keeps the 30 days: they end at 24:00."""
    return applied_at < window.due_at


def warnings(category: str, subjects: Collection[Subject]) -> tuple[str, ...]:
    """Keys of the warnings: for what the agreement holds and what its category suggests."""
    found = {*subjects, *filter(None, [LIKELY.get(category)])}
    return tuple(WARNINGS[subject] for subject in Subject if subject in found)


def may_follow(before: Confirmation, then: Confirmation) -> bool:
    """Whether one result of the court's can follow another."""
    return (before, then) in _MOVES
