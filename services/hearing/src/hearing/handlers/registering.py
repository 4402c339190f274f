"""Rooms, people and ways of the register are kept as they are told."""

from collections.abc import Mapping
from typing import Any

from hearing.commands.registering import KeepPersons, KeepRooms, KeepTravel, LookAtPeople
from hearing.domain.register import Person, Room
from hearing.errors_register import RegisterElsewhere
from hearing.office import Office
from hearing.storage.register import contact_key, name_key
from hearing.storage.tables import read_audit
from hearing.storage.tables_register import person, room, tie, travel
from kernel.divisions import Division
from kernel.errors import FieldViolation
from kernel.reads import Read, keep_read
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]


def is_own(uow: UnitOfWork, *paths: str) -> bool:
    """Whether all these sites are the caller's or below it."""
    top = Division.from_path(uow.caller.path)
    return all(Division.from_path(path).is_within(top) for path in paths)


def keep_rooms(uow: UnitOfWork, command: KeepRooms) -> int:
    """Keep rooms; answers how many. Bookings of one that ends stay until somebody moves them.

    Raises:
        RegisterElsewhere: one is, or was, at no site at or below the caller's.
    """
    for at, one in enumerate(command.rooms):
        row = uow.get(room, room_id=one.room_id)
        _expect_own(uow, f"rooms[{at}].unit_id", one.path, row, str(one.room_id))
        values = _room_row(one)
        if row is None:
            uow.insert(room, {"room_id": one.room_id, "version": 1, **values})
        else:
            uow.update(room, {"room_id": one.room_id}, values | {"version": row["version"] + 1})
    return len(command.rooms)


def _expect_own(uow: UnitOfWork, field: str, path: str, row: Row | None, entry: str) -> None:
    paths = {path, row["path"]} if row else {path}
    if not is_own(uow, *paths):
        raise RegisterElsewhere(FieldViolation(field, "UNIT_OUTSIDE"), entry=entry)


def _room_row(one: Room) -> dict[str, Any]:
    return {
        "unit": one.unit,
        "site": one.site,
        "path": one.path,
        "name": one.name,
        "capacity": one.capacity,
        "equipment": " ".join(sorted(one.equipment)),
        "online": one.online,
        "begins": one.opens,
        "ends": one.closes,
        "use": one.use.value,
        "ended": one.ended,
        "number": one.number,
    }


def keep_persons(uow: UnitOfWork, command: KeepPersons, *, office: Office) -> int:
    """Keep people, names and contacts sealed under the node's key; answers how many.

    Raises:
        RegisterElsewhere: one belongs, or belonged, to no site at or below the caller's.
    """
    for at, one in enumerate(command.persons):
        row = uow.get(person, person_id=one.person_id)
        _expect_own(uow, f"persons[{at}].unit_id", one.path, row, str(one.person_id))
        values = _person_row(one, row, office)
        if row is None:
            uow.insert(person, {"person_id": one.person_id, "version": 1, **values})
        else:
            values |= {"version": row["version"] + 1}
            uow.update(person, {"person_id": one.person_id}, values)
        _keep_ties(uow, one)
    return len(command.persons)


def _person_row(one: Person, row: Row | None, office: Office) -> dict[str, Any]:
    contact = row["sealed_contact"] if row else None
    if one.contact:
        contact = office.vault.seal_own(contact_key(one.person_id), one.contact)
    return {
        "unit": one.unit,
        "path": one.path,
        "staff": one.staff,
        "kinds": " ".join(sorted(kind.value for kind in one.kinds)),
        "fields": " ".join(sorted(one.fields)),
        "department": one.department,
        "stand_in": one.stand_in,
        "begins": one.hours[0],
        "ends": one.hours[1],
        "ended": one.ended,
        "number": one.number,
        "sealed_name": office.vault.seal_own(name_key(one.person_id), one.name),
        "sealed_contact": contact,
    }


def _keep_ties(uow: UnitOfWork, one: Person) -> None:
    wanted = set(one.ties)
    for row in uow.find(tie, person_id=one.person_id):
        if row["subject"] in wanted:
            wanted.remove(row["subject"])
        else:
            uow.delete(tie, person_id=one.person_id, subject=row["subject"])
    for subject in sorted(wanted):
        made = {"at": uow.now, "actor": uow.caller.id}
        uow.insert(tie, {"person_id": one.person_id, "subject": subject, **made})


def keep_travel(uow: UnitOfWork, command: KeepTravel) -> int:
    """Keep ways between sites; 0 minutes take one out. Answers how many were told.

    Raises:
        RegisterElsewhere: neither site of a way is at or below the caller's.
    """
    for at, way in enumerate(command.ways):
        if not any(is_own(uow, path) for path in way.paths):
            wrong = FieldViolation(f"travel[{at}].one_id", "UNIT_OUTSIDE")
            raise RegisterElsewhere(wrong, entry=way.one)
        one, other = sorted((way.one, way.other))
        key: dict[str, Any] = {"one": one, "other": other}
        known = uow.get(travel, **key) is not None
        if not way.minutes:
            if known:
                uow.delete(travel, **key)
        elif known:
            uow.update(travel, key, {"minutes": way.minutes})
        else:
            uow.insert(travel, {**key, "minutes": way.minutes})
    return len(command.ways)


def look_at_people(uow: UnitOfWork, command: LookAtPeople) -> None:
    """Keep who looks at names or contacts of the register, and why."""
    keep_read(uow, read_audit, Read(None, command.method, command.fields, command.why))
