from itertools import product

import pytest

from hearing.domain.session_words import Finding, Opinion
from hearing.domain.voting import Abstention, EvenVotesError, is_allowed, result_of

LINE = (Finding.SUPPORTED, Finding.PARTLY, Finding.NOT_SUPPORTED)


@pytest.mark.parametrize("size", [1, 3, 5, 7])
def test_every_odd_panel_reaches_one_conclusion_that_a_majority_carries(size):
    """Whatever each says: more than half go at least so far, more than half at most so far."""
    for said in product(Opinion, repeat=size):
        result = result_of(dict(enumerate(said)))
        held = [
            LINE.index(Finding.NOT_SUPPORTED if one is Opinion.ABSTAINS else Finding(one.value))
            for one in said
        ]
        at = LINE.index(result.finding)
        assert 2 * sum(one <= at for one in held) > size
        assert 2 * sum(one >= at for one in held) > size
        assert sum(result.votes.values()) == size


@pytest.mark.parametrize("size", [1, 3, 5, 7])
def test_a_finding_that_more_than_half_hold_is_the_conclusion(size):
    """No other finding ever takes the place of one with a majority of its own."""
    for said in product(tuple(Opinion)[:3], repeat=size):
        result = result_of(dict(enumerate(said)))
        for finding in Finding:
            if 2 * result.votes[finding] > size:
                assert result.finding is finding


@pytest.mark.parametrize("size", [1, 3, 5])
def test_dissent_names_exactly_those_who_held_otherwise(size):
    """Who abstains has not carried a conclusion, even one that fails the claim."""
    for said in product(Opinion, repeat=size):
        result = result_of(dict(enumerate(said)))
        differ = {no for no, one in enumerate(said) if one.value != result.finding.value}
        assert result.dissent == differ
        assert result.unanimous is (len(set(said)) == 1 and Opinion.ABSTAINS not in said)


@pytest.mark.parametrize("size", [0, 2, 4, 6])
def test_a_panel_that_could_tie_is_not_counted(size):
    """An even number of votes, and none at all, is refused for every opinion."""
    with pytest.raises(EvenVotesError):
        result_of(dict.fromkeys(range(size), Opinion.SUPPORTED))


def test_whether_a_member_may_abstain_is_the_profiles_to_say():
    """Every finding may be held under each rule; an abstention only where it counts."""
    for rule in Abstention:
        assert all(is_allowed(one, rule) for one in Opinion if one is not Opinion.ABSTAINS)
    assert not is_allowed(Opinion.ABSTAINS, Abstention.REFUSED)
    assert is_allowed(Opinion.ABSTAINS, Abstention.COUNTS_AS_NOT_SUPPORTED)
