from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from kernel.calendar import seed_calendar
from mediation.domain import limitation, sampling
from mediation.domain.agreement import Signatory
from mediation.domain.parties import Capacity, Fault, Participant, fault_of, signatories
from mediation.domain.sampling import Closed
from mediation.domain.words import Ending, Side, Signing

ROOT = Path(__file__).resolve().parents[3]
CHILD, MOTHER, FIRM, LAWYER, CLERK, MEMBER, AUNT = (UUID(int=n) for n in range(1, 8))
PEOPLE = (
    Participant(CHILD, Side.APPLICANT, Capacity.PARTY, needs_guardian=True),
    Participant(MOTHER, Side.APPLICANT, Capacity.GUARDIAN, for_id=CHILD),
    Participant(MEMBER, Side.APPLICANT, Capacity.GROUP_MEMBER),
    Participant(CLERK, Side.APPLICANT, Capacity.AGENT, for_id=MEMBER),
    Participant(AUNT, Side.APPLICANT, Capacity.SUPPORT),
    Participant(FIRM, Side.RESPONDENT, Capacity.PARTY, organisation=True),
    Participant(LAWYER, Side.RESPONDENT, Capacity.AGENT, for_id=FIRM, may_settle=True),
)


@pytest.mark.parametrize(
    "party, by, fault",
    [
        (CHILD, Signing.SELF, Fault.GUARDIAN_NEEDED),
        (CHILD, Signing.GUARDIAN, None),
        (CHILD, Signing.AGENT, Fault.AUTHORITY_NEEDED),
        (MEMBER, Signing.SELF, None),
        (MEMBER, Signing.GUARDIAN, Fault.GUARDIAN_NEEDED),
        (MEMBER, Signing.AGENT, Fault.AUTHORITY_NEEDED),
        (FIRM, Signing.SELF, Fault.SELF_IMPOSSIBLE),
        (FIRM, Signing.AGENT, None),
        (LAWYER, Signing.SELF, Fault.NOT_A_PARTY),
        (AUNT, Signing.SELF, Fault.NOT_A_PARTY),
        (UUID(int=99), Signing.SELF, Fault.NOT_A_PARTY),
    ],
)
def test_a_hand_counts_only_for_whom_it_may_act(party, by, fault):
    """Guardians for who cannot decide alone, agents with authority to settle, others for nobody."""
    assert fault_of(party, by, PEOPLE) is fault


def test_an_agreement_is_between_the_parties_and_members_of_groups():
    """Guardians, agents and relatives are not parties to it."""
    assert signatories(PEOPLE) == (
        Signatory(CHILD, Side.APPLICANT),
        Signatory(MEMBER, Side.APPLICANT, group_member=True),
        Signatory(FIRM, Side.RESPONDENT),
    )


@pytest.mark.parametrize(
    "category, year", [("labour", 2026), ("forest_land", 2027), ("neighbour", 2028)]
)
def test_the_limitation_of_a_dispute_is_the_one_of_its_kind(profile, category, year):
    """One year for labour, two for land, three for the rest, from the day the harm was known."""
    known = date(2025, 11, 24)
    shown = limitation.limitation(profile, category, known, date(2026, 11, 1), seed_calendar())
    assert shown.due.due.year == year
    assert (shown.near, shown.past) == (category == "labour", False)
    late = limitation.limitation(profile, category, known, date(2029, 1, 1), seed_calendar())
    assert (late.near, late.past) == (False, True)
    assert set(limitation.clocks()) <= {clock.id for clock in profile.clocks.values()}


def closed(number, **values):
    """A closed case of a village."""
    case = Closed(UUID(int=number), "green", Ending.SETTLED, "u-village", frozenset({"li"}))
    return replace(case, **values)


def test_the_riskier_a_matter_the_likelier_it_is_looked_at():
    """All red ones, all that ended by procedure or withdrawal, a share of the others."""
    size = 2000
    for colour, least, most in (("red", 1, 1), ("yellow", 0.25, 0.35), ("green", 0.03, 0.08)):
        drawn = sampling.sampled([closed(n, colour=colour) for n in range(size)], "2026-11")
        assert least * size <= len(drawn) <= most * size
    for ending in (Ending.PROCEDURAL, Ending.WITHDRAWN):
        assert len(sampling.sampled([closed(n, ending=ending) for n in range(50)], "s")) == 50


def test_a_draw_can_be_repeated_and_another_salt_draws_others():
    """Whoever has the salt can check the draw, in whatever order the cases come."""
    cases = [closed(n, colour="yellow") for n in range(500)]
    assert sampling.sampled(cases, "a") == sampling.sampled(cases[::-1], "a")
    assert sampling.sampled(cases, "a") != sampling.sampled(cases, "b")


def test_a_reviewer_is_of_another_unit_and_had_no_hand_in_the_case():
    """第三方: neither colleague nor mediator."""
    assert sampling.may_review(closed(1), "sun", "u-county")
    assert not sampling.may_review(closed(1), "sun", "u-village")
    assert not sampling.may_review(closed(1), "li", "u-county")
