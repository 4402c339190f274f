"""When a unit sits next: by the rule of the directory, on workdays."""

from datetime import date

from intake.commands_sittings import CallSitting
from intake.convert import sittings as convert
from intake.convert.fields import Fields
from intake.desk import Desk
from intake.domain.sittings import next_days
from intake.errors import UnitElsewhere, UnitUnknown
from intake.errors_sittings import NoMeetingDay
from intake.grpc_api.paperwork import Context
from intake.office import day_of
from intake.storage import sittings as stored
from kernel.directory import MeetingDay
from kernel.interceptors import current_caller
from lianxin.intake.v1 import meeting_day_pb2 as pb


class Plans:
    """The plan of a unit, and the day that is called next."""

    _desk: Desk

    async def PlanSittings(
        self, request: pb.PlanSittingsRequest, _: Context
    ) -> pb.PlanSittingsResponse:
        """The next days, and which of them are called; public as the rule itself is."""
        months, unit = convert.months_of(request), request.unit_id or current_caller().unit
        self.path_of(unit)
        directory, today = self._desk.office.directory(), self._today()
        meeting = directory.meeting_day(unit)
        plan = pb.PlanSittingsResponse(unit_id=unit, unit_title=directory.title(unit))
        if meeting is None:
            return plan
        plan.week, plan.weekday, plan.place = meeting.week, meeting.weekday, meeting.place
        plan.begins, plan.ends = meeting.begins, meeting.ends
        called = await self._desk.readers.run(lambda c: stored.called_from(c, unit, today))
        for one in next_days(meeting, today, months, self._desk.office.calendar):
            row = called.get(one.on_day)
            plan.days.add(
                on_day=one.on_day.isoformat(),
                by_rule=one.by_rule.isoformat(),
                provisional=one.provisional,
                sitting_id=str(row["sitting_id"]) if row else "",
                state=row["state"] if row else "",
            )
        return plan

    async def to_call(self, request: pb.CallSittingRequest) -> CallSitting:
        """What is called: as the request says, else by the rule.

        Raises:
            UnitUnknown, UnitElsewhere: no unit in force; another node hosts it.
            NoMeetingDay: neither the request nor the directory says when.
            FieldsInvalid: a day or hours that cannot be.
        """
        unit = request.unit_id or current_caller().unit
        path, office, fields = self.path_of(unit), self._desk.office, Fields()
        if office.directory().node_of(unit) != office.node:
            raise UnitElsewhere(unit=unit, node=office.directory().node_of(unit))
        meeting = office.directory().meeting_day(unit)
        rule = meeting or MeetingDay(begins="", ends="")
        day = convert.day_of_sitting(fields, request.on_day, self._today())
        begins, ends = convert.hours_of(
            fields, request.begins or rule.begins, request.ends or rule.ends
        )
        place = fields.text("place", request.place or rule.place, convert.PLACE, required=False)
        if meeting is None and not (request.on_day and request.begins and request.ends):
            raise NoMeetingDay(unit=unit)
        fields.check()
        on_day = day or await self._next(unit, rule)
        return CallSitting(unit, path, on_day, begins, ends, place)

    async def _next(self, unit: str, meeting: MeetingDay) -> date:
        """The first day of the plan for which no sitting is called."""
        today, calendar = self._today(), self._desk.office.calendar
        called = await self._desk.readers.run(lambda c: stored.called_from(c, unit, today))
        days = next_days(meeting, today, len(called) + 1, calendar)
        return next(one.on_day for one in days if one.on_day not in called)

    def path_of(self, unit: str) -> str:
        """The path of a unit's site. Raises UnitUnknown: it is not in force today."""
        directory = self._desk.office.directory()
        if directory.current(unit, self._today()) != unit:
            raise UnitUnknown(unit=unit[:64])
        return directory.path_of_unit(unit)

    def _today(self) -> date:
        return day_of(self._desk.clock.now())
