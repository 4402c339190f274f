"""Nobody is ever in two places: bookings through writers on real databases."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hearing.commands.registering import KeepAbsence, KeepPersons, KeepRooms, KeepTravel, Way
from hearing.convert.events import encode
from hearing.domain.register import Person, PersonKind, Room, RoomUse
from hearing.errors_register import PersonMissing, RoomMissing, RoomNotYours, Taken
from hearing.handlers.booking import book, free
from hearing.handlers.calendars import keep_absence
from hearing.handlers.registering import keep_persons, keep_rooms, keep_travel
from hearing.scheduling.plan.problem import Planned
from hearing.storage import calendars, register
from hearing.storage.schema import metadata
from hearing.storage.tables_calendar import booking
from kernel import migrate
from kernel.database import Database
from kernel.group_commit import Work, Writer
from kernel.holding import Vault
from kernel.identity import Caller, Kind, Role
from kernel.sealing import NodeKey
from kernel.testing.clock import FakeClock

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
DAY = date(2026, 12, 8)
COUNTY, COUNTY_PATH = "s-county", "330523.000.000"
SITES = {"s-changshuo": "330523.002.000", "s-lingfeng": "330523.003.000"}
HALL, ROOM = UUID(int=1), UUID(int=2)
PEOPLE = [UUID(int=10 + n) for n in range(6)]
WAY = 40


class Office:
    """What keeping people looks at."""

    def __init__(self, folder):
        self.vault = Vault(NodeKey.load(folder))


def caller(path=COUNTY_PATH, unit=COUNTY):
    """Somebody of the county."""
    return Caller(Kind.STAFF, "clerk", unit, unit, path, frozenset({Role.JUSTICE_OFFICE}))


def room(room_id, site, use=RoomUse.NODE, **more):
    """A room at a site."""
    given = {"name": "听证室", "capacity": 50, "opens": 480, "closes": 1080, "use": use}
    return Room(room_id, site, site, SITES[site], **given | more)


def planned(room_id, begins, minutes, people):
    """A hearing with the first as chair and the others on the panel."""
    at = begins + minutes
    chair, *panel = map(str, people)
    when = (DAY, time(*divmod(begins, 60)), time(*divmod(at, 60)))
    return Planned("h", *when, str(room_id), chair, tuple(panel), {})


class Register:
    """Writers on one database, with two rooms and six people."""

    def __init__(self, writers, database):
        self.writers, self.database = writers, database

    async def run(self, handler, command, *, by=None, at=0):
        """One command through a writer."""
        work = Work(handler, command, key="register", caller=by or caller())
        return await self.writers[at].submit(work)

    async def book(self, hearing_id, plan, *, by=None, at=0):
        """A hearing in place of what it had before."""

        def handler(uow, command):
            free(uow, command[0])
            book(uow, *command)

        await self.run(handler, (hearing_id, plan), by=by, at=at)

    async def free(self, hearing_id):
        """A hearing gives back what it took up."""
        await self.run(free, hearing_id)

    def booked(self):
        """All bookings."""
        with self.database.readers.connect() as connection:
            return [dict(row) for row in connection.execute(booking.select()).mappings()]

    def read(self, query):
        """What a reader sees."""
        with self.database.readers.connect() as connection:
            return query(connection)


@asynccontextmanager
async def at_work(url, folder, writers=1):
    """A register at work."""
    migrate.upgrade(url, "hearing")
    databases = [Database.open(url) for _ in range(writers)]
    made = [Writer(one, metadata, clock=FakeClock(NOW), encode=encode) for one in databases]
    for writer in made:
        writer.start()
    known = Register(made, databases[0])
    office = Office(folder / "keys")
    try:
        rooms = (room(HALL, "s-changshuo"), room(ROOM, "s-lingfeng"))
        await known.run(keep_rooms, KeepRooms(rooms))
        people = tuple(
            Person(one, COUNTY, COUNTY_PATH, frozenset({PersonKind.LAWYER}), name="评议员")
            for one in PEOPLE
        )
        await known.run(
            lambda uow, command: keep_persons(uow, command, office=office), KeepPersons(people)
        )
        way = Way("s-changshuo", "s-lingfeng", WAY, tuple(SITES.values()))
        await known.run(keep_travel, KeepTravel((way,)))
        yield known
    finally:
        for writer in made:
            await writer.stop()
        for database in databases:
            database.close()


@pytest.fixture
async def known(database_url, tmp_path):
    """A register on each kind of database."""
    async with at_work(database_url, tmp_path) as register_:
        yield register_


async def test_a_room_is_booked_once_at_a_time(known):
    """What overlaps is refused, what follows on is not."""
    first = uuid4()
    await known.book(first, planned(HALL, 540, 60, PEOPLE[:2]))
    with pytest.raises(Taken) as caught:
        await known.book(uuid4(), planned(HALL, 590, 60, PEOPLE[2:4]))
    assert [one.field for one in caught.value.fields] == [f"{HALL}:{first}"]
    await known.book(uuid4(), planned(HALL, 600, 60, PEOPLE[2:4]))
    assert len(known.booked()) == 6


async def test_nobody_leaves_one_site_for_another_without_the_way(known):
    """Between two sites there are as many minutes as the way takes; at one site none."""
    await known.book(uuid4(), planned(HALL, 540, 60, PEOPLE[:2]))
    with pytest.raises(Taken) as caught:
        await known.book(uuid4(), planned(ROOM, 600 + WAY - 1, 60, PEOPLE[1:3]))
    assert [one.field.split(":")[0] for one in caught.value.fields] == [str(PEOPLE[1])]
    await known.book(uuid4(), planned(ROOM, 600 + WAY, 60, PEOPLE[1:3]))
    await known.book(uuid4(), planned(HALL, 600, 20, PEOPLE[:1] + PEOPLE[4:5]))


async def test_a_hearing_that_is_set_anew_gives_back_what_it_had(known):
    """Its former time is free, and in its own way it does not stand."""
    moved = uuid4()
    await known.book(moved, planned(HALL, 540, 60, PEOPLE[:2]))
    await known.book(moved, planned(HALL, 570, 60, PEOPLE[:2]))
    await known.book(uuid4(), planned(HALL, 510, 60, PEOPLE[2:4]))
    await known.free(moved)
    await known.book(uuid4(), planned(HALL, 570, 60, PEOPLE[:2]))
    assert {row["hearing_id"] for row in known.booked()}.isdisjoint({moved})


async def test_who_is_away_is_not_booked(known):
    """An absence that was told a moment ago counts, and names hearings that fall into it."""
    first = uuid4()
    await known.book(first, planned(HALL, 540, 60, PEOPLE[:2]))
    day = datetime(2026, 12, 8, tzinfo=UTC)
    away = KeepAbsence(PEOPLE[0], day, day + timedelta(days=1))
    _, touched = await known.run(keep_absence, away)
    assert touched == (first,)
    with pytest.raises(Taken) as caught:
        await known.book(uuid4(), planned(HALL, 840, 60, PEOPLE[:2]))
    assert [(one.field, one.reason) for one in caught.value.fields] == [(str(PEOPLE[0]), "AWAY")]


async def test_a_room_is_booked_by_whom_it_is_for(known):
    """Own site, sites below, every unit of the node; others are refused."""
    own = (room(HALL, "s-changshuo", RoomUse.OWN), room(ROOM, "s-lingfeng", RoomUse.BELOW))
    await known.run(keep_rooms, KeepRooms(own))
    village = caller("330523.003.001", "s-village")
    await known.book(uuid4(), planned(ROOM, 540, 60, PEOPLE[:2]), by=village)
    with pytest.raises(RoomNotYours):
        await known.book(uuid4(), planned(HALL, 540, 60, PEOPLE[2:4]), by=village)


async def test_whoever_has_ended_is_not_booked(known):
    """Neither a room nor a person that is no longer there, or never was."""
    with pytest.raises(PersonMissing):
        await known.book(uuid4(), planned(HALL, 540, 60, [uuid4(), PEOPLE[0]]))
    await known.run(keep_rooms, KeepRooms((room(HALL, "s-changshuo", ended=True),)))
    for gone in (HALL, uuid4()):
        with pytest.raises(RoomMissing):
            await known.book(uuid4(), planned(gone, 540, 60, PEOPLE[:2]))


async def test_of_two_replicas_one_books(database_url, tmp_path):
    """Two writers that want the same room and people at once: one has them, whichever comes."""
    async with at_work(database_url, tmp_path, writers=2) as known:
        for minute in range(480, 780, 60):
            plan = planned(HALL, minute, 60, PEOPLE[:3])
            tries = [known.book(uuid4(), plan, at=at % 2) for at in range(6)]
            got = await asyncio.gather(*tries, return_exceptions=True)
            assert sorted(type(one).__name__ for one in got) == ["NoneType"] + ["Taken"] * 5
        assert len(known.booked()) == 5 * 4


async def test_free_and_busy_says_where_somebody_is(known):
    """A hearing stands with its site, for the way from there; it may itself be left out."""
    first = uuid4()
    await known.book(first, planned(HALL, 540, 60, PEOPLE[:2]))

    def spans(owner, **more):
        found = known.read(lambda c: calendars.free_and_busy(c, [owner], [DAY], **more))[owner]
        return [(one.begins, one.ends, one.why, one.site) for one in found.busy]

    for owner in (HALL, PEOPLE[0]):
        assert spans(owner) == [(time(9), time(10), "hearing", "s-changshuo")]
    assert spans(PEOPLE[0], besides={first}) == []


async def test_load_is_what_is_booked_and_who_is_tied_is_left_out(known):
    """Chair and panel count until they are free again; a party of the case itself does not come."""
    booked = uuid4()
    await known.book(booked, planned(HALL, 540, 60, PEOPLE[:2]))
    which = register.Which(about=frozenset({str(PEOPLE[5])}))

    def loads():
        found = known.read(lambda c: register.persons(c, which, NOW))
        return [(one.row["person_id"], one.load) for one in found]

    assert loads() == [(one, int(one in PEOPLE[:2])) for one in PEOPLE[:5]]
    await known.free(booked)
    assert loads() == [(one, 0) for one in PEOPLE[:5]]


bookings = st.tuples(
    st.integers(0, 3),  # which hearing, booked anew when it was before
    st.sampled_from([HALL, ROOM]),
    st.integers(48, 100).map(lambda n: n * 10),
    st.sampled_from([30, 60, 120]),
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True),
)


@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(bookings, min_size=4, max_size=12))
def test_no_sequence_of_bookings_puts_anybody_in_two_places(tmp_path, wanted):
    """Whatever is booked, refused and booked anew: no room twice, no person without the way."""

    async def play():
        folder = tmp_path / uuid4().hex
        folder.mkdir()
        async with at_work(f"sqlite:///{folder / 'hearing.db'}", folder) as known:
            ids = [uuid4() for _ in range(4)]
            for which, *plan in wanted:
                with suppress(Taken):
                    await known.book(ids[which], planned(*plan))
            return known.booked()

    rows = asyncio.run(play())
    for one, other in combinations(rows, 2):
        if one["owner_id"] == other["owner_id"]:
            apart = WAY if one["site"] != other["site"] else 0
            first, second = sorted((one, other), key=lambda row: row["begins"])
            assert first["ends"] + timedelta(minutes=apart) <= second["begins"]
