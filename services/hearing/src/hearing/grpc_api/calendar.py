"""HearingCalendarService: when rooms and people are there, away, and booked."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

from hearing.commands.registering import ImportCalendar
from hearing.convert import calendars as convert
from hearing.desk import Desk
from hearing.domain.hours import AHEAD, PAST, rests
from hearing.errors_register import OwnerMissing
from hearing.handlers.calendars import (
    TakenOver,
    drop_absence,
    import_calendar,
    keep_absence,
    keep_hours,
)
from hearing.ical import read_busy, write_calendar
from hearing.storage import calendars as storage
from kernel.access import Access
from kernel.catalogue import Catalogue, Language
from kernel.clock import SHANGHAI
from kernel.group_commit import Work
from kernel.grpc_server import Served
from lianxin.hearing.v1 import calendar_pb2 as pb
from lianxin.hearing.v1 import calendar_pb2_grpc as grpc

CALENDAR = "/lianxin.hearing.v1.HearingCalendarService/"
CALENDAR_ACCESS = {
    CALENDAR + "ImportCalendar": Access("hearing.register"),
    CALENDAR + "ExportCalendar": Access("hearing.read"),
    CALENDAR + "GetCalendar": Access("hearing.read"),
    CALENDAR + "KeepHours": Access("hearing.register"),
    CALENDAR + "KeepAbsence": Access("hearing.register"),
    CALENDAR + "DropAbsence": Access("hearing.register"),
}


class CalendarServicer(grpc.HearingCalendarServiceServicer):
    """Times only; files are read beside the writer, which waits for nobody's file."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ImportCalendar(
        self, request: pb.ImportCalendarRequest, _: object
    ) -> pb.ImportCalendarResponse:
        """From a month ago to a little more than a year ahead."""
        file = convert.file_from(request)
        today = self._desk.clock.now().astimezone(SHANGHAI).date()
        first, last = today - timedelta(days=PAST), today + timedelta(days=AHEAD)
        busy = await asyncio.to_thread(read_busy, request.content, first, last)
        command = ImportCalendar(file.owner_id, file.source, tuple(busy), first, last)

        def answer(done: TakenOver) -> pb.ImportCalendarResponse:
            return pb.ImportCalendarResponse(
                kept=done.kept,
                dropped=done.dropped,
                from_day=first.isoformat(),
                until=last.isoformat(),
                hearing_ids=map(str, done.hearings),
            )

        work = Work(import_calendar, command, key=str(file.owner_id), request_id=file.request_id)
        done: pb.ImportCalendarResponse = await self._desk.act(
            request, work, answer, pb.ImportCalendarResponse
        )
        return done

    async def ExportCalendar(
        self, request: pb.ExportCalendarRequest, _: object
    ) -> pb.ExportCalendarResponse:
        """For other programs, which learn times and numbers of cases."""
        wanted = convert.range_from(request)
        found = await self._calendar(wanted)
        ids = [row["hearing_id"] for row in found.booked]
        numbers = await self._desk.readers.run(lambda c: storage.case_numbers(c, ids))
        texts = Catalogue.load("hearing")
        names = ("busy", "hearing", "rest")
        say = {name: texts.text(f"calendar.{name}", Language.ZH_CN) for name in names}
        free = [slot for day in self._workdays(wanted) for slot in rests(found.owner.hours, day)]
        taken = convert.taken_from(found, numbers, say, free)
        content = await asyncio.to_thread(write_calendar, taken, self._desk.clock.now())
        return pb.ExportCalendarResponse(content=content)

    async def GetCalendar(
        self, request: pb.GetCalendarRequest, _: object
    ) -> pb.GetCalendarResponse:
        """Hours of workdays, busy times, hearings."""
        wanted = convert.range_from(request)
        found = await self._calendar(wanted)
        open_ = [slot for day in self._workdays(wanted) for slot in found.owner.hours.of(day)]
        return convert.calendar_message(found, open_)

    def _workdays(self, wanted: convert.Range) -> list[date]:
        workdays = self._desk.office.calendar
        return [day for day in wanted.days if workdays.is_workday(day)]

    async def _calendar(self, wanted: convert.Range) -> storage.Calendar:
        begin, end = wanted.instants
        midday = self._desk.office.law().own.rules.hearing.midday
        found = await self._desk.readers.run(
            lambda c: storage.calendar_of(c, wanted.owner_id, begin, end, midday)
        )
        if found is None:
            raise OwnerMissing(owner=wanted.owner_id)
        return found

    async def KeepHours(self, request: pb.KeepHoursRequest, _: object) -> pb.KeepHoursResponse:
        """Weekdays with hours of their own."""
        request_id, command = convert.keep_hours(request)
        work = Work(keep_hours, command, key=str(command.owner_id), request_id=request_id)
        done: pb.KeepHoursResponse = await self._desk.act(
            request, work, lambda kept: pb.KeepHoursResponse(kept=kept), pb.KeepHoursResponse
        )
        return done

    async def KeepAbsence(
        self, request: pb.KeepAbsenceRequest, _: object
    ) -> pb.KeepAbsenceResponse:
        """Away; the hearings that it touches are told."""
        request_id, command = convert.keep_absence(request)

        def answer(done: tuple[str, tuple[UUID, ...]]) -> pb.KeepAbsenceResponse:
            return pb.KeepAbsenceResponse(uid=done[0], hearing_ids=map(str, done[1]))

        work = Work(keep_absence, command, key=str(command.owner_id), request_id=request_id)
        done: pb.KeepAbsenceResponse = await self._desk.act(
            request, work, answer, pb.KeepAbsenceResponse
        )
        return done

    async def DropAbsence(
        self, request: pb.DropAbsenceRequest, _: object
    ) -> pb.DropAbsenceResponse:
        """There after all."""
        request_id, command = convert.drop_absence(request)
        work = Work(drop_absence, command, key=str(command.owner_id), request_id=request_id)
        done: pb.DropAbsenceResponse = await self._desk.act(
            request, work, lambda _: pb.DropAbsenceResponse(), pb.DropAbsenceResponse
        )
        return done


def calendar_served(desk: Desk) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["HearingCalendarService"],
        grpc.add_HearingCalendarServiceServicer_to_server,
        CalendarServicer(desk),
        CALENDAR_ACCESS,
    )
