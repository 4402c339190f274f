"""An instance as arrays: positions instead of ids, and what never changes worked out once.

Burdens of the two upper levels travel in one 32-bit number: hard × `HARD_UNIT` + medium. So one
sum over persons and grains gives both levels, exactly, as long as medium stays below `HARD_UNIT`
for a single meeting.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .instance import Instance, Meeting

Ints = NDArray[np.int32]
HARD_SHIFT = 14
HARD_UNIT = 1 << HARD_SHIFT
MEDIUM_MASK = HARD_UNIT - 1
BARRED = 1 << 29
NEAR = 2
"""Room stability counts two meetings with at most this many grains between them."""


class Grid(NamedTuple):
    """What the search reads and never writes.

    `rows` of meeting m are `rows[row_from[m]:row_from[m + 1]]`: 2 p when person p is required,
    2 p + 1 when preferred. `near` lists likewise the meetings that share persons with m, and
    `near_weight` how many. `misfit[d, s]` is the burden of a meeting of d grains beginning at s.
    """

    duration: Ints
    row_from: Ints
    rows: Ints
    near_from: Ints
    near: Ints
    near_weight: Ints
    misfit: Ints
    shortage: Ints  # [meeting, room] hard burden, BARRED where a large enough room exists
    smaller: Ints  # [room] soft: what larger rooms hold more
    room_weight: int
    required_weight: int
    mixed_weight: int
    preferred_weight: int
    soon_weight: int
    break_weight: int
    overlap_weight: int


def grid_of(instance: Instance) -> Grid:
    """Work out the arrays of an instance."""
    weight = instance.weights
    people = {person.id: at for at, person in enumerate(instance.people)}
    rows = [_rows(meeting, people) for meeting in instance.meetings]
    near = _near(rows, weight["Room stability"])
    return Grid(
        duration=_ints([meeting.duration for meeting in instance.meetings]),
        row_from=_offsets(rows),
        rows=_ints([row for mine in rows for row in mine]),
        near_from=_offsets(near),
        near=_ints([other for mine in near for other, _ in mine]),
        near_weight=_ints([shared for mine in near for _, shared in mine]),
        misfit=_misfits(instance),
        shortage=_shortages(instance),
        smaller=_smaller(instance),
        room_weight=weight["Room conflict"],
        required_weight=weight["Required attendance conflict"],
        mixed_weight=weight["Required and preferred attendance conflict"],
        preferred_weight=weight["Preferred attendance conflict"],
        soon_weight=weight["Do all meetings as soon as possible"],
        break_weight=weight["One TimeGrain break between two consecutive meetings"],
        overlap_weight=weight["Overlapping meetings"],
    )


def _ints(values: Any) -> Ints:
    return np.array(values, dtype=np.int32)


def _offsets(lists: list[Any]) -> Ints:
    return _ints([0, *np.cumsum([len(one) for one in lists])])


def _rows(meeting: Meeting, people: dict[int, int]) -> list[int]:
    required = [2 * people[one] for one in meeting.required]
    return required + [2 * people[one] + 1 for one in meeting.preferred]


def _near(rows: list[list[int]], weight: int) -> list[list[tuple[int, int]]]:
    """For each meeting the others that share persons, with their number times the weight."""
    persons = [{row // 2 for row in mine} for mine in rows]
    return [
        [
            (at, weight * len(mine & other))
            for at, other in enumerate(persons)
            if other is not mine and mine & other
        ]
        for mine in persons
    ]


def _misfits(instance: Instance) -> Ints:
    longest = max(meeting.duration for meeting in instance.meetings)
    day_of = np.zeros(instance.grains, dtype=np.int32)
    for at, day in enumerate(instance.days):
        day_of[day.first_grain : day.end_grain] = at
    return np.stack([_misfit(instance, day_of, length) for length in range(longest + 1)])


def _misfit(instance: Instance, day_of: Ints, length: int) -> Ints:
    """Burden by start; where a start without burden exists the others are barred."""
    grains, weight = instance.grains, instance.weights
    last = np.arange(grains) + max(length, 1) - 1
    late = last >= grains
    split = ~late & (day_of[np.minimum(last, grains - 1)] != day_of)
    hard = late * last * weight["Don't go in overtime"]
    hard = hard + split * weight["Start and end on same day"]
    return _bar(_ints(hard * HARD_UNIT))


def _bar(burden: Ints) -> Ints:
    if (burden == 0).any():
        burden[burden > 0] = BARRED
    return burden


def _shortages(instance: Instance) -> Ints:
    weight = instance.weights["Required room capacity"]
    needs = _ints([meeting.need for meeting in instance.meetings])
    holds = _ints([room.capacity for room in instance.rooms])
    short = np.maximum(needs[:, None] - holds[None, :], 0) * weight * HARD_UNIT
    return np.stack([_bar(_ints(mine)) for mine in short])


def _smaller(instance: Instance) -> Ints:
    weight = instance.weights["Assign larger rooms first"]
    holds = _ints([room.capacity for room in instance.rooms])
    return _ints(np.maximum(holds[None, :] - holds[:, None], 0).sum(axis=1) * weight)
