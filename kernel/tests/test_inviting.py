"""People invited to one matter: where an invitation goes, and the one rule of what is seen."""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from kernel.inviting import (
    Act,
    Invitation,
    Meeting,
    Shut,
    Standing,
    after,
    agreed,
    shipped_undertakings,
    shut,
)
from kernel.inviting.sight import BY_STANDING
from kernel.inviting.words import TABLE

ENDS = datetime(2026, 11, 24, 10, tzinfo=UTC)
DAYS = 3
COMING = Meeting(ENDS)
HELD = Meeting(ENDS, held_at=ENDS + timedelta(hours=1))
ZHOU, WU = UUID(int=1), UUID(int=2)
OVER = {
    Standing.DECLINED,
    Standing.RECUSED,
    Standing.WITHDRAWN,
    Standing.CAME,
    Standing.STAYED_AWAY,
}


@pytest.mark.parametrize("standing", Standing)
def test_every_act_in_every_standing_is_in_the_table_or_impossible(standing):
    """What is over stays over; nobody was there who did not accept; each act leads somewhere."""
    for act in Act:
        target = after(standing, act)
        assert target is TABLE.get((standing, act))
        if standing in OVER:
            assert target is None
        if target is Standing.CAME:
            assert standing is Standing.ACCEPTED


def test_every_standing_is_reached_and_every_act_is_possible_somewhere():
    """No word of the table is dead."""
    assert {Standing.INVITED} | set(TABLE.values()) == set(Standing)
    assert {act for _, act in TABLE} == set(Act)


@pytest.mark.parametrize(
    ("standing", "here", "willing", "off"),
    list(itertools.product(Standing, *[(True, False)] * 3)),
)
def test_the_matter_is_shown_only_to_who_accepted_here_with_consent(standing, here, willing, off):
    """Every other combination shuts it, before and after the meeting was held."""
    invitation = Invitation(standing, here=here, agreed=willing)
    for meeting in (Meeting(ENDS, called_off=off), Meeting(ENDS, ENDS, called_off=off)):
        found = shut(invitation, meeting, DAYS, ENDS)
        open_now = standing not in BY_STANDING and here and willing and not off
        assert (found is None) is open_now


def test_the_sight_ends_so_many_days_after_the_meeting_and_not_before():
    """From when it was held; from when it should have been, where nobody recorded it."""
    invitation = Invitation(Standing.CAME, here=True, agreed=True)
    tick = timedelta(microseconds=1)
    for meeting in (COMING, HELD):
        until = meeting.seen_until(DAYS)
        assert until == (meeting.held_at or ENDS) + timedelta(days=DAYS)
        assert shut(invitation, meeting, DAYS, until - tick) is None
        assert shut(invitation, meeting, DAYS, until) is Shut.OVER


def test_one_party_against_it_is_enough_and_where_it_is_asked_each_agreed():
    """人民调解法 20: with the consent of the parties."""
    assert agreed([ZHOU, WU], {ZHOU: True, WU: True}, needed=True)
    assert not agreed([ZHOU, WU], {ZHOU: True}, needed=True)
    assert agreed([ZHOU, WU], {}, needed=False)
    for needed in (True, False):
        assert not agreed([ZHOU], {ZHOU: True, WU: False}, needed=needed)


def test_every_version_of_the_undertaking_can_be_read_in_both_languages():
    """What was undertaken stays readable."""
    texts = shipped_undertakings()
    assert texts.newest in texts.versions
    assert all(one.zh and one.en and one.zh != one.en for one in texts.versions.values())
