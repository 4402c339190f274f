"""The conclusion, computed from the opinions of the panel: a majority always, a tie never.

The three findings lie on one line (`Finding`). One that more than half of the votes are for is the
conclusion. Where neither end has more than half, both those for all and those for a part would give
at least a part, and both those for a part and those for nothing at most a part: each is more than
half, so it is a part. With an odd number of votes one of the three always holds.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from hearing.domain.session_words import Finding, Opinion

Member = TypeVar("Member")


class Abstention(Enum):
    """What an abstention is, by the regulation profile."""

    REFUSED = "refused"
    COUNTS_AS_NOT_SUPPORTED = "counts_as_not_supported"


class EvenVotesError(ValueError):
    """An even number of votes, or none, was to be counted: such a panel does not sit."""


@dataclass(frozen=True, slots=True)
class Result:
    """The conclusion, its votes by finding, and who held otherwise."""

    finding: Finding
    votes: Mapping[Finding, int]
    dissent: frozenset[object]

    @property
    def unanimous(self) -> bool:
        """Whether nobody held otherwise."""
        return not self.dissent


def is_allowed(opinion: Opinion, rule: Abstention) -> bool:
    """Whether a member may say this."""
    return opinion is not Opinion.ABSTAINS or rule is not Abstention.REFUSED


def counted_as(opinion: Opinion) -> Finding:
    """The finding that an opinion counts for: the claim is not carried by who abstains."""
    return Finding.NOT_SUPPORTED if opinion is Opinion.ABSTAINS else Finding(opinion.value)


def result_of(opinions: Mapping[Member, Opinion]) -> Result:
    """The conclusion of a panel of which every member has given an opinion.

    Raises:
        EvenVotesError: so many votes could tie.
    """
    if len(opinions) % 2 == 0:
        raise EvenVotesError(len(opinions))
    held = {member: counted_as(opinion) for member, opinion in opinions.items()}
    votes = Counter(held.values())
    finding = _majority({each: votes[each] for each in Finding})
    differs = {member for member, opinion in opinions.items() if opinion.value != finding.value}
    return Result(finding, {each: votes[each] for each in Finding}, frozenset(differs))


def _majority(votes: Mapping[Finding, int]) -> Finding:
    half = sum(votes.values()) / 2
    for end in (Finding.SUPPORTED, Finding.NOT_SUPPORTED):
        if votes[end] > half:
            return end
    return Finding.PARTLY
