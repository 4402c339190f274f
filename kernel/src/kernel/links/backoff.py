"""Pauses between tries that never end: longer each time, never in step with somebody else."""

import random
from dataclasses import dataclass

FIRST = 0.1
LONGEST = 30.0
_SPREAD = random.SystemRandom()


@dataclass(slots=True)
class Backoff:
    """Pauses in seconds, doubling from `first` to `longest`, each shortened by up to a half."""

    first: float = FIRST
    longest: float = LONGEST
    tries: int = 0

    def next(self) -> float:
        """The pause before the next try."""
        full = min(self.first * 2.0 ** min(self.tries, 32), self.longest)
        self.tries += 1
        return full * (0.5 + _SPREAD.random() / 2)

    def reset(self) -> None:
        """It worked: begin again with the shortest."""
        self.tries = 0
