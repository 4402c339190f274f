"""Takes one meeting or two out and draws their places anew among all places."""

import numpy as np

from hearing.scheduling.compiled import compiled, inner

from .board import NOWHERE, Board, Some, lay, move, occupy, span_of
from .grid import ADD, BARRED, DROP, NONE, Grid, Longs
from .places import Search, draw, limit_of, list_places, one_of, random_unit, weigh


@inner
def _redraw(grid: Grid, board: Board, search: Search, meeting: int, temperature: float) -> None:
    """Give a meeting on the board a place by Boltzmann weight."""
    start, room, kind = board.start[meeting], board.room[meeting], grid.kind[meeting]
    occupy(grid, board, span_of(grid, meeting, start, room, DROP), (kind, kind + 1))
    limit = limit_of(grid, board, search, meeting)
    found = list_places(grid, board, search, meeting, limit)
    occupy(grid, board, span_of(grid, meeting, start, room, ADD), (kind, kind + 1))
    if found > 0:
        weigh(search, found, temperature)
        _set(grid, board, meeting, draw(search, found))


@inner
def _place(grid: Grid, board: Board, meeting: int) -> int:
    return int(board.start[meeting] * grid.seats.shape[1] + board.room[meeting])


@inner
def _set(grid: Grid, board: Board, meeting: int, place: int) -> None:
    if place != _place(grid, board, meeting):
        rooms = grid.seats.shape[1]
        move(grid, board, meeting, place // rooms, place % rooms)


@inner
def _shade(grid: Grid, board: Board, two: Some, place: int, sign: int) -> None:
    """Count what the first at a place is for the second alone, and for meetings of its length."""
    mover, seen = two
    rooms, mine, its = grid.seats.shape[1], grid.kind[mover], grid.kind[seen]
    span = span_of(grid, mover, place // rooms, place % rooms, sign)
    lay(grid, board, mover, span, (seen, seen + 1))
    occupy(grid, board, span, (its, its + 1))
    if its != mine:
        occupy(grid, board, span, (mine, mine + 1))


@inner
def _redraw_two(grid: Grid, board: Board, search: Search, two: Some, temperature: float) -> None:
    """Draw one as if the other were gone, then the other; kept with the odds that keep it fair.

    Configurational bias: the ratio of what the other finds around the new and the old place.
    """
    (one, other), back = two, (two[1], two[0])
    add, drop = grid.weights[NONE] + ADD, grid.weights[NONE] + DROP
    one_before, other_before = _place(grid, board, one), _place(grid, board, other)
    _shade(grid, board, back, other_before, drop)
    limit = limit_of(grid, board, search, other)
    found = list_places(grid, board, search, other, limit)
    around = weigh(search, found, temperature) if found > 0 else 0.0
    _shade(grid, board, two, one_before, drop)
    found = list_places(grid, board, search, one, limit_of(grid, board, search, one))
    one_after, other_after = one_before, NOWHERE
    if found > 0:
        weigh(search, found, temperature)
        one_after = draw(search, found)
    _shade(grid, board, two, one_after, add)
    found = list_places(grid, board, search, other, limit)
    if found > 0:
        gain = weigh(search, found, temperature) - around
        if np.log(random_unit(search.dice) + 1e-300) < gain:
            other_after = draw(search, found)
    _shade(grid, board, two, one_after, drop)
    _shade(grid, board, two, one_before, add)
    _shade(grid, board, back, other_before, add)
    if other_after != NOWHERE:
        _set(grid, board, one, one_after)
        _set(grid, board, other, other_after)


@inner
def _keep(board: Board, search: Search) -> None:
    for level in range(3):
        search.best[level] = board.score[level]
    for meeting in range(len(board.start)):
        search.places[0, meeting] = board.start[meeting]
        search.places[1, meeting] = board.room[meeting]


@inner
def _keep_best(board: Board, search: Search) -> None:
    now, best = board.score, search.best
    for level in range(3):
        if now[level] != best[level]:
            if now[level] < best[level]:
                _keep(board, search)
            return


@compiled
def sweep(grid: Grid, board: Board, search: Search, steps: int, mood: tuple[float, float]) -> None:
    """Redraw `steps` meetings at random and keep the best answer.

    `mood` is the share of draws that are in twos, and the temperature.
    """
    twos, temperature = mood
    for _ in range(steps):
        one = one_of(grid.picks, len(grid.picks), search.dice)
        other = one_of(grid.picks, len(grid.picks), search.dice)
        if random_unit(search.dice) < twos and one != other:
            _redraw_two(grid, board, search, (one, other), temperature)
        else:
            _redraw(grid, board, search, one, temperature)
        _keep_best(board, search)


@inner
def _cheapest(search: Search, found: int) -> int:
    least = 0
    for at in range(1, found):
        if search.energy[at] < search.energy[least]:
            least = at
    return int(search.choice[least])


@compiled
def settle(grid: Grid, board: Board, search: Search, order: Longs, places: Longs) -> None:
    """Set each meeting in turn at its place, or at its cheapest where the place is nowhere."""
    rooms = grid.seats.shape[1]
    for meeting in order:
        start, room = places[0, meeting], places[1, meeting]
        if start == NOWHERE:
            found = list_places(grid, board, search, meeting, BARRED - 1)
            place = _cheapest(search, found)
            start, room = place // rooms, place % rooms
        move(grid, board, meeting, start, room)
    _keep(board, search)
