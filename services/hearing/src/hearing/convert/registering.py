"""Rooms, people and ways of the register, both ways."""

from typing import Any
from uuid import UUID

from hearing.commands.registering import KeepPersons, KeepRooms, KeepTravel, LookAtPeople, Way
from hearing.convert.fields import WHY, Fields
from hearing.convert.lists import cursor_of
from hearing.domain.hours import DAY, USUAL
from hearing.domain.register import Person, PersonKind, Room, RoomUse
from hearing.storage.register import Listed, Row, Which
from kernel.directory import Directory
from kernel.wording import Words
from lianxin.hearing.v1 import register_pb2 as pb

Read = tuple[UUID, Any]
"""The request id, and the command."""
MOST_ENTRIES, MOST_SEATS, MOST_CODES = 2_000, 10_000, 30
NAME, CONTACT = 60, 100
PAGE, MOST = 200, 500
KIND = Words(pb.PersonKind, "PERSON_KIND", PersonKind)
USE = Words(pb.RoomUse, "ROOM_USE", RoomUse)


def keep_rooms(request: pb.KeepRoomsRequest, directory: Directory) -> Read:
    """Rooms, with site and path of their units."""
    fields = Fields()
    request_id = fields.id("request_id", request.request_id)
    _some(fields, "rooms", len(request.rooms))
    rooms = [
        _room(fields, f"rooms[{at}]", entry, directory) for at, entry in enumerate(request.rooms)
    ]
    fields.check()
    return request_id, KeepRooms(tuple(rooms))


def _some(fields: Fields, field: str, count: int) -> None:
    if not count:
        fields.note(field, "REQUIRED")
    fields.few(field, count, MOST_ENTRIES)


def _place(fields: Fields, field: str, unit: str, directory: Directory) -> tuple[str, str]:
    """Site and path of a unit; empty while the fault is collected."""
    if unit not in directory.units:
        fields.note(field, "UNKNOWN_VALUE" if unit else "REQUIRED")
        return "", ""
    site = directory.units[unit].site
    return site, directory.path(site)


def _room(fields: Fields, at: str, entry: pb.RoomEntry, directory: Directory) -> Room:
    site, path = _place(fields, f"{at}.unit_id", entry.unit_id, directory)
    fields.few(f"{at}.equipment", len(entry.equipment), MOST_CODES)
    opens, closes = _span(fields, at, ("opens", entry.opens), ("closes", entry.closes))
    return Room(
        fields.id(f"{at}.room_id", entry.room_id),
        unit=entry.unit_id,
        site=site,
        path=path,
        name=fields.needed(f"{at}.name", entry.name, NAME),
        capacity=fields.number(f"{at}.capacity", entry.capacity, most=MOST_SEATS),
        opens=opens,
        closes=closes,
        equipment=frozenset(fields.codes(f"{at}.equipment", entry.equipment)),
        online=entry.online,
        use=fields.word(f"{at}.use", USE, entry.use) or RoomUse.OWN,
        ended=entry.ended,
        number=fields.text(f"{at}.number", entry.number, NAME),
    )


def _span(
    fields: Fields, at: str, begins: tuple[str, int], ends: tuple[str, int]
) -> tuple[int, int]:
    """Hours of a day, each with the name of its field."""
    first = fields.number(f"{at}.{begins[0]}", begins[1], least=0, most=DAY)
    last = fields.number(f"{at}.{ends[0]}", ends[1], least=0, most=DAY)
    if last <= first:
        fields.note(f"{at}.{ends[0]}", "ENDS_BEFORE_BEGIN")
    return first, last


def keep_persons(request: pb.KeepPersonsRequest, directory: Directory) -> Read:
    """People, with the path of their units."""
    fields = Fields()
    request_id = fields.id("request_id", request.request_id)
    _some(fields, "persons", len(request.persons))
    found = [
        _person(fields, f"persons[{at}]", entry, directory)
        for at, entry in enumerate(request.persons)
    ]
    fields.check()
    return request_id, KeepPersons(tuple(found))


def _person(fields: Fields, at: str, entry: pb.PersonEntry, directory: Directory) -> Person:
    kinds = [fields.word(f"{at}.kinds", KIND, number) for number in entry.kinds]
    if not kinds:
        fields.note(f"{at}.kinds", "REQUIRED")
    _judge_department(fields, at, entry, directory)
    hours = (entry.begins, entry.ends)
    return Person(
        fields.id(f"{at}.person_id", entry.person_id),
        unit=entry.unit_id,
        path=_place(fields, f"{at}.unit_id", entry.unit_id, directory)[1],
        kinds=frozenset(kind for kind in kinds if kind is not None),
        name=fields.needed(f"{at}.name", entry.name, NAME),
        contact=fields.text(f"{at}.contact", entry.contact, CONTACT),
        staff=fields.code(f"{at}.staff", entry.staff),
        fields=frozenset(fields.codes(f"{at}.fields", entry.fields)),
        department=entry.department_id,
        stand_in=fields.number(f"{at}.stand_in", entry.stand_in, least=0, most=MOST_SEATS),
        ties=frozenset(fields.codes(f"{at}.ties", entry.ties)),
        hours=_span(fields, at, ("begins", hours[0]), ("ends", hours[1])) if any(hours) else USUAL,
        ended=entry.ended,
        number=fields.text(f"{at}.number", entry.number, NAME),
    )


def _judge_department(fields: Fields, at: str, entry: pb.PersonEntry, directory: Directory) -> None:
    """A representative speaks for a department that is known; nobody else names one."""
    speaks = pb.PERSON_KIND_REPRESENTATIVE in entry.kinds
    if speaks and not entry.department_id:
        fields.note(f"{at}.department_id", "REQUIRED")
    elif entry.department_id and (not speaks or entry.department_id not in directory.units):
        fields.note(f"{at}.department_id", "UNKNOWN_VALUE")


def keep_travel(request: pb.KeepTravelRequest, directory: Directory) -> Read:
    """Ways between sites that the directory knows."""
    fields = Fields()
    request_id = fields.id("request_id", request.request_id)
    _some(fields, "travel", len(request.travel))
    ways = [
        _way(fields, f"travel[{at}]", entry, directory) for at, entry in enumerate(request.travel)
    ]
    fields.check()
    return request_id, KeepTravel(tuple(ways))


def _way(fields: Fields, at: str, entry: pb.TravelEntry, directory: Directory) -> Way:
    paths = []
    for field, site in (("one_id", entry.one_id), ("other_id", entry.other_id)):
        known = site in directory.units and directory.units[site].site == site
        if not known:
            fields.note(f"{at}.{field}", "UNKNOWN_VALUE" if site else "REQUIRED")
        paths.append(directory.path(site) if known else "")
    if entry.one_id == entry.other_id:
        fields.note(f"{at}.other_id", "MALFORMED")
    minutes = fields.number(f"{at}.minutes", entry.minutes, least=0, most=DAY)
    return Way(entry.one_id, entry.other_id, minutes, (paths[0], paths[1]))


def which_persons(request: pb.ListPersonsRequest) -> Which:
    """Which page of the register."""
    fields = Fields()
    kind = fields.optional_word("kind", KIND, request.kind)
    which = Which(
        kinds=frozenset({kind} if kind else ()),
        field=fields.code("field", request.field),
        department=fields.code("department_id", request.department_id),
        unit=fields.code("unit_id", request.unit_id),
        about=frozenset(fields.codes("about_ids", request.about_ids)),
        ended=request.ended,
        after=cursor_of("persons", request.page_token),
        size=size_of(fields, request.page_size),
    )
    fields.check()
    return which


def size_of(fields: Fields, wanted: int) -> int:
    """How many lines a page has."""
    if wanted < 0:
        fields.note("page_size", "TOO_SMALL", 0)
    return min(wanted or PAGE, MOST)


def look_at(request: pb.GetPersonRequest) -> tuple[UUID, LookAtPeople]:
    """Whom to look at, and the record of it."""
    fields = Fields()
    person_id = fields.id("person_id", request.person_id)
    look = LookAtPeople("GetPerson", "contact", fields.text("why", request.why, WHY))
    fields.check()
    return person_id, look


def room_line(row: Row) -> pb.RoomLine:
    """A room of the register."""
    entry = pb.RoomEntry(
        room_id=str(row["room_id"]),
        unit_id=row["unit"],
        name=row["name"],
        capacity=row["capacity"],
        equipment=row["equipment"].split(),
        online=row["online"],
        opens=row["begins"],
        closes=row["ends"],
        use=USE.number(RoomUse(row["use"])),
        ended=row["ended"],
        number=row["number"],
    )
    return pb.RoomLine(entry=entry, site_id=row["site"])


def person_entry(one: Listed, name: str, contact: str = "") -> pb.PersonEntry:
    """A person of the register, with what the caller may see."""
    row = one.row
    return pb.PersonEntry(
        person_id=str(row["person_id"]),
        unit_id=row["unit"],
        staff=row["staff"],
        name=name,
        contact=contact,
        kinds=sorted(KIND.number(kind) for kind in one.kinds),
        fields=row["fields"].split(),
        department_id=row["department"],
        stand_in=row["stand_in"],
        ties=sorted(one.ties),
        begins=row["begins"],
        ends=row["ends"],
        ended=row["ended"],
        number=row["number"],
    )


def person_line(one: Listed, name: str) -> pb.PersonLine:
    """A person in a list."""
    return pb.PersonLine(
        entry=person_entry(one, name),
        load=one.load,
        reachable=one.row["sealed_contact"] is not None,
    )


def travel_entry(row: Row) -> pb.TravelEntry:
    """A way."""
    return pb.TravelEntry(one_id=row["one"], other_id=row["other"], minutes=row["minutes"])
