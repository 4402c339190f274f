"""Who is concerned by which change of a hearing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearing.domain.concerned import (
    CONCERNED,
    ENDS,
    REPLACED,
    Method,
    People,
    Text,
    What,
    Who,
    parts_of,
    tellings,
)

ALL = {one.value: one for one in Who}
EVERYBODY = set(ALL)
TABLE = {
    What.CONFIRMED: EVERYBODY,
    What.TIME: EVERYBODY,
    What.ROOM: EVERYBODY,
    What.CHAIR: EVERYBODY,
    What.PANEL: {"party", "chair", "recorder"},
    What.RECORDER: {"party", "chair"},
    What.REPRESENTATIVE: {"chair", "recorder"},
    What.OPTIONAL: set(),
    What.POSTPONED: EVERYBODY,
    What.ADJOURNED: EVERYBODY,
    What.CANCELLED: EVERYBODY,
    What.PARTY: {"chair", "panelist", "recorder"},
    What.NOT_PUBLIC: EVERYBODY,
    What.OBJECTION: set(),
}


@pytest.mark.parametrize("what", What)
def test_each_change_is_told_those_it_concerns_and_nobody_else(what):
    """The table, change by change and part by part."""
    told = tellings([what], People(ALL, ALL))
    assert set(told) == TABLE[what]
    assert {who.value for who in CONCERNED[what]} == TABLE[what]


@pytest.mark.parametrize("what", What)
def test_a_calendar_changes_only_with_time_place_or_whether_it_is_held(what):
    """REQUEST for what is to be written down, CANCEL for what is off, nothing for the rest."""
    methods = {one.method for one in tellings([what], People(ALL, ALL)).values()}
    if what in ENDS:
        assert methods == {Method.CANCEL}
    elif what in {What.CONFIRMED, What.TIME, What.ROOM}:
        assert methods == {Method.REQUEST}
    else:
        assert methods <= {Method.NONE}


@pytest.mark.parametrize("who", REPLACED)
def test_who_is_replaced_is_released_and_who_replaces_him_is_called(who):
    """Both hear of it, by texts and calendars of their own, besides those it concerns."""
    before, now = {"x": who, "p": Who.PARTY}, {"y": who, "p": Who.PARTY}
    told = tellings([REPLACED[who]], People(now, before))
    assert (told["x"].text, told["x"].method) == (Text.RELEASED, Method.CANCEL)
    assert (told["y"].text, told["y"].method) == (Text.CALLED, Method.REQUEST)
    assert ("p" in told) is (Who.PARTY in CONCERNED[REPLACED[who]])


def test_the_answer_to_an_objection_goes_to_who_objected():
    """Nobody else hears that somebody objected in vain."""
    told = tellings([What.OBJECTION], People(ALL, ALL, asked="party"))
    assert {one: telling.text for one, telling in told.items()} == {"party": Text.ANSWERED}


def test_who_was_never_called_is_not_told_that_it_is_off():
    """Somebody put on the list just before is not troubled."""
    told = tellings([What.CANCELLED], People(ALL, {"chair": Who.CHAIR}))
    assert set(told) == {"chair"}


def test_somebody_of_two_parts_is_one_recipient():
    """A chair who represents a department, too, is told once and as chair."""
    assert parts_of([("a", Who.REPRESENTATIVE), ("a", Who.CHAIR)]) == {"a": Who.CHAIR}


def _ids():
    return st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(Who), max_size=8)


PEOPLE = st.builds(People, now=_ids(), called=_ids(), asked=st.sampled_from("abz"))


@given(st.sets(st.sampled_from(What), min_size=1), PEOPLE)
def test_of_any_changes_at_once_each_person_concerned_is_told_once(what, people):
    """Whoever comes or goes, or whom one of the changes concerns: one text each; others none."""
    told = tellings(what, people)
    if ENDS & what:
        assert set(told) == set(people.called)
        return
    stay = people.now.keys() & people.called.keys()
    heard = {one for one in stay if any(people.now[one] in CONCERNED[w] for w in what)}
    if What.OBJECTION in what:
        heard |= stay & {people.asked}
    assert set(told) == heard | people.come | people.gone
    assert all(told[one].text is Text.RELEASED for one in people.gone)
    assert all(told[one].text is Text.CALLED for one in people.come)
