"""What has come to be told of the days of a case is told, each thing once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from kernel.holding import LOCKED
from kernel.unit_of_work import UnitOfWork
from mediation.domain.watching import About, Alert, Day, alerts
from mediation.handlers.acting import Change, Row, tell
from mediation.office import Office
from mediation.storage.tables import mediation, write_grant
from mediation.storage.tables_watching import watch

LATER = timedelta(minutes=1)
"""When a case that is under a lock is looked at again."""


@dataclass(frozen=True, slots=True)
class LookAt:
    """Days of this case have come to something."""

    case_id: UUID


def look(uow: UnitOfWork, command: LookAt, *, office: Office) -> int:
    """Tell what has come to be told of the case's days. Answers how many facts that made.

    Of several warnings of one day found at once, after an outage, the last is told.
    """
    case_id = command.case_id
    grant = uow.get(write_grant, case_id=case_id)
    row = uow.get(mediation, case_id=case_id)
    if grant is None or row is None:
        return 0
    told = 0
    for one in uow.find(watch, case_id=case_id):
        if one["next_look_at"] is None or one["next_look_at"] > uow.now:
            continue
        if row["epoch"] > grant["epoch"]:
            _set(uow, one, next_look_at=None)  # it is held elsewhere, and watched there
        elif grant["state"] == LOCKED:
            _set(uow, one, next_look_at=uow.now + LATER)
        else:
            told += _tell_what_came(uow, one, grant, office)
    return told


def _tell_what_came(uow: UnitOfWork, one: Row, grant: Row, office: Office) -> int:
    day = Day(About(one["about"]), one["ref"], one["since"], one["due_at"])
    ahead = alerts(day, office.calendar)[one["told"] :]
    come = [alert for alert in ahead if alert.at <= uow.now]
    after = ahead[len(come)].at if len(come) < len(ahead) else None
    _set(uow, one, told=one["told"] + len(come), next_look_at=after)
    if come:
        _tell(uow, one, grant, day, come[-1])
    return int(bool(come))


def _set(uow: UnitOfWork, one: Row, **values: Any) -> None:
    uow.update(watch, {name: one[name] for name in ("case_id", "about", "ref")}, values)


def _tell(uow: UnitOfWork, one: Row, grant: Row, day: Day, alert: Alert) -> None:
    """A fact dated when it came to be so. The version stays: nobody's reading is out of date."""
    row = uow.get(mediation, case_id=one["case_id"])
    if row is None:
        raise LookupError("a mediation that is watched is there")
    body = {"ref": day.ref, "due_on": day.due_on.isoformat()}
    if alert.days_left is not None:
        body["days_left"] = str(alert.days_left)
    said = {name: text for name, text in body.items() if text}
    numbered = {"fact_no": row["fact_no"] + 1}
    uow.update(mediation, {"case_id": row["case_id"]}, numbered)
    tell(uow, {**row, **numbered}, grant, Change(alert.kind, {}, said, at=alert.at))
