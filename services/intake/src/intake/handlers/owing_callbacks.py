"""An answer was given: who asks the resident how it went, and until when."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from intake.commands_follow_up import OweCallback
from intake.domain import follow_up
from intake.domain.follow_up import NOT_ASKED, Ended, State, Step, caller_of
from intake.domain.words import Ending
from intake.handlers.notices import owe_call_back
from intake.office import Office, day_of
from intake.storage.tables import case_access, cases
from intake.storage.tables_follow_up import callback
from kernel import regulation
from kernel.directory import Directory
from kernel.scope import Level
from kernel.unit_of_work import UnitOfWork

WHY = "callback"
JOINT_OFFICE = "conference"
"""Kind of unit of an office of the joint conference (联席办) in the directory."""

Row = Mapping[str, Any]


def owe_callback(uow: UnitOfWork, command: OweCallback, *, office: Office) -> bool:
    """Open the call-back of the last answer, once; whether one is owed at this node.

    The call-back of an answer before it is not made any more: the case went on since.
    """
    row = uow.get(cases, case_id=command.case_id)
    if row is None or not is_unasked(row):
        return False
    uow.update(cases, {"case_id": command.case_id}, {"followed_epoch": row["epoch"]})
    overtake(uow, command.case_id)
    profile = office.profile_of(row["regulation"])
    clock = profile.rules.satisfaction.call_back_clock
    if not clock or row["sealed_for"] or Ending(row["ending"]) in NOT_ASKED:
        return False
    unit = unit_that_calls(row, office, uow.now)
    if unit is None:
        return False
    due = regulation.due(profile, clock, row["ended_at"], calendar=office.calendar)
    uow.insert(callback, _owed(row, unit) | {"due_on": due.due})
    let_read(uow, row["case_id"], unit)
    owe_call_back(uow, row)
    return True


def overtake(uow: UnitOfWork, case_id: UUID) -> None:
    """The case goes on: nobody calls about the answers there were, or reads the case for that."""
    for older in uow.find(callback, case_id=case_id, state=State.DUE.value):
        close(uow, older, follow_up.after(State.DUE, Step.OVERTAKEN) or State.DROPPED)


def is_unasked(row: Row) -> bool:
    """Whether nobody has looked yet who asks about the last answer."""
    followed = row["followed_epoch"]
    return row["ended_at"] is not None and (followed is None or followed < row["epoch"])


def _owed(row: Row, unit: str) -> dict[str, Any]:
    return {
        "case_id": row["case_id"],
        "epoch": row["epoch"],
        "state": State.DUE.value,
        "unit": unit,
        "handler_unit": row["holder_unit"],
        "handler_path": row["holder_path"],
        "office_unit": row["registering_unit"],
        "office_path": row["registering_path"],
        "ending": row["ending"],
        "ended_at": row["ended_at"],
        "attempts": 0,
        "version": 1,
        "done_at": None,
        "done_by": None,
    }


def unit_that_calls(row: Row, office: Office, now: datetime) -> str | None:
    """The unit of this node that calls; None when another node's does, or no unit may.

    The registering unit calls where it works, whoever handled the case. Where it handled the case
    itself, the nearest joint office up the tree calls, else the desk of a site above, of those that
    this node hosts if there is one: the case is known here.
    """
    directory, day = office.directory(), day_of(now)
    registering = directory.current(row["registering_unit"], day) or ""
    ended = Ended(row["holder_unit"], registering, tuple(row["about_units"].split()))
    if registering and not ended.barred(registering):
        return registering if directory.node_of(registering) == office.node else None
    handler = directory.current(row["holder_unit"], day)
    if handler is None or directory.node_of(handler) != office.node:
        return None
    above = [unit for unit in _above(directory, handler, now) if not ended.barred(unit)]
    here = [unit for unit in above if directory.node_of(unit) == office.node]
    return caller_of(ended, [*here, *above])


def _above(directory: Directory, unit: str, now: datetime) -> Iterator[str]:
    """Joint offices from the unit's site upwards, then the desks of the sites."""
    day = day_of(now)
    sites = directory.ancestors(directory.units[unit].site)
    for site in sites:
        yield from (one.id for one in directory.units_of(site.id, day) if one.kind == JOINT_OFFICE)
    yield from (site.id for site in sites)


def let_read(uow: UnitOfWork, case_id: UUID, unit: str) -> None:
    """The unit that calls reads the case until it has called."""
    key = {"case_id": case_id, "unit": unit, "why": WHY}
    if uow.get(case_access, case_id=case_id, unit=unit, why=WHY) is None:
        level = int(Level.CONTENT)
        uow.insert(case_access, {**key, "level": level, "since": uow.now, "until": None})
    else:
        uow.update(case_access, key, {"since": uow.now, "until": None})


def end_reading(uow: UnitOfWork, row: Row) -> None:
    """The unit that was to call need not read the case for that any more."""
    key = {"case_id": row["case_id"], "unit": row["unit"], "why": WHY}
    if uow.get(case_access, case_id=row["case_id"], unit=row["unit"], why=WHY) is not None:
        uow.update(case_access, key, {"until": uow.now})


def close(uow: UnitOfWork, row: Row, state: State) -> None:
    """Nobody has to call any more."""
    key = {"case_id": row["case_id"], "epoch": row["epoch"]}
    ended = {"state": state.value, "done_at": uow.now, "version": row["version"] + 1}
    uow.update(callback, key, ended, expect={"version": row["version"]})
    end_reading(uow, row)
