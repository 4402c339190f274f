from dataclasses import replace
from datetime import date, timedelta

import pytest

from mediation.domain import facts
from mediation.domain.opinion import Answer, Gap, ending_of, lacks
from mediation.domain.states import State, may_end
from mediation.domain.words import Ending, Finding

TODAY = date(2026, 11, 23)
FIRST = Answer(
    1,
    Finding.SUPPORTED,
    has_facts=True,
    has_reasons=True,
    has_basis=True,
    carry_out_by=TODAY,
)
SECOND = replace(FIRST, request_no=2, finding=Finding.NOT_SUPPORTED, carry_out_by=None)
BOTH = frozenset({1, 2})


def gaps(*answers, requests=BOTH, review_told=True):
    """The gaps with the request they are about."""
    found = lacks(answers, requests, TODAY, review_told=review_told)
    return [(lack.gap, lack.request_no) for lack in found]


def test_an_opinion_that_answers_each_request_can_be_issued():
    """With facts, reasons, basis, a date for what is supported, and the review route."""
    assert gaps(FIRST, SECOND) == []


@pytest.mark.parametrize(
    "first, gap",
    [
        ({"has_facts": False}, Gap.FACTS_MISSING),
        ({"has_reasons": False}, Gap.REASONS_MISSING),
        ({"carry_out_by": None}, Gap.DATE_MISSING),
        ({"carry_out_by": TODAY - timedelta(days=1)}, Gap.DATE_PASSED),
        (
            {"finding": Finding.NOT_SUPPORTED, "has_basis": False, "carry_out_by": None},
            Gap.BASIS_MISSING,
        ),
    ],
)
def test_each_part_that_is_missing_is_named_with_its_request(first, gap):
    """逐条反馈: a gap belongs to a request."""
    assert gaps(replace(FIRST, **first), SECOND) == [(gap, 1)]


def test_every_request_is_answered_once_and_no_other():
    """None left out, none twice, none that the case does not have; and the route is told."""
    assert gaps(FIRST) == [(Gap.REQUEST_MISSING, 2)]
    assert gaps(FIRST, SECOND, requests=frozenset({1})) == [(Gap.REQUEST_UNKNOWN, 2)]
    assert gaps(FIRST, FIRST, SECOND) == [(Gap.REQUEST_UNKNOWN, 1), (Gap.REQUEST_UNKNOWN, 1)]
    assert gaps(FIRST, SECOND, review_told=False) == [(Gap.REVIEW_NOT_TOLD, None)]


def test_the_word_for_an_answered_case_follows_from_its_findings():
    """Whatever it is, an answered mediation can be closed with it."""
    assert ending_of(frozenset({Finding.SUPPORTED, Finding.NOT_SUPPORTED})) is Ending.SUPPORTED
    assert ending_of(frozenset({Finding.EXPLAINED, Finding.NOT_SUPPORTED})) is Ending.EXPLAINED
    assert ending_of(frozenset({Finding.NOT_SUPPORTED})) is Ending.NOT_SUPPORTED
    for finding in Finding:
        assert may_end(State.ANSWERED, ending_of(frozenset({finding})))


def test_what_a_resident_is_told_are_kinds_of_facts():
    """Proposals are told to nobody before they are decided."""
    assert facts.TOLD <= facts.KINDS
    assert all(kind.startswith("mediation.") for kind in facts.KINDS)
    assert not {kind for kind in facts.TOLD if kind.endswith(("proposed", "rejected"))}
