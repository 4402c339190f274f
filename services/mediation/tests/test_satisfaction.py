from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from kernel.regulation import Dissatisfied, load_profile
from mediation.domain.guards import Answered, File, Gap, lacks
from mediation.domain.satisfaction import (
    BY_LAW,
    CONFIRMED,
    OF_BOTH_SIDES,
    consequence,
    may_end_dissatisfied,
)
from mediation.domain.states import ENDINGS
from mediation.domain.words import Asked, Ending, Finding

PROFILES = Path(__file__).resolve().parents[3] / "deploy/regulation"
OWN_ANSWERS = {Ending.SUPPORTED, Ending.EXPLAINED, Ending.NOT_SUPPORTED}
FOLLOWS = (None, *Dissatisfied)


@pytest.mark.parametrize("ending, follows", list(product(Ending, FOLLOWS)))
def test_what_a_dissatisfied_residents_matter_may_end_with(ending, follows):
    """Confirmed by another: always. Both sides' or the law's: where nothing follows. Own: never."""
    may = may_end_dissatisfied(ending, follows)
    if ending in {Ending.PROCEDURAL, Ending.WITHDRAWN, Ending.REFUSED}:
        assert may
    elif ending in OWN_ANSWERS:
        assert not may
    else:
        assert may is (follows is Dissatisfied.NOTHING)


def test_every_ending_rests_on_something():
    """Each ending is confirmed, of both sides, by law or the unit's own answer; never two."""
    grounds = [CONFIRMED, OF_BOTH_SIDES, BY_LAW, OWN_ANSWERS]
    assert sorted(one.value for ground in grounds for one in ground) == sorted(
        one.value for one in Ending
    )


@pytest.mark.parametrize("ending, follows", list(product(Ending, FOLLOWS)))
def test_the_guard_asks_the_same(ending, follows):
    """A file that lacks nothing else lacks exactly this."""
    file = File(
        state=next(state for state, endings in ENDINGS.items() if ending in endings),
        facts_established=True,
        # One of each, so that every ending of its own answer was found of some request.
        requests=(
            Answered(1, Finding.EXPLAINED, reasoned=True),
            Answered(2, Finding.SUPPORTED, carried_out=True),
            Answered(3, Finding.NOT_SUPPORTED, reasoned=True),
        ),
        routes_named=True,
        review_told=True,
        proposed_by="wang",
        approved_by="li",
        dissatisfied_leads_to=follows,
    )
    wanted = () if may_end_dissatisfied(ending, follows) else (Gap.DISSATISFIED,)
    for asked in (Asked.SATISFIED, Asked.BASICALLY, Asked.NO_ANSWER_WANTED):
        assert lacks(replace(file, asked=asked), ending) == ()
    found = lacks(replace(file, asked=Asked.DISSATISFIED), ending)
    assert tuple(lack.gap for lack in found) == wanted


@pytest.mark.parametrize("name", ["cn-2022", "zj-2016-historical"])
def test_the_profile_decides_by_procedure(name):
    """Nothing follows in mediation; a petition and a ticket have theirs; unknown is strict."""
    profile = load_profile(PROFILES / f"{name}.yaml")
    mediated = ("peoples_mediation", "administrative_mediation", "court_entrusted")
    assert {consequence(profile, one) for one in mediated} == {Dissatisfied.NOTHING}
    assert consequence(profile, "petition") is Dissatisfied.REVIEW_RIGHT_TOLD
    assert consequence(profile, "hotline") is Dissatisfied.DONE_AGAIN
    assert consequence(profile, "") is None
