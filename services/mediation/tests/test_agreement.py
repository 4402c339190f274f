import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.domain.agreement import (
    Agreement,
    Gap,
    Part,
    Signatory,
    Signature,
    bound_from,
    in_force_from,
    lacks,
    must_be_written,
)
from mediation.domain.words import AgreementForm, MediationKind, Side

ZHOU, WU, MEMBER, LATER = (UUID(int=n) for n in range(1, 5))
DAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def written(**values):
    """A written agreement of two parties with everything it needs."""
    complete = Agreement(
        form=AgreementForm.WRITTEN,
        kind=MediationKind.PEOPLES,
        version=1,
        signatories=(Signatory(ZHOU, Side.APPLICANT), Signatory(WU, Side.RESPONDENT)),
        parts=frozenset(Part),
        signatures=(Signature(ZHOU, DAY), Signature(WU, DAY + HOUR)),
        mediator_signed_at=DAY + 2 * HOUR,
        sealed_at=DAY + 3 * HOUR,
    )
    return replace(complete, **values)


def oral(**values):
    """An oral agreement, recorded by the mediator."""
    return written(
        **{
            "form": AgreementForm.ORAL,
            "parts": frozenset({Part.CONTENT}),
            "signatures": (),
            "mediator_signed_at": None,
            "sealed_at": None,
            "recorded_at": DAY,
        }
        | values
    )


@given(st.permutations([0, 1, 2, 3]))
def test_a_written_agreement_is_in_force_with_its_last_hand(order):
    """In whatever order parties, mediator and seal come."""
    zhou, wu, mediator, seal = (DAY + n * HOUR for n in order)
    agreement = written(
        signatures=(Signature(ZHOU, zhou), Signature(WU, wu)),
        mediator_signed_at=mediator,
        sealed_at=seal,
    )
    assert in_force_from(agreement) == DAY + 3 * HOUR


@pytest.mark.parametrize(
    "values, gap",
    [
        ({"signatures": (Signature(ZHOU, DAY),)}, Gap.SIGNATURE_MISSING),
        ({"mediator_signed_at": None}, Gap.MEDIATOR_MISSING),
        ({"sealed_at": None}, Gap.SEAL_MISSING),
        ({"parts": frozenset(Part) - {Part.PERIOD}}, Gap.PART_MISSING),
        ({"signatories": (Signatory(ZHOU, Side.APPLICANT),)}, Gap.SIDE_MISSING),
    ],
)
def test_whatever_is_missing_is_named_and_keeps_it_out_of_force(values, gap):
    """One gap each, and no date."""
    agreement = written(**values)
    assert [lack.gap for lack in lacks(agreement)] == [gap]
    assert in_force_from(agreement) is None
    assert bound_from(agreement, ZHOU) is None


@pytest.mark.parametrize("part", Part)
def test_each_part_of_the_law_is_asked_for(part):
    """The part that is missing is the one named."""
    found = lacks(written(parts=frozenset(Part) - {part}))
    assert [lack.part for lack in found] == [part]


def test_a_new_version_has_no_signatures():
    """A signature stands for the text it is under; the earlier version stays as it was."""
    first = written()
    second = first.rewritten(Part)
    assert (first.version, second.version) == (1, 2)
    assert in_force_from(first)
    assert {lack.gap for lack in lacks(second)} == {
        Gap.SIGNATURE_MISSING,
        Gap.MEDIATOR_MISSING,
        Gap.SEAL_MISSING,
    }


def test_an_oral_agreement_is_in_force_from_its_record():
    """No signature is needed; without the mediator's record it is nothing."""
    assert in_force_from(oral()) == DAY
    assert bound_from(oral(), WU) == DAY
    assert [lack.gap for lack in lacks(oral(recorded_at=None))] == [Gap.RECORD_MISSING]


def test_an_oral_agreement_says_what_was_agreed():
    """Without its content nothing is in force, whatever else was written down."""
    empty = oral(parts=frozenset({Part.FACTS, Part.MANNER}))
    assert [(lack.gap, lack.part) for lack in lacks(empty)] == [(Gap.PART_MISSING, Part.CONTENT)]
    assert in_force_from(empty) is None


@pytest.mark.parametrize(
    "kind, procedure, category",
    list(
        itertools.product(MediationKind, ("peoples_mediation", "petition"), ("neighbour", "labour"))
    ),
)
def test_oral_agreements_are_for_peoples_mediation_alone(kind, procedure, category):
    """Petitions (条例 33), labour and the other kinds need writing."""
    free = (kind, procedure, category) == (
        MediationKind.PEOPLES,
        "peoples_mediation",
        "neighbour",
    )
    assert must_be_written(kind, procedure, category) is not free
    agreement = oral(kind=kind)
    named = {lack.gap for lack in lacks(agreement, procedure=procedure, category=category)}
    assert named == (set() if free else {Gap.NEEDS_WRITING})
    in_force = in_force_from(agreement, procedure=procedure, category=category)
    assert (in_force is not None) is free


GROUP = (
    Signatory(ZHOU, Side.APPLICANT, group_member=True),
    Signatory(MEMBER, Side.APPLICANT, group_member=True),
    Signatory(LATER, Side.APPLICANT, group_member=True),
    Signatory(WU, Side.RESPONDENT),
)


def test_an_agreement_binds_only_those_of_a_group_who_signed():
    """Who signs later is bound from then on, who does not sign never; the date in force stays."""
    agreement = written(signatories=GROUP)
    in_force = in_force_from(agreement)
    joined = replace(
        agreement, signatures=(*agreement.signatures, Signature(LATER, DAY + 30 * HOUR))
    )
    assert in_force_from(joined) == in_force == DAY + 3 * HOUR
    assert bound_from(joined, ZHOU) == in_force
    assert bound_from(joined, LATER) == DAY + 30 * HOUR
    assert bound_from(joined, MEMBER) is None
    assert bound_from(joined, UUID(int=99)) is None


def test_a_group_of_which_nobody_signed_has_agreed_to_nothing():
    """At least one member signs for a side that is nothing but a group."""
    agreement = written(signatories=GROUP, signatures=(Signature(WU, DAY),))
    assert [lack.gap for lack in lacks(agreement)] == [Gap.SIGNATURE_MISSING]


def test_a_member_of_a_group_who_owes_something_signs_before_anything_is_in_force():
    """Nobody is in default of what does not bind him, written or oral."""
    for agreement in (written(signatories=GROUP), oral(signatories=GROUP)):
        owing = replace(agreement, owing=frozenset({MEMBER}))
        assert [lack.party_id for lack in lacks(owing)] == [MEMBER]
        assert in_force_from(owing) is None
        signed = replace(owing, signatures=(*owing.signatures, Signature(MEMBER, DAY + 9 * HOUR)))
        assert in_force_from(signed) == bound_from(signed, MEMBER) == DAY + 9 * HOUR


def test_a_member_of_a_group_is_not_bound_by_an_oral_agreement():
    """Others speak for it, and only a signature binds it."""
    assert bound_from(oral(signatories=GROUP), MEMBER) is None
    assert bound_from(oral(signatories=GROUP), WU) == DAY


@given(st.sets(st.sampled_from([ZHOU, WU, "mediator", "seal"])))
def test_nothing_less_than_all_hands_brings_it_into_force(hands):
    """Any subset short of the whole leaves it out of force."""
    agreement = written(
        signatures=tuple(Signature(one, DAY) for one in (ZHOU, WU) if one in hands),
        mediator_signed_at=DAY if "mediator" in hands else None,
        sealed_at=DAY if "seal" in hands else None,
    )
    assert (in_force_from(agreement) is not None) == (len(hands) == 4)
