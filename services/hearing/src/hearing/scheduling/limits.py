"""How long a search may go on, and how it tells and is told on the way."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Levels = tuple[int, int, int]
"""Costs on the levels hard, medium, soft: each at least 0, less is better, upper levels first."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Seconds on the clock, or steps of each chain.

    With a limit of steps the same seed gives the same answer on every machine; with seconds the
    machine's speed decides how far a search gets.
    """

    seconds: float | None = None
    steps: int | None = None

    def __post_init__(self) -> None:
        """Exactly one of the two, above 0; raises ValueError."""
        if (self.seconds is None) == (self.steps is None):
            raise ValueError("a limit is either seconds or steps")
        if not (self.seconds or self.steps or 0) > 0:
            raise ValueError("a limit is above 0")

    def part(self, share: float) -> "Limit":
        """So much of this limit."""
        if self.seconds is not None:
            return Limit(seconds=self.seconds * share)
        return Limit(steps=max(1, round((self.steps or 0) * share)))


@dataclass(slots=True)
class Meter:
    """Measures one search against its limit."""

    limit: Limit
    steps: int = 0
    began: float = field(default_factory=time.monotonic)

    def spent(self) -> float:
        """Share of the limit that is used up; 1 and above is over."""
        if self.limit.seconds is not None:
            return (time.monotonic() - self.began) / self.limit.seconds
        return self.steps / (self.limit.steps or 1)


@dataclass(frozen=True, slots=True)
class Progress:
    """The best answer so far, after so many seconds."""

    levels: Levels
    seconds: float


Listener = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Running:
    """Ties to whoever started a search: told of each better answer, and able to stop it."""

    listener: Listener | None = None
    stop: threading.Event = field(default_factory=threading.Event)
