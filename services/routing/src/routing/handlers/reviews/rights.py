"""The resident's right to ask: told as a step when it begins, moves, or is lost."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.domain import clock_choice, reviews
from routing.domain.reviews import Level, Phase, Standing
from routing.handlers.casefile import CaseFile
from routing.handlers.reviews.bodies import body_of
from routing.storage import cases, clocks
from routing.storage import reviews as stored

Values = Mapping[str, Any]
RIGHTS = {level.right: level for level in Level}


def level_of(clock_id: str) -> Level | None:
    """The level that this clock is the time to ask for; None for any other clock."""
    return RIGHTS.get(clock_id)


def tell(uow: UnitOfWork, case: CaseFile, clock_id: str, at: datetime) -> None:
    """Say until when and where the resident may ask, or that the time has not begun after all."""
    level = level_of(clock_id)
    row = clocks.find(uow, case.case_id, clock_id, "") if level else None
    if level is None or row is None or standing_of(uow, case.case_id).under_way:
        return
    running = row["state"] in clocks.OPEN
    phase = Phase.OPENED if running else Phase.WITHDRAWN
    body = {"unit": body_of(case, reviewed_unit(uow, case, level)).id}
    if running:
        body["until"] = row["due_on"]
    _append(case, level, phase, at, {name: word for name, word in body.items() if word})


def reviewed_unit(uow: UnitOfWork, case: CaseFile, level: Level) -> str:
    """Whose opinion a request of this level is about: the holder's, or that of the body before."""
    before = stored.last_decided(uow, case.case_id) if level is Level.REREVIEW else None
    found: str = before["body"] if before is not None else case.row["holder_unit"]
    return found


def lapsed(case: CaseFile, row: Values) -> None:
    """The days to ask have passed unused: the opinion stands, and the question is closed."""
    level = level_of(row["clock"])
    if level is not None and not standing_of(case.uow, case.case_id).under_way:
        _append(case, level, Phase.LAPSED, row["due_at"], {"until": row["due_on"]})


def standing_of(uow: UnitOfWork, case_id: UUID) -> Standing:
    """Where the right stands, by the steps this node knows."""
    return reviews.standing(cases.steps(uow, case_id))


def is_provided(case: CaseFile, level: Level) -> bool:
    """Whether the procedure of the matter has this level."""
    profile = case.node.profile(case.row["regulation"])
    clock = profile.clocks.get(level.right)
    names = ("procedure", "difficulty", "category", "reachable", "litigation", "purpose")
    matter = clock_choice.Matter(**{name: case.row[name] for name in names})
    if clock is None or not matter.procedure:
        return False
    return clock_choice.applies(clock, matter)


def _append(
    case: CaseFile, level: Level, phase: Phase, at: datetime, body: Mapping[str, str]
) -> None:
    unit, actor = case.row["holder_unit"], case.uow.caller.id
    case.append(reviews.kind(level, phase), unit=unit, actor=actor, at=at, body=body)
