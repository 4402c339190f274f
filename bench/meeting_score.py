"""Scores an answer to a meeting-scheduling instance, pair by pair as the format's twelve lines say.

    .venv/bin/python bench/meeting_score.py INSTANCE SOLUTION

Knows nothing of the solver: plain dictionaries as read from the files, every pair compared. Each
constraint is one function that answers how often it is broken, before its weight.
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

LEVELS = ("hard", "medium", "soft")


@dataclass(frozen=True)
class Placed:
    """A meeting with its place; both None when it has none."""

    meeting: dict[str, Any]
    start: int | None
    room: dict[str, Any] | None

    @property
    def duration(self) -> int:
        """Length in grains."""
        return int(self.meeting["duration"])

    @property
    def last(self) -> int:
        """The last grain it occupies."""
        assert self.start is not None
        return self.start + self.duration - 1

    @property
    def need(self) -> int:
        """Seats it needs."""
        return len(self.meeting["required"]) + len(self.meeting["preferred"])


def overlap(one: Placed, other: Placed) -> int:
    """How many grains both occupy."""
    if one.start is None or other.start is None:
        return 0
    return max(0, min(one.last, other.last) - max(one.start, other.start) + 1)


class Answer:
    """An instance together with one answer to it."""

    def __init__(self, instance: dict[str, Any], solution: dict[str, Any]) -> None:
        rooms = {room["id"]: room for room in instance["rooms"]}
        rows = {row["meeting"]: row for row in solution["assignments"]}
        if set(rows) != {meeting["id"] for meeting in instance["meetings"]}:
            raise ValueError("a solution has exactly one row for each meeting")
        self.rooms = instance["rooms"]
        self.day_of = {
            grain: day["id"]
            for day in instance["days"]
            for grain in range(day["first_grain"], day["end_grain"])
        }
        self.placed = [
            Placed(meeting, rows[meeting["id"]]["start"], rooms.get(rows[meeting["id"]]["room"]))
            for meeting in instance["meetings"]
        ]

    @property
    def timed(self) -> list[Placed]:
        """The meetings that have a start."""
        return [one for one in self.placed if one.start is not None]

    def pairs(self) -> Iterator[tuple[Placed, Placed]]:
        """Every pair of meetings once."""
        return combinations(self.placed, 2)


def room_conflict(answer: Answer) -> int:
    """Per pair in one room: grains both occupy."""
    return sum(
        overlap(one, other)
        for one, other in answer.pairs()
        if one.room is not None and one.room == other.room
    )


def overtime(answer: Answer) -> int:
    """Per meeting whose last grain does not exist: that grain's index."""
    return sum(one.last for one in answer.timed if one.last not in answer.day_of)


def _attendance(answer: Answer, first: str, second: str) -> int:
    """Per person and pair with the person so in the one and so in the other: grains in both."""
    return sum(
        overlap(one, other) * len(set(one.meeting[first]) & set(other.meeting[second]))
        for one, other in answer.pairs()
    )


def required_attendance(answer: Answer) -> int:
    """Persons required in two meetings at once, by grains."""
    return _attendance(answer, "required", "required")


def room_capacity(answer: Answer) -> int:
    """Seats that lack."""
    seats = ((one.need, one.room["capacity"] if one.room else 0) for one in answer.placed)
    return sum(max(0, need - capacity) for need, capacity in seats)


def same_day(answer: Answer) -> int:
    """Meetings that begin on one day and end on another."""
    within = [one for one in answer.timed if one.last in answer.day_of]
    return sum(answer.day_of.get(one.start) != answer.day_of[one.last] for one in within)


def required_and_preferred(answer: Answer) -> int:
    """Persons required in one meeting and preferred in another at once, by grains."""
    return _attendance(answer, "required", "preferred") + _attendance(
        answer, "preferred", "required"
    )


def preferred_attendance(answer: Answer) -> int:
    """Persons preferred in two meetings at once, by grains."""
    return _attendance(answer, "preferred", "preferred")


def soon(answer: Answer) -> int:
    """The last grain of each meeting."""
    return sum(one.last for one in answer.timed)


def no_break(answer: Answer) -> int:
    """Ordered pairs where the second begins right after the first, whoever and wherever."""
    pairs = permutations(answer.timed, 2)
    return sum(one.last + 1 == other.start for one, other in pairs)


def overlapping(answer: Answer) -> int:
    """Per pair: grains both occupy."""
    return sum(overlap(one, other) for one, other in answer.pairs())


def larger_rooms(answer: Answer) -> int:
    """Per meeting and larger room: what that room holds more."""
    return sum(
        max(0, room["capacity"] - one.room["capacity"])
        for one in answer.placed
        if one.room is not None
        for room in answer.rooms
    )


def room_stability(answer: Answer) -> int:
    """Per person and ordered pair in other rooms: the second begins within two grains."""
    return sum(
        len(_people(one) & _people(other))
        for one, other in permutations(answer.timed, 2)
        if one.room != other.room and _soon_after(one, other)
    )


def _people(one: Placed) -> set[int]:
    return {*one.meeting["required"], *one.meeting["preferred"]}


def _soon_after(one: Placed, other: Placed) -> bool:
    assert one.start is not None
    assert other.start is not None
    return one.start < other.start and other.start - one.duration - one.start <= 2  # noqa: PLR2004 (the format's own figure)


CONSTRAINTS: tuple[tuple[str, str, Callable[[Answer], int]], ...] = (
    ("hard", "Room conflict", room_conflict),
    ("hard", "Don't go in overtime", overtime),
    ("hard", "Required attendance conflict", required_attendance),
    ("hard", "Required room capacity", room_capacity),
    ("hard", "Start and end on same day", same_day),
    ("medium", "Required and preferred attendance conflict", required_and_preferred),
    ("medium", "Preferred attendance conflict", preferred_attendance),
    ("soft", "Do all meetings as soon as possible", soon),
    ("soft", "One TimeGrain break between two consecutive meetings", no_break),
    ("soft", "Overlapping meetings", overlapping),
    ("soft", "Assign larger rooms first", larger_rooms),
    ("soft", "Room stability", room_stability),
)


def score(instance: dict[str, Any], solution: dict[str, Any]) -> tuple[int, int, int]:
    """Hard, medium and soft, each at most 0; raises ValueError for rows too few or too many."""
    answer = Answer(instance, solution)
    totals = dict.fromkeys(LEVELS, 0)
    for level, name, broken in CONSTRAINTS:
        totals[level] -= instance["weights"][name] * broken(answer)
    return totals["hard"], totals["medium"], totals["soft"]


def main() -> None:
    """Print the score of a solution file."""
    instance, solution = (json.loads(Path(name).read_text("utf-8")) for name in sys.argv[1:3])
    print(*score(instance, solution), sep=" / ")


if __name__ == "__main__":
    main()
