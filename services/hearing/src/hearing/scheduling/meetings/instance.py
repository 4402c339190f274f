"""Reads an instance in the public format `meeting-scheduling/1` and writes an answer to it."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

FORMAT = "meeting-scheduling/1"


class Room(msgspec.Struct, frozen=True):
    """A room; `capacity` in persons."""

    id: int
    capacity: int


class Person(msgspec.Struct, frozen=True):
    """Somebody who attends."""

    id: int


class Day(msgspec.Struct, frozen=True):
    """A day's grains are `first_grain` to `end_grain - 1`."""

    id: int
    first_grain: int
    end_grain: int


class Meeting(msgspec.Struct, frozen=True):
    """A meeting; `duration` in grains, persons by id."""

    id: int
    duration: int
    required: tuple[int, ...]
    preferred: tuple[int, ...]

    @property
    def need(self) -> int:
        """How many persons its room must hold."""
        return len(self.required) + len(self.preferred)


class Instance(msgspec.Struct, frozen=True):
    """What is to be scheduled; `weights` by the constraint's public name."""

    format: str
    name: str
    weights: dict[str, int]
    rooms: tuple[Room, ...]
    people: tuple[Person, ...]
    days: tuple[Day, ...]
    meetings: tuple[Meeting, ...]

    @property
    def grains(self) -> int:
        """How many grains there are; they are numbered from 0 without a gap."""
        return max(day.end_grain for day in self.days)


class Assignment(msgspec.Struct, frozen=True):
    """Where a meeting is put: its first grain and its room's id."""

    meeting: int
    start: int
    room: int


class Solution(msgspec.Struct, frozen=True):
    """One row a meeting."""

    assignments: tuple[Assignment, ...]


def read_instance(path: Path) -> Instance:
    """Read an instance; raises `msgspec.ValidationError` or `ValueError` for another format."""
    instance = msgspec.json.decode(path.read_bytes(), type=Instance)
    if instance.format != FORMAT:
        raise ValueError(f"format {instance.format!r}, expected {FORMAT!r}")
    return instance


def solution(instance: Instance, starts: Sequence[int], rooms: Sequence[int]) -> Solution:
    """Name the places that stand at the meetings' and rooms' positions in the instance."""
    rows = zip(instance.meetings, starts, rooms, strict=True)
    return Solution(
        tuple(
            Assignment(meeting.id, int(start), instance.rooms[int(room)].id)
            for meeting, start, room in rows
        )
    )
