"""What a computed due date holds: the end of a clock, and as facts how it came about."""

from datetime import date, datetime

import msgspec

from kernel.calendar import Day
from kernel.regulation.facts import Extension, Interval, Suspension
from kernel.regulation.values import Unit, Whose


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """How a due date came about, as facts."""

    rule: Unit
    start: date
    """The day of the event in Asia/Shanghai; it is not counted."""
    counted_from: date
    limit: int | None
    extended_by: int
    nominal: date
    """The last day as counted, before it moved off a rest day."""
    skipped: tuple[Day, ...]
    """Rest days passed over: by a working-day count, or by the last day moving off them."""
    extensions: tuple[Extension, ...]
    suspensions: tuple[Suspension, ...]
    stood_still: tuple[Interval, ...]
    unpublished: tuple[int, ...]
    """Years whose holidays are not yet published and that the answer depends on."""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a clock. It can be computed again from what it holds."""

    profile_id: str
    profile_version: str
    clock_id: str
    whose: Whose
    due: date
    """The last day, in Asia/Shanghai."""
    due_at: datetime
    """The end of that day, 24:00 Asia/Shanghai, in UTC. In time means: before this instant."""
    article: str
    provisional: bool
    """Whether a holiday notice still to come, or the end of a suspension, may move it."""
    explanation: Explanation
