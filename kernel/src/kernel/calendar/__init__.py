"""Workdays of China: which days count, which are a guess, and the notices that settle them."""

from kernel.calendar.days import Calendar, CalendarRange, Day
from kernel.calendar.notice import (
    Holiday,
    Notice,
    NoticeInvalid,
    NoticeLoaded,
    apply_notices,
    load_notice,
    read_notice,
)
from kernel.calendar.seed_table import seed_calendar

__all__ = [
    "Calendar",
    "CalendarRange",
    "Day",
    "Holiday",
    "Notice",
    "NoticeInvalid",
    "NoticeLoaded",
    "apply_notices",
    "load_notice",
    "read_notice",
    "seed_calendar",
]
