"""Where the meetings stand, and what every other place would cost each of them.

The costs are kept for all meetings and changed when one moves: looking is then nearly free, and
there is more looking than moving.
"""

from typing import NamedTuple

import numpy as np

from hearing.scheduling.compiled import inner

from .grid import (
    ADD,
    BARRED,
    DROP,
    FINE,
    HARD,
    HARD_SHIFT,
    HARD_UNIT,
    MEDIUM,
    NONE,
    PAUSE,
    ROOM,
    SOON,
    Grid,
    Ints,
    Longs,
)

NOWHERE = -1
Span = tuple[int, int, int, int]
"""First grain, grain after the last, room, and 1 to count it or -1 to count it no longer."""
Some = tuple[int, int]
"""Positions from the first up to the second."""


class Board(NamedTuple):
    """The state of one search.

    `field[m, s]` is what the start s costs meeting m whatever its room; `steady[m, r, s]` what
    persons spare who change rooms unless it is r, and `steady[m, -1, s]` what all changes cost;
    `taken[k, r, s]` the grains that room r is taken under a meeting of kind k that begins at s.
    `score` are the three levels, soft as the grid's weighing has it.
    """

    start: Longs
    room: Longs
    field: Ints
    steady: Ints
    taken: Ints
    score: Longs


def empty_board(grid: Grid) -> Board:
    """A board with no meeting on it."""
    meetings, grains, rooms = len(grid.duration), grid.misfit.shape[1], grid.seats.shape[1]
    nowhere = np.full(meetings, NOWHERE, dtype=np.int64)
    misfit = grid.misfit[grid.kind].astype(np.int64)
    own = np.minimum(misfit * grid.weights[HARD], BARRED)
    last = np.arange(grains)[None, :] + grid.duration[:, None] - 1
    return Board(
        start=nowhere,
        room=nowhere.copy(),
        field=(own + last * grid.weights[SOON]).astype(np.int32),
        steady=np.zeros((meetings, rooms + 1, grains), dtype=np.int32),
        taken=np.zeros((len(grid.lengths), rooms, grains), dtype=np.int32),
        score=np.zeros(3, dtype=np.int64),
    )


@inner
def _press(field: Ints, length: Longs, force: Ints, span: Span, some: Some) -> None:
    """Count for some meetings what it costs them to share grains with a span."""
    begins, ends, _, sign = span
    for other in range(some[0], some[1]):
        mine, each = length[other], sign * force[other]
        if each != 0:
            for at in range(max(begins - mine + 1, 0), min(ends, field.shape[1])):
                field[other, at] += each * (min(at + mine, ends) - max(at, begins))


@inner
def _adjoin(field: Ints, length: Longs, pause: int, span: Span, some: Some) -> None:
    """Count for some meetings what it costs them to end or begin right at a span."""
    begins, ends, _, sign = span
    for other in range(some[0], some[1]):
        if begins >= length[other]:
            field[other, begins - length[other]] += sign * pause
        if ends < field.shape[1]:
            field[other, ends] += sign * pause


@inner
def _hurry(steady: Ints, length: Longs, shared: Ints, span: Span, some: Some) -> None:
    """Count for some meetings who must change rooms between them and a span in a room."""
    begins, ends, room, sign = span
    anywhere, grains = steady.shape[1] - 1, steady.shape[2]
    for other in range(some[0], some[1]):
        each = sign * shared[other]
        if each != 0:
            for at in range(max(begins - length[other] - 2, 0), min(ends + 3, grains)):
                steady[other, room, at] += each
                steady[other, anywhere, at] += each
            steady[other, room, begins] -= each
            steady[other, anywhere, begins] -= each


@inner
def lay(grid: Grid, board: Board, mover: int, span: Span, some: Some) -> None:
    """Count (sign 1) or no longer count (-1) for some others what `mover` costs them."""
    _press(board.field, grid.duration, grid.force[mover], span, some)
    _adjoin(board.field, grid.duration, grid.weights[PAUSE], span, some)
    if grid.weights[FINE] != 0:
        _hurry(board.steady, grid.duration, grid.shared[mover], span, some)


@inner
def _lay_all(grid: Grid, board: Board, mover: int, span: Span) -> None:
    lay(grid, board, mover, span, (grid.weights[NONE], mover))
    lay(grid, board, mover, span, (mover + 1, len(grid.duration)))


@inner
def _occupy(row: Ints, length: int, span: Span) -> None:
    """Count the grains of a span for meetings of a length, by start."""
    begins, ends, _, sign = span
    for start in range(max(begins - length + 1, 0), min(ends, len(row))):
        row[start] += sign * (min(start + length, ends) - max(start, begins))


@inner
def occupy(grid: Grid, board: Board, span: Span, some: Some) -> None:
    """Count a span for some kinds of meetings that would be in its room."""
    for kind in range(some[0], some[1]):
        _occupy(board.taken[kind, span[2]], grid.lengths[kind], span)


@inner
def _shared(start: Longs, length: Longs, levels: Ints, begins: int, ends: int) -> int:
    """Packed levels of sharing grains with those that stand somewhere."""
    packed = 0
    for other in range(len(start)):
        both = min(start[other] + length[other], ends) - max(start[other], begins)
        if both > 0 and start[other] != NOWHERE:
            packed += levels[other] * both
    return packed


@inner
def energy(grid: Grid, board: Board, meeting: int, start: int, room: int) -> int:
    """What a place costs the meeting in all; its own traces must be off the room."""
    clash = board.taken[grid.kind[meeting], room, start] * grid.weights[ROOM] * grid.weights[HARD]
    moves = board.steady[meeting, -1, start] - board.steady[meeting, room, start]
    return int(board.field[meeting, start] + moves + grid.seats[meeting, room] + clash)


@inner
def _book(grid: Grid, board: Board, meeting: int, span: Span) -> None:
    """Add a meeting's levels to the score, or take them off; soft is what energy is left."""
    start, ends, room, sign = span
    kind = grid.kind[meeting]
    packed = _shared(board.start, grid.duration, grid.levels[meeting], start, ends)
    hard = board.taken[kind, room, start] * grid.weights[ROOM] + (packed >> HARD_SHIFT)
    hard += grid.misfit[kind, start] + grid.shortage[meeting, room]
    medium = packed & (HARD_UNIT - 1)
    upper = grid.weights[HARD] * hard + grid.weights[MEDIUM] * medium
    board.score[0] += sign * hard
    board.score[1] += sign * medium
    board.score[2] += sign * (energy(grid, board, meeting, start, room) - upper)


@inner
def span_of(grid: Grid, meeting: int, start: int, room: int, sign: int) -> Span:
    """The span of a meeting at a place, to be counted as the weight at `sign` says."""
    return start, start + grid.duration[meeting], room, grid.weights[sign]


@inner
def move(grid: Grid, board: Board, meeting: int, start: int, room: int) -> None:
    """Set a meeting at a place, from where it stands if it does."""
    stood, kinds = board.start[meeting], (grid.weights[NONE], len(grid.lengths))
    left = span_of(grid, meeting, stood, board.room[meeting], DROP)
    span = span_of(grid, meeting, start, room, ADD)
    board.start[meeting] = NOWHERE
    if stood != NOWHERE:
        occupy(grid, board, left, kinds)
        _book(grid, board, meeting, left)
    _book(grid, board, meeting, span)
    occupy(grid, board, span, kinds)
    if stood != start or grid.weights[FINE] != 0:
        if stood != NOWHERE:
            _lay_all(grid, board, meeting, left)
        _lay_all(grid, board, meeting, span)
    board.start[meeting], board.room[meeting] = start, room
