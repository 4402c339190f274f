import pytest

from hearing.domain.states import TABLE, Act, State, after

MOVES = {
    Act.GRANT: {State.REQUESTED: State.GRANTED},
    Act.REFUSE: {State.REQUESTED: State.REFUSED},
    Act.WITHDRAW: dict.fromkeys((State.REQUESTED, State.GRANTED, State.SET), State.WITHDRAWN),
    Act.CANCEL: dict.fromkeys(
        (State.REQUESTED, State.GRANTED, State.SET, State.NOTICED, State.ADJOURNED),
        State.CANCELLED,
    ),
    Act.SET: dict.fromkeys((State.GRANTED, State.SET, State.ADJOURNED), State.SET),
    Act.UNSET: {State.SET: State.GRANTED},
    Act.CONFIRM: {State.SET: State.NOTICED},
    Act.POSTPONE: {State.NOTICED: State.GRANTED},
    Act.OPEN: {State.NOTICED: State.OPENED},
    Act.ADJOURN: dict.fromkeys((State.OPENED, State.CONFERRING), State.ADJOURNED),
    Act.CONFER: {State.OPENED: State.CONFERRING},
    Act.CONCLUDE: {State.CONFERRING: State.CONCLUDED},
    Act.CONCLUDE_WITH: {State.GRANTED: State.CONCLUDED},
    Act.REQUEST: {state: State.REQUESTED for state in State if state.over},
}
"""Every act that changes the state, from where to where."""
OF_THE_CASE = {Act.MOVE_CASE, Act.CASE_ENDS}


@pytest.mark.parametrize("act", Act)
def test_an_act_leads_where_the_design_says_or_is_impossible(act):
    """In every state: acts that move do so from exactly these states; all others keep the state."""
    for state in State:
        target = after(state, act)
        if act in MOVES:
            assert target is MOVES[act].get(state), (state, act)
        elif act not in OF_THE_CASE:
            assert target in {None, state}, (state, act)


def test_nothing_comes_after_a_hearing_that_is_over_but_the_next_request():
    """Of what is over only a conclusion is followed by acts, and none of them moves it."""
    for state in State:
        if state.over:
            acts = {act for one, act in TABLE if one is state} - OF_THE_CASE - {Act.REQUEST}
            assert acts == (
                {Act.SERVE, Act.PUBLISH, Act.TAKE_DOWN, Act.NOTE_REGISTRATION}
                if state is State.CONCLUDED
                else set()
            )


def test_every_state_is_reached_and_every_act_is_possible_somewhere():
    """No state and no act of the table is dead."""
    reached, found = {State.REQUESTED}, True
    while found:
        more = {target for (state, _), target in TABLE.items() if state in reached} - reached
        found = bool(more)
        reached |= more
    assert reached == set(State)
    assert {act for _, act in TABLE} == set(Act)


def test_every_hearing_that_is_not_over_can_come_to_its_end():
    """From each state some path of acts of people leads to a state that is over."""
    ends = {state for state in State if state.over}
    for _ in State:
        ends |= {
            state
            for (state, act), target in TABLE.items()
            if target in ends and act not in OF_THE_CASE
        }
    assert ends == set(State)


def test_a_case_takes_along_what_is_asked_or_granted_and_stays_once_people_were_told():
    """A time that nobody was told of is given up; notice, session and counsel hold the case."""
    for state in State:
        target = after(state, Act.MOVE_CASE)
        assert (target is None) is state.told
        assert target is None or not target.booked
    assert after(State.SET, Act.MOVE_CASE) is State.GRANTED


def test_the_end_of_a_case_ends_its_hearing_and_leaves_what_was_over():
    """Nobody is called to a hearing of an ended case; a conclusion stays one."""
    for state in State:
        ended = after(state, Act.CASE_ENDS)
        assert ended is (state if state.over else State.CANCELLED)


@pytest.mark.parametrize("act", Act)
def test_after_a_first_day_nothing_goes_back_to_what_was_never_heard(act):
    """Not taken back as a request; a further day that is given up leaves it adjourned."""
    for state in State:
        plain, held = after(state, act), after(state, act, held=True)
        if act is Act.WITHDRAW:
            assert held is None, state
        elif plain is State.GRANTED is not state:
            assert held is State.ADJOURNED, state
        else:
            assert held is plain, state
