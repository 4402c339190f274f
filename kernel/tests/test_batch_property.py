"""Any mix of commands leaves the same state in batches of any size as one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from kernel.database import Database
from kernel.group_commit import Answered
from kernel.group_commit.commands import Commands
from kernel.group_commit.job import Job
from kernel.testing.sample_service import (
    CASE,
    COUNTER,
    METADATA,
    NOTE,
    OUTBOX,
    Opened,
    Unwanted,
    create,
    encode,
    rows,
    work,
)
from kernel.unit_of_work import UnitOfWork

NOW = datetime(2026, 5, 4, tzinfo=UTC)
IDS = [UUID(int=n) for n in range(1, 5)]
REQUESTS = [UUID(int=n) for n in range(101, 105)]
Step = tuple[str, UUID, int]
CHANGES = ("open", "retitle", "renumber", "versioned", "remove", "note", "count_up", "retitle_all")
LOOKS = ("look", "find", "count", "notes", "emit")


@dataclass(frozen=True)
class Script:
    """What one command does, and whether it is refused in the end."""

    steps: tuple[Step, ...]
    refused: bool
    request_id: UUID | None


STEPS = st.tuples(st.sampled_from(CHANGES + LOOKS), st.sampled_from(IDS), st.integers(1, 4))
SCRIPTS = st.builds(
    Script,
    st.lists(STEPS, min_size=1, max_size=5).map(tuple),
    st.sampled_from([False, False, False, True]),
    st.sampled_from([None, None, None, *REQUESTS]),
)


def follow(uow: UnitOfWork, script: Script) -> str:
    """Take the steps; answer all that was seen on the way."""
    seen = [_ACTS[name](uow, case_id, n) for name, case_id, n in script.steps]
    if script.refused:
        raise Unwanted
    return repr(seen)


def _note(uow: UnitOfWork, case_id: UUID, n: int) -> Any:
    if uow.get(CASE, id=case_id) is None:
        return None
    if uow.get(NOTE, case_id=case_id, n=n) is not None:
        return uow.delete(NOTE, case_id=case_id, n=n)
    return uow.insert(NOTE, {"case_id": case_id, "n": n, "text": str(n)})


def _remove(uow: UnitOfWork, case_id: UUID, _n: int) -> None:
    for note in uow.find(NOTE, case_id=case_id):
        uow.delete(NOTE, case_id=case_id, n=note["n"])
    uow.delete(CASE, id=case_id)


def _versioned(uow: UnitOfWork, case_id: UUID, n: int) -> None:
    uow.update(CASE, {"id": case_id}, {"version": n + 1}, expect={"version": n})


_ACTS: dict[str, Any] = {
    "open": lambda uow, i, n: uow.insert(CASE, {"id": i, "no": n, "title": str(n), "at": uow.now}),
    "retitle": lambda uow, i, n: uow.update(CASE, {"id": i}, {"title": str(n)}),
    "renumber": lambda uow, i, n: uow.update(CASE, {"id": i}, {"no": n}),
    "versioned": _versioned,
    "remove": _remove,
    "note": _note,
    "count_up": lambda uow, _i, n: uow.next_number(f"series {n}"),
    "retitle_all": lambda uow, _i, n: (
        uow.execute(update(CASE).where(CASE.c.no == n).values(title="all")).rowcount
    ),
    "look": lambda uow, i, _n: (uow.get(CASE, id=i) or {}).get("title"),
    "find": lambda uow, _i, n: sorted(str(row["id"]) for row in uow.find(CASE, title=str(n))),
    "count": lambda uow, _i, _n: uow.scalar(select(func.count()).select_from(CASE)),
    "notes": lambda uow, i, _n: uow.query(
        select(NOTE.c.n).where(NOTE.c.case_id == i).order_by(NOTE.c.n)
    ),
    "emit": lambda uow, i, n: uow.emit(Opened(i, n)) and None,
}


def play(database: Database, scripts: Sequence[Script], sizes: Sequence[int]) -> tuple[Any, ...]:
    """Run the scripts in batches of these sizes on an empty database; all that can be seen."""
    with database.writer.begin() as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(delete(table))
    commands = Commands(database, METADATA, encode)
    jobs = [
        Job(
            work(follow, script, request_id=script.request_id, answer=str.encode, method="follow"),
            NOW,
        )
        for script in scripts
    ]
    left = list(jobs)
    for size in sizes:
        commands.run(left[:size])
        left = left[size:]
    commands.run(left)
    sent = [(row["case_id"], row["body"]) for row in rows(database, OUTBOX)]
    state = [rows(database, table) for table in (CASE, NOTE, COUNTER)]
    return [_outcome(job) for job in jobs], state, sent


def _outcome(job: Job) -> Any:
    if job.error is not None:
        return type(job.error).__name__
    return job.result.answer.decode() if isinstance(job.result, Answered) else job.result


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(SCRIPTS, min_size=2, max_size=12),
    st.lists(st.integers(2, 6), max_size=4),
)
def test_batches_equal_one_after_the_other(
    played_on: Database, scripts: list[Script], sizes: list[int]
) -> None:
    """Answers, rows, numbers and the order of events do not depend on what shares a batch."""
    assert play(played_on, scripts, sizes) == play(played_on, scripts, [1] * len(scripts))


@pytest.fixture
def played_on(database: Database) -> Database:
    """A database with the sample service's tables, emptied before each example."""
    create(database)
    return database
