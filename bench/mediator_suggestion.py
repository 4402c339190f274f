"""Who should mediate ÷ one indexed query, with 1,121 mediators and 100,000 open cases.

    .venv/bin/python bench/mediator_suggestion.py [sqlite] [postgresql] [--cases 100000]
        [--runs 400]

The suggestion as the service makes it once it knows the matter: what the database finds, ranked
with its reasons, as the message that is answered. The floor is a query by primary key, on the same
database in the same run, for the rows of the mediators who are in that answer. Both in turn, each
for another place and field. The register is like that of the samples: nearly everybody of a village
mediates neighbours and families, those of a town more, and a trade has a few specialists at the
county; one in twenty is on leave, some have an interest in a party.
"""

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import alone
from lists import fresh_databases
from report import Figure, percentile
from sqlalchemy import Connection, Uuid, bindparam, select

from kernel import migrate
from kernel.database import Database
from mediation.convert.work import suggestion_message
from mediation.domain.assignment import NOWHERE, Matter, suggest
from mediation.domain.words import MediationKind
from mediation.storage.fields import rows_of
from mediation.storage.suggesting import candidates
from mediation.storage.tables import mediation, write_grant
from mediation.storage.tables_people import (
    assignment,
    mediator,
    mediator_field,
    mediator_interest,
    mediator_leave,
)

MEDIATORS, TARGET, WARM_UP, AT_ONCE = 1121, 5.0, 10, 5000
NOW, TODAY = datetime(2026, 11, 23, tzinfo=UTC), date(2026, 11, 23)
COMMON, OF_TOWN = ("family", "neighbour"), ("debt", "labour", "land", "property", "traffic")
RARE = ("environment", "finance", "medical", "production")
FIELDS = (*COMMON, *OF_TOWN, *RARE)
PARTIES = 40
FLOOR = select(mediator).where(
    mediator.c.mediator_id.in_(bindparam("ids", expanding=True, type_=Uuid))
)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds that passed, and those of the processor in this process."""

    passed: float
    worked: float


@dataclass(frozen=True, slots=True)
class Took:
    """What one suggestion and the bare query took, and how many were answered."""

    field: str
    suggestion: Spent
    floor: Spent
    answered: int


def measure(kind: str, cases: int, runs: int) -> list[Figure]:
    """One figure: median against median."""
    dice = random.Random(7)  # noqa: S311 (a repeatable register, no secret)
    with tempfile.TemporaryDirectory() as scratch, fresh_databases(kind, Path(scratch)) as fresh:
        url = fresh("mediation")
        migrate.upgrade(url, "mediation")
        database = Database.open(url)
        with database.writer.begin() as connection:
            _fill(connection, dice, cases)
        with database.readers.connect() as connection:
            took = [_once(connection, dice) for _ in range(runs + WARM_UP)][WARM_UP:]
        database.close()
    return [_figure(kind, cases, took)]


def _fill(connection: Connection, dice: random.Random, cases: int) -> None:
    """The register of a county, and its open cases dealt out among it."""
    people = [_mediator(dice, cases) for _ in range(MEDIATORS)]
    for first in range(0, cases, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, cases))
        dealt = [(UUID(int=n + 1), dice.choice(people)) for n in numbers]
        connection.execute(write_grant.insert(), [_grant(case_id) for case_id, _ in dealt])
        connection.execute(mediation.insert(), [_case(case_id) for case_id, _ in dealt])
        connection.execute(assignment.insert(), [_assigned(*one) for one in dealt])
        for _, one in dealt:
            one["load"] += 1
    connection.execute(mediator.insert(), people)
    connection.execute(mediator_field.insert(), [row for one in people for row in rows_of(one)])
    away, biased = dice.sample(people, MEDIATORS // 20), dice.sample(people, PARTIES)
    connection.execute(mediator_leave.insert(), [_away(one) for one in away])
    interests = [_biased(one, _party(n)) for n, one in enumerate(biased)]
    connection.execute(mediator_interest.insert(), interests)


def _path(dice: random.Random) -> str:
    town = dice.randrange(16)
    return f"330523.{town:03}.{dice.randrange(20) if town else 0:03}"


def _fields(dice: random.Random, path: str) -> list[str]:
    _, town, village = path.split(".")
    if village != NOWHERE:
        return [*COMMON]
    return [*COMMON, *dice.sample(OF_TOWN, 3)] if town != NOWHERE else dice.sample(FIELDS, 2)


def _mediator(dice: random.Random, cases: int) -> dict[str, Any]:
    path = _path(dice)
    return {
        "mediator_id": UUID(int=dice.getrandbits(128)),
        "version": 1,
        "staff": "",
        "unit": "u",
        "site": "s",
        "path": path,
        "fields": " ".join(sorted(_fields(dice, path))),
        "kinds": "peoples",
        "languages": "",
        "load": 0,
        "load_limit": dice.randrange(1, 2 + 2 * cases // MEDIATORS),
        "ended": False,
    }


def _away(one: dict[str, Any]) -> dict[str, Any]:
    return {"mediator_id": one["mediator_id"], "first_on": TODAY, "last_on": TODAY}


def _biased(one: dict[str, Any], party: str) -> dict[str, Any]:
    return {"mediator_id": one["mediator_id"], "subject": party, "at": NOW, "actor": "x"}


def _party(number: int) -> str:
    return str(UUID(int=number))


def _grant(case_id: UUID) -> dict[str, Any]:
    return {"case_id": case_id, "epoch": 1, "unit": "s", "path": "330523.001.001", "state": "open"}


def _case(case_id: UUID) -> dict[str, Any]:
    texts = (
        "case_no",
        "kind",
        "procedure",
        "regulation",
        "opened_unit",
        "opened_by",
        "registering_unit",
    )
    return {
        **dict.fromkeys(texts, "x"),
        "registering_unit": "s",
        "registering_path": "330523.001.001",
        "case_id": case_id,
        "holder_unit": "s",
        "holder_path": "330523.001.001",
        "epoch": 1,
        "version": 2,
        "state": "assigned",
        "opened_at": NOW,
        "fact_no": 2,
    }


def _assigned(case_id: UUID, one: dict[str, Any]) -> dict[str, Any]:
    return {"case_id": case_id, "mediator_id": one["mediator_id"], "at": NOW, "actor": "x"}


def _once(connection: Connection, dice: random.Random) -> Took:
    parties = frozenset(_party(dice.randrange(10 * PARTIES)) for _ in range(3))
    field = dice.choice(FIELDS)
    matter = Matter(_path(dice), MediationKind.PEOPLES, field, TODAY, touched=parties)
    suggestion, answer = _timed(connection, lambda: _suggested(connection, matter))
    named = [UUID(one.mediator_id) for one in (*answer.suggested, *answer.barred)]
    floor, rows = _timed(
        connection, lambda: connection.execute(FLOOR, {"ids": named}).mappings().all()
    )
    if not answer.suggested or len(rows) != len(named):
        raise LookupError("the floor must read whom the answer names")
    return Took(field, suggestion, floor, len(rows))


def _suggested(connection: Connection, matter: Matter) -> Any:
    known = candidates(connection, matter)
    return suggestion_message(suggest(known, matter), known)


def _timed(connection: Connection, query: Callable[[], Any]) -> tuple[Spent, Any]:
    began, worked = time.perf_counter(), time.thread_time()
    answer = query()
    spent = Spent(time.perf_counter() - began, time.thread_time() - worked)
    connection.rollback()
    return spent, answer


def _figure(kind: str, cases: int, took: list[Took]) -> Figure:
    """By the time that passed; processor time of this process, and a rare field alone, beside it.

    The database's own processor time is in neither where it is another process.
    """
    ratio, suggestion, floor = _ratio(took, "passed")
    worked, *_ = _ratio(took, "worked")
    rare, *_ = _ratio([one for one in took if one.field in RARE], "passed")
    parts = {
        "cases": float(cases),
        "mediators": float(MEDIATORS),
        "answered": percentile([float(one.answered) for one in took], 50),
        "suggestion ms": 1000 * suggestion,
        "suggestion p99 ms": 1000 * percentile([one.suggestion.passed for one in took], 99),
        "floor ms": 1000 * floor,
        "floor p99 ms": 1000 * percentile([one.floor.passed for one in took], 99),
        "÷ by processor time": worked,
        "÷ for a field few have": rare,
    }
    return Figure(
        f"suggestion of a mediator ÷ indexed query, {kind}",
        value=ratio,
        target=f"≤ {TARGET}",
        met=ratio <= TARGET,
        parts=parts,
    )


def _ratio(took: list[Took], time_of: str) -> tuple[float, float, float]:
    """Median against median, and both."""
    suggestion = percentile([getattr(one.suggestion, time_of) for one in took], 50)
    floor = percentile([getattr(one.floor, time_of) for one in took], 50)
    return suggestion / floor, suggestion, floor


if __name__ == "__main__":
    alone.measured(__doc__, measure, runs=400)
