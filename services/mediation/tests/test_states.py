import itertools

import pytest

from mediation.domain.states import (
    BACK,
    ENDINGS,
    TABLE,
    Act,
    State,
    after,
    may_end,
    when_case_ends,
    when_case_reopens,
)
from mediation.domain.words import Ending

PROPOSALS = {
    Act.PROPOSE_REFUSAL: State.REFUSING,
    Act.WITHDRAW: State.WITHDRAWING,
    Act.PROPOSE_CLOSING: State.CLOSING,
}
MOVES = {
    Act.OPEN: (State.PROPOSED, State.OPENED),
    Act.TAKE_FORCE: (State.AGREED, State.PERFORMING),
    Act.SETTLE_AT_ONCE: (State.AGREED, State.PERFORMED),
    Act.DROP_AGREEMENT: (State.AGREED, State.IN_SESSION),
    Act.DEFAULT: (State.PERFORMING, State.DEFAULTED),
    Act.RESUME: (State.DEFAULTED, State.PERFORMING),
}
DECISIONS = {
    State.REFUSING: {Act.APPROVE_REFUSAL, Act.REJECT_REFUSAL},
    State.WITHDRAWING: {Act.CONFIRM_WITHDRAWAL, Act.REJECT_WITHDRAWAL},
    State.CLOSING: {Act.APPROVE_CLOSING, Act.REJECT_CLOSING},
}


@pytest.mark.parametrize("state", State)
def test_every_act_in_every_state_is_in_the_table_or_impossible(state):
    """A closed file waits for its case; what is pending is decided, kept or gone back on."""
    for act in Act:
        check_row(state, act, after(state, act, State.OPENED))


def check_row(state, act, target):
    """One row of the table."""
    if state is State.CLOSED or act is Act.CASE_REOPENS:
        assert (target is not None) is (state is State.CLOSED and act is Act.CASE_REOPENS)
    if target is None:
        return
    if TABLE[state, act] is BACK:
        assert state.pending or state is State.CLOSED
        assert after(state, act, State.FAILED) is State.FAILED
    if act in PROPOSALS:
        assert target is PROPOSALS[act]
    if act in MOVES:
        assert (state, target) == MOVES[act]
    if target is State.CLOSED:
        assert act in {Act.CLOSE, Act.APPROVE_CLOSING}
    if target is not state and state.pending:
        assert act in DECISIONS[state] | {Act.CASE_ENDS}


@pytest.mark.parametrize("act", Act)
def test_every_act_is_possible_somewhere(act):
    """An act that no state allows would be dead text."""
    assert any(after(state, act, State.OPENED) for state in State)


def test_every_state_is_reached_and_every_open_state_leads_to_the_archive():
    """Nothing is stuck: closing can be reached from each open state."""
    assert _reached({State.PROPOSED}) == set(State)
    for state in State:
        assert (State.CLOSED in _reached({state})) or not state.open


def _reached(states):
    while True:
        steps = itertools.product(states, Act)
        more = {after(state, act, State.OPENED) for state, act in steps} - {None}
        if more <= states:
            return states
        states = states | more


def test_no_session_and_no_agreement_without_a_mediator():
    """Before somebody is assigned, and after a recusal, people are not called together."""
    for state in (State.PROPOSED, State.OPENED):
        for act in (Act.SCHEDULE, Act.HOLD_SESSION, Act.DRAFT_AGREEMENT, Act.SIGN):
            assert after(state, act) is None
    for state in State:
        assert after(state, Act.RECUSE) in {None, State.OPENED}


def test_the_states_that_can_be_closed_are_those_that_have_an_ending():
    """Each closing act has an ending to close with, each ending a state."""
    closing = {
        state
        for state, act in itertools.product(State, (Act.CLOSE, Act.APPROVE_CLOSING))
        if after(state, act)
    }
    assert closing == set(ENDINGS)
    assert {ending for endings in ENDINGS.values() for ending in endings} == set(Ending)


@pytest.mark.parametrize("state", State)
def test_when_the_case_ends_nothing_is_pending_and_nobody_mediates(state):
    """What was proposed rests; before an agreement all begins anew; what was reached stays."""
    for before in (None,) if not state.pending else (State.OPENED, State.IN_SESSION, State.FAILED):
        rested = when_case_ends(state, before)
        assert not rested.pending
        assert after(rested, Act.CASE_ENDS) in {rested, None}
        assert rested in {state, before, State.OPENED}
    assert when_case_ends(State.CLOSED) is State.CLOSED
    assert when_case_ends(State.PERFORMING) is State.PERFORMING
    assert when_case_ends(State.IN_SESSION) is State.OPENED


@pytest.mark.parametrize("state", State)
def test_a_file_whose_case_is_reopened_goes_on_from_where_it_was_closed(state):
    """Nobody mediates yet; what was reached stays; from there the sides may meet again."""
    back = when_case_reopens(state)
    assert back is when_case_ends(after(State.CLOSED, Act.CASE_REOPENS, state))
    if state in set(ENDINGS) - {State.CLOSING}:
        assert back is state
        assert state is State.PERFORMING or after(state, Act.MEDIATE_AGAIN) is State.OPENED
    assert when_case_reopens(None) is State.OPENED


def test_settled_is_what_was_performed_and_agreed_what_still_is_not():
    """化解, 待履行 and 撤回 are counted apart, so none stands for another."""
    assert may_end(State.PERFORMED, Ending.SETTLED)
    assert not may_end(State.PERFORMING, Ending.SETTLED)
    assert not may_end(State.WITHDRAWN, Ending.SETTLED)
    assert not may_end(State.IN_SESSION, Ending.TERMINATED)
    assert may_end(State.CLOSING, Ending.PROCEDURAL)
