"""Mediators of the node with leave and interests, and the rows a view of the work needs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, func, select

from kernel.unit_of_work import UnitOfWork
from mediation.domain.assignment import STAYED, Mediator
from mediation.domain.words import MediationKind
from mediation.storage.tables import mediation, write_grant
from mediation.storage.tables_agreements import agreement, term
from mediation.storage.tables_closing import answer, casework, disposition, duty
from mediation.storage.tables_consent import consent
from mediation.storage.tables_people import (
    assignment,
    mediator,
    mediator_interest,
    mediator_leave,
    participant,
)
from mediation.storage.tables_plan import plan, plan_measure
from mediation.storage.tables_sessions import milestone

Row = Mapping[Any, Any]


def every_mediator(connection: Connection) -> list[Mediator]:
    """All who are in the register and have not ended, in three queries."""
    leave, interests = defaultdict(list), defaultdict(set)
    for row in connection.execute(select(mediator_leave)).mappings():
        leave[row["mediator_id"]].append((row["first_on"], row["last_on"]))
    for row in connection.execute(select(mediator_interest)).mappings():
        interests[row["mediator_id"]].add(row["subject"])
    rows = connection.execute(select(mediator).where(mediator.c.ended.is_(False))).mappings()
    return [
        mediator_from(row, leave[row["mediator_id"]], interests[row["mediator_id"]]) for row in rows
    ]


def mediator_from(row: Row, leave: Iterable[Any], interests: Iterable[str]) -> Mediator:
    """A mediator as the domain sees it."""
    return Mediator(
        row["mediator_id"],
        unit=row["unit"],
        site=row["site"],
        path=row["path"],
        fields=_codes(row["fields"]),
        kinds=_kinds(row["kinds"]),
        languages=_codes(row["languages"]),
        load=row["load"],
        limit=row["load_limit"],
        leave=tuple(sorted(leave)),
        interests=frozenset(interests),
        staff=row["staff"],
        ended=row["ended"],
    )


@lru_cache(maxsize=4096)
def _codes(text: str) -> frozenset[str]:
    """The same for all of whom the same is written."""
    return frozenset(text.split())


@lru_cache(maxsize=64)
def _kinds(text: str) -> frozenset[MediationKind]:
    return frozenset(map(MediationKind, text.split()))


def open_load(uow: UnitOfWork, mediator_id: UUID) -> int:
    """How many cases that are held here a mediator has on the desk."""
    held = assignment.join(mediation, mediation.c.case_id == assignment.c.case_id)
    granted = (write_grant.c.case_id == mediation.c.case_id) & (
        write_grant.c.epoch >= mediation.c.epoch
    )
    query = (
        select(func.count())
        .select_from(held.join(write_grant, granted))
        .where(
            assignment.c.mediator_id == mediator_id,
            assignment.c.ended_at.is_(None),
            assignment.c.why != STAYED,
        )
    )
    return int(uow.scalar(query))


@dataclass(frozen=True, slots=True)
class Work:
    """Everything of the work on one case, without what is sealed being opened."""

    casework: Row
    assignments: tuple[Row, ...]
    participants: tuple[Row, ...]
    milestones: tuple[Row, ...]
    agreements: tuple[Row, ...]
    terms: tuple[Row, ...]
    answers: tuple[Row, ...]
    duties: tuple[Row, ...]
    dispositions: tuple[Row, ...]
    consents: tuple[Row, ...]
    plans: tuple[Row, ...]
    measures: tuple[Row, ...]


def work_of(connection: Connection, case_id: UUID) -> Work:
    """The work on a case; empty where nothing was done yet."""

    def rows(table: Table) -> tuple[Row, ...]:
        query = select(table).where(table.c.case_id == case_id).order_by(*table.primary_key)
        return tuple(connection.execute(query).mappings())

    known = rows(casework)
    return Work(
        known[0] if known else NOTHING_DONE,
        *map(rows, (assignment, participant, milestone, agreement)),
        *map(rows, (term, answer, duty, disposition, consent)),
        *map(rows, (plan, plan_measure)),
    )


NOTHING_DONE: Row = {
    "facts_at": None,
    "routes": "",
    "review_told": False,
    "closing_by": "",
    "asked": "not_yet",
    "attempts": 0,
    "about_units": "",
    "green_channel": False,
}
"""What a case has on file before anybody worked on it."""
