"""A grant that is on its way is waited for while a service is asked whether a case may end."""

import asyncio
from types import SimpleNamespace

import pytest

from kernel.doors.endings import LEFT_S, PATIENCE_S, Arrivals, patience
from kernel.holding import GrantAwaited
from kernel.ids import new_id


class Late:
    """A service whose grants come late; it says so until then."""

    def __init__(self, arrivals, tells=True):
        self.arrivals, self.tells, self.asked, self.granted = arrivals, tells, 0, set()
        self.first = asyncio.Event()

    def ask(self, case_id):
        """The question for `case_id`."""

        async def answer():
            self.asked += 1
            self.first.set()
            if case_id not in self.granted:
                raise GrantAwaited
            return "answered"

        return answer

    def store(self, case_id):
        """The grant; another replica's is not told of here."""
        self.granted.add(case_id)
        if self.tells:
            self.arrivals.came(case_id)


@pytest.mark.parametrize("tells", [True, False])
async def test_the_answer_comes_with_the_grant(tells):
    """At once when this process stored it, with the next look when another replica did."""
    case_id, late = new_id(), Late(Arrivals(), tells)
    asking = late.arrivals.answered(case_id, late.ask(case_id), PATIENCE_S)
    asked = asyncio.create_task(asking)
    await late.first.wait()
    late.store(case_id)
    assert await asked == "answered"
    assert late.asked >= 2


async def test_a_grant_that_comes_between_question_and_waiting_is_not_missed():
    """It is stored while the question is under way; a long wait would not see it else."""
    case_id, arrivals = new_id(), Arrivals()
    answers = iter([GrantAwaited, "answered"])

    async def ask():
        said = next(answers)
        if said is GrantAwaited:
            arrivals.came(case_id)
            raise GrantAwaited
        return said

    assert await arrivals.answered(case_id, ask, PATIENCE_S) == "answered"


@pytest.mark.parametrize("wait_s", [0.01, 0.0, -3.0])
async def test_who_has_no_time_left_is_told_what_is_awaited(wait_s):
    """Another case's grant changes nothing, and nobody is kept in mind afterwards."""
    case_id, late = new_id(), Late(Arrivals())
    late.store(new_id())
    with pytest.raises(GrantAwaited):
        await late.arrivals.answered(case_id, late.ask(case_id), wait_s)
    assert late.arrivals._waiting == {}


def test_an_answer_comes_before_its_caller_gives_up():
    """As long as the caller listens, less what the way back takes; never longer than the bound."""
    listening = [SimpleNamespace(time_remaining=lambda left=left: left) for left in (None, 60, 3)]
    assert [patience(one) for one in listening] == [PATIENCE_S, PATIENCE_S, 3 - LEFT_S]
