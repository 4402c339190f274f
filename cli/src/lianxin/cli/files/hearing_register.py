"""Rows of rooms and of people for hearings as entries of the register."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from lianxin.cli.cases import is_id, new_request_id
from lianxin.cli.errors import BadInput
from lianxin.cli.files.columns import Columns
from lianxin.cli.files.keeping import (
    Report,
    count,
    flag,
    keep,
    listed,
    made_id,
    said_of,
    span,
)
from lianxin.cli.files.reading import Row, read_rows
from lianxin.cli.files.units import Units
from lianxin.cli.plain import checked_code, enum_number
from lianxin.cli.session import Session
from lianxin.hearing.v1 import register_pb2 as pb

ROOMS = UUID("0d0e3f5b-7f0f-5a75-9a52-3a44d1f7a501")
PEOPLE = UUID("5b8c3c63-65f4-5c7f-8a0e-6f6a6a1b1d02")
"""Ids are made of the number in the register, the same at every import."""
ROOM_COLUMNS = Columns(
    (
        "room_no",
        "unit",
        "room_name",
        "seats",
        "equipment",
        "room_online",
        "hours",
        "room_use",
        "entry_ended",
    ),
    frozenset({"room_no", "unit", "room_name", "seats"}),
    "ROOM_COLUMNS_MISSING",
)
PERSON_COLUMNS = Columns(
    (
        "person_no",
        "name",
        "unit",
        "person_kinds",
        "knows",
        "staff",
        "phone",
        "department",
        "stand_in",
        "ties",
        "hours",
        "entry_ended",
    ),
    frozenset({"person_no", "name", "unit", "person_kinds"}),
    "PERSON_COLUMNS_MISSING",
)
WAY_COLUMNS = Columns(
    ("from_site", "to_site", "way_minutes"),
    frozenset({"from_site", "to_site", "way_minutes"}),
    "WAY_COLUMNS_MISSING",
)
COLUMN_OF = {
    "room_id": "room_no",
    "person_id": "person_no",
    "unit_id": "unit",
    "department_id": "department",
    "capacity": "seats",
    "opens": "hours",
    "closes": "hours",
    "begins": "hours",
    "ends": "hours",
    "online": "room_online",
    "use": "room_use",
    "kinds": "person_kinds",
    "fields": "knows",
    "contact": "phone",
    "ended": "entry_ended",
    "one_id": "from_site",
    "other_id": "to_site",
    "minutes": "way_minutes",
}
"""The column of the file that a field of the protocol is written in."""
USUAL = (8 * 60 + 30, 17 * 60 + 30)
"""Hours of a room where the file says nothing."""


def keep_rooms(session: Session, file: Path, *, dry_run: bool) -> Report[pb.RoomEntry]:
    """Keep the rooms of a file. Raises BadInput for one that cannot be read."""
    rows, units = read_rows(file, ROOM_COLUMNS), Units.of(session)

    def send(entries: Sequence[pb.RoomEntry]) -> None:
        request = pb.KeepRoomsRequest(request_id=new_request_id(), rooms=entries)
        session.ask(session.hearing_register.KeepRooms(request))

    return keep(rows, lambda row: room_of(row, units), send, COLUMN_OF, dry_run=dry_run)


def room_of(row: Row, units: Units) -> pb.RoomEntry:
    """A row as a room. Raises BadInput naming the column."""
    said = said_of(row)
    opens, closes = span(said.get("hours", ""), "hours")
    return pb.RoomEntry(
        room_id=_id_of(ROOMS, said, "room_no"),
        unit_id=units.id_of(said.get("unit", ""), "unit"),
        name=said.get("room_name", ""),
        capacity=count(said, "seats"),
        equipment=[
            checked_code("room_equipment", one, "equipment") for one in listed(said, "equipment")
        ],
        online=flag(said, "room_online"),
        opens=opens or USUAL[0],
        closes=closes or USUAL[1],
        use=enum_number(pb.RoomUse.DESCRIPTOR, said.get("room_use") or "own", "room_use"),
        ended=flag(said, "entry_ended"),
        number=said.get("room_no", ""),
    )


def keep_ways(session: Session, file: Path, *, dry_run: bool) -> Report[pb.TravelEntry]:
    """Keep the ways between sites of a file. Raises BadInput for one that cannot be read."""
    rows, units = read_rows(file, WAY_COLUMNS), Units.of(session)

    def send(entries: Sequence[pb.TravelEntry]) -> None:
        request = pb.KeepTravelRequest(request_id=new_request_id(), travel=entries)
        session.ask(session.hearing_register.KeepTravel(request))

    return keep(rows, lambda row: way_of(row, units), send, COLUMN_OF, dry_run=dry_run)


def way_of(row: Row, units: Units) -> pb.TravelEntry:
    """A row as the way between two sites. Raises BadInput naming the column."""
    said = said_of(row)
    return pb.TravelEntry(
        one_id=units.id_of(said.get("from_site", ""), "from_site"),
        other_id=units.id_of(said.get("to_site", ""), "to_site"),
        minutes=count(said, "way_minutes"),
    )


def keep_people(session: Session, file: Path, *, dry_run: bool) -> Report[pb.PersonEntry]:
    """Keep the people of a file. Raises BadInput for one that cannot be read."""
    rows, units = read_rows(file, PERSON_COLUMNS), Units.of(session)

    def send(entries: Sequence[pb.PersonEntry]) -> None:
        request = pb.KeepPersonsRequest(request_id=new_request_id(), persons=entries)
        session.ask(session.hearing_register.KeepPersons(request))

    return keep(rows, lambda row: person_of(row, units), send, COLUMN_OF, dry_run=dry_run)


def person_of(row: Row, units: Units) -> pb.PersonEntry:
    """A row as a person. Raises BadInput naming the column."""
    said = said_of(row)
    begins, ends = span(said.get("hours", ""), "hours")
    department = said.get("department", "")
    return pb.PersonEntry(
        person_id=_id_of(PEOPLE, said, "person_no"),
        unit_id=units.id_of(said.get("unit", ""), "unit"),
        staff=said.get("staff", ""),
        name=said.get("name", ""),
        contact=said.get("phone", ""),
        kinds=[
            enum_number(pb.PersonKind.DESCRIPTOR, one, "person_kinds")
            for one in listed(said, "person_kinds")
        ],
        fields=[checked_code("category", one, "knows") for one in listed(said, "knows")],
        department_id=units.id_of(department, "department") if department else "",
        stand_in=count(said, "stand_in"),
        ties=[tie_of(one, units, "ties") for one in listed(said, "ties")],
        begins=begins,
        ends=ends,
        ended=flag(said, "entry_ended"),
        number=said.get("person_no", ""),
    )


def tie_of(text: str, units: Units, field: str) -> str:
    """The id of a unit by its title, or the id of a party or case as it stands. Raises BadInput."""
    return text if is_id(text) else units.id_of(text, field)


def _id_of(register: UUID, said: dict[str, str], name: str) -> str:
    number = said.get(name, "")
    if not number:
        raise BadInput("NUMBER_NEEDED", field=name)
    return number if is_id(number) else made_id(register, number)
