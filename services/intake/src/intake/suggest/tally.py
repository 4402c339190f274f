"""Adding up points for the values of one field, and saying what weighed most."""

from msgspec import Struct

from intake.suggest.rulebook import LevelRules, Points, step

WORDS = "LEXICON_TERMS"
DEFAULT = "DEFAULT"
SURE = 0.95
EVEN = 0.5
FACTS = ("CATEGORY", "PURPOSE", "CHANNEL", "HEADCOUNT", "LENGTH", "LONG_STANDING")


def add(totals: Points, points: Points) -> None:
    """Adds points by value to the totals."""
    for value, given in points.items():
        totals[value] = totals.get(value, 0.0) + given


def share(points: float, rival: float) -> float:
    """0 to 1: how clearly the points beat the rival's."""
    mine = max(points, 0.0)
    return round(mine / (mine + max(rival, 0.0) + 1.0), 3)


def certainty(points: float, edges: tuple[float, float]) -> float:
    """0.5 on an edge between two levels, towards 0.95 away from it."""
    low, high = edges
    distance = min(abs(points - low), abs(points - high))
    return round(EVEN + (SURE - EVEN) * distance / (distance + 2.0), 3)


class LevelKey(Struct, frozen=True):
    """The plain facts that levels look at; never a person."""

    category: str
    purpose: str
    channel: str
    headcount: int
    length: int
    waited: int


def level(rules: LevelRules, spoken: float, key: LevelKey) -> tuple[float, str]:
    """Points of a level from words and plain facts, and the code of what weighed most."""
    given = (
        rules.category.get(key.category, 0.0),
        rules.purpose.get(key.purpose, 0.0),
        rules.channel.get(key.channel, 0.0),
        step(rules.headcount, key.headcount),
        step(rules.length, key.length),
        step(rules.waited, key.waited),
    )
    most, least = max(given), min(given)
    heaviest = least if most < -least else most
    if abs(heaviest) > abs(spoken):
        reason = FACTS[given.index(heaviest)]
    else:
        reason = WORDS if spoken else DEFAULT
    return rules.base + spoken + sum(given), reason
