from itertools import product

import pytest

from hearing.domain.presence import (
    ANSWERING,
    ASKING,
    CHAIR,
    PANELIST,
    RECORDER,
    REPRESENTATIVE,
    Attends,
    Lack,
    Quorum,
    panel_lacks,
    sides_lack,
    waives,
)
from hearing.domain.session_words import Came

FIVE = Quorum(5, odd=True)


def room(panel=5, chair=Came.PRESENT, recorder=Came.PRESENT, away=0):
    """A room with so many of the panel, and so many more who stayed away."""
    there = [Attends(PANELIST, Came.ONLINE if no % 2 else Came.PRESENT) for no in range(panel)]
    gone = [Attends(PANELIST, Came.EXCUSED)] * away
    return [Attends(CHAIR, chair), Attends(RECORDER, recorder), *there, *gone]


@pytest.mark.parametrize("panel", range(12))
def test_a_panel_sits_when_it_is_large_enough_and_odd(panel):
    """Online counts as there; who stayed away does not count."""
    lacks = set(panel_lacks(room(panel, away=2), FIVE))
    small = {Lack.PANEL_SMALL} if panel < 5 else set()
    even = {Lack.PANEL_EVEN} if panel >= 5 and panel % 2 == 0 else set()
    assert lacks == small | even


def test_nothing_is_opened_without_chair_and_recorder():
    """Whichever of them is away, for whatever reason, is named."""
    for chair, recorder in product(Came, repeat=2):
        lacks = set(panel_lacks(room(chair=chair, recorder=recorder), FIVE))
        assert (Lack.CHAIR in lacks) is not chair.takes_part
        assert (Lack.RECORDER in lacks) is not recorder.takes_part


@pytest.mark.parametrize("asked_by", ["resident", "handler", "reviewer"])
def test_the_side_that_stays_away_waives_by_role(asked_by):
    """Without reason: its own hearing is waived, a unit's is held; with one, another day."""
    for ways in product(Came, repeat=2):
        lacks = set(sides_lack([Attends(ASKING, how) for how in ways], asked_by))
        if any(how.takes_part for how in ways):
            assert lacks == set()
        elif Came.EXCUSED in ways:
            assert lacks == {Lack.EXCUSED}
        else:
            assert lacks == ({Lack.WAIVED} if asked_by == "resident" else set())


def test_the_other_side_cannot_stop_a_hearing_and_the_handling_unit_cannot_waive_it():
    """Respondents may stay away; facts and basis are owed by somebody of the unit."""
    for how in Came:
        assert set(sides_lack([Attends(ANSWERING, how)], "resident")) == set()
        lacks = set(sides_lack([Attends(REPRESENTATIVE, how)], "resident"))
        assert lacks == (set() if how.takes_part else {Lack.HANDLER})


def test_a_waiver_is_of_parties_who_stay_away_or_leave_without_leave():
    """A reason is no waiver, and a member of the hearing waives nothing."""
    for part, how in product((ASKING, ANSWERING, CHAIR, PANELIST, REPRESENTATIVE), Came):
        expected = part in {ASKING, ANSWERING} and how in {Came.ABSENT, Came.LEFT}
        assert waives(part, how) is expected
