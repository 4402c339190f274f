"""A case that is heard along has time, place and people of the hearing on its own file.

From there its papers are made, and they travel with it when it goes on by itself.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from hearing.domain.concerned import ENDS, What
from hearing.domain.states import State
from hearing.domain.words import MemberState
from hearing.handlers.acting import Opened, Row
from hearing.handlers.moving import dismiss
from hearing.handlers.session_rows import words_of
from hearing.office import Office
from hearing.storage.tables import hearing, hearing_member
from kernel.unit_of_work import UnitOfWork

SHOWN = ("day", "begins", "ends", "room_id", "opened_at", "opened_by")
"""What such a case has as the one that leads."""
SEATED = ("person_id", "part", "department", "since")
"""What tells one seat from every other."""
NAME, BY_ITSELF = "sealed_name", "by_itself"


def keep_along(
    uow: UnitOfWork,
    opened: Opened,
    row: Mapping[str, Any],
    what: Collection[What],
    office: Office | None,
) -> None:
    """Follow a change of the hearing that leads; `row` is that hearing as it is after it."""
    for led in uow.find(hearing, led_by=opened.hearing_id):
        if State(led["state"]).over:
            continue
        if ENDS & set(what) or office is None:
            let_go(uow, led)
        else:
            follow(uow, led, opened, row, office)


def follow(
    uow: UnitOfWork, led: Row, opened: Opened, row: Mapping[str, Any], office: Office
) -> int:
    """Keep what the hearing that leads has; answers what its numbers of members are raised by."""
    uow.update(hearing, _key(led), {name: row[name] for name in SHOWN})
    return _seat(uow, led, opened, office)


def let_go(uow: UnitOfWork, led: Row) -> None:
    """The hearing that leads is off, or led no more: there is no time and nobody to hear it."""
    if led["begins"] is None:
        return
    uow.update(hearing, _key(led), dict.fromkeys(SHOWN[:4]))
    dismiss(uow, led, BY_ITSELF)


def _seat(uow: UnitOfWork, led: Row, opened: Opened, office: Office) -> int:
    """Everybody who sits or sat there, under the key of this case; its own people of before go."""
    theirs = uow.find(hearing_member, **opened.key)
    seats = {_seat_of(row) for row in theirs}
    mine = uow.find(hearing_member, **_key(led))
    own = [row for row in mine if _seat_of(row) not in seats]
    raised = max((row["member_no"] for row in own), default=0)
    _dismiss(uow, led, own)
    known = {row["member_no"] for row in mine}
    for row in theirs:
        seat: dict[str, Any] = {**row, **_key(led), "member_no": row["member_no"] + raised}
        seat["replaces"] = row["replaces"] and row["replaces"] + raised
        if seat["member_no"] in known:
            key = {**_key(led), "member_no": seat["member_no"]}
            uow.update(hearing_member, key, {name: row[name] for name in ("state", "until", "why")})
        else:
            uow.insert(hearing_member, seat | {NAME: _sealed(uow, row, seat, office)})
    return raised


def _sealed(uow: UnitOfWork, row: Row, seat: Row, office: Office) -> bytes | None:
    """The name under the key of this case."""
    if not row[NAME]:
        return None
    name = words_of(uow, row["case_id"], office).open(hearing_member, row, NAME)
    return words_of(uow, seat["case_id"], office).seal(hearing_member, seat, name, NAME).data


def _dismiss(uow: UnitOfWork, led: Row, rows: Iterable[Row]) -> None:
    gone = {"state": MemberState.GONE.value, "until": uow.now, "why": "joined"}
    for row in rows:
        if MemberState(row["state"]).sits:
            uow.update(hearing_member, {**_key(led), "member_no": row["member_no"]}, gone)


def _seat_of(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in SEATED)


def _key(row: Row) -> dict[str, Any]:
    return {"case_id": row["case_id"], "number": row["number"]}
