"""Days in Asia/Shanghai, and the instants they end at."""

from datetime import date, datetime

from kernel.calendar import Calendar
from kernel.clock import SHANGHAI
from kernel.regulation.compute import end_of_day
from kernel.regulation.count import Span, last_day, roll
from kernel.regulation.values import Unit


def day_of(at: datetime) -> date:
    """The local day of an instant."""
    return at.astimezone(SHANGHAI).date()


def ends_of(day: date) -> datetime:
    """24:00 local of a day, in UTC."""
    return end_of_day(day)


def counted(unit: Unit, days: int, start: date, calendar: Calendar) -> date:
    """The last of so many days; the day they start on is not counted, a rest day moves the end."""
    return roll(last_day(Span(unit, days), start, (), calendar), (), calendar)
