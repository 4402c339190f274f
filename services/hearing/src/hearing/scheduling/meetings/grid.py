"""An instance as arrays: positions instead of ids, and what never changes worked out once.

Levels of a pair travel in one number, hard × `HARD_UNIT` + medium, so that one sum over the others
gives both, exactly, as long as medium stays below `HARD_UNIT` for a single meeting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .instance import Instance

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
"""Whatever numbers a meeting, a place or a length: one type, so that nothing is compiled twice."""
HARD_SHIFT = 20
HARD_UNIT = 1 << HARD_SHIFT
BARRED = 1 << 29
"""Energy of a place that breaks a hard rule by itself while another place does not."""
HARD, MEDIUM, ROOM, SOON, PAUSE, OVERLAP, FINE, NONE, ADD, DROP = range(10)
"""Positions in the grid's weights. The last three hold 0, 1, -1: numbers that the compiler must not
know, since it would compile each function once for each."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What a unit of the upper levels weighs in energy, and how closely rooms are looked at.

    `fine` counts rooms as the format does. Otherwise a meeting gets the smallest room that will
    do, and changes of rooms are not counted: quicker, while the upper levels are searched.
    """

    hard: int
    medium: int
    fine: bool


class Grid(NamedTuple):
    """What the search reads and never writes.

    Energy is the cost of the soft level and the upper levels as they weigh. `levels[m, o]` packs
    what a grain that meetings m and o share costs, `force[m, o]` is its energy.
    """

    duration: Longs
    kind: Longs  # [meeting] position of its length in `lengths`
    lengths: Longs
    levels: Ints
    force: Ints
    shared: Ints  # [meeting, meeting] cost of changing rooms between the two
    misfit: Ints  # [kind, start] hard; BARRED where another start has none
    shortage: Ints  # [meeting, room] hard; BARRED where another room has none
    seats: Ints  # [meeting, room] energy of the room by itself; BARRED as above
    smaller: Ints  # [room] soft: what larger rooms hold more
    picks: NDArray[np.float64]  # [meeting] running sums of how often each is drawn
    weights: Longs


def grid_of(instance: Instance, weighing: Weighing) -> Grid:
    """Work out the arrays of an instance."""
    weight, hard = instance.weights, weighing.hard
    duration = np.array([meeting.duration for meeting in instance.meetings], dtype=np.int64)
    lengths, kind = np.unique(duration, return_inverse=True)
    levels, shortage, smaller = _levels(instance), _shortages(instance), _smaller(instance)
    met = [{*one.required, *one.preferred} for one in instance.meetings]
    size = np.sqrt(duration * np.array([max(one.need, 1) for one in instance.meetings]))
    room = smaller if weighing.fine else smaller.max() - smaller
    force = hard * (levels >> HARD_SHIFT) + weighing.medium * (levels & (HARD_UNIT - 1))
    return Grid(
        duration=duration,
        kind=kind.astype(np.int64),
        lengths=lengths,
        levels=levels,
        force=_ints(force + weight["Overlapping meetings"]),
        shared=_by_pair(met, met) * weight["Room stability"],
        misfit=np.stack([_misfit(instance, int(length)) for length in lengths]),
        shortage=shortage,
        seats=_ints(np.minimum(shortage.astype(np.int64) * hard + room, BARRED)),
        smaller=smaller,
        picks=np.cumsum(1.0 + size / size.mean()),
        weights=_weights(weight, weighing),
    )


def _weights(weight: dict[str, int], weighing: Weighing) -> Longs:
    """In the order of their positions above."""
    names = (
        "Room conflict",
        "Do all meetings as soon as possible",
        "One TimeGrain break between two consecutive meetings",
        "Overlapping meetings",
    )
    soft = [weight[name] for name in names]
    return np.array(
        [weighing.hard, weighing.medium, *soft, weighing.fine, 0, 1, -1], dtype=np.int64
    )


def _ints(values: Any) -> Ints:
    return np.array(values, dtype=np.int32)


def _by_pair(some: Sequence[set[int]], others: Sequence[set[int]]) -> Ints:
    """How many persons are in the one and the other; nobody where both are one meeting."""
    shared = _ints([[len(one & other) for other in others] for one in some])
    np.fill_diagonal(shared, 0)
    return shared


def _levels(instance: Instance) -> Ints:
    weight = instance.weights
    required = [set(meeting.required) for meeting in instance.meetings]
    preferred = [set(meeting.preferred) for meeting in instance.meetings]
    mixed = _by_pair(required, preferred)
    return _ints(
        _by_pair(required, required) * weight["Required attendance conflict"] * HARD_UNIT
        + (mixed + mixed.T) * weight["Required and preferred attendance conflict"]
        + _by_pair(preferred, preferred) * weight["Preferred attendance conflict"]
    )


def _misfit(instance: Instance, length: int) -> Ints:
    """Hard cost by start; where a start without one exists the others are barred."""
    grains, weight = instance.grains, instance.weights
    day_of = np.zeros(grains, dtype=np.int32)
    for at, day in enumerate(instance.days):
        day_of[day.first_grain : day.end_grain] = at
    last = np.arange(grains) + length - 1
    late = last >= grains
    split = ~late & (day_of[np.minimum(last, grains - 1)] != day_of)
    hard = late * last * weight["Don't go in overtime"]
    return _bar(_ints(hard + split * weight["Start and end on same day"]))


def _bar(hard: Ints) -> Ints:
    if (hard == 0).any():
        hard[hard > 0] = BARRED
    return hard


def _shortages(instance: Instance) -> Ints:
    weight = instance.weights["Required room capacity"]
    needs = _ints([meeting.need for meeting in instance.meetings])
    holds = _ints([room.capacity for room in instance.rooms])
    short = np.maximum(needs[:, None] - holds[None, :], 0) * weight
    return np.stack([_bar(_ints(mine)) for mine in short])


def _smaller(instance: Instance) -> Ints:
    weight = instance.weights["Assign larger rooms first"]
    holds = _ints([room.capacity for room in instance.rooms])
    return _ints(np.maximum(holds[None, :] - holds[:, None], 0).sum(axis=1) * weight)
