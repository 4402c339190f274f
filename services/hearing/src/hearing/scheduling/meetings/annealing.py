"""One chain: a search that cools down over its limit and keeps the best answer it met."""

import threading
from dataclasses import dataclass

import numpy as np

from hearing.scheduling.limits import Levels, Limit, Meter

from .board import empty_board, empty_survey
from .drawing import Heat, Search, empty_tally, redraw, stand, sweep
from .grid import Grid, Ints

CHUNK = 256
"""Steps between two looks at the clock; the temperature stands still for so long."""


@dataclass(frozen=True, slots=True)
class Cooling:
    """From which temperature to which, in costs of the soft level, and what upper levels weigh."""

    hot: float
    cold: float
    hard: float = 1000.0
    medium: float = 200.0
    twos: float = 0.4

    def heat(self, spent: float) -> Heat:
        """Weights and temperature when so much of the limit is spent: geometric."""
        temperature = self.hot * (self.cold / self.hot) ** min(spent, 1.0)
        return Heat(self.hard, self.medium, temperature)


@dataclass(frozen=True, slots=True)
class Found:
    """An answer: where each meeting stands, and what that costs."""

    levels: Levels
    starts: Ints
    rooms: Ints


class Chain:
    """A search with random numbers of its own."""

    def __init__(self, grid: Grid, persons: int, seed: int) -> None:
        self._search = Search(
            grid,
            empty_board(grid, persons),
            empty_survey(grid),
            empty_tally(len(grid.duration)),
            np.array([seed], dtype=np.uint64),
        )
        self._count = len(grid.duration)

    def best(self) -> Found:
        """The best answer so far."""
        tally = self._search.tally
        hard, medium, soft = (int(level) for level in tally.best)
        return Found((hard, medium, soft), tally.start.copy(), tally.room.copy())

    def begin(self, hot: float) -> None:
        """Put every meeting somewhere, one after the other."""
        heat = Cooling(hot, hot).heat(0)
        for meeting in range(self._count):
            redraw(self._search, heat, meeting)
        sweep(self._search, heat, 1, 0.0)

    def adopt(self, found: Found) -> None:
        """Go on from another chain's answer."""
        search = self._search
        fresh = empty_board(search.grid, search.board.people.shape[0] // 2)
        for mine, blank in zip(search.board, fresh, strict=True):
            mine[:] = blank
        search.tally.now[:] = 0
        search.tally.best[:] = found.levels
        search.tally.start[:], search.tally.room[:] = found.starts, found.rooms
        stand(search, found.starts, found.rooms)

    def cool(self, cooling: Cooling, limit: Limit, stop: threading.Event) -> None:
        """Search until the limit is spent or somebody says stop."""
        meter = Meter(limit)
        while (spent := meter.spent()) < 1 and not stop.is_set():
            steps = min(CHUNK, (limit.steps or CHUNK + meter.steps) - meter.steps)
            sweep(self._search, cooling.heat(spent), steps, cooling.twos)
            meter.steps += steps
