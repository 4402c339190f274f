"""Where the meetings stand, counted by person, room and grain, so that no pair is ever compared."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hearing.scheduling.compiled import compiled

from .grid import BARRED, HARD_UNIT, Grid, Ints

NOWHERE = -1


class Board(NamedTuple):
    """The state of one search.

    `people[row, grain]` is the burden of laying a meeting with that row over the grain, `rooms`
    how many meetings a room holds, `crowd` how many run at all, `begins` and `ends` how many begin
    there or have ended right before.
    """

    start: Ints
    room: Ints
    people: Ints
    rooms: Ints
    crowd: Ints
    begins: Ints
    ends: Ints


def empty_board(grid: Grid, persons: int) -> Board:
    """A board with no meeting on it."""
    meetings, grains, rooms = len(grid.duration), grid.misfit.shape[1], len(grid.smaller)
    nowhere = np.full(meetings, NOWHERE, dtype=np.int32)
    return Board(
        start=nowhere,
        room=nowhere.copy(),
        people=np.zeros((2 * persons, grains), dtype=np.int32),
        rooms=np.zeros((rooms, grains), dtype=np.int32),
        crowd=np.zeros(grains, dtype=np.int32),
        begins=np.zeros(grains + 1, dtype=np.int32),
        ends=np.zeros(grains + 1, dtype=np.int32),
    )


@compiled
def _count(grid: Grid, board: Board, meeting: int, sign: int) -> None:
    """Add (sign 1) or take away (-1) a meeting's traces where it stands."""
    first = board.start[meeting]
    end = min(first + grid.duration[meeting], len(board.crowd))
    for at in range(grid.row_from[meeting], grid.row_from[meeting + 1]):
        person = 2 * (grid.rows[at] // 2)
        if grid.rows[at] == person:
            on_required, on_preferred = grid.required_weight * HARD_UNIT, grid.mixed_weight
        else:
            on_required, on_preferred = grid.mixed_weight, grid.preferred_weight
        for grain in range(first, end):
            board.people[person, grain] += sign * on_required
            board.people[person + 1, grain] += sign * on_preferred
    for grain in range(first, end):
        board.rooms[board.room[meeting], grain] += sign
        board.crowd[grain] += sign
    board.begins[first] += sign
    board.ends[end] += sign


@compiled
def put(grid: Grid, board: Board, meeting: int, start: int, room: int) -> None:
    """Set a meeting that stands nowhere on the board."""
    board.start[meeting] = start
    board.room[meeting] = room
    _count(grid, board, meeting, 1)


@compiled
def take(grid: Grid, board: Board, meeting: int) -> None:
    """Take a meeting off the board."""
    _count(grid, board, meeting, -1)
    board.start[meeting] = NOWHERE


class Survey(NamedTuple):
    """What each place would cost one meeting that is off the board.

    By start: `burden` packs hard and medium, `soft` is the soft cost but for the room and its
    stability, `moves` how often persons would have to change rooms if all changed, of which
    `steady[r]` is spared in room r. `energy` and `choice` are a draw's own.
    """

    column: Ints
    sums: Ints
    burden: Ints
    soft: Ints
    moves: Ints
    steady: Ints
    least: NDArray[np.float64]
    energy: NDArray[np.float64]
    choice: Ints


def empty_survey(grid: Grid) -> Survey:
    """Room for a survey."""
    grains, rooms = grid.misfit.shape[1], len(grid.smaller)
    return Survey(
        column=np.zeros(grains, dtype=np.int32),
        sums=np.zeros((2, grains + 1), dtype=np.int32),
        burden=np.zeros(grains, dtype=np.int32),
        soft=np.zeros(grains, dtype=np.int32),
        moves=np.zeros(grains + 1, dtype=np.int32),
        least=np.zeros(grains, dtype=np.float64),
        steady=np.zeros((rooms, grains + 1), dtype=np.int32),
        energy=np.zeros(grains * rooms, dtype=np.float64),
        choice=np.zeros(grains * rooms, dtype=np.int32),
    )


@compiled
def survey(grid: Grid, board: Board, costs: Survey, meeting: int) -> None:
    """Work out every start and room of a meeting that is off the board."""
    _sum_people(grid, board, costs, meeting)
    _stability(grid, board, costs, meeting)
    _slide(grid, board, costs, meeting)


@compiled
def _sum_people(grid: Grid, board: Board, costs: Survey, meeting: int) -> None:
    costs.column[:] = 0
    for at in range(grid.row_from[meeting], grid.row_from[meeting + 1]):
        row = board.people[grid.rows[at]]
        for grain in range(len(row)):
            costs.column[grain] += row[grain]


@compiled
def _stability(grid: Grid, board: Board, costs: Survey, meeting: int) -> None:
    """Count, by differences, the near meetings that would be close in time."""
    grains, mine = len(costs.burden), grid.duration[meeting]
    costs.moves[:] = 0
    costs.steady[:, :] = 0
    for at in range(grid.near_from[meeting], grid.near_from[meeting + 1]):
        other = grid.near[at]
        stands = board.start[other]
        if stands >= 0:
            first = max(stands - 2 - mine, 0)
            after = min(stands + grid.duration[other] + 3, grains)
            _close(costs.moves, grid.near_weight[at], first, stands, after)
            _close(costs.steady[board.room[other]], grid.near_weight[at], first, stands, after)
    for grain in range(1, grains):
        costs.moves[grain] += costs.moves[grain - 1]
    for room in range(costs.steady.shape[0]):
        row = costs.steady[room]
        for grain in range(1, grains):
            row[grain] += row[grain - 1]


@compiled
def _close(steps: Ints, weight: int, first: int, stands: int, after: int) -> None:
    """Count the starts from `first` up to `after`, but not the same start."""
    steps[first] += weight
    steps[stands] -= weight
    steps[stands + 1] += weight
    steps[after] -= weight


@compiled
def _slide(grid: Grid, board: Board, costs: Survey, meeting: int) -> None:
    """Sum what lies under the meeting at each start, by differences of running sums."""
    length = grid.duration[meeting]
    fits = len(costs.burden) - length + 1
    _run_sums(costs.column, board.crowd, costs.sums)
    people, crowd = costs.sums[0], costs.sums[1]
    people_after, crowd_after = people[length:], crowd[length:]
    misfit, begins = grid.misfit[length], board.begins[length:]
    costs.burden[max(fits, 0) :] = BARRED
    for start in range(fits):
        costs.burden[start] = people_after[start] - people[start] + misfit[start]
        costs.soft[start] = (
            grid.soon_weight * (start + length - 1)
            + grid.break_weight * (begins[start] + board.ends[start])
            + grid.overlap_weight * (crowd_after[start] - crowd[start])
        )


@compiled
def _run_sums(column: Ints, crowd: Ints, sums: Ints) -> None:
    people, persons = 0, 0
    for grain in range(len(column)):
        people += column[grain]
        persons += crowd[grain]
        sums[0, grain + 1] = people
        sums[1, grain + 1] = persons
