"""When, where and with whom a hearing is held, as a clerk types it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import typer

from lianxin.cli.dates import iso_day
from lianxin.cli.errors import BadInput
from lianxin.cli.files.hearing_register import PEOPLE, ROOMS
from lianxin.cli.files.keeping import made_id
from lianxin.cli.files.units import Units
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.hearing.v1 import register_pb2
from lianxin.hearing.v1 import scheduling_pb2 as pb

CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
PAGE = 500
Day = Annotated[str, typer.Option("--day", help=say("opt.hearing_day"))]
At = Annotated[str, typer.Option("--at", help=say("opt.hearing_at"))]
Room = Annotated[str, typer.Option("--room", help=say("opt.hearing_room"))]
Chair = Annotated[str, typer.Option("--chair", help=say("opt.hearing_chair"))]
Recorder = Annotated[str, typer.Option("--recorder", help=say("opt.hearing_recorder"))]
Panel = Annotated[list[str] | None, typer.Option("--panel", help=say("opt.hearing_panelist"))]
Sent = Annotated[list[str] | None, typer.Option("--sends", help=say("opt.hearing_sends"))]
Optional = Annotated[list[str] | None, typer.Option("--observer", help=say("opt.hearing_observer"))]
Length = Annotated[int, typer.Option("--minutes", min=0, help=say("opt.hearing_length"))]
Despite = Annotated[list[str] | None, typer.Option("--despite", help=say("opt.hearing_despite"))]


def minute(text: str, field: str) -> int:
    """A time of day in minutes after midnight. Raises BadInput."""
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        raise BadInput("TIME_INVALID", field=field, value=text[:40])
    return int(found[1]) * 60 + int(found[2])


def clock(minutes: int) -> str:
    """Minutes after midnight as a clock shows them."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


class Register:
    """Rooms and people of the register, found by id or by what they are called."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rooms: dict[str, str] | None = None
        self._people: dict[str, str] | None = None

    def room(self, text: str, field: str = "--room") -> str:
        """The id of a room by id, number or name. Raises BadInput."""
        if _is_id(text):
            return text
        made = made_id(ROOMS, text.strip())
        return made if made in self.rooms() else _found(self.rooms(), text, field)

    def person(self, text: str, field: str) -> str:
        """The id of a person, likewise; the looking is on record. Raises BadInput."""
        if _is_id(text):
            return text
        made = made_id(PEOPLE, text.strip())
        return made if made in self.people() else _found(self.people(), text, field)

    def rooms(self) -> dict[str, str]:
        """Names of the rooms that may be booked, by id."""
        if self._rooms is None:
            ask = self._session.hearing_register.ListRooms
            pages = self._pages(ask, register_pb2.ListRoomsRequest, "rooms")
            self._rooms = {one.entry.room_id: one.entry.name for one in pages}
        return self._rooms

    def people(self) -> dict[str, str]:
        """Names of the people of the register, by id; the reading is on record."""
        if self._people is None:
            ask = self._session.hearing_register.ListPersons
            pages = self._pages(ask, register_pb2.ListPersonsRequest, "persons")
            self._people = {one.entry.person_id: one.entry.name for one in pages}
        return self._people

    def _pages(self, ask: Any, kind: Any, rows: str) -> list[Any]:
        found: list[Any] = []
        token = ""
        while True:
            page = self._session.ask(ask(kind(page_size=PAGE, page_token=token)))
            found += getattr(page, rows)
            token = page.next_page_token
            if not token:
                return found


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _found(names: dict[str, str], text: str, field: str) -> str:
    same = [key for key, name in names.items() if name == text]
    if len(same) != 1:
        reason = "HEARING_NAME_TWICE" if same else "HEARING_NAME_UNKNOWN"
        raise BadInput(reason, field=field, value=text[:40])
    return same[0]


@dataclass(frozen=True, slots=True)
class Typed:
    """A setting as it was typed."""

    day: str
    at: str
    room: str
    chair: str
    recorder: str
    panel: Sequence[str]
    sends: Sequence[str]
    observers: Sequence[str]
    minutes: int

    def message(self, session: Session) -> pb.HearingSetting:
        """The same with ids. Raises BadInput."""
        register = Register(session)
        units = Units.of(session) if self.sends else Units({})
        return pb.HearingSetting(
            day=iso_day(self.day, "--day"),
            begins=minute(self.at, "--at"),
            minutes=self.minutes,
            room_id=register.room(self.room),
            chair_id=register.person(self.chair, "--chair"),
            recorder_id=register.person(self.recorder, "--recorder"),
            panel_ids=[register.person(one, "--panel") for one in self.panel],
            representatives=sent(self.sends, units, register),
            optional_ids=[register.person(one, "--observer") for one in self.observers],
        )


def sent(said: Sequence[str], units: Units, register: Register) -> list[pb.Representative]:
    """Each `DEPARTMENT=PERSON`, the department by id, title or other name. Raises BadInput."""
    found = []
    for text in said:
        department, _, who = text.partition("=")
        if not (department and who):
            raise BadInput("HEARING_SENDS_FORM", field="--sends", value=text[:40])
        unit, person = units.id_of(department, "--sends"), register.person(who, "--sends")
        found.append(pb.Representative(department_id=unit, person_id=person))
    return found
