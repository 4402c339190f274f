import asyncio
import os
import signal
import sys
import time

import msgspec
import pytest

from hearing.checking import broken
from hearing.planning.jobs import Job
from hearing.planning.planner import Planner, WorkerLost
from hearing.scheduling.plan.problem import Answer, Problem


def _job(month, hearings, seed=1, **more):
    problem = msgspec.json.encode(month(hearings, seed, pool=40, days=12))
    return Job(0, msgspec.Raw(problem), seed=seed, **more)


async def _solved(planner, job, tell=lambda _: None, stop=None):
    answer = await planner.solve(job, tell, stop or asyncio.Event())
    return msgspec.json.decode(answer, type=Answer)


@pytest.fixture
async def planner():
    """A planning process, ended after the test."""
    planner = Planner()
    yield planner
    await planner.close()


async def test_answer_of_the_process_holds(planner, month):
    """What the process answers is judged by the checker; the first job is told that it loads."""
    told, job = [], _job(month, 3, seconds=2)
    answer = await _solved(planner, job, told.append)
    assert broken(msgspec.json.decode(job.problem, type=Problem), answer.hearings) == []
    assert told[0] is None


async def test_one_hearing_takes_under_a_second_once_the_process_is_there(planner, month):
    """A hearing on demand is proposed at once; the process is kept from one to the next."""
    await _solved(planner, _job(month, 1, seconds=5))
    first, began = planner.pid, time.monotonic()
    answer = await _solved(planner, _job(month, 1, 2, seconds=5))
    assert answer.state == "proposed"
    assert time.monotonic() - began < 1
    assert planner.pid == first


async def test_stop_keeps_the_best_so_far(planner, month):
    """Whoever stops a long search has the best plan that was found."""
    stop = asyncio.Event()

    def first_plan(said):
        if said is not None:
            stop.set()

    began = time.monotonic()
    job = _job(month, 12, seconds=300)
    answer = await _solved(planner, job, first_plan, stop)
    assert time.monotonic() - began < 60
    assert answer.state == "proposed"
    assert broken(msgspec.json.decode(job.problem, type=Problem), answer.hearings) == []


async def test_killed_process_is_told_and_the_next_job_gets_a_new_one(planner, month):
    """A process that is killed loses its job alone."""
    await _solved(planner, _job(month, 1, seconds=5))
    killed = planner.pid

    def kill(_):
        os.kill(killed, signal.SIGKILL)

    with pytest.raises(WorkerLost):
        await _solved(planner, _job(month, 12, seconds=300), kill)
    answer = await _solved(planner, _job(month, 1, seconds=5))
    assert answer.state == "proposed"
    assert planner.pid != killed


def test_service_does_not_load_the_solver():
    """What the service loads of planning takes neither OR-Tools nor numba with it."""
    heavy = {"ortools", "numba"} & {name.partition(".")[0] for name in _loaded_by("planner")}
    assert heavy == set()


def _loaded_by(module):
    import subprocess  # noqa: PLC0415 (a fresh interpreter, here alone)

    code = f"import sys, hearing.planning.{module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.split()
