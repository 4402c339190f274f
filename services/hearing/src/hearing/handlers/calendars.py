"""Calendars of rooms and people: hours, absences, files taken over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hearing.commands.registering import DropAbsence, ImportCalendar, KeepAbsence, KeepHours
from hearing.domain.hours import instant
from hearing.errors_register import AbsenceMissing, OwnerMissing, RegisterElsewhere
from hearing.handlers.registering import is_own
from hearing.storage.tables_calendar import booking, busy, work_hours
from hearing.storage.tables_register import person, room
from kernel.unit_of_work import UnitOfWork

HAND = "hand"
"""The source of absences that somebody told."""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What became of a file: times kept and gone, hearings that now fall into a busy time."""

    kept: int
    dropped: int
    hearings: tuple[UUID, ...]


def import_calendar(uow: UnitOfWork, command: ImportCalendar) -> TakenOver:
    """Keep busy times in place of what came from the same source before.

    Raises:
        OwnerMissing: neither a room nor a person has this id.
        RegisterElsewhere: it is kept at no site at or below the caller's.
    """
    _touch(uow, command.owner_id)
    of_source: dict[str, Any] = {"owner_id": command.owner_id, "source": command.source}
    begin = instant(command.first, 0)
    before = {(row["begins"], row["ends"]) for row in uow.find(busy, **of_source)}
    for row in uow.find(busy, **of_source):
        uow.delete(busy, **of_source, uid=row["uid"])
    for no, (begins, ends) in enumerate(command.busy, start=1):
        uow.insert(busy, {**of_source, "uid": str(no), "begins": begins, "ends": ends})
    gone = {span for span in before - set(command.busy) if span[1] > begin}
    return TakenOver(len(command.busy), len(gone), _fallen(uow, command.owner_id, command.busy))


def keep_hours(uow: UnitOfWork, command: KeepHours) -> int:
    """Keep hours of weekdays in place of those before; answers how many. Raises as above."""
    _touch(uow, command.owner_id)
    for row in uow.find(work_hours, owner_id=command.owner_id):
        key = {name: row[name] for name in ("owner_id", "weekday", "begins")}
        uow.delete(work_hours, **key)
    for shift in command.shifts:
        uow.insert(work_hours, {"owner_id": command.owner_id, **shift._asdict()})
    return len(command.shifts)


def keep_absence(uow: UnitOfWork, command: KeepAbsence) -> tuple[str, tuple[UUID, ...]]:
    """Keep that an owner is away; answers its id, and the hearings that fall into it.

    Raises as `import_calendar`.
    """
    _touch(uow, command.owner_id)
    uid = str(uow.new_id())
    span = {"begins": command.begins, "ends": command.ends}
    uow.insert(busy, {"owner_id": command.owner_id, "source": HAND, "uid": uid, **span})
    return uid, _fallen(uow, command.owner_id, [(command.begins, command.ends)])


def drop_absence(uow: UnitOfWork, command: DropAbsence) -> None:
    """Take an absence back. Raises AbsenceMissing, and as `import_calendar`."""
    _touch(uow, command.owner_id)
    key: dict[str, Any] = {"owner_id": command.owner_id, "source": HAND, "uid": command.uid}
    if uow.get(busy, **key) is None:
        raise AbsenceMissing(owner=command.owner_id)
    uow.delete(busy, **key)


def _touch(uow: UnitOfWork, owner_id: UUID) -> None:
    """Lock the owner and move its version, so that nobody books it in between."""
    for table, name in ((room, "room_id"), (person, "person_id")):
        key: dict[str, Any] = {name: owner_id}
        row = uow.get(table, **key)
        if row is not None:
            if not is_own(uow, row["path"]):
                raise RegisterElsewhere(entry=owner_id)
            uow.update(table, key, {"version": row["version"] + 1})
            return
    raise OwnerMissing(owner=owner_id)


def _fallen(
    uow: UnitOfWork, owner_id: UUID, spans: Iterable[tuple[datetime, datetime]]
) -> tuple[UUID, ...]:
    """Hearings to come that are booked within one of these times."""
    coming = [
        row
        for row in uow.find(booking, owner_id=owner_id)
        if row["ends"] > uow.now - timedelta(days=1)
    ]
    told = list(spans)
    found = {
        row["hearing_id"]
        for row in coming
        for begins, ends in told
        if begins < row["ends"] and row["begins"] < ends
    }
    return tuple(sorted(found, key=lambda one: one.int))
