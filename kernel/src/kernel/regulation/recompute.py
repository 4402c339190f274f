"""Open due dates computed again after a holiday notice; each change is an entry in the case."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

import msgspec

from kernel.calendar import Calendar
from kernel.regulation.answer import Due
from kernel.regulation.compute import due
from kernel.regulation.errors import RegulationError
from kernel.regulation.profile import Profile
from kernel.regulation.values import Unit


class ProfileMismatch(RegulationError):
    """A due date was computed under another profile or version than the one given."""

    reason = "REGULATION_PROFILE_MISMATCH"

    def __init__(self, due: Due, profile: Profile) -> None:
        was, given = f"{due.profile_id} {due.profile_version}", f"{profile.id} {profile.version}"
        super().__init__(f"clock {due.clock_id} was computed under {was}, not under {given}")


class Change(msgspec.Struct, frozen=True):
    """A due date before and after, and the days whose change caused it."""

    before: Due
    after: Due
    because: tuple[date, ...]
    """Changed days the count had looked at; empty when the date only became final."""

    @property
    def moved(self) -> bool:
        """Whether the last day is another one, not merely settled."""
        return self.before.due != self.after.due


def recompute(
    profile: Profile, open_dues: Iterable[Due], *, calendar: Calendar, changed: Collection[date]
) -> list[Change]:
    """The dues that move, or that cease to be provisional, now that days have changed.

    `calendar` is the new one; `changed` are the days that changed and, to settle provisional
    dues, need not name any. A due that stays as it was is not listed.

    Raises:
        ProfileMismatch: a due was computed under another profile or version.
    """
    days = frozenset(changed)
    return list(_changes(profile, open_dues, calendar, days))


def _changes(
    profile: Profile, open_dues: Iterable[Due], calendar: Calendar, days: frozenset[date]
) -> Iterator[Change]:
    for before in open_dues:
        if not before.provisional and not any(_saw(before, day) for day in days):
            continue
        after = again(profile, before, calendar=calendar)
        if (after.due, after.provisional) != (before.due, before.provisional):
            seen = sorted(day for day in days if _saw(before, day) or _saw(after, day))
            yield Change(before, after, tuple(seen))


def again(profile: Profile, before: Due, *, calendar: Calendar) -> Due:
    """The same clock from the same facts, on another calendar.

    Raises:
        ProfileMismatch: the due was computed under another profile or version.
    """
    if (before.profile_id, before.profile_version) != (profile.id, profile.version):
        raise ProfileMismatch(before, profile)
    facts = before.explanation
    return due(
        profile,
        before.clock_id,
        facts.start,
        calendar=calendar,
        on=before.due if facts.rule is Unit.BY_DATE else None,
        extensions=facts.extensions,
        suspensions=facts.suspensions,
    )


def _saw(due: Due, day: date) -> bool:
    """Whether the count looked at that day: all days of a working-day count, else the roll."""
    facts = due.explanation
    first = facts.counted_from if facts.rule is Unit.WORKING_DAYS else facts.nominal
    return first <= day <= due.due
