from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.domain.sessions import Booked, Draft, Fault, double_booked, faults, taken
from mediation.domain.words import Joining, SessionKind

NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
LI, SUN = UUID(int=1), UUID(int=2)
HERE, OTHER = UUID(int=11), UUID(int=12)
DRAFT = Draft(HERE, SessionKind.COUNTER, NINE, NINE + HOUR, frozenset({LI}), has_place=True)


def booked(start, hours=1, mediator=LI, session=OTHER):
    """Another session, `start` hours after nine."""
    begin = NINE + start * HOUR
    return Booked(session, mediator, begin, begin + hours * HOUR)


def test_a_session_with_time_place_and_mediator_can_be_held():
    """Nothing is in the way; one that ends when it begins does not overlap."""
    assert faults(DRAFT, [booked(1), booked(-1), booked(0, mediator=SUN)]) == ()


@pytest.mark.parametrize("start, hours", [(0, 1), (-0.5, 1), (0.5, 2), (-1, 5), (0.25, 0.5)])
def test_a_mediator_is_never_in_two_sessions_at_once(start, hours):
    """However the two overlap; the session itself, when moved, does not count."""
    assert faults(DRAFT, [booked(start, hours)]) == (Fault.MEDIATOR_TAKEN,)
    assert taken(DRAFT, [booked(start, hours)]) == (LI,)
    assert faults(DRAFT, [booked(start, hours, session=HERE)]) == ()


@pytest.mark.parametrize("kind", SessionKind)
def test_each_kind_needs_a_place_or_a_link(kind):
    """Online a link, everywhere else a place; a consultation needs a department."""
    bare = replace(DRAFT, kind=kind, has_place=False)
    online = kind is SessionKind.ONLINE
    assert (Fault.LINK_NEEDED if online else Fault.PLACE_NEEDED) in faults(bare, [])
    consultation = kind is SessionKind.CONSULTATION
    assert (Fault.DEPARTMENT_NEEDED in faults(bare, [])) == consultation
    ready = replace(bare, has_place=True, has_link=True, departments=frozenset({"u"}))
    assert faults(ready, []) == ()


@pytest.mark.parametrize(
    "values, fault",
    [
        ({"ends_at": NINE}, Fault.TIMES_WRONG),
        ({"ends_at": NINE - HOUR}, Fault.TIMES_WRONG),
        ({"ends_at": NINE + 13 * HOUR}, Fault.TOO_LONG),
        ({"mediators": frozenset()}, Fault.MEDIATOR_NEEDED),
    ],
)
def test_what_is_wrong_is_named(values, fault):
    """A slip of the pen, and a session nobody leads."""
    assert faults(replace(DRAFT, **values), []) == (fault,)


@pytest.mark.parametrize("kind", SessionKind)
def test_after_family_violence_the_sides_meet_only_if_the_victim_asks(kind):
    """Not online either; apart they may be heard at any time."""
    joint = replace(DRAFT, kind=kind, has_place=True, has_link=True, departments=frozenset({"u"}))
    assert faults(joint, [], family_violence=True) == (Fault.NOT_TOGETHER,)
    assert faults(joint, [], family_violence=True, victim_asks=True) == ()
    assert faults(replace(joint, joining=Joining.APART), [], family_violence=True) == ()


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 6), st.sets(st.sampled_from([LI, SUN]))),
        max_size=25,
    )
)
def test_no_sequence_of_sessions_books_a_mediator_twice(wanted):
    """Whatever is asked for, what was accepted leaves nobody in two places."""
    calendar = []
    for number, (start, quarters, mediators) in enumerate(wanted):
        begin = NINE + start * HOUR / 4
        end = begin + quarters * HOUR / 4
        draft = replace(
            DRAFT,
            session_id=UUID(int=100 + number),
            starts_at=begin,
            ends_at=end,
            mediators=frozenset(mediators),
        )
        if not faults(draft, calendar):
            calendar += [Booked(draft.session_id, one, begin, end) for one in mediators]
    assert double_booked(calendar) == ()
    for one in calendar:
        clash = replace(one, session_id=OTHER)
        assert double_booked([one, clash]) == (one.mediator_id,)
