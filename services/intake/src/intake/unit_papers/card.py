"""便民服务卡: where the unit is, when it is open, who is there, what it takes."""

from collections.abc import Mapping, Sequence

from intake.documents.figures import day_text
from intake.domain.sittings import PlannedDay, next_days
from intake.unit_papers.house import House
from kernel.directory import Officer
from kernel.documents import Value

SITTINGS = 3
"""Meeting days that the card names."""


def service_card(house: House) -> Mapping[str, Value]:
    """The values of the card; what the directory does not say is left empty."""
    shown = house.shown
    return {
        "unit": house.title,
        "motto": shown.card,
        "address": house.address,
        "phone": house.phone,
        "hours": shown.duty_hours,
        "languages": "、".join(shown.languages),
        "reception": shown.reception_day,
        "meeting": meeting_text(house),
        "hotline": shown.hotline,
        "officers": officer_rows(house.officers),
        "matters": house.matters(house.site if house.is_desk else None),
        "follow": house.texts_of("RECEIPT_HOW"),
        "free": house.texts_of("RECEIPT_FREE"),
        "date": day_text(house.today),
    }


def officer_rows(officers: Sequence[Officer]) -> list[Mapping[str, str]]:
    """Name, post, what for, telephone."""
    return [
        {"name": one.name, "post": one.post, "charge": one.charge, "phone": one.phone}
        for one in officers
    ]


def meeting_text(house: House) -> str:
    """When the meeting days are, and the next ones; empty where there are none."""
    meeting = house.meeting_day
    if meeting is None:
        return ""
    days = next_days(meeting, house.today, SITTINGS, house.office.calendar)
    return house.text(
        "MEETING",
        rule=rule_text(house),
        hours=f"{meeting.begins}–{meeting.ends}",
        place=meeting.place,
        days="、".join(_day(house, one) for one in days),
    )


def _day(house: House, day: PlannedDay) -> str:
    said = day_text(day.on_day)
    return house.text("PROVISIONAL", day=said) if day.provisional else said


def rule_text(house: House) -> str:
    """每月第一个星期五."""
    meeting = house.meeting_day
    if meeting is None:
        return ""
    return house.text(
        "MEETING_RULE",
        week=house.text(f"WEEK_{meeting.week}"),
        weekday=house.text(f"WEEKDAY_{meeting.weekday}"),
    )
