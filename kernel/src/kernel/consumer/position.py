"""Where a numbered message stands against the cursor of its origin: pure, and the whole rule."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Position(NamedTuple):
    """Everything up to `no` of this incarnation is settled; (0, 0) before the first message."""

    incarnation: int
    no: int


NOTHING = Position(0, 0)


class Verdict(Enum):
    """What to do with a message."""

    NEXT = "next"  # apply it and move the cursor
    EARLY = "early"  # keep it; something before it is missing
    SEEN = "seen"  # settled before: nothing to do
    OUTDATED = "outdated"  # of a life of the origin that was given up: refuse


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and the cursor the message is judged against."""

    verdict: Verdict
    base: Position


def judge(cursor: Position, incarnation: int, no: int) -> Judgement:
    """Judge message `(incarnation, no)`. A newer incarnation starts again below 1."""
    if incarnation < cursor.incarnation:
        return Judgement(Verdict.OUTDATED, cursor)
    base = cursor if incarnation == cursor.incarnation else Position(incarnation, 0)
    if no <= base.no:
        return Judgement(Verdict.SEEN, base)
    return Judgement(Verdict.NEXT if no == base.no + 1 else Verdict.EARLY, base)
