"""HearingRegisterService: rooms, people, ways between sites."""

from collections.abc import Callable
from functools import partial
from typing import Any

from hearing.commands.registering import LookAtPeople
from hearing.convert import registering as convert
from hearing.convert.fields import Fields
from hearing.convert.lists import cursor_of
from hearing.desk import Desk
from hearing.domain.register import RoomUse, may_use
from hearing.errors_register import PersonMissing, RegisterElsewhere
from hearing.handlers.registering import (
    keep_persons,
    keep_rooms,
    keep_travel,
    look_at_people,
)
from hearing.storage import register as storage
from kernel.access import Access
from kernel.divisions import Division
from kernel.group_commit import Work
from kernel.grpc_server import Served
from kernel.identity import Caller
from kernel.interceptors import current_caller
from kernel.pages import token_of
from kernel.roles import role_table
from lianxin.hearing.v1 import register_pb2 as pb
from lianxin.hearing.v1 import register_pb2_grpc as grpc

REGISTER = "/lianxin.hearing.v1.HearingRegisterService/"
REGISTER_ACCESS = {
    REGISTER + "KeepRooms": Access("hearing.register"),
    REGISTER + "ListRooms": Access("hearing.read"),
    REGISTER + "KeepPersons": Access("hearing.register"),
    REGISTER + "ListPersons": Access("hearing.read"),
    REGISTER + "GetPerson": Access("hearing.register"),
    REGISTER + "KeepTravel": Access("hearing.register"),
    REGISTER + "ListTravel": Access("hearing.read"),
}


def sees_names(caller: Caller) -> bool:
    """Whether somebody sets hearings or keeps the register: others see codes only."""
    roles = role_table()
    return roles.may(caller, "hearing.run") or roles.may(caller, "hearing.register")


class RegisterServicer(grpc.HearingRegisterServiceServicer):
    """The register of the node."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def KeepRooms(self, request: pb.KeepRoomsRequest, _: object) -> pb.KeepRoomsResponse:
        """New ones, and those that changed."""
        read = convert.keep_rooms(request, self._desk.office.directory())
        done: pb.KeepRoomsResponse = await self._keep(
            request, read, keep_rooms, pb.KeepRoomsResponse
        )
        return done

    async def KeepPersons(
        self, request: pb.KeepPersonsRequest, _: object
    ) -> pb.KeepPersonsResponse:
        """New ones, and those who changed."""
        office = self._desk.office
        read = convert.keep_persons(request, office.directory())
        handler = partial(keep_persons, office=office)
        done: pb.KeepPersonsResponse = await self._keep(
            request, read, handler, pb.KeepPersonsResponse
        )
        return done

    async def KeepTravel(self, request: pb.KeepTravelRequest, _: object) -> pb.KeepTravelResponse:
        """New ways, and those that changed."""
        read = convert.keep_travel(request, self._desk.office.directory())
        done: pb.KeepTravelResponse = await self._keep(
            request, read, keep_travel, pb.KeepTravelResponse
        )
        return done

    async def _keep(
        self, request: Any, read: convert.Read, handler: Callable[..., int], response: type[Any]
    ) -> Any:
        request_id, command = read
        work = Work(handler, command, key="register", request_id=request_id)
        return await self._desk.act(request, work, lambda kept: response(kept=kept), response)

    async def ListRooms(self, request: pb.ListRoomsRequest, _: object) -> pb.ListRoomsResponse:
        """Those that the caller's unit may book."""
        fields, path = Fields(), current_caller().path
        site = fields.code("site_id", request.site_id)
        size = convert.size_of(fields, request.page_size)
        after = cursor_of("rooms", request.page_token)
        fields.check()
        rows = await self._desk.readers.run(
            lambda c: storage.rooms(c, site=site, ended=request.ended)
        )
        mine = [row for row in rows if may_use(RoomUse(row["use"]), row["path"], path)]
        rest = [row for row in mine if after is None or row["room_id"].int > after.int]
        more = rest[size - 1]["room_id"] if len(rest) > size else None
        return pb.ListRoomsResponse(
            rooms=map(convert.room_line, rest[:size]),
            next_page_token=token_of("rooms", more),
        )

    async def ListPersons(
        self, request: pb.ListPersonsRequest, _: object
    ) -> pb.ListPersonsResponse:
        """With names for those who set hearings or keep the register, who are on record then."""
        which, caller = convert.which_persons(request), current_caller()
        named = sees_names(caller)
        if named:
            await self._look(LookAtPeople("ListPersons", "names"))
        now, vault = self._desk.clock.now(), self._desk.office.vault
        found = await self._desk.readers.run(lambda c: storage.persons(c, which, now))
        shown = found[: which.size]
        more = shown[-1].row["person_id"] if len(found) > which.size else None
        return pb.ListPersonsResponse(
            persons=[
                convert.person_line(one, storage.name_of(one.row, vault) if named else "")
                for one in shown
            ],
            next_page_token=token_of("persons", more),
        )

    async def GetPerson(self, request: pb.GetPersonRequest, _: object) -> pb.GetPersonResponse:
        """With the contact, for those who keep the entry."""
        person_id, look = convert.look_at(request)
        now, vault = self._desk.clock.now(), self._desk.office.vault
        one = await self._desk.readers.run(lambda c: storage.person_of(c, person_id, now))
        if one is None:
            raise PersonMissing(person=person_id)
        top = Division.from_path(current_caller().path)
        if not Division.from_path(one.row["path"]).is_within(top):
            raise RegisterElsewhere(entry=person_id)
        await self._look(look)
        name, contact = storage.name_of(one.row, vault), storage.contact_of(one.row, vault)
        return pb.GetPersonResponse(entry=convert.person_entry(one, name, contact), load=one.load)

    async def _look(self, look: LookAtPeople) -> None:
        await self._desk.do(Work(look_at_people, look, key="register", caller=current_caller()))

    async def ListTravel(self, _request: pb.ListTravelRequest, _: object) -> pb.ListTravelResponse:
        """All of them."""
        rows = await self._desk.readers.run(storage.ways)
        return pb.ListTravelResponse(travel=map(convert.travel_entry, rows))


def register_served(desk: Desk) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["HearingRegisterService"],
        grpc.add_HearingRegisterServiceServicer_to_server,
        RegisterServicer(desk),
        REGISTER_ACCESS,
    )
