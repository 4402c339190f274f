"""Counts what an answer costs, every pair of meetings at once: the search's own sums are not used.

The search looks at rooms coarsely at first; what is told and returned is counted here.
"""

import numpy as np

from hearing.scheduling.limits import Levels

from .grid import HARD_SHIFT, HARD_UNIT, OVERLAP, PAUSE, ROOM, SOON, Grid, Longs

CLOSE = 2
"""Room stability counts two meetings with at most this many grains between them."""


def levels_of(grid: Grid, starts: Longs, rooms: Longs) -> Levels:
    """Costs by level, hard, medium, soft."""
    ends, meetings = starts + grid.duration, np.arange(len(starts))
    both = np.minimum.outer(ends, ends) - np.maximum.outer(starts, starts)
    both = np.triu(np.maximum(both, 0), k=1).astype(np.int64)
    elsewhere, weight = rooms[:, None] != rooms[None, :], grid.weights
    hard = (both * (grid.levels >> HARD_SHIFT)).sum() + (both * ~elsewhere).sum() * weight[ROOM]
    hard += grid.misfit[grid.kind, starts].sum() + grid.shortage[meetings, rooms].sum()
    medium = (both * (grid.levels & (HARD_UNIT - 1))).sum()
    pauses = (ends[:, None] == starts[None, :]).sum() * weight[PAUSE]
    first = starts[:, None] < starts[None, :]
    close = starts[None, :] - ends[:, None] <= CLOSE
    unsteady = (grid.shared * (first & close & elsewhere)).sum()
    soon = (ends - 1).sum() * weight[SOON]
    soft = soon + pauses + both.sum() * weight[OVERLAP] + grid.smaller[rooms].sum() + unsteady
    return int(hard), int(medium), int(soft)
