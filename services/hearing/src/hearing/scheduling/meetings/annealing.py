"""One chain: searches that cool down, each from nothing or from an answer, and the best of them."""

import threading
from dataclasses import dataclass

import numpy as np

from hearing.scheduling.limits import Levels, Limit, Meter

from .board import NOWHERE, empty_board
from .counting import levels_of
from .drawing import settle, sweep
from .grid import Grid, Longs
from .places import empty_search

CHUNK = 1024
"""Steps between two looks at the clock; the temperature stands still for so long."""
COUNT = 16
"""Chunks after which the best answer is counted, so that it can be told."""
REACH = 8
"""Places that cost so many temperatures more than the best are never drawn (e^-8)."""


@dataclass(frozen=True, slots=True)
class Cooling:
    """From which temperature to which, in units of energy; a share `twos` of draws is in twos."""

    hot: float
    cold: float
    twos: float

    def temperature(self, spent: float) -> float:
        """The temperature when so much of the limit is spent: geometric."""
        return float(self.hot * (self.cold / self.hot) ** min(spent, 1.0))


@dataclass(frozen=True, slots=True)
class Found:
    """An answer: where each meeting stands, and what that costs."""

    levels: Levels
    starts: Longs
    rooms: Longs


class Chain:
    """Searches one after the other, with random numbers of its own.

    `exact` weighs rooms as the format does: answers are counted by it.
    """

    def __init__(self, exact: Grid, seed: int) -> None:
        self._exact = exact
        self._dice = np.array([seed], dtype=np.uint64)
        self.best: Found | None = None

    def cool(
        self,
        grid: Grid,
        cooling: Cooling,
        limit: Limit,
        stop: threading.Event,
        near: Found | None = None,
    ) -> None:
        """Search until the limit is spent or somebody says stop; begins at `near` or nowhere."""
        meter, board, search = Meter(limit), empty_board(grid), empty_search(grid, self._dice)
        order, places = np.argsort(-grid.duration, kind="stable"), search.places.copy()
        places[:] = NOWHERE if near is None else (near.starts, near.rooms)
        settle(grid, board, search, order, places)
        chunks = 0
        while (spent := meter.spent()) < 1 and not stop.is_set():
            if chunks % COUNT == 0:
                self._keep(search.places)
            heat = cooling.temperature(spent)
            odds = np.exp(-np.arange(int(REACH * heat) + 1) / heat)
            steps = min(CHUNK, (limit.steps or CHUNK + meter.steps) - meter.steps)
            sweep(grid, board, search._replace(odds=odds), steps, (cooling.twos, heat))
            meter.steps += steps
            chunks += 1
        self._keep(search.places)

    def _keep(self, places: Longs) -> None:
        """Count an answer, and keep it when it is better than what is kept."""
        levels = levels_of(self._exact, places[0], places[1])
        if self.best is None or levels < self.best.levels:
            self.best = Found(levels, *places.copy())
