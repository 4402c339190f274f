import threading

import msgspec
import pytest

from hearing.scheduling.limits import Limit, Running
from hearing.scheduling.meetings.instance import Instance, read_instance
from hearing.scheduling.meetings.solving import is_prepared, prepare, solve

pytestmark = pytest.mark.timeout(600)  # the first one compiles, on a machine that may be busy
STEPS = Limit(steps=3000)


@pytest.fixture(scope="module")
def small(family):
    """An instance of twelve meetings, as a plain dictionary."""
    return family.instance(12, seed=3)


def _typed(plain) -> Instance:
    return msgspec.convert(plain, Instance)


def _scored(scorer, plain, outcome):
    return scorer.score(plain, msgspec.to_builtins(outcome.solution))


@pytest.mark.parametrize("meetings,seed", [(1, 1), (12, 3), (20, 5)])
def test_scorer_finds_what_the_solver_says(scorer, family, meetings, seed):
    """The solver's levels are those that the scorer counts pair by pair."""
    plain = family.instance(meetings, seed)
    outcome = solve(_typed(plain), STEPS, seed=1)
    assert _scored(scorer, plain, outcome) == tuple(-level for level in outcome.levels)


def test_same_seed_and_steps_give_the_same_answer(small):
    """With a limit of steps an answer depends on the seed alone."""
    answers = [solve(_typed(small), Limit(steps=600), seed=seed) for seed in (5, 5, 6)]
    assert answers[0].solution == answers[1].solution
    assert answers[0].solution != answers[2].solution


def test_crowded_instance_is_answered_with_what_it_breaks(scorer, family):
    """Where everything cannot be met the answer is still whole and honestly scored."""
    plain = family.instance(12, seed=3)
    plain["rooms"] = plain["rooms"][4:]
    plain["days"] = [{"id": 0, "first_grain": 0, "end_grain": 14}]
    outcome = solve(_typed(plain), STEPS, seed=1)
    assert outcome.levels[0] > 0
    assert _scored(scorer, plain, outcome) == tuple(-level for level in outcome.levels)


def test_better_answers_are_told_and_a_stop_keeps_the_best(scorer, small):
    """A search that is stopped when it tells of an answer gives that answer or a better one."""
    stop, told = threading.Event(), []

    def listen(progress):
        told.append(progress.levels)
        stop.set()

    outcome = solve(_typed(small), Limit(seconds=60), seed=1, running=Running(listen, stop))
    assert outcome.stopped
    assert outcome.seconds < 30
    assert outcome.levels <= told[0]
    assert _scored(scorer, small, outcome) == tuple(-level for level in outcome.levels)


def test_machine_code_is_kept(small):
    """Once prepared, the next process need not compile."""
    prepare()
    assert is_prepared()


def test_another_format_is_refused(tmp_path, small):
    """A file of another format is not read as an instance."""
    path = tmp_path / "instance.json"
    path.write_bytes(msgspec.json.encode({**small, "format": "other/1"}))
    with pytest.raises(ValueError, match="format"):
        read_instance(path)


@pytest.mark.parametrize("said", [{}, {"seconds": 1, "steps": 1}, {"steps": 0}, {"seconds": -1}])
def test_limit_is_one_of_two(said):
    """A limit names seconds or steps, above 0."""
    with pytest.raises(ValueError, match="limit"):
        Limit(**said)
