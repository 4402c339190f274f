"""Who should mediate ÷ one indexed query, with 1,121 mediators and 100,000 open cases.

    .venv/bin/python bench/mediator_suggestion.py [sqlite] [postgresql] [--cases 100000]
        [--runs 100]

The suggestion as the service makes it once it knows the matter: what the database finds, ranked
with its reasons, as the message that is answered. The floor is a query by primary key, on the same
connection in the same run, for the rows of the mediators who are in that answer. Each of the runs
is for another place and field, and both are tried in turn; of the tries for one matter the fastest
counts, as a machine at work interrupts what is long more often than what is short. The register is
like that of the samples: nearly everybody of a village mediates neighbours and families, those of a
town more, and a trade has a few specialists at the county; one in twenty is on leave, some have an
interest in a party.
"""

import random
import tempfile
import time
from collections.abc import Callable, Sequence
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
TRIES = 9
FLOOR = select(mediator).where(
    mediator.c.mediator_id.in_(bindparam("ids", expanding=True, type_=Uuid))
)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds that passed, and those of the processor, the server's included; the least of each."""

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
    answer = _suggested(connection, matter)
    named = [UUID(one.mediator_id) for one in (*answer.suggested, *answer.barred)]
    if not answer.suggested or len(_read(connection, named)) != len(named):
        raise LookupError("the floor must read whom the answer names")
    suggestions, floors = [], []
    for _ in range(TRIES):
        suggestions.append(_timed(connection, lambda: _suggested(connection, matter)))
        floors.append(_timed(connection, lambda: _read(connection, named)))
    return Took(field, _least(suggestions), _least(floors), len(named))


def _suggested(connection: Connection, matter: Matter) -> Any:
    known = candidates(connection, matter)
    return suggestion_message(suggest(known, matter), known)


def _read(connection: Connection, named: list[UUID]) -> Sequence[Any]:
    return connection.execute(FLOOR, {"ids": named}).mappings().all()


def _timed(connection: Connection, query: Callable[[], Any]) -> Spent:
    connection.commit()  # as readers do: a rollback would cost prepared statements
    processor = _processor(connection)
    began, worked = time.perf_counter(), processor()
    query()
    return Spent(time.perf_counter() - began, processor() - worked)


def _processor(connection: Connection) -> Callable[[], float]:
    """Tells the seconds so far of this thread and of the process that serves the connection."""
    if connection.dialect.name != "postgresql":
        return time.thread_time
    pid = connection.connection.driver_connection.info.backend_pid
    of_server = Path(f"/proc/{pid}/schedstat")
    return lambda: time.thread_time() + int(of_server.read_text().split()[0]) / 1e9


def _least(tries: Sequence[Spent]) -> Spent:
    return Spent(min(one.passed for one in tries), min(one.worked for one in tries))


def _figure(kind: str, cases: int, took: list[Took]) -> Figure:
    """By the time that passed; processor time of this process, and rare fields alone, beside it."""
    ratio = _median(took, lambda one: one.suggestion.passed / one.floor.passed)
    rare = [one for one in took if one.field in RARE]
    parts = {
        "cases": float(cases),
        "mediators": float(MEDIATORS),
        "answered": _median(took, lambda one: float(one.answered)),
        "suggestion ms": 1000 * _median(took, lambda one: one.suggestion.passed),
        "floor ms": 1000 * _median(took, lambda one: one.floor.passed),
        "÷ by processor time": _median(took, lambda one: one.suggestion.worked / one.floor.worked),
        "of a field few have": _median(rare, lambda one: one.suggestion.worked / one.floor.worked),
        "p90": percentile([one.suggestion.worked / one.floor.worked for one in took], 90),
    }
    return Figure(
        f"suggestion of a mediator ÷ indexed query, {kind}",
        value=ratio,
        target=f"≤ {TARGET}",
        met=ratio <= TARGET,
        parts=parts,
    )


def _median(took: list[Took], what: Callable[[Took], float]) -> float:
    return percentile([what(one) for one in took], 50)


if __name__ == "__main__":
    alone.measured(__doc__, measure, runs=100)
