"""Setting a hearing: time, room and people, by a person; taking it back; pins and bans."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from hearing.commands.scheduling import ForbidParts, Judged, OnHearing, PinParts, SetHearing
from hearing.domain import facts
from hearing.domain.concerned import What
from hearing.domain.days import day_of
from hearing.domain.states import Act, State
from hearing.errors import HearingMissing
from hearing.errors_scheduling import Clashes, DespiteNeeded
from hearing.handlers.acting import Change, Opened, Stamp, open_hearing, record, stamp_of
from hearing.handlers.booking import book, free
from hearing.handlers.confirming import frame_of, notice_by
from hearing.handlers.moving import UNSET, dismiss
from hearing.handlers.naming import name_members
from hearing.handlers.noticing import owe
from hearing.office import Office
from hearing.planning.clashes import Clash
from hearing.scheduling.plan.problem import Fixed, Forbidden
from hearing.storage.tables import hearing_file
from hearing.storage.tables_planning import setting_wish
from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork


def set_hearing(uow: UnitOfWork, command: SetHearing, *, judged: Judged, office: Office) -> Stamp:
    """Set a hearing, set it anew, or move one that people were told of.

    `judged` was found out before; whoever books the same room or person meanwhile is found here.

    Raises:
        HeldTogether: it is heard together with a hearing of another case; that one is set.
        Clashes: something stands against it.
        DespiteNeeded: warnings stand against it that the command does not name.
        Taken: a room or person was booked since it was judged.
    """
    file = uow.get(hearing_file, case_id=command.case_id)
    if file is None:
        raise HearingMissing
    told = file["state"] == State.NOTICED.value
    opened = open_hearing(uow, command.case_id, command.seen, Act.MOVE if told else Act.SET)
    refuse(judged.clashes, command.despite)
    values = _values(uow, opened, judged)
    what = _moved(opened, values)
    free(uow, opened.hearing_id)
    book(uow, opened.hearing_id, judged.planned)
    what |= name_members(uow, opened, judged.planned, office)
    body = _said(opened, judged)
    if told:
        values["moved"] = opened.hearing["moved"] + 1
        frame = frame_of(opened, day_of(uow.now), office)
        values["notice_by"] = notice_by(frame, judged.planned.day)
        body |= owe(uow, opened, what, office=office, values=values)
    return record(uow, opened, Change(facts.MOVED if told else facts.SET, values, body))


def refuse(clashes: Iterable[Clash], despite: frozenset[str]) -> None:
    """Let pass what nothing stands against, or only what is named. Raises as `set_hearing`."""
    found = list(clashes)
    if any(clash.hard for clash in found):
        raise Clashes(*map(violation, found))
    if unnamed := sorted({clash.kind for clash in found} - despite):
        fields = (violation(clash) for clash in found if clash.kind in unnamed)
        raise DespiteNeeded(*fields, kinds=" ".join(unnamed))


def violation(clash: Clash) -> FieldViolation:
    """A clash as a field of the refusal: whom it is about, and the key of its text."""
    where = ":".join(part for part in (clash.subject, clash.other) if part)
    return FieldViolation(f"{clash.kind}:{where}" if where else clash.kind, f"CLASH_{clash.kind}")


def _values(uow: UnitOfWork, opened: Opened, judged: Judged) -> dict[str, Any]:
    planned = judged.planned
    return {
        "day": planned.day,
        "begins": datetime.combine(planned.day, planned.begins, SHANGHAI),
        "ends": datetime.combine(planned.day, planned.ends, SHANGHAI),
        "room_id": UUID(planned.room),
        "set_by": uow.caller.id,
        "set_at": uow.now,
        "times_set": opened.hearing["times_set"] + 1,
        "despite": " ".join(sorted({clash.kind for clash in judged.clashes})),
    }


def _moved(opened: Opened, values: Mapping[str, Any]) -> set[What]:
    """What of time and place is another than before."""
    found = set()
    if any(opened.hearing[name] != values[name] for name in ("begins", "ends")):
        found.add(What.TIME)
    if opened.hearing["room_id"] != values["room_id"]:
        found.add(What.ROOM)
    return found


def _said(opened: Opened, judged: Judged) -> dict[str, str]:
    body = {
        "hearing": str(opened.hearing_id),
        "day": judged.planned.day.isoformat(),
        "room": judged.planned.room,
        "despite": " ".join(sorted({clash.kind for clash in judged.clashes})),
    }
    return {name: text for name, text in body.items() if text}


def unset_hearing(uow: UnitOfWork, command: OnHearing) -> Stamp:
    """Take the time back before anybody was told; room and people are free, nobody sits there."""
    opened = open_hearing(uow, command.case_id, command.seen, Act.UNSET)
    free(uow, opened.hearing_id)
    dismiss(uow, opened.hearing, "unset")
    body = {"hearing": str(opened.hearing_id)}
    return record(uow, opened, Change(facts.UNSET, UNSET, body))


def pin_parts(uow: UnitOfWork, command: PinParts) -> Stamp:
    """Keep what a proposal must leave; the hearing itself does not change."""
    opened = open_hearing(uow, command.case_id, command.seen, _act(uow, command.case_id))
    _wish(uow, opened, {"pinned": _json(command.pinned)})
    return stamp_of(opened.row, opened.grant["epoch"])


def forbid_parts(uow: UnitOfWork, command: ForbidParts) -> Stamp:
    """Keep what a proposal must avoid; the hearing itself does not change."""
    opened = open_hearing(uow, command.case_id, command.seen, _act(uow, command.case_id))
    away = msgspec.json.encode(dict(command.away)).decode()
    _wish(uow, opened, {"forbidden": _json(command.forbidden), "away": away})
    return stamp_of(opened.row, opened.grant["epoch"])


def _act(uow: UnitOfWork, case_id: UUID) -> Act:
    """A hearing may be planned while it may be set or moved."""
    file = uow.get(hearing_file, case_id=case_id)
    told = file is not None and file["state"] == State.NOTICED.value
    return Act.MOVE if told else Act.SET


def _json(what: Fixed | Forbidden) -> str:
    return msgspec.json.encode(what).decode()


def _wish(uow: UnitOfWork, opened: Opened, said: dict[str, str]) -> None:
    values = {**said, "said_by": uow.caller.id, "said_at": uow.now}
    if uow.get(setting_wish, **opened.key) is not None:
        uow.update(setting_wish, opened.key, values)
        return
    empty = {"pinned": _json(Fixed()), "forbidden": _json(Forbidden()), "away": "{}"}
    uow.insert(setting_wish, {**opened.key, **empty, **values})
