"""Lists the places of one meeting by what they cost, and draws one by Boltzmann weight."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hearing.scheduling.compiled import inner

from .board import Board, energy
from .grid import BARRED, FINE, HARD, ROOM, Grid, Ints, Longs

Floats = NDArray[np.float64]


class Search(NamedTuple):
    """What one chain works on beside its grid and board.

    `odds[k]` is the weight of a place that costs k more than the best; costlier ones are never
    drawn. `energy`, `choice` and `sums` are a draw's own, `best` with `places` the best answer,
    `dice` the state of the random numbers.
    """

    odds: Floats
    energy: Ints
    choice: Longs
    sums: Floats
    best: Longs
    places: Longs
    dice: NDArray[np.uint64]


def empty_search(grid: Grid, dice: NDArray[np.uint64]) -> Search:
    """A search before the first answer."""
    places = grid.misfit.shape[1] * grid.seats.shape[1]
    return Search(
        odds=np.ones(1),
        energy=np.zeros(places, dtype=np.int32),
        choice=np.zeros(places, dtype=np.int64),
        sums=np.zeros(places),
        best=np.full(3, np.iinfo(np.int64).max, dtype=np.int64),
        places=np.zeros((2, len(grid.duration)), dtype=np.int64),
        dice=dice,
    )


@inner
def random_unit(state: NDArray[np.uint64]) -> float:
    """Draw from [0, 1): splitmix64, the same numbers on every machine."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    mixed = state[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return float(mixed >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inner
def one_of(sums: Floats, count: int, dice: NDArray[np.uint64]) -> int:
    """Draw one of the first `count` by weights that are summed up."""
    drawn, low, high = random_unit(dice) * sums[count - 1], 0, count - 1
    while low < high:
        middle = (low + high) // 2
        if drawn < sums[middle]:
            high = middle
        else:
            low = middle + 1
    return low


@inner
def _list_rooms(
    rows: tuple[Ints, Ints, Ints, Ints], clash: int, limit: int, into: Ints, where: Longs
) -> int:
    """List every start and room that costs at most `limit`; answers how many."""
    field, steady, taken, seats = rows
    found, rooms = 0, len(seats)
    for start in range(len(field)):
        if field[start] <= limit:
            for room in range(rooms):
                moves = steady[rooms, start] - steady[room, start]
                cost = field[start] + moves + seats[room] + clash * taken[room, start]
                if cost <= limit:
                    into[found] = cost
                    where[found] = start * rooms + room
                    found += 1
    return found


@inner
def _list_starts(
    rows: tuple[Ints, Ints, Ints, Ints], clash: int, limit: int, into: Ints, where: Longs
) -> int:
    """List the starts that cost at most `limit`, each with its cheapest room."""
    field, _, taken, seats = rows
    found, rooms = 0, len(seats)
    for start in range(len(field)):
        if field[start] <= limit:
            best, held = BARRED, 0
            for room in range(rooms):
                cost = seats[room] + clash * taken[room, start]
                if cost < best:
                    best, held = cost, room
            if field[start] + best <= limit:
                into[found] = field[start] + best
                where[found] = start * rooms + held
                found += 1
    return found


@inner
def list_places(grid: Grid, board: Board, search: Search, meeting: int, limit: int) -> int:
    """List the places that cost at most `limit`; answers how many."""
    rows = (
        board.field[meeting],
        board.steady[meeting],
        board.taken[grid.kind[meeting]],
        grid.seats[meeting],
    )
    clash = grid.weights[HARD] * grid.weights[ROOM]
    if grid.weights[FINE] != 0:
        return _list_rooms(rows, clash, limit, search.energy, search.choice)
    return _list_starts(rows, clash, limit, search.energy, search.choice)


@inner
def limit_of(grid: Grid, board: Board, search: Search, meeting: int) -> int:
    """The most that a place may cost to be drawn, given where the meeting stands."""
    here = energy(grid, board, meeting, board.start[meeting], board.room[meeting])
    return here + len(search.odds) - 1


@inner
def weigh(search: Search, found: int, temperature: float) -> float:
    """Turn listed costs into running sums of weights; answers the sum's logarithm."""
    costs, odds, sums, total = search.energy, search.odds, search.sums, 0.0
    least = costs[0]
    for at in range(found):
        least = min(least, costs[at])
    for at in range(found):
        above = costs[at] - least
        if above < len(odds):
            total += odds[above]
        sums[at] = total
    return float(np.log(total) - least / temperature)


@inner
def draw(search: Search, found: int) -> int:
    """One of the listed places, weighed before."""
    return int(search.choice[one_of(search.sums, found, search.dice)])
