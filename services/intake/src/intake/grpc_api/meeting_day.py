"""MeetingDayService: sittings of meeting days (说事日), and what became of their matters."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.message import Message

from intake.commands import RecordRead
from intake.commands_sittings import Kept, Minutes
from intake.convert import lists
from intake.convert import sittings as convert
from intake.desk import Desk, id_of
from intake.domain.filters import page_size
from intake.errors import CaseMissing
from intake.errors_sittings import MinutesMissing, SittingMissing
from intake.grpc_api.paperwork import Context
from intake.grpc_api.sitting_papers import MinutesPapers
from intake.grpc_api.sitting_plans import Plans
from intake.handlers import sittings as handlers
from intake.handlers.reads import record_read
from intake.office import day_of, expect_below
from intake.storage import reading
from intake.storage import sittings as stored
from kernel.access import Access, Scope
from kernel.catalogue import Catalogue
from kernel.divisions import Division
from kernel.group_commit import Work
from kernel.grpc_server import Served
from kernel.identity import Caller
from kernel.interceptors import current_caller
from kernel.roles import may, role_table
from lianxin.intake.v1 import meeting_day_pb2 as pb
from lianxin.intake.v1 import meeting_day_pb2_grpc as grpc

MEETING_DAYS = "/lianxin.intake.v1.MeetingDayService/"
WRITE = Access("case.register")
READ = Access("case.read.header", scope=Scope.LIST)
MEETING_DAY_ACCESS = {
    MEETING_DAYS + "PlanSittings": Access("directory.read"),
    MEETING_DAYS + "CallSitting": WRITE,
    MEETING_DAYS + "CancelSitting": WRITE,
    MEETING_DAYS + "HoldSitting": WRITE,
    MEETING_DAYS + "AddMatters": WRITE,
    MEETING_DAYS + "SignMinutes": WRITE,
    MEETING_DAYS + "GetSitting": READ,
    MEETING_DAYS + "ListSittings": READ,
    MEETING_DAYS + "MakeMinutesPaper": READ,
}
LOOK_DOWN = ("case.read.subtree", "case.read.inspect")
T = TypeVar("T")
R = TypeVar("R", bound=Message)


class MeetingDayServicer(Plans, MinutesPapers, grpc.MeetingDayServiceServicer):
    """What a village hears in public."""

    def __init__(self, desk: Desk, texts: Catalogue, folder: Path) -> None:
        self._desk = desk
        self._texts = texts
        self._folder = folder

    async def CallSitting(
        self, request: pb.CallSittingRequest, _: Context
    ) -> pb.CallSittingResponse:
        """Day, hours and place as given, else by the rule."""
        command = await self.to_call(request)
        return await self._act(
            request,
            handlers.call_sitting,
            command,
            command.unit,
            lambda sat: pb.CallSittingResponse(sitting=self._message(sat)),
        )

    async def CancelSitting(
        self, request: pb.CancelSittingRequest, _: Context
    ) -> pb.CancelSittingResponse:
        """With the reason."""
        command = convert.cancel_sitting(request)
        return await self._act(
            request,
            handlers.cancel_sitting,
            command,
            str(command.sitting_id),
            lambda sat: pb.CancelSittingResponse(sitting=self._message(sat)),
        )

    async def HoldSitting(
        self, request: pb.HoldSittingRequest, _: Context
    ) -> pb.HoldSittingResponse:
        """Who was there."""
        command = convert.hold_sitting(request, self._desk.office.directory())
        return await self._act(
            request,
            handlers.hold_sitting,
            command,
            str(command.sitting_id),
            lambda sat: pb.HoldSittingResponse(sitting=self._message(sat)),
        )

    async def AddMatters(self, request: pb.AddMattersRequest, _: Context) -> pb.AddMattersResponse:
        """Matters the caller may know of. A sealed one has no place in a public sitting."""
        caller, command = current_caller(), convert.add_matters(request)
        wanted, now = list(dict.fromkeys(command.case_ids)), self._desk.clock.now()
        known = await self._desk.readers.run(lambda c: reading.known_of(c, caller, wanted, now))
        sealed = await self._desk.readers.run(lambda c: stored.sealed_of(c, wanted))
        if set(wanted) - set(known) or sealed:
            raise CaseMissing
        return await self._act(
            request,
            handlers.add_matters,
            command,
            str(command.sitting_id),
            lambda sat: pb.AddMattersResponse(sitting=self._message(sat), added=sat.added),
        )

    async def SignMinutes(
        self, request: pb.SignMinutesRequest, _: Context
    ) -> pb.SignMinutesResponse:
        """A version more; none is ever changed."""
        command = convert.sign_minutes(request, day_of(self._desk.clock.now()))
        return await self._act(
            request,
            handlers.sign_minutes,
            command,
            str(command.sitting_id),
            lambda signed: pb.SignMinutesResponse(
                sitting=self._message(signed.sat),
                minutes=convert.minutes_message(signed.row, signed.minutes),
            ),
        )

    async def GetSitting(self, request: pb.GetSittingRequest, _: Context) -> pb.GetSittingResponse:
        """Its matters as their cases stand now."""
        caller, sitting_id = current_caller(), id_of(request.sitting_id, "sitting_id")
        row = await self.seen(caller, sitting_id)
        matters, total = await self.matters(caller, sitting_id)
        minutes = await self._desk.readers.run(lambda c: stored.minutes_of(c, sitting_id))
        directory = self._desk.office.directory()
        return pb.GetSittingResponse(
            sitting=convert.sitting_message(row, self.kept(row), total, directory),
            matters=[convert.matter_message(one, directory) for one in matters],
            not_shown=total - len(matters),
            minutes=[convert.minutes_message(one, self.opened(one)) for one in minutes],
        )

    async def ListSittings(
        self, request: pb.ListSittingsRequest, _: Context
    ) -> pb.ListSittingsResponse:
        """Newest first: of a unit, or of the site and, for who looks down, all below it."""
        caller, asked, mark = self._asked(request)
        await self._note_if_recorded(caller, "ListSittings")
        rows = await self._desk.readers.run(partial(stored.page, asked=asked))
        cursor, shown = convert.next_cursor(rows, asked.size), rows[: asked.size]
        ids = [row["sitting_id"] for row in shown]
        counted = await self._desk.readers.run(lambda c: stored.counts_of(c, ids))
        directory = self._desk.office.directory()
        return pb.ListSittingsResponse(
            sittings=[
                convert.sitting_message(
                    row, self.kept(row), counted.get(row["sitting_id"], 0), directory
                )
                for row in shown
            ],
            next_page_token=lists.token_of(mark, cursor),
        )

    def _asked(self, request: pb.ListSittingsRequest) -> tuple[Caller, stored.Asked, str]:
        caller, unit = current_caller(), request.unit_id
        first, last = convert.days_of(request)
        if unit:
            self.expect_seen(caller, unit)
        mark = lists.mark_of("ListSittings", unit.encode(), f"{first}{last}".encode())
        asked = stored.Asked(
            unit=unit,
            path=caller.path,
            below=looks_down(caller),
            first=first,
            last=last,
            after=convert.place_of(lists.cursor_of(mark, request.page_token)),
            size=page_size(lists.size_of(request.page_size)),
        )
        return caller, asked, mark

    def expect_seen(self, caller: Caller, unit: str) -> None:
        """Raises UnitUnknown, NotYourUnit: no unit that the caller sees sittings of."""
        directory = self._desk.office.directory()
        path = self.path_of(unit)
        if path != caller.path or not caller.path:
            expect_below(directory, unit, caller)
            if not looks_down(caller):
                raise SittingMissing

    async def seen(self, caller: Caller, sitting_id: UUID) -> reading.Row:
        """A sitting the caller may see, on record where his reads are. Raises SittingMissing."""
        row = await self._desk.readers.run(lambda c: stored.by_id(c, sitting_id))
        if row is None or not sees(caller, row["path"]):
            raise SittingMissing
        await self._note_if_recorded(caller, "GetSitting")
        return row

    async def matters(self, caller: Caller, sitting_id: UUID) -> tuple[Sequence[reading.Row], int]:
        """Its matters that the caller may know of, and how many there are."""
        now = self._desk.clock.now()
        shown = await self._desk.readers.run(
            lambda c: stored.matters_of(c, caller, sitting_id, now)
        )
        counted = await self._desk.readers.run(lambda c: stored.counts_of(c, [sitting_id]))
        return shown, counted.get(sitting_id, 0)

    async def version(self, sitting_id: UUID, wanted: int) -> reading.Row:
        """A version of the minutes, 0 = the last one. Raises MinutesMissing."""
        rows = await self._desk.readers.run(lambda c: stored.minutes_of(c, sitting_id))
        found = [row for row in rows if not wanted or row["version"] == wanted]
        if not found:
            raise MinutesMissing
        return found[-1]

    def kept(self, row: reading.Row) -> Kept:
        """What was sealed of a sitting."""
        return self._desk.office.vault.open_sitting(row["sitting_id"], row["sealed"], Kept)

    def opened(self, row: reading.Row) -> Minutes:
        """What was sealed of minutes."""
        return self._desk.office.vault.open_sitting(row["sitting_id"], row["sealed"], Minutes)

    def _message(self, sat: handlers.Sat) -> pb.Sitting:
        directory = self._desk.office.directory()
        return convert.sitting_message(sat.row, sat.kept, sat.matters, directory)

    async def _note_if_recorded(self, caller: Caller, method: str) -> None:
        if role_table().is_recorded(caller):
            read = RecordRead(None, method, "sittings", "")
            await self._desk.do(Work(record_read, read, caller=caller))

    async def _act(
        self,
        request: Any,
        handler: Callable[..., T],
        command: Any,
        key: str,
        respond: Callable[[T], R],
    ) -> R:
        """Do it once for its request id."""
        name = type(request).__name__.removesuffix("Request")
        work = Work(
            partial(handler, office=self._desk.office),
            command,
            key=key,
            request_id=id_of(request.request_id, "request_id"),
        )
        done: R = await self._desk.act(request, work, respond, getattr(pb, f"{name}Response"))
        return done


def sees(caller: Caller, path: str) -> bool:
    """Whether sittings of a site are for this caller: its own staff, and who looks down on it."""
    if not caller.path or path == caller.path:
        return bool(caller.path)
    below = Division.from_path(path).is_within(Division.from_path(caller.path))
    return below and looks_down(caller)


def looks_down(caller: Caller) -> bool:
    """Whether a role of the caller sees what is below its site."""
    return any(may(caller, permission) for permission in LOOK_DOWN)


def meeting_days_served(desk: Desk, texts: Catalogue, folder: Path) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["MeetingDayService"],
        grpc.add_MeetingDayServiceServicer_to_server,
        MeetingDayServicer(desk, texts, folder),
        MEETING_DAY_ACCESS,
    )
