"""What the service and its planning process say to each other: one JSON message a line."""

from typing import Literal

import msgspec
from msgspec import Struct


class Job(Struct, frozen=True):
    """Solve this problem (hearing-plan/1), or with `stop` end the job of this number now."""

    number: int
    problem: msgspec.Raw = msgspec.Raw(b"null")
    seconds: float = 30.0
    seed: int = 1
    stop: bool = False


class Said(Struct, frozen=True):
    """What the process says of a job; `ready` before the first: the solver is loaded."""

    state: Literal["ready", "working", "answered", "failed"]
    number: int = 0
    medium: int = 0
    soft: int = 0
    seconds: float = 0.0
    answer: msgspec.Raw = msgspec.Raw(b"null")


def line(message: Job | Said) -> bytes:
    """The message as it is sent."""
    return msgspec.json.encode(message) + b"\n"
