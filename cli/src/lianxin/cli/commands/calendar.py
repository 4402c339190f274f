"""Calendars of rooms and people: iCalendar files, hours of weekdays, absences."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import new_request_id
from lianxin.cli.commands.room import hours_text
from lianxin.cli.dates import iso_day, moment
from lianxin.cli.errors import BadInput
from lianxin.cli.files.keeping import span
from lianxin.cli.hearings.naming import cases_of_hearings
from lianxin.cli.hearings.register import owner_id
from lianxin.cli.plain import checked_code, plain, stamp
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say, word
from lianxin.hearing.v1 import calendar_pb2 as pb

Owner = Annotated[str, typer.Argument(metavar="OWNER", help=say("opt.calendar_owner"))]
From = Annotated[str, typer.Option("--from", help=say("opt.calendar_from"))]
Until = Annotated[str, typer.Option("--until", help=say("opt.calendar_until"))]
OPEN = ("day", "hours")
BUSY = ("begins_at", "ends_at", "busy_source", "uid")
BOOKED = ("begins_at", "ends_at", "hearing_id")


def import_file(
    owner: Owner,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("opt.calendar_file"))],
    source: Annotated[str, typer.Option("--source", help=say("opt.calendar_source"))] = "import",
) -> None:
    """Take over an iCalendar file in place of what came from the same source before."""
    try:
        content = file.read_bytes()
    except OSError:
        raise BadInput("FILE_UNREADABLE", field="FILE", file=file.name) from None
    with connected() as session:
        request = pb.ImportCalendarRequest(
            request_id=new_request_id(),
            owner_id=owner_id(session, owner, "OWNER"),
            source=source,
            content=content,
        )
        answer = plain(session.ask(session.hearing_calendar.ImportCalendar(request)))
        output.show(answer, lambda: _kept(session, "done.calendar_import", answer))


def _kept(session: Session, done: str, answer: dict[str, Any]) -> None:
    """What was kept, and the cases whose hearings it touches."""
    output.line(done, **answer)
    hearings = answer["hearing_ids"]
    if hearings:
        cases = cases_of_hearings(session)
        named = ", ".join(cases.get(one, one) for one in hearings)
        output.line("calendar.touched", hearings=named, count=len(hearings))


def export_file(
    owner: Owner,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("opt.calendar_out"))],
    *,
    from_day: From,
    until: Until,
) -> None:
    """Write busy times and hearings to an iCalendar file, without what they are for."""
    with connected() as session:
        request = pb.ExportCalendarRequest(
            owner_id=owner_id(session, owner, "OWNER"),
            from_day=iso_day(from_day, "--from"),
            until=iso_day(until, "--until"),
        )
        content = session.ask(session.hearing_calendar.ExportCalendar(request)).content
    try:
        file.write_bytes(content)
    except OSError:
        raise BadInput("FILE_UNWRITABLE", field="FILE", file=file.name) from None
    data = {"file": str(file), "bytes": len(content)}
    output.show(data, lambda: output.line("done.calendar_export", file=file))


def show(owner: Owner, *, from_day: From, until: Until) -> None:
    """When a room or person is there, busy and booked."""
    with connected() as session:
        request = pb.GetCalendarRequest(
            owner_id=owner_id(session, owner, "OWNER"),
            from_day=iso_day(from_day, "--from"),
            until=iso_day(until, "--until"),
        )
        data = plain(session.ask(session.hearing_calendar.GetCalendar(request)))
    output.show(data, lambda: _tables(data))


def _tables(data: dict[str, Any]) -> None:
    open_ = [
        {"day": one["day"], "hours": hours_text(one["begins"], one["ends"])} for one in data["open"]
    ]
    busy = [{**one, "busy_source": word("busy_source", one["source"])} for one in data["busy"]]
    for name, rows, columns in (
        ("open", open_, OPEN),
        ("busy", busy, BUSY),
        ("booked", data["booked"], BOOKED),
    ):
        if rows:
            output.table(rows, columns, title=say(f"calendar.{name}"))


def hours(
    owner: Owner,
    shift: Annotated[
        list[str] | None, typer.Option("--on", metavar="WEEKDAY=HOURS", help=say("opt.shift"))
    ] = None,
) -> None:
    """Say when an owner works on certain weekdays; the others have the usual hours."""
    shifts = [_shift(one) for one in shift or []]
    with connected() as session:
        request = pb.KeepHoursRequest(
            request_id=new_request_id(), owner_id=owner_id(session, owner, "OWNER"), hours=shifts
        )
        answer = plain(session.ask(session.hearing_calendar.KeepHours(request)))
    output.show(answer, lambda: output.line("done.calendar_hours", **answer))


def _shift(text: str) -> pb.WeekdayHours:
    """`mon=09:00-12:00`; `mon=` is a day off."""
    day, _, told = text.partition("=")
    weekday = checked_code("weekday", day.strip(), "--on")
    begins, ends = span(told.strip(), "--on")
    return pb.WeekdayHours(weekday=int(weekday.removeprefix("d") or "0"), begins=begins, ends=ends)


def absent(
    owner: Owner,
    *,
    from_time: Annotated[str, typer.Option("--from", help=say("opt.absent_from"))],
    until: Annotated[str, typer.Option("--until", help=say("opt.absent_until"))],
) -> None:
    """Say that an owner is away; hearings that fall into it are named."""
    begins, ends = moment(from_time, "--from"), moment(until, "--until")
    with connected() as session:
        request = pb.KeepAbsenceRequest(
            request_id=new_request_id(),
            owner_id=owner_id(session, owner, "OWNER"),
            begins_at=stamp(begins),
            ends_at=stamp(ends),
        )
        answer = plain(session.ask(session.hearing_calendar.KeepAbsence(request)))
        output.show(answer, lambda: _kept(session, "done.calendar_absent", answer))


def back(
    owner: Owner,
    uid: Annotated[str, typer.Argument(metavar="UID", help=say("opt.absence"))],
) -> None:
    """Take an absence back."""
    with connected() as session:
        request = pb.DropAbsenceRequest(
            request_id=new_request_id(), owner_id=owner_id(session, owner, "OWNER"), uid=uid
        )
        session.ask(session.hearing_calendar.DropAbsence(request))
    output.show({"uid": uid}, lambda: output.line("done.calendar_back"))
