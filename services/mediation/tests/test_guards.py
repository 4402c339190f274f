from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation.domain.guards import Answered, Disposed, File, Gap, lacks, may_propose
from mediation.domain.states import ENDINGS, Act, State, after
from mediation.domain.words import Asked, Disposition, Duty, Ending, Finding

SETTLED = File(
    state=State.PERFORMED,
    facts_established=True,
    requests=(Answered(1, Finding.SETTLED), Answered(2, Finding.EXPLAINED, reasoned=True)),
    asked=Asked.SATISFIED,
)
PROCEDURAL = replace(
    SETTLED,
    state=State.CLOSING,
    asked=Asked.DISSATISFIED,
    review_told=True,
    proposed_by="wang",
    approved_by="li",
)


def gaps(file, ending=Ending.SETTLED):
    """The gaps alone."""
    return [lack.gap for lack in lacks(file, ending)]


def test_what_was_found_settled_and_asked_about_may_be_closed():
    """A complete file lacks nothing, with the ending of its state."""
    assert gaps(SETTLED) == []
    assert gaps(PROCEDURAL, Ending.PROCEDURAL) == []


@pytest.mark.parametrize(
    "values, gap",
    [
        ({"facts_established": False}, Gap.FACTS_NOT_ESTABLISHED),
        ({"measures_open": (2,)}, Gap.MEASURE_OPEN),
        ({"requests": ()}, Gap.REQUEST_OPEN),
        ({"requests": (Answered(1),)}, Gap.REQUEST_OPEN),
        ({"requests": (Answered(1, Finding.EXPLAINED),)}, Gap.REASONS_NOT_GIVEN),
        ({"requests": (Answered(1, Finding.NOT_SUPPORTED),)}, Gap.REASONS_NOT_GIVEN),
        ({"requests": (Answered(1, Finding.SUPPORTED),)}, Gap.REQUEST_NOT_CARRIED_OUT),
        ({"asked": Asked.NOT_YET}, Gap.RESIDENT_NOT_ASKED),
        ({"asked": Asked.LOST_CONTACT, "attempts": 2}, Gap.ATTEMPTS_MISSING),
        ({"asked": Asked.DISSATISFIED}, Gap.DISSATISFIED),
        ({"duties": frozenset({Duty.POLICE})}, Gap.DUTY_OPEN),
        ({"state": State.PERFORMING}, Gap.ENDING_NOT_POSSIBLE),
        ({"dispositions": (Disposed(Disposition.BY_LAW, "wang"),)}, Gap.DISPOSITION_NOT_APPROVED),
        (
            {"dispositions": (Disposed(Disposition.BY_LAW, "wang", "art", "wang"),)},
            Gap.DISPOSITION_NOT_APPROVED,
        ),
        (
            {"dispositions": (Disposed(Disposition.BY_LAW, "wang", "", "li"),)},
            Gap.DISPOSITION_NOT_APPROVED,
        ),
    ],
)
def test_each_thing_that_is_missing_is_named(values, gap):
    """One thing taken away, one gap."""
    assert gaps(replace(SETTLED, **values)) == [gap]


@pytest.mark.parametrize(
    "values",
    [
        {"asked": Asked.ANONYMOUS},
        {"asked": Asked.LOST_CONTACT, "attempts": 3},
        {"asked": Asked.NO_ANSWER_WANTED},
        {"requests": (Answered(1, Finding.SUPPORTED, carried_out=True),)},
        {"duties": frozenset({Duty.MINOR}), "reported": frozenset({Duty.MINOR})},
        {"dispositions": (Disposed(Disposition.HELPED, "wang"),)},
        {"dispositions": (Disposed(Disposition.BY_LAW, "wang", "art", "li"),)},
    ],
)
def test_what_is_on_record_stands_in_no_way(values):
    """Nobody to ask, recorded as such; a duty reported; a fourth disposition approved."""
    assert gaps(replace(SETTLED, **values)) == []


@pytest.mark.parametrize(
    "values, gap",
    [
        ({"review_told": False}, Gap.REVIEW_NOT_TOLD),
        ({"approved_by": ""}, Gap.APPROVAL_MISSING),
        ({"approved_by": "wang"}, Gap.SAME_PERSON),
        ({"asked": Asked.NOT_YET}, Gap.RESIDENT_NOT_ASKED),
        ({"facts_established": False}, Gap.FACTS_NOT_ESTABLISHED),
    ],
)
def test_a_procedural_ending_needs_another_person_and_the_review_route(values, gap):
    """And nothing less than the others: facts, answers, a resident who was asked."""
    assert gaps(replace(PROCEDURAL, **values), Ending.PROCEDURAL) == [gap]


def test_proposing_a_procedural_ending_needs_all_but_the_approval():
    """What would refuse the approval refuses the proposal already."""
    proposed = replace(PROCEDURAL, state=State.FAILED, approved_by="")
    assert may_propose(proposed) == ()
    assert [lack.gap for lack in may_propose(replace(proposed, review_told=False))] == [
        Gap.REVIEW_NOT_TOLD
    ]


def test_a_withdrawal_or_refusal_rests_on_its_confirmation_and_still_on_duties():
    """No facts are needed, but the police is told all the same."""
    withdrawn = File(State.WITHDRAWN)
    assert gaps(withdrawn, Ending.WITHDRAWN) == []
    assert gaps(File(State.REFUSED), Ending.REFUSED) == []
    owing = replace(withdrawn, duties=frozenset({Duty.POLICE}))
    assert gaps(owing, Ending.WITHDRAWN) == [Gap.DUTY_OPEN]


def test_what_failed_names_the_other_routes():
    """Arbitration, administrative, court: told before the file is closed."""
    failed = replace(SETTLED, state=State.FAILED)
    for ending in (Ending.TERMINATED, Ending.STATUTORY_ROUTE):
        assert gaps(failed, ending) == [Gap.ROUTES_NOT_NAMED]
        assert gaps(replace(failed, routes_named=True), ending) == []


ANSWERS = st.builds(
    Answered,
    st.just(1),
    st.sampled_from([None, *Finding]),
    st.booleans(),
    st.booleans(),
)
EFFECTS = {
    Act.ESTABLISH_FACTS: st.just({"facts_established": True}),
    Act.FIND: ANSWERS.map(lambda answer: {"requests": (answer,)}),
    Act.ASK_RESIDENT: st.builds(
        lambda asked, attempts: {"asked": asked, "attempts": attempts},
        st.sampled_from(Asked),
        st.integers(0, 4),
    ),
    Act.REPORT_DUTY: st.just({"reported": frozenset(Duty)}),
    Act.FAIL: st.booleans().map(lambda told: {"routes_named": told}),
    Act.PROPOSE_CLOSING: st.booleans().map(lambda told: {"review_told": told}),
}


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.integers(0, 1000), min_size=10, max_size=40),
    st.sampled_from([frozenset(), frozenset({Duty.POLICE})]),
    st.data(),
)
def test_no_sequence_of_acts_closes_past_a_guard(choices, duties, data):
    """However people act, a closed file has facts, answers, a resident asked or a confirmation."""
    file = File(State.PROPOSED, requests=(Answered(1),), duties=duties)
    before = None
    for choice in choices:
        possible = [act for act in Act if after(file.state, act, before)]
        act = possible[choice % len(possible)]
        target = after(file.state, act, before)
        file, ending = take(file, act, data)
        if target is State.CLOSED:
            if lacks(file, ending):
                continue
            check_closed(file, ending)
            return
        before = file.state if target.pending and target is not file.state else before
        file = replace(file, state=target)
    assert file.state.open


def take(file, act, data):
    """The file with what the act records, and the ending it would close with."""
    file = replace(file, **(data.draw(EFFECTS[act]) if act in EFFECTS else {}))
    if act is Act.PROPOSE_CLOSING:
        file = replace(file, proposed_by="wang")
    if act is Act.APPROVE_CLOSING:
        file = replace(file, approved_by=data.draw(st.sampled_from(["wang", "li"])))
    possible = sorted(ENDINGS.get(file.state, ()), key=lambda one: one.value)
    return file, data.draw(st.sampled_from(possible or list(Ending)))


def check_closed(file, ending):
    """What must hold of whatever was closed, said in other words than the guards say it."""
    assert ending in ENDINGS[file.state]
    assert file.duties <= file.reported
    if ending in {Ending.WITHDRAWN, Ending.REFUSED}:
        return
    assert file.facts_established
    assert all(request.finding for request in file.requests)
    assert file.asked is not Asked.NOT_YET
    if file.asked is Asked.DISSATISFIED:
        assert ending is Ending.PROCEDURAL
    if ending is Ending.PROCEDURAL:
        assert {file.proposed_by, file.approved_by} == {"wang", "li"}
        assert file.review_told
