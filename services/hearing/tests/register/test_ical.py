"""Files as other programs write them, and files that nobody should have written."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearing.errors_register import CalendarInvalid
from hearing.ical import MOST_BYTES, Busy, Taken, read_busy, write_calendar

FIRST, LAST = date(2026, 11, 1), date(2027, 11, 30)


def file(*events, head=()):
    """A calendar of these events, each a tuple of its lines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test", *head]
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def read(*events, head=()):
    """The busy times of these events."""
    return read_busy(file(*events, head=head), FIRST, LAST)


def refused(content):
    """Field and reason of everything that is wrong with a file."""
    with pytest.raises(CalendarInvalid) as caught:
        read_busy(content, FIRST, LAST)
    return [(one.field, one.reason) for one in caught.value.fields]


def at(day, hour=0, minute=0):
    """A time of Shanghai in November 2026."""
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour - 8, minutes=minute)


def test_a_time_without_a_zone_is_that_of_shanghai():
    """09:00 without a zone is 01:00 in UTC."""
    found = read(("UID:a", "DTSTART:20261125T090000", "DTEND:20261125T103000"))
    assert found == [Busy(at(25, 9), at(25, 10, 30))]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "China Standard Time"])
def test_zones_are_known_by_either_name(zone):
    """Names of the zone database and those of Windows mean the same."""
    found = read((f"DTSTART;TZID={zone}:20261125T090000", "DURATION:PT1H"))
    assert found == [Busy(at(25, 9), at(25, 10))]


def test_a_zone_of_the_whole_file_counts():
    """X-WR-TIMEZONE says where times without a zone are."""
    event = ("UID:a", "DTSTART:20261125T090000", "DTEND:20261125T100000")
    found = read(event, head=("X-WR-TIMEZONE:Asia/Tokyo",))
    assert found == [Busy(at(25, 8), at(25, 9))]


def test_a_whole_day_is_taken_up_from_midnight_to_midnight():
    """A day without an end is one day; an end is the day after the last."""
    found = read(
        ("UID:a", "DTSTART;VALUE=DATE:20261125"),
        ("UID:b", "DTSTART;VALUE=DATE:20261127", "DTEND;VALUE=DATE:20261129"),
    )
    assert found == [Busy(at(25), at(26)), Busy(at(27), at(29))]


def test_what_is_cancelled_or_leaves_one_free_takes_up_nothing():
    """STATUS:CANCELLED and TRANSP:TRANSPARENT are left out, and so is no time at all."""
    when = ("DTSTART:20261125T090000Z", "DTEND:20261125T100000Z")
    found = read(
        ("UID:a", *when, "STATUS:CANCELLED"),
        ("UID:b", *when, "TRANSP:TRANSPARENT"),
        ("UID:c", "DTSTART:20261125T090000Z"),
    )
    assert found == []


def test_a_series_is_counted_out_with_what_was_moved_and_taken_out():
    """EXDATE, a moved occurrence and a cancelled one are heeded."""
    series = ("UID:a", "DTSTART:20261123T010000Z", "DTEND:20261123T020000Z")
    found = read(
        (*series, "RRULE:FREQ=DAILY;COUNT=5", "EXDATE:20261124T010000Z"),
        (
            "UID:a",
            "RECURRENCE-ID:20261125T010000Z",
            "DTSTART:20261125T060000Z",
            "DTEND:20261125T070000Z",
        ),
        (
            "UID:a",
            "RECURRENCE-ID:20261126T010000Z",
            "DTSTART:20261126T010000Z",
            "DTEND:20261126T020000Z",
            "STATUS:CANCELLED",
        ),
    )
    assert [one.begins for one in found] == [at(23, 9), at(25, 14), at(27, 9)]


def test_an_endless_series_ends_with_the_last_day_looked_at():
    """Every Monday until the last day, and not one more."""
    found = read(("UID:a", "DTSTART:20200106T010000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY"))
    assert len(found) == 57
    assert found[0].begins == at(2, 9)
    assert found[-1].begins.date() == date(2027, 11, 29)


def test_counts_reach_across_days_that_were_looked_away_from():
    """Of ten days counted from October, those from November are found."""
    series = ("UID:a", "DTSTART:20261028T010000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=10")
    assert [one.begins.day for one in read(series)] == [1, 2, 3, 4, 5, 6]


def test_a_whole_day_may_recur_until_a_day():
    """UNTIL of a series of whole days is its last day."""
    event = ("UID:a", "DTSTART;VALUE=DATE:20261120", "RRULE:FREQ=DAILY;UNTIL=20261122")
    assert [one.begins for one in read(event)] == [at(20), at(21), at(22)]


def test_what_lies_across_the_edges_is_cut_there():
    """An event from October into November begins with November."""
    found = read(("UID:a", "DTSTART;VALUE=DATE:20261030", "DTEND;VALUE=DATE:20261103"))
    assert found == [Busy(at(1), at(3))]


def test_lines_may_be_folded_and_say_anything_of_people():
    """Guests and titles are dropped unread, also where they are folded or malformed."""
    event = (
        "UID:a",
        "DTSTART:2026112",
        " 5T090000",
        "DTEND:20261125T100000",
        "SUMMARY:拆迁",
        " 补偿: 会",
        'ATTENDEE;CN="x:y;z":mailto:nobody',
        "BEGIN:VALARM",
        "TRIGGER:-PT15M",
        "END:VALARM",
    )
    assert read(event) == [Busy(at(25, 9), at(25, 10))]


WHEN = ("UID:a", "DTSTART:20261125T090000Z")


@pytest.mark.parametrize(
    ("event", "field", "reason"),
    [
        (("UID:a",), "content.lines[4].DTSTART", "REQUIRED"),
        (("UID:a", "DTSTART:tomorrow"), "content.lines[6].DTSTART", "MALFORMED"),
        ((*WHEN, "DTEND:20261125T080000Z"), "content.lines[7].DTEND", "ENDS_BEFORE_BEGIN"),
        ((*WHEN, "DTEND;VALUE=DATE:20261126"), "content.lines[7].DTEND", "MALFORMED"),
        ((*WHEN, "DURATION:-PT1H"), "content.lines[7].DURATION", "ENDS_BEFORE_BEGIN"),
        ((*WHEN, "DTSTART:20261126T090000Z"), "content.lines[6].DTSTART", "TWICE"),
        ((*WHEN, "RRULE:FREQ=NEVER"), "content.lines[7].RRULE", "MALFORMED"),
        ((*WHEN, "RRULE:FREQ=SECONDLY"), "content.lines[7].RRULE", "RECURRENCE_TOO_FINE"),
        ((*WHEN, "RRULE:FREQ=DAILY;BYHOUR=1,2"), "content.lines[7].RRULE", "RECURRENCE_TOO_FINE"),
        ((*WHEN, "RRULE:FREQ=DAILY;INTERVAL=0"), "content.lines[7].RRULE", "RECURRENCE_UNREAD"),
        ((*WHEN, "RRULE:FREQ=DAILY;BYMONTH=2"), "content.lines[7].RRULE", "RECURRENCE_UNREAD"),
        ((*WHEN, "no line"), "content.lines[7]", "LINE_MALFORMED"),
        ((*WHEN, "BEGIN:VEVENT"), "content.lines[7]", "NOT_CLOSED"),
        (
            ("DTSTART;TZID=Nowhere/At All:20261125T090000",),
            "content.lines[5].DTSTART",
            "TIME_ZONE_UNKNOWN",
        ),
        (
            ("DTSTART:19000101T090000Z", "RRULE:FREQ=DAILY"),
            "content.lines[5].DTSTART",
            "DATE_OUT_OF_RANGE",
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_line(event, field, reason):
    """The line and the property are told, never what stands there."""
    assert refused(file(event)) == [(field, reason)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "NOT_A_CALENDAR"),
        (b"hello", "LINE_MALFORMED"),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "NOT_A_CALENDAR"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "NOT_CLOSED"),
        (b"BEGIN:VCALENDAR\r\n\xff\xfe\r\nEND:VCALENDAR", "NOT_UTF8"),
        (b"x" * (MOST_BYTES + 1), "TOO_LARGE"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused(content, reason):
    """Nothing, another kind of file, a file cut off, another encoding, a file too large."""
    assert [why for _, why in refused(content)] == [reason]


@pytest.mark.parametrize("count", ["", ";COUNT=5"])
@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYSETPOS=9;BYDAY=MO",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;BYMONTH=2",
    ],
)
def test_a_rule_that_never_comes_true_does_not_keep_us_busy(rule, count):
    """The thirtieth of February is not looked for until the year 9999; the first day counts."""
    begun = time.process_time()
    found = read((*WHEN, "DURATION:PT1H", f"RRULE:{rule}{count}"))
    assert [one.begins for one in found] == [at(25, 17)]
    assert time.process_time() - begun < 2


minutes = st.integers(min_value=0, max_value=390 * 24 * 60)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(minutes, st.integers(min_value=1, max_value=3000)), max_size=20))
def test_a_round_trip_keeps_every_busy_time(spans):
    """What was written is read again, each time as it was."""
    begin = at(1)
    times = {
        Busy(begin + timedelta(minutes=start), begin + timedelta(minutes=start + length))
        for start, length in spans
    }
    taken = [Taken(f"{no}", *busy, summary="忙") for no, busy in enumerate(times)]
    assert read_busy(write_calendar(taken, begin), FIRST, LAST) == sorted(times)
