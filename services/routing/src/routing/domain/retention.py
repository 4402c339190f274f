"""How long the file of a case is kept: rules by ending and procedure. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table; `years` None is for ever. Empty sets fit everything."""

    id: str
    years: int | None
    endings: frozenset[str] = frozenset()
    procedures: frozenset[str] = frozenset()

    def fits(self, ending: str, procedure: str) -> bool:
        """Whether a case that ended so, in this procedure, falls under it."""
        return (not self.endings or ending in self.endings) and (
            not self.procedures or procedure in self.procedures
        )


@dataclass(frozen=True, slots=True)
class Ended:
    """What the rules look at: how a case ended, in what procedure, and on what day."""

    ending: str
    procedure: str
    on: date


@dataclass(frozen=True, slots=True)
class Retention:
    """The rules of a node in their order."""

    rules: Sequence[Rule]

    def rule_for(self, ended: Ended) -> Rule | None:
        """The first rule that fits; None = kept for ever, since nobody said how long."""
        return next((one for one in self.rules if one.fits(ended.ending, ended.procedure)), None)

    def over_on(self, ended: Ended) -> date | None:
        """The first day on which the case may be erased; None = never.

        Years are counted from 1 January after the ending, as archives count them.
        """
        rule = self.rule_for(ended)
        if rule is None or rule.years is None:
            return None
        return date(ended.on.year + 1 + rule.years, 1, 1)

    def is_over(self, ended: Ended, today: date) -> bool:
        """Whether the period has ended by this day."""
        over = self.over_on(ended)
        return over is not None and over <= today

    @property
    def shortest(self) -> int | None:
        """Years of the shortest period; None when every file is kept for ever."""
        return min((one.years for one in self.rules if one.years is not None), default=None)
