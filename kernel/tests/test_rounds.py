"""Rounds go on whatever the database says."""

import asyncio
from collections.abc import Iterable

import pytest
from structlog.testing import capture_logs

from kernel import rounds
from kernel.errors import NotReady, WrongState


class Away(NotReady):
    """The database is away."""

    reason = "AWAY"


class Refused(WrongState):
    """It does not take this."""

    reason = "REFUSED"


class Looking:
    """Does what it is told to in each round; cancelled when nothing is left to do."""

    def __init__(self, *course: int | Exception) -> None:
        self.course: Iterable[int | Exception] = iter(course)

    async def __call__(self) -> int:
        """A round."""
        for done in self.course:
            if isinstance(done, Exception):
                raise done
            return done
        raise asyncio.CancelledError


async def test_rounds_go_on_after_what_was_not_taken() -> None:
    """A refusal is logged with what it is about, and the next round is made."""
    looking = Looking(1, Refused(), 0)
    with capture_logs() as lines, pytest.raises(asyncio.CancelledError):
        await rounds.keep_on(looking, every_s=0, waits="purge_waits", link="up")
    said = {"event": "purge_waits", "log_level": "warning", "why": "Refused", "link": "up"}
    assert lines == [said]


async def test_a_turn_waits_for_the_database() -> None:
    """It is logged, no more: the next turn tries again."""
    looking = Looking(Away(), 1)
    with capture_logs() as lines:
        await rounds.take_turn(looking, waits="sweep_waits", pause_s=0)
        await rounds.take_turn(looking, waits="sweep_waits", pause_s=3600)
    assert [(one["event"], one["reason"]) for one in lines] == [("sweep_waits", "AWAY")]


async def test_a_fault_comes_through() -> None:
    """What is no word of the database ends the rounds: their worker is started again, and seen."""
    with pytest.raises(ZeroDivisionError):
        await rounds.take_turn(Looking(ZeroDivisionError()), waits="sweep_waits")
