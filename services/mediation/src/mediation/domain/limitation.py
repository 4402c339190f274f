"""Limitation dates, shown to both sides so that mediation costs nobody a right (民法典 188)."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from kernel.calendar import Calendar
from kernel.regulation import Due, Profile, due

GENERAL = "limitation_civil"
CLOCKS = {
    "labour": "limitation_labour",
    "forest_land": "limitation_land",
}
"""Clock of the profile per category; every other dispute has the general one."""
SOON = 60
"""Natural days before the end from which it is shown as near."""


class Limitation(NamedTuple):
    """When a right can no longer be claimed, and whether that day is near or past."""

    due: Due
    near: bool
    past: bool


def limitation(
    profile: Profile, category: str, known_on: date, today: date, calendar: Calendar
) -> Limitation:
    """The limitation of a dispute whose harm was known on a day.

    Raises:
        ClockUnknown: the profile of the place has no such clock.
    """
    found = due(profile, CLOCKS.get(category, GENERAL), known_on, calendar=calendar)
    left = (found.due - today).days
    return Limitation(found, near=0 <= left <= SOON, past=left < 0)


def clocks() -> Iterator[str]:
    """Every clock a profile must have for this."""
    yield from sorted({*CLOCKS.values(), GENERAL})
