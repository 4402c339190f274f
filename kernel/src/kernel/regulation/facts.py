"""What moved a clock: extensions and suspensions, checked against what the profile allows."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from kernel.regulation.clocks import Clock, SuspensionRule
from kernel.regulation.errors import (
    ExtensionNotAllowed,
    ExtensionTooLong,
    ExtensionTooShort,
    SuspensionInvalid,
    SuspensionNotAllowed,
)
from kernel.regulation.values import SuspensionKind

Interval = tuple[date, date]


class Extension(msgspec.Struct, frozen=True):
    """A granted extension, in the clock's own days. Who approved it stands in the case's log."""

    days: int
    decided: date | None = None
    """The day of the decision. Given, it must not lie after the last day it extends."""


class Suspension(msgspec.Struct, frozen=True):
    """Days on which a clock stood still, `first` to `last` both included."""

    kind: SuspensionKind
    first: date
    last: date | None = None
    """None while it lasts; then `look_again` is taken as the day the clock goes on."""
    look_again: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether the clock still stands still, so that its due date is only provisional."""
        return self.last is None


def extension_days(clock: Clock, extensions: Sequence[Extension]) -> int:
    """All extensions together, in days.

    Raises:
        ExtensionNotAllowed: the profile knows none for this clock.
        ExtensionTooShort: one is shorter than a day.
        ExtensionTooLong: all together are longer than the article allows.
    """
    if not extensions:
        return 0
    if clock.extension is None:
        raise ExtensionNotAllowed(clock=clock.id)
    if any(extension.days < 1 for extension in extensions):
        raise ExtensionTooShort(clock=clock.id)
    total, most = sum(extension.days for extension in extensions), clock.extension.most
    if most is not None and total > most:
        raise ExtensionTooLong(clock=clock.id, days=total, most=most)
    return total


def standstills(clock: Clock, start: date, suspensions: Sequence[Suspension]) -> list[Interval]:
    """The days after `start` that are not counted, merged and in order.

    Raises:
        SuspensionNotAllowed: no article of the profile stops this clock, or not for this cause.
        SuspensionInvalid: the last day lies before the first, or an open one has no later day
            to look again.
    """
    if not suspensions:
        return []
    intervals = sorted(_interval(clock, suspension) for suspension in suspensions)
    merged: list[Interval] = []
    for first, last in intervals:
        begin = max(first, start + timedelta(days=1))
        if merged and begin <= merged[-1][1] + timedelta(days=1):
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        elif begin <= last:
            merged.append((begin, last))
    return merged


def _interval(clock: Clock, suspension: Suspension) -> Interval:
    first = suspension.first
    _refuse(clock, clock.suspension, suspension)
    if suspension.last is not None:
        if suspension.last < first:
            raise SuspensionInvalid(clock=clock.id)
        return first, suspension.last
    if suspension.look_again is None or suspension.look_again <= first:
        raise SuspensionInvalid(clock=clock.id)
    return first, suspension.look_again - timedelta(days=1)


def _refuse(clock: Clock, rule: SuspensionRule | None, suspension: Suspension) -> None:
    """A clock stops only for the cause its profile cites an article for."""
    if rule is None or not rule.article or rule.kind is not suspension.kind:
        raise SuspensionNotAllowed(clock=clock.id)
