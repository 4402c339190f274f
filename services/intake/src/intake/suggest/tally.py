"""Adding up points for the values of one field, and saying what weighed most."""

from intake.suggest.rulebook import LevelRules, Points, step

WORDS = "LEXICON_TERMS"
DEFAULT = "DEFAULT"
SURE = 0.95
EVEN = 0.5


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


class Facts:
    """Points a level gets from plain facts of the matter; never from a person."""

    __slots__ = ("reason", "total")

    def __init__(self, spoken: float, **given: float) -> None:
        self.total = spoken + sum(given.values())
        self.reason = _heaviest(spoken, given)

    @classmethod
    def of(cls, rules: LevelRules, spoken: float, key: "LevelKey") -> "Facts":
        """The facts under the rules of a level, beside what the words said."""
        return cls(
            rules.base + spoken,
            CATEGORY=rules.category.get(key.category, 0.0),
            PURPOSE=rules.purpose.get(key.purpose, 0.0),
            CHANNEL=rules.channel.get(key.channel, 0.0),
            HEADCOUNT=step(rules.headcount, key.headcount),
            LENGTH=step(rules.length, key.length),
            LONG_STANDING=step(rules.waited, key.waited),
        )


class LevelKey:
    """The plain facts that levels look at."""

    __slots__ = ("category", "channel", "headcount", "length", "purpose", "waited")

    def __init__(
        self, category: str, purpose: str, channel: str, *, headcount: int, length: int, waited: int
    ) -> None:
        self.category = category
        self.purpose = purpose
        self.channel = channel
        self.headcount = headcount
        self.length = length
        self.waited = waited


def _heaviest(spoken: float, given: dict[str, float]) -> str:
    reason, most = (WORDS, abs(spoken)) if spoken else (DEFAULT, 0.0)
    for code, points in given.items():
        if abs(points) > most:
            reason, most = code, abs(points)
    return reason
