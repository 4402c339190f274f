"""Who wants to be mediated, by whom, and what may be known: on record before anybody sits down."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from msgspec import structs

from kernel.regulation import load_profile
from kernel.service import Law
from mediation import commands_casework as todo
from mediation.commands_consent import RecordConsent
from mediation.consents import shipped_consents
from mediation.domain import facts
from mediation.domain.consent import (
    Fault,
    Gap,
    Lack,
    Said,
    Subject,
    fault_of,
    lacks,
    objections,
    standing,
)
from mediation.domain.parties import Capacity, Participant
from mediation.domain.sessions import LONGEST
from mediation.domain.words import MediationKind, SessionOutcome, Side, Signing
from mediation.errors_casework import MediatorBarred
from mediation.errors_consent import ConsentMissing, ConsentRefused, RecusalNotAsked
from mediation.handlers import agreeing, assigning, consenting, meeting
from mediation.storage.tables import fact
from mediation.storage.tables_agreements import signature
from mediation.storage.tables_consent import consent
from mediation.testing.table import LI, PARTIES, SUN, WU, ZHOU, at_table
from mediation.testing.willing import word_of

ROOT = Path(__file__).resolve().parents[3]
QIAN = UUID(int=3)
WILLING = (Subject.MEDIATION, Subject.PERSONAL_DATA)
PEOPLES, ADMINISTRATIVE = MediationKind.PEOPLES, MediationKind.ADMINISTRATIVE


def said(*entries):
    """What counts, of (party, subject, given)."""
    return standing(Said(party, subject, given) for party, subject, given in entries)


def yes(*parties):
    """Parties that consented to everything that is asked of them."""
    return [(party, subject, True) for party in parties for subject in WILLING]


def missing(*entries, kind=PEOPLES, called=(ZHOU, WU), people=PARTIES):
    """What is missing after these were said."""
    return lacks(people, said(*entries), kind=kind, called=called, mediators=[LI])


def test_both_sides_must_be_willing_and_the_last_word_counts():
    """Not asked, refused and taken back are told apart; a later yes heals a no."""
    assert missing(*yes(ZHOU, WU)) == ()
    assert Lack("respondent", Gap.SIDE_NOT_ASKED) in missing(*yes(ZHOU))
    refused = (WU, Subject.MEDIATION, False)
    assert Lack("respondent", Gap.SIDE_NOT_WILLING) in missing(*yes(ZHOU, WU), refused)
    assert missing(*yes(ZHOU), refused, *yes(WU)) == ()


def test_a_side_of_several_needs_one_who_is_willing_and_calls_nobody_who_is_not():
    """The others are not bound; whoever refused is not called to a table."""
    people = (*PARTIES, Participant(QIAN, Side.RESPONDENT, Capacity.PARTY))
    refused = (QIAN, Subject.MEDIATION, False)
    assert missing(*yes(ZHOU, WU), refused, people=people) == ()
    all_of_them = missing(*yes(ZHOU, WU), refused, people=people, called=(ZHOU, WU, QIAN))
    assert {one.field for one in all_of_them} == {f"parties.{QIAN}"}


def test_a_committee_needs_consent_to_what_it_learns_and_an_organ_of_the_state_tells():
    """个人信息保护法 13: consent for the one; for the others a notice, or that consent."""
    both = [(party, Subject.MEDIATION, True) for party in (ZHOU, WU)]
    assert {one.gap for one in missing(*both)} == {Gap.DATA_NOT_ALLOWED}
    assert {one.gap for one in missing(*both, kind=ADMINISTRATIVE)} == {Gap.PRIVACY_NOT_TOLD}
    told = [(party, Subject.NOTICE, True) for party in (ZHOU, WU)]
    assert missing(*both, *told, kind=ADMINISTRATIVE) == ()
    assert missing(*yes(ZHOU, WU), kind=ADMINISTRATIVE) == ()


def test_whom_a_party_does_not_accept_mediates_no_session():
    """人民调解法 23: chosen or accepted; the objection is known by its side."""
    no = [Said(ZHOU, Subject.MEDIATOR, False, mediator_id=LI)]
    spoken = said(*yes(ZHOU, WU)) | standing(no)
    found = lacks(PARTIES, spoken, kind=PEOPLES, called=(), mediators=[LI, SUN])
    assert found == (Lack(f"mediators.{LI}", Gap.MEDIATOR_NOT_ACCEPTED),)
    assert objections(PARTIES, spoken) == {Side.APPLICANT: frozenset({LI})}


@pytest.mark.parametrize(
    ("by", "subjects", "people", "fault"),
    [
        (Signing.SELF, WILLING, {}, None),
        (Signing.SELF, WILLING, {"needs_guardian": True}, Fault.GUARDIAN_NEEDED),
        (Signing.SELF, WILLING, {"organisation": True}, Fault.AGENT_MISSING),
        (Signing.GUARDIAN, WILLING, {}, Fault.GUARDIAN_NEEDED),
        (Signing.AGENT, WILLING, {}, Fault.AGENT_MISSING),
        (Signing.SELF, (Subject.HEALTH,), {}, None),
        (Signing.SELF, (Subject.HEALTH, Subject.MEDIATION), {}, Fault.SEPARATELY),
        (Signing.SELF, WILLING, {"capacity": Capacity.SUPPORT}, Fault.NOT_A_PARTY),
    ],
)
def test_a_party_speaks_for_itself_or_by_who_is_on_file(by, subjects, people, fault):
    """A guardian or an agent only where there is one; what is sensitive by itself."""
    party = replace(PARTIES[0], **people)
    assert fault_of(ZHOU, by, subjects, [party, PARTIES[1]]) is fault


def test_every_version_of_the_texts_says_every_subject_in_both_languages():
    """What is consented to can be read, also in an older version."""
    for texts in shipped_consents().versions.values():
        assert set(texts) == set(Subject)
        assert all(one.zh and one.en and one.zh != one.en for one in texts.values())


@pytest.fixture
async def case(case):
    """A case on each kind of database, with both sides willing and a mediator assigned."""
    await case.assign(LI, SUN)
    return case


@pytest.fixture
async def quick(quick):
    """The same on SQLite alone."""
    await quick.assign(LI, SUN)
    return quick


def gaps(caught):
    """What a refusal says, by its field."""
    return {one.field: one.reason for one in caught.value.fields}


async def test_a_refusal_bars_the_table_and_a_later_consent_opens_it(case):
    """On record in order, each with the version of the text; the log names no sensitive subject."""
    await case.consent(WU, Subject.MEDIATION, given=False)
    with pytest.raises(ConsentMissing) as refused:
        await case.schedule()
    assert gaps(refused)["respondent"] == Gap.SIDE_NOT_WILLING.value
    await case.consent(WU)
    await case.consent(WU, Subject.HEALTH)
    _, state = await case.schedule()
    assert state == "assigned"
    rows = sorted(case.rows(consent), key=lambda row: row["n"])
    assert [row["n"] for row in rows] == list(range(1, len(rows) + 1))
    assert {row["version"] for row in rows} == {shipped_consents().newest}
    told = [row for row in case.rows(fact) if row["kind"] == facts.CONSENT_RECORDED]
    assert "health" not in str(told)
    assert "sensitive" in str(told)


async def test_consent_taken_back_after_the_call_ends_the_talk(quick):
    """A session that was called is not held with whoever does not want it any more."""
    session_id, _ = await quick.schedule()
    await quick.consent(ZHOU, Subject.PERSONAL_DATA, given=False)
    held = {
        "session_id": session_id,
        "came": {ZHOU: meeting.Attendance.ATTENDED},
        "record": "",
        "outcome": SessionOutcome.CONTINUED,
    }
    quick.clock.advance(LONGEST)
    with pytest.raises(ConsentMissing) as refused:
        await quick.act(meeting.record_session, todo.RecordSession, sealed=True, **held)
    assert gaps(refused) == {f"parties.{ZHOU}": Gap.DATA_NOT_ALLOWED.value}


async def test_without_the_rule_nobody_is_asked_first(tmp_path, profile):
    """The profile decides; a case pinned to one that does not say so is as it was."""
    relaxed = structs.replace(profile.rules.mediation, consent_before_session=False)
    other = structs.replace(profile, rules=structs.replace(profile.rules, mediation=relaxed))
    async with at_table(f"sqlite:///{tmp_path / 't.db'}", tmp_path, other) as one:
        await one.assign()
        await one.consent(WU, Subject.MEDIATION, given=False)
        assert (await one.schedule())[1] == "assigned"


async def test_one_side_replaces_a_mediator_only_where_the_profile_says_so(quick, profile):
    """On record first; both sides by the national profile, one by a place's own."""
    recuse = partial(quick.act, assigning.recuse_mediator, todo.RecuseMediator, sealed=True)
    asked = {"mediator_id": LI, "why": todo.Recusal.PARTY_ASKED}
    await quick.consent(ZHOU, Subject.MEDIATOR, given=False, mediator_id=LI)
    with pytest.raises(ConsentMissing):
        await quick.schedule()
    with pytest.raises(RecusalNotAsked):
        await recuse(**asked)
    place = load_profile(ROOT / "deploy/regulation/zj-2016-historical.yaml")
    there = structs.replace(place, id=profile.id)
    law = Law.made_of(profile.id, [there], quick.office.calendar)
    quick.office = replace(quick.office, law=lambda: law)
    assert await recuse(**asked) == "assigned"
    with pytest.raises(MediatorBarred):
        await quick.assign(LI, SUN)


async def test_what_does_not_count_is_refused_by_its_field(quick):
    """An unknown text, a day to come, a mediator nobody knows, somebody who is no party."""
    day = quick.clock.now().date()
    wrong = (
        ({"subjects": (Subject.MEDIATOR,)}, "mediator_id"),
        ({"version": "1999"}, "text_version"),
        ({"on_day": day.replace(year=day.year + 1)}, "on_day"),
        ({"party_id": QIAN}, "party_id"),
    )
    for changed, field in wrong:
        word = word_of(ZHOU, WILLING, Signing.SELF, day) | changed
        with pytest.raises(ConsentRefused) as refused:
            await quick.act(consenting.record_consent, RecordConsent, **word)
        assert list(gaps(refused)) == [field]


async def test_a_member_who_did_not_sign_is_shown_as_not_bound(quick):
    """An agreement binds its signers; a member of a group may sign later."""
    member = Participant(QIAN, Side.APPLICANT, Capacity.GROUP_MEMBER)
    await quick.name_parties(participants=(*PARTIES, member))
    await quick.hold()
    await quick.draft()
    for party in (ZHOU, WU):
        await quick.sign(todo.Hand.PARTY, party)
    await quick.sign(todo.Hand.MEDIATOR)
    assert await quick.sign(todo.Hand.SEAL) == "performing"
    signed = {row["party_id"]: row["signed_at"] is not None for row in quick.rows(signature)}
    assert signed == {ZHOU: True, WU: True, QIAN: False}
    sign = partial(quick.act, agreeing.sign_agreement, todo.SignAgreement, sealed=True)
    await sign(version=1, hand=todo.Hand.PARTY, party_id=QIAN)
    assert all(row["signed_at"] for row in quick.rows(signature))
