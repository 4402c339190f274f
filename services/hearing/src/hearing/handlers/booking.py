"""Rooms and people are taken up by hearings, and given back: nobody is ever in two places."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from hearing.domain.hours import Stay, Travel, collide
from hearing.domain.register import OwnerKind, RoomUse, may_use
from hearing.domain.words import Part
from hearing.errors_register import PersonMissing, RoomMissing, RoomNotYours, Taken
from hearing.planning.clashes import RECORDER
from hearing.scheduling.plan.problem import Planned
from hearing.storage.calendars import stay_of
from hearing.storage.register import ways_query
from hearing.storage.tables_calendar import booking, busy
from hearing.storage.tables_register import person, room
from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]
ROOM = "room"
"""The part that the room itself has in a hearing."""


def book(uow: UnitOfWork, hearing_id: UUID, planned: Planned) -> None:
    """Take up the room and everybody who is named, but for parties, for one hearing.

    The row of each is locked and its version moves, so that of two writers, in whatever process,
    one comes after the other and sees what it booked. What the hearing itself had is to be freed
    before.

    Raises:
        RoomMissing: there is no such room, or it has ended.
        RoomNotYours: the caller's unit may not book it.
        PersonMissing: somebody is not in the register, or has ended.
        Taken: the fields say who is in another hearing at that time, on the way, or away.
    """
    hall = _room(uow, planned)
    begins = datetime.combine(planned.day, planned.begins, SHANGHAI)
    ends = datetime.combine(planned.day, planned.ends, SHANGHAI)
    wanted = Stay(hearing_id, hall["site"], begins, ends)
    people = _people(uow, planned)
    ways = Travel((one, other, minutes) for one, other, minutes in uow.query(ways_query()))
    wrong = [*_against(uow, hall["room_id"], wanted, Travel(()))]
    for person_id in people:
        wrong += _against(uow, person_id, wanted, ways)
    if wrong:
        raise Taken(*wrong)
    _keep(uow, wanted, hall["room_id"], OwnerKind.ROOM, ROOM)
    uow.update(room, {"room_id": hall["room_id"]}, _moved(hall), expect=_seen(hall))
    for person_id, (row, part) in people.items():
        _keep(uow, wanted, person_id, OwnerKind.PERSON, part)
        uow.update(person, {"person_id": person_id}, _moved(row), expect=_seen(row))


def _moved(row: Row) -> Row:
    return {"version": row["version"] + 1}


def _seen(row: Row) -> Row:
    return {"version": row["version"]}


def _room(uow: UnitOfWork, planned: Planned) -> Row:
    row = uow.get(room, room_id=UUID(planned.room))
    if row is None or row["ended"]:
        raise RoomMissing(room=planned.room)
    if not may_use(RoomUse(row["use"]), row["path"], uow.caller.path):
        raise RoomNotYours(room=planned.room)
    return row


def _people(uow: UnitOfWork, planned: Planned) -> dict[UUID, tuple[Row, str]]:
    """Rows of everybody, locked in the order of their ids so that no two writers wait in a ring."""
    parts = parts_of(planned)
    found = {}
    for person_id in sorted(parts, key=lambda one: one.int):
        row = uow.get(person, person_id=person_id)
        if row is None or row["ended"]:
            raise PersonMissing(person=person_id)
        found[person_id] = (row, parts[person_id])
    return found


def parts_of(planned: Planned) -> dict[UUID, str]:
    """In what part each person of a plan is there; the first counts for who is named twice."""
    parts = {UUID(one): Part.OPTIONAL.value for one in planned.attending}
    for department, one in planned.representatives.items():
        sent = Part.RECORDER if department == RECORDER else Part.REPRESENTATIVE
        parts[UUID(one)] = sent.value
    parts |= {UUID(one): Part.PANELIST.value for one in planned.panel}
    return parts | {UUID(planned.chair): Part.CHAIR.value}


def _against(uow: UnitOfWork, owner_id: UUID, wanted: Stay, ways: Travel) -> list[FieldViolation]:
    """What stands against an owner being there then."""
    wrong = []
    for row in uow.find(booking, owner_id=owner_id):
        other = stay_of(row)
        if other.hearing_id != wanted.hearing_id:
            way = ways.minutes(wanted.site, other.site)
            if collide(wanted, other, way):
                wrong.append(FieldViolation(f"{owner_id}:{other.hearing_id}", "IN_ANOTHER"))
    for row in uow.find(busy, owner_id=owner_id):
        if row["begins"] < wanted.ends and wanted.begins < row["ends"]:
            wrong.append(FieldViolation(str(owner_id), "AWAY"))
            break
    return wrong


def _keep(uow: UnitOfWork, wanted: Stay, owner_id: UUID, kind: OwnerKind, part: str) -> None:
    values: dict[str, Any] = {
        "owner_kind": kind.value,
        "part": part,
        "site": wanted.site,
        "begins": wanted.begins,
        "ends": wanted.ends,
    }
    uow.insert(booking, {"owner_id": owner_id, "hearing_id": wanted.hearing_id, **values})


def free(uow: UnitOfWork, hearing_id: UUID) -> None:
    """Give back room and people of a hearing; nothing where nothing was taken up."""
    for row in uow.find(booking, hearing_id=hearing_id):
        uow.delete(booking, owner_id=row["owner_id"], hearing_id=hearing_id)


def release(uow: UnitOfWork, hearing_id: UUID, person_id: UUID) -> None:
    """Give back the time of one person who goes from a hearing; nothing where none was taken up."""
    if uow.get(booking, owner_id=person_id, hearing_id=hearing_id) is not None:
        uow.delete(booking, owner_id=person_id, hearing_id=hearing_id)


def reseat(uow: UnitOfWork, hearing_id: UUID, person_id: UUID, part: str) -> None:
    """Somebody who is there takes another part in a hearing; nothing where none was taken up."""
    if uow.get(booking, owner_id=person_id, hearing_id=hearing_id) is not None:
        uow.update(booking, {"owner_id": person_id, "hearing_id": hearing_id}, {"part": part})
