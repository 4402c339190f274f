"""Rooms, people and ways, through the doors of the service."""

from datetime import UTC, datetime

from hearing.storage import tables
from hearing.storage.tables_register import person
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from lianxin.hearing.v1 import calendar_pb2 as cal
from lianxin.hearing.v1 import calendar_pb2_grpc, register_pb2_grpc
from lianxin.hearing.v1 import register_pb2 as pb

UNIT, PATH = "s-changshuo", "330523.002.000"
NAME, CONTACT = "章一平", "13900000001"


def keeper(unit=UNIT, path=PATH):
    """Somebody who keeps the register of a site."""
    return Caller(Kind.STAFF, "keeper", unit, unit, path, frozenset({Role.JUSTICE_OFFICE}))


def grid_worker():
    """Somebody who may only look at what is set."""
    return Caller(Kind.STAFF, "grid", UNIT, UNIT, PATH, frozenset({Role.MEDIATOR}))


def register(bench, caller=None):
    """The stub of the register."""
    return register_pb2_grpc.HearingRegisterServiceStub(bench.line(caller or keeper()))


def calendars(bench, caller=None):
    """The stub of calendars."""
    return calendar_pb2_grpc.HearingCalendarServiceStub(bench.line(caller or keeper()))


def room(**more):
    """A room of the township."""
    given = {
        "room_id": str(new_id()),
        "unit_id": UNIT,
        "name": "第一听证室",
        "capacity": 40,
        "equipment": ["projector"],
        "opens": 510,
        "closes": 1050,
        "use": pb.ROOM_USE_OWN,
    }
    return pb.RoomEntry(**given | more)


def somebody(**more):
    """A lawyer of the pool."""
    given = {
        "person_id": str(new_id()),
        "unit_id": UNIT,
        "name": NAME,
        "contact": CONTACT,
        "kinds": [pb.PERSON_KIND_LAWYER],
        "fields": ["demolition"],
    }
    return pb.PersonEntry(**given | more)


async def keep(bench, *entries, caller=None):
    """Keep rooms or people; answers the first."""
    stub, request_id = register(bench, caller), str(new_id())
    if isinstance(entries[0], pb.RoomEntry):
        await stub.KeepRooms(pb.KeepRoomsRequest(request_id=request_id, rooms=entries))
    else:
        await stub.KeepPersons(pb.KeepPersonsRequest(request_id=request_id, persons=entries))
    return entries[0]


async def test_a_room_is_kept_and_changed(bench):
    """What was told last counts; the room is listed with its site."""
    known = await keep(bench, room())
    await keep(bench, room(room_id=known.room_id, capacity=60, number="R1"))
    (line,) = (await register(bench).ListRooms(pb.ListRoomsRequest())).rooms
    assert line.entry.number == "R1"
    assert (line.entry.capacity, line.entry.opens, line.site_id) == (60, 510, UNIT)


async def test_a_room_is_listed_for_those_who_may_book_it(bench):
    """A neighbouring township sees rooms of the node, not those of another site."""
    await keep(bench, room(), room(name="乡镇大礼堂", use=pb.ROOM_USE_NODE))
    neighbour = keeper("s-lingfeng", "330523.003.000")
    mine = (await register(bench).ListRooms(pb.ListRoomsRequest())).rooms
    theirs = (await register(bench, neighbour).ListRooms(pb.ListRoomsRequest())).rooms
    assert len(mine) == 2
    assert [line.entry.name for line in theirs] == ["乡镇大礼堂"]


async def test_names_and_contacts_are_sealed(bench):
    """Neither stands in the database in clear, and the list shows no contact."""
    await keep(bench, somebody(number="P7"))
    (row,) = bench.rows(person)
    for column in ("sealed_name", "sealed_contact"):
        assert NAME.encode() not in row[column]
        assert CONTACT.encode() not in row[column]
    (line,) = (await register(bench).ListPersons(pb.ListPersonsRequest())).persons
    assert line.entry.number == "P7"
    assert (line.entry.name, line.entry.contact, line.reachable) == (NAME, "", True)


async def test_who_only_sees_what_is_set_sees_no_names(bench):
    """Codes are shown to every reader, names to those who set hearings or keep the register."""
    await keep(bench, somebody())
    (line,) = (await register(bench, grid_worker()).ListPersons(pb.ListPersonsRequest())).persons
    assert (line.entry.name, list(line.entry.fields)) == ("", ["demolition"])


async def test_a_contact_is_shown_to_its_keeper_and_on_record(bench):
    """GetPerson opens it, and who looked and why is kept."""
    known = await keep(bench, somebody())
    request = pb.GetPersonRequest(person_id=known.person_id, why="送达通知")
    found = await register(bench).GetPerson(request)
    assert found.entry.contact == CONTACT
    assert ("GetPerson", "contact", "送达通知") in [
        (row["method"], row["fields"], row["reason"]) for row in bench.rows(tables.read_audit)
    ]


async def test_a_contact_is_not_shown_to_another_site(bench):
    """Who keeps another township's register learns nothing."""
    known = await keep(bench, somebody())
    neighbour = register(bench, keeper("s-lingfeng", "330523.003.000"))
    refused = await bench.refused(
        neighbour.GetPerson(pb.GetPersonRequest(person_id=known.person_id))
    )
    assert refused.reason == "REGISTER_ELSEWHERE"


async def test_a_contact_that_is_not_told_again_stays(bench):
    """A change of kinds leaves the contact as it is."""
    known = await keep(bench, somebody())
    await keep(bench, somebody(person_id=known.person_id, contact="", kinds=[1, 6]))
    found = await register(bench).GetPerson(pb.GetPersonRequest(person_id=known.person_id))
    assert (found.entry.contact, list(found.entry.kinds)) == (CONTACT, [1, 6])


async def test_people_are_found_by_kind_field_and_department(bench):
    """Each says something of its own; pages follow on."""
    await keep(
        bench,
        somebody(),
        somebody(kinds=[pb.PERSON_KIND_DEPUTY], fields=["land"], ties=["u-anji-zhujian"]),
        somebody(kinds=[pb.PERSON_KIND_REPRESENTATIVE], department_id=UNIT, stand_in=1),
    )
    stub = register(bench)

    async def count(**which):
        return len((await stub.ListPersons(pb.ListPersonsRequest(**which))).persons)

    assert await count() == 3
    assert await count(kind=pb.PERSON_KIND_DEPUTY) == 1
    assert await count(field="demolition") == 2
    assert await count(department_id=UNIT) == 1
    assert await count(about_ids=["u-anji-zhujian"]) == 2
    first = await stub.ListPersons(pb.ListPersonsRequest(page_size=2))
    rest = await stub.ListPersons(pb.ListPersonsRequest(page_token=first.next_page_token))
    assert (len(first.persons), len(rest.persons), rest.next_page_token) == (2, 1, "")


WRONG_ROOMS = {
    "rooms[0].unit_id": {"unit_id": "nowhere"},
    "rooms[0].capacity": {"capacity": 0},
    "rooms[0].closes": {"closes": 510},
    "rooms[0].name": {"name": ""},
    "rooms[0].use": {"use": 9},
    "rooms[0].room_id": {"room_id": "1"},
}
WRONG_PEOPLE = {
    "persons[0].kinds": {"kinds": []},
    "persons[0].department_id": {"kinds": [pb.PERSON_KIND_REPRESENTATIVE]},
    "persons[0].name": {"name": "x" * 61},
    "persons[0].ties[0]": {"ties": ["a b"]},
    "persons[0].ends": {"begins": 600, "ends": 540},
}


async def test_what_is_told_wrongly_is_refused_by_its_field(bench):
    """Each field of a room and of a person that cannot be is named, and nothing is kept."""
    for field, more in WRONG_ROOMS.items():
        assert list((await bench.refused(keep(bench, room(**more)))).fields) == [field]
    for field, more in WRONG_PEOPLE.items():
        assert list((await bench.refused(keep(bench, somebody(**more)))).fields) == [field]
    assert len(bench.rows(person)) == 0


async def test_the_register_of_another_site_is_not_changed(bench):
    """A township keeps neither rooms nor people of its neighbour."""
    neighbour = keeper("s-lingfeng", "330523.003.000")
    for entry in (room(), somebody()):
        refused = await bench.refused(keep(bench, entry, caller=neighbour))
        assert refused.reason == "REGISTER_ELSEWHERE"


async def test_ways_are_kept_once_whichever_site_comes_first(bench):
    """The way back is the way there; no minutes take it out."""
    stub = register(bench)

    async def way(one, other, minutes):
        entry = pb.TravelEntry(one_id=one, other_id=other, minutes=minutes)
        await stub.KeepTravel(pb.KeepTravelRequest(request_id=str(new_id()), travel=[entry]))
        return (await stub.ListTravel(pb.ListTravelRequest())).travel

    assert len(await way(UNIT, "s-lingfeng", 25)) == 1
    (kept,) = await way("s-lingfeng", UNIT, 30)
    assert (kept.one_id, kept.minutes) == (UNIT, 30)
    assert len(await way(UNIT, "s-lingfeng", 0)) == 0


def ics(*spans):
    """A file with these hours of 25 November 2026."""
    events = [
        f"BEGIN:VEVENT\r\nUID:{at}\r\nSUMMARY:看病\r\nDTSTART:20261125T{one:02}0000\r\n"
        f"DTEND:20261125T{other:02}0000\r\nEND:VEVENT\r\n"
        for at, (one, other) in enumerate(spans)
    ]
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + "".join(events) + "END:VCALENDAR\r\n").encode()


async def imported(bench, owner_id, content, source="office"):
    """A file taken over."""
    request = cal.ImportCalendarRequest(
        request_id=str(new_id()), owner_id=owner_id, source=source, content=content
    )
    return await calendars(bench).ImportCalendar(request)


async def calendar_of(bench, owner_id):
    """The calendar of the last week of November."""
    request = cal.GetCalendarRequest(owner_id=owner_id, from_day="2026-11-23", until="2026-11-29")
    return await calendars(bench).GetCalendar(request)


async def test_an_import_replaces_what_came_from_its_source(bench):
    """What the file does not name any more is gone; other sources stay."""
    bench.clock.set(datetime(2026, 11, 20, 1, tzinfo=UTC))
    known = await keep(bench, somebody())
    await imported(bench, known.person_id, ics((9, 10)), "phone")
    await imported(bench, known.person_id, ics((9, 10), (14, 16)))
    done = await imported(bench, known.person_id, ics((14, 16)))
    assert (done.kept, done.dropped) == (1, 1)
    found = await calendar_of(bench, known.person_id)
    assert sorted((one.source, one.begins_at.ToDatetime().hour) for one in found.busy) == [
        ("office", 6),
        ("phone", 1),
    ]


async def test_a_bad_file_changes_nothing_and_names_its_line(bench):
    """What was there before stays."""
    bench.clock.set(datetime(2026, 11, 20, 1, tzinfo=UTC))
    known = await keep(bench, somebody())
    await imported(bench, known.person_id, ics((9, 10)))
    refused = await bench.refused(imported(bench, known.person_id, ics((10, 9))))
    assert refused.reason == "CALENDAR_INVALID"
    assert list(refused.fields) == ["content.lines[7].DTEND"]
    assert len((await calendar_of(bench, known.person_id)).busy) == 1


async def test_a_calendar_goes_out_and_comes_back_without_what_it_was_for(bench):
    """Exported and imported again, times are the same; titles are gone."""
    bench.clock.set(datetime(2026, 11, 20, 1, tzinfo=UTC))
    one, other = await keep(bench, somebody()), await keep(bench, somebody())
    await imported(bench, one.person_id, ics((9, 10), (14, 16)))
    request = cal.ExportCalendarRequest(
        owner_id=one.person_id, from_day="2026-11-23", until="2026-11-29"
    )
    content = (await calendars(bench).ExportCalendar(request)).content
    assert "看病".encode() not in content
    assert content.count("SUMMARY:休息".encode()) == content.count(b"TRANSPARENT") == 5
    await imported(bench, other.person_id, content)
    first, second = [await calendar_of(bench, who.person_id) for who in (one, other)]
    assert [(b.begins_at, b.ends_at) for b in first.busy] == [
        (b.begins_at, b.ends_at) for b in second.busy
    ]


async def test_hours_follow_weekdays_and_the_workday_table(bench):
    """A Tuesday with hours of its own, a Wednesday off, no weekend, else a midday."""
    known = await keep(bench, somebody(begins=540, ends=1020))
    hours = [
        cal.WeekdayHours(weekday=2, begins=600, ends=720),
        cal.WeekdayHours(weekday=3),
    ]
    request = cal.KeepHoursRequest(request_id=str(new_id()), owner_id=known.person_id, hours=hours)
    await calendars(bench).KeepHours(request)
    found = await calendar_of(bench, known.person_id)
    assert [(one.day[-2:], one.begins, one.ends) for one in found.open] == [
        *(("23", 540, 690), ("23", 810, 1020)),
        ("24", 600, 720),
        *(("26", 540, 690), ("26", 810, 1020)),
        *(("27", 540, 690), ("27", 810, 1020)),
    ]


async def test_an_absence_is_told_and_taken_back(bench):
    """It stands in the calendar until it is dropped; dropping it twice is refused."""
    known = await keep(bench, somebody())
    request = cal.KeepAbsenceRequest(request_id=str(new_id()), owner_id=known.person_id)
    request.begins_at.FromDatetime(datetime(2026, 11, 25, 1, tzinfo=UTC))
    request.ends_at.FromDatetime(datetime(2026, 11, 25, 9, tzinfo=UTC))
    stub = calendars(bench)
    uid = (await stub.KeepAbsence(request)).uid
    assert [one.source for one in (await calendar_of(bench, known.person_id)).busy] == ["hand"]

    async def drop():
        await stub.DropAbsence(
            cal.DropAbsenceRequest(request_id=str(new_id()), owner_id=known.person_id, uid=uid)
        )

    await drop()
    assert len((await calendar_of(bench, known.person_id)).busy) == 0
    assert (await bench.refused(drop())).reason == "ABSENCE_MISSING"


async def test_nobody_of_the_register_has_no_calendar(bench):
    """An id that is neither a room's nor a person's is refused."""
    assert (await bench.refused(calendar_of(bench, str(new_id())))).reason == "OWNER_MISSING"
    refused = await bench.refused(imported(bench, str(new_id()), ics((9, 10))))
    assert refused.reason == "OWNER_MISSING"


async def test_hours_that_cannot_be_are_refused(bench):
    """Hours of one day do not overlap, end after they begin, and are of a weekday."""
    known = await keep(bench, somebody())
    wrong = {
        "hours": [(2, 600, 720), (2, 700, 800)],
        "hours[0].ends": [(2, 600, 600)],
        "hours[0].weekday": [(8, 600, 700)],
    }
    for field, hours in wrong.items():
        told = [cal.WeekdayHours(weekday=day, begins=one, ends=other) for day, one, other in hours]
        request = cal.KeepHoursRequest(
            request_id=str(new_id()), owner_id=known.person_id, hours=told
        )
        assert list((await bench.refused(calendars(bench).KeepHours(request))).fields) == [field]
