"""Takes one meeting out and draws its place anew among all places, by Boltzmann weight."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hearing.scheduling.compiled import compiled

from .board import Board, Survey, put, survey, take
from .grid import BARRED, HARD_SHIFT, MEDIUM_MASK, Grid, Ints

COLD = 16.0
"""Places worse than the best by this many temperatures are never drawn (e^-16)."""


class Tally(NamedTuple):
    """Score so far, and the best with its places; every level is a cost, so less is better."""

    now: NDArray[np.int64]
    best: NDArray[np.int64]
    start: Ints
    room: Ints


class Heat(NamedTuple):
    """How a cost on the two upper levels weighs against soft, and the temperature."""

    hard: float
    medium: float
    temperature: float


class Search(NamedTuple):
    """All that one chain works on; `dice` is the state of its random numbers."""

    grid: Grid
    board: Board
    costs: Survey
    tally: Tally
    dice: NDArray[np.uint64]


def empty_tally(meetings: int) -> Tally:
    """A tally before the first answer."""
    return Tally(
        now=np.zeros(3, dtype=np.int64),
        best=np.full(3, np.iinfo(np.int64).max, dtype=np.int64),
        start=np.zeros(meetings, dtype=np.int32),
        room=np.zeros(meetings, dtype=np.int32),
    )


@compiled
def random_unit(state: NDArray[np.uint64]) -> float:
    """Draw from [0, 1): splitmix64, the same numbers on every machine."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    mixed = state[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return float(mixed >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def _burden(search: Search, meeting: int, start: int, room: int) -> int:
    """Hard and medium of a place, packed: the start's, grains the room is taken, seats it lacks."""
    grid, board, taken = search.grid, search.board, 0
    for grain in range(start, min(start + grid.duration[meeting], len(board.crowd))):
        taken += board.rooms[room, grain]
    held = (taken * grid.room_weight) << HARD_SHIFT
    return int(search.costs.burden[start] + held + grid.shortage[meeting, room])


@compiled
def _soft(search: Search, start: int, room: int) -> int:
    costs = search.costs
    stable = costs.moves[start] - costs.steady[room, start]
    return int(costs.soft[start] + search.grid.smaller[room] + stable)


@compiled
def _energy(heat: Heat, burden: int, soft: int) -> float:
    upper = heat.hard * (burden >> HARD_SHIFT) + heat.medium * (burden & MEDIUM_MASK)
    return upper + soft


@compiled
def _list_start(search: Search, heat: Heat, meeting: int, start: int, found: int) -> int:
    """Append the places of one start to the choices; answers how many there are now."""
    costs, rooms = search.costs, len(search.grid.smaller)
    for room in range(rooms):
        if search.grid.shortage[meeting, room] < BARRED:
            burden = _burden(search, meeting, start, room)
            costs.energy[found] = _energy(heat, burden, _soft(search, start, room))
            costs.choice[found] = start * rooms + room
            found += 1
    return found


@compiled
def _least(energies: NDArray[np.float64], found: int) -> float:
    least = np.inf
    for at in range(found):
        least = min(least, energies[at])
    return least


@compiled
def _bound_starts(costs: Survey, heat: Heat) -> None:
    """What each start costs at the least, whichever the room."""
    for start in range(len(costs.burden)):
        costs.least[start] = _energy(heat, costs.burden[start], costs.soft[start])


@compiled
def _list_places(search: Search, heat: Heat, meeting: int) -> int:
    """List the places that a draw may choose; answers how many."""
    costs = search.costs
    _bound_starts(costs, heat)
    found = _list_start(search, heat, meeting, int(np.argmin(costs.least)), 0)
    limit = _least(costs.energy, found) + COLD * heat.temperature
    found = 0
    for start in range(len(costs.least)):
        if costs.least[start] <= limit and costs.burden[start] < BARRED:
            found = _list_start(search, heat, meeting, start, found)
    return found


@compiled
def _draw(search: Search, found: int) -> int:
    """Pick one of the listed places, weighed before."""
    costs = search.costs
    drawn = random_unit(search.dice) * costs.energy[found - 1]
    for at in range(found):
        if drawn < costs.energy[at]:
            return int(costs.choice[at])
    return int(costs.choice[found - 1])


@compiled
def _weigh(search: Search, temperature: float, found: int) -> float:
    """Turn listed energies into running sums of weights; answers the sum's logarithm."""
    energies, total = search.costs.energy, 0.0
    least = _least(energies, found)
    for at in range(found):
        above = (energies[at] - least) / temperature
        if above < COLD:
            total += np.exp(-above)
        energies[at] = total
    return float(np.log(total) - least / temperature)


@compiled
def _charge(search: Search, meeting: int, place: int, sign: int) -> None:
    """Add what a place costs the meeting to the score, or take it off."""
    rooms, now = len(search.grid.smaller), search.tally.now
    start, room = place // rooms, place % rooms
    burden = _burden(search, meeting, start, room)
    now[0] += sign * (burden >> HARD_SHIFT)
    now[1] += sign * (burden & MEDIUM_MASK)
    now[2] += sign * _soft(search, start, room)


@compiled
def _place(search: Search, meeting: int) -> int:
    return int(search.board.start[meeting] * len(search.grid.smaller) + search.board.room[meeting])


@compiled
def _set(search: Search, meeting: int, place: int) -> None:
    rooms = len(search.grid.smaller)
    put(search.grid, search.board, meeting, place // rooms, place % rooms)


@compiled
def redraw(search: Search, heat: Heat, meeting: int) -> None:
    """Give one meeting, on the board or not, a place by Boltzmann weight."""
    board, stood = search.board, search.board.start[meeting] >= 0
    before = _place(search, meeting)
    if stood:
        take(search.grid, board, meeting)
    survey(search.grid, board, search.costs, meeting)
    if stood:
        _charge(search, meeting, before, -1)
    found = _list_places(search, heat, meeting)
    _weigh(search, heat.temperature, found)
    place = _draw(search, found)
    _charge(search, meeting, place, 1)
    _set(search, meeting, place)


@compiled
def _weigh_free(search: Search, heat: Heat, meeting: int) -> int:
    """Survey and weigh the places of a meeting off the board; answers how many there are."""
    survey(search.grid, search.board, search.costs, meeting)
    return _list_places(search, heat, meeting)


@compiled
def redraw_two(search: Search, heat: Heat, one: int, other: int) -> None:
    """Draw `one` as if `other` were gone, then `other`; kept with the odds that keep it fair.

    Configurational bias: the ratio of what `other` finds around the new and the old place of `one`.
    """
    grid, board, now, heat_is = search.grid, search.board, search.tally.now, heat.temperature
    hard, medium, soft = now[0], now[1], now[2]
    one_before, other_before = _place(search, one), _place(search, other)
    take(grid, board, other)
    found = _weigh_free(search, heat, other)
    _charge(search, other, other_before, -1)
    around_before = _weigh(search, heat_is, found)
    take(grid, board, one)
    found = _weigh_free(search, heat, one)
    _weigh(search, heat_is, found)
    place = _draw(search, found)
    _charge(search, one, one_before, -1)
    _charge(search, one, place, 1)
    _set(search, one, place)
    found = _weigh_free(search, heat, other)
    around = _weigh(search, heat_is, found)
    if np.log(random_unit(search.dice) + 1e-300) < around - around_before:
        place = _draw(search, found)
        _charge(search, other, place, 1)
        _set(search, other, place)
    else:
        take(grid, board, one)
        _set(search, one, one_before)
        _set(search, other, other_before)
        now[0], now[1], now[2] = hard, medium, soft


@compiled
def _is_better(now: NDArray[np.int64], best: NDArray[np.int64]) -> bool:
    for level in range(3):
        if now[level] != best[level]:
            return bool(now[level] < best[level])
    return False


@compiled
def _near(search: Search, meeting: int) -> int:
    """Somebody that shares persons with the meeting; itself when there is none."""
    first, end = search.grid.near_from[meeting], search.grid.near_from[meeting + 1]
    if first == end:
        return meeting
    return int(search.grid.near[first + int(random_unit(search.dice) * (end - first))])


@compiled
def sweep(search: Search, heat: Heat, steps: int, twos: float) -> None:
    """Redraw `steps` meetings at random, a share `twos` of them in twos; keep the best answer."""
    board, tally = search.board, search.tally
    for _ in range(steps):
        meeting = int(random_unit(search.dice) * len(board.start))
        other = _near(search, meeting) if random_unit(search.dice) < twos else meeting
        if other == meeting:
            redraw(search, heat, meeting)
        else:
            redraw_two(search, heat, meeting, other)
        if _is_better(tally.now, tally.best):
            tally.best[:] = tally.now
            tally.start[:] = board.start
            tally.room[:] = board.room


@compiled
def stand(search: Search, starts: Ints, rooms: Ints) -> None:
    """Set the meetings of an empty board at these places and count what they cost."""
    for meeting in range(len(starts)):
        place = starts[meeting] * len(search.grid.smaller) + rooms[meeting]
        survey(search.grid, search.board, search.costs, meeting)
        _charge(search, meeting, place, 1)
        _set(search, meeting, place)
