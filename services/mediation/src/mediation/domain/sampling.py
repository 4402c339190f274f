"""第三方评查: which closed cases are looked at by somebody outside, the riskier the likelier."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

from mediation.domain.words import Ending

ALWAYS = frozenset({Ending.PROCEDURAL, Ending.WITHDRAWN})
"""Endings that press nobody only if somebody else looks at each of them."""
SHARE = {"red": 100, "yellow": 30, "green": 5}
"""Per cent of closed cases by the colour of the matter."""
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed case, by codes."""

    case_id: UUID
    colour: str
    ending: Ending
    unit: str
    staff: frozenset[str]
    concerned: frozenset[str] = frozenset()
    """Units that are parties, or that the matter is about."""


def sampled(cases: Iterable[Closed], salt: str, *, least: int = 0) -> tuple[UUID, ...]:
    """The cases to review. The draw follows from `salt`, so that it can be repeated and checked.

    `least` is the per cent drawn at least, whatever the colour.

    A salt is published after the cases were closed: nobody could know which would be drawn.
    """
    return tuple(sorted(one.case_id for one in cases if _is_drawn(one, salt, least)))


def _is_drawn(one: Closed, salt: str, least: int) -> bool:
    if one.ending in ALWAYS:
        return True
    digest = blake2b(one.case_id.bytes, key=salt.encode()[:64], digest_size=8).digest()
    return int.from_bytes(digest) % _HUNDRED < max(SHARE.get(one.colour, SHARE["green"]), least)


def may_review(one: Closed, reviewer: str, unit: str) -> bool:
    """Whether a reviewer is outside: of another unit, and with no hand in the case."""
    return unit != one.unit and reviewer not in one.staff
