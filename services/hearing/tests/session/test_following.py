"""Who and what is registered counts on the hearing day, for the service, and for publication."""

from datetime import timedelta
from uuid import UUID

import pytest

from hearing.commands.openness import NoteRegistration
from hearing.domain.matter import RegisteredParty, Registration
from hearing.domain.session_words import Came
from hearing.domain.words import Role
from hearing.errors_openness import CalledLate, NeverPublic
from hearing.errors_session import PublicationBarred
from hearing.handlers.following import note_registration
from hearing.storage.tables import hearing, hearing_file, hearing_party, write_grant
from hearing.storage.tables_notices import hearing_change, hearing_told

from .conftest import DAY, NOW, WU, ZHOU
from .test_joining import HU, JIN, join, two

LATE = UUID(int=3)
BOTH = (RegisteredParty(ZHOU, Role.APPLICANT), RegisteredParty(WU, Role.RESPONDENT))
CHILD = RegisteredParty(LATE, Role.APPLICANT, minor=True)
GROWN = RegisteredParty(LATE, Role.APPLICANT)


def reasons(caught):
    """The reasons of the fields of a refusal."""
    return {one.reason for one in caught.value.fields}


async def note(hall, *parties, of=None):
    """Intake says who is registered now."""
    registrations = of or {hall.case_id: Registration(parties=(*BOTH, *parties))}
    command = NoteRegistration(hall.case_id, registrations)
    return await hall.run(note_registration, command, office=hall.office)


async def test_the_same_registration_changes_nothing(hall):
    """No fact, no version; who is new is a party once."""
    await note(hall)
    kinds = hall.kinds()
    assert not await note(hall)
    assert await note(hall, GROWN)
    assert not await note(hall, GROWN)
    assert len(hall.rows(hearing_party)) == 3
    assert hall.kinds() == [*kinds, "hearing.parties_changed"]
    assert hall.file()["version"] == hall.version


async def test_a_hearing_with_a_minor_is_not_opened_in_public(hall):
    """Whatever it was when people were called: the doors are closed first."""
    await note(hall, CHILD)
    came = hall.everybody() | {f"party:{LATE}": Came.PRESENT}
    with pytest.raises(NeverPublic) as caught:
        await hall.open(came)
    assert reasons(caught) == {"NEVER_PUBLIC_MINOR"}
    await hall.run(_close, hall.case_id)
    await hall.open(came)
    assert hall.file()["state"] == "opened"


def _close(uow, case_id):
    uow.update(hearing, {"case_id": case_id, "number": 1}, {"public": False})


async def test_who_was_called_within_the_notice_waives_nothing_by_staying_away(hall):
    """That party is there, or it is held another day; who was called in time may be absent."""
    await note(hall, GROWN)
    await hall.run(_called, hall)
    away = hall.everybody() | {f"party:{LATE}": Came.ABSENT}
    with pytest.raises(CalledLate) as caught:
        await hall.open(away)
    assert [one.field for one in caught.value.fields] == [f"came.party:{LATE}"]
    await hall.open(away | {f"party:{LATE}": Came.ONLINE, f"party:{WU}": Came.ABSENT})
    assert hall.file()["state"] == "opened"


def _called(uow, hall):
    key = {"case_id": hall.case_id, "number": 1}
    uow.update(hearing, key, {"notice_by": DAY - timedelta(days=14)})
    people = {11: (20, [ZHOU, WU]), 12: (5, [ZHOU, LATE])}
    for no, (before, recipients) in people.items():
        at = NOW - timedelta(days=before)
        uow.insert(hearing_change, key | {"change_no": no, "what": "-", "at": at, "actor": "li"})
        for one in recipients:
            said = {"recipient": str(one), "part": "party", "text": "hearing_called"}
            uow.insert(hearing_told, key | {"change_no": no} | said)


async def test_who_is_registered_after_the_conclusion_is_served_and_asked_for_consent(hall):
    """It is unserved again, its days begin anew, and nothing is shown without his word."""
    await hall.held()
    await hall.serve_all()
    await hall.consent(ZHOU)
    await hall.consent(WU)
    hall.clock.set(NOW + timedelta(days=40))
    await note(hall, GROWN)
    row = hall.hearing()
    assert (row["served_at"], row["serve_by"] > DAY + timedelta(days=40)) == (None, True)
    assert await hall.sweep() == 0
    with pytest.raises(PublicationBarred) as caught:
        await hall.propose()
    assert reasons(caught) == {"PUBLICATION_UNSERVED", "PUBLICATION_CONSENT_MISSING"}
    await hall.serve(LATE)
    await hall.consent(LATE)
    await hall.propose()
    assert hall.hearing()["served_at"] is not None


async def test_what_became_protected_is_not_published(quick):
    """Heard in public, and a flag came later: the second person cannot show it any more."""
    await quick.held()
    await quick.serve_all()
    await quick.consent(ZHOU)
    await quick.consent(WU)
    await quick.propose()
    flagged = Registration(parties=BOTH, flags=frozenset({"family_violence"}))
    await note(quick, of={quick.case_id: flagged})
    with pytest.raises(PublicationBarred) as caught:
        await quick.decide()
    assert reasons(caught) == {"PUBLICATION_PROTECTED"}


async def test_a_text_in_which_intake_finds_a_party_is_neither_proposed_nor_shown(quick):
    """The field is named, never the name; also when the party was registered after the preview."""
    await quick.held()
    await quick.serve_all()
    await quick.consent(ZHOU)
    await quick.consent(WU)
    with pytest.raises(PublicationBarred) as caught:
        await quick.propose(named=True)
    assert [(one.field, one.reason) for one in caught.value.fields] == [
        ("text", "PUBLICATION_NAMES_SOMEBODY")
    ]
    await quick.propose()
    with pytest.raises(PublicationBarred) as caught:
        await quick.decide(named=True)
    assert reasons(caught) == {"PUBLICATION_NAMES_SOMEBODY"}
    await quick.decide()


async def test_who_is_registered_on_a_case_that_is_heard_along_comes_to_the_leading_hearing(hall):
    """A party of both, so that he is called there and served here; a flag of one closes both."""
    leader, led = await two(hall)
    await join(led, leader)
    others = (RegisteredParty(HU, Role.APPLICANT), RegisteredParty(JIN, Role.RESPONDENT))
    of_led = Registration(parties=(*others, CHILD))
    both = {leader.case_id: Registration(parties=BOTH), led.case_id: of_led}
    assert await note(leader, of=both)
    for one, count in ((leader, 5), (led, 3)):
        assert LATE in {row["party_id"] for row in one.rows(hearing_party)}
        assert len(one.rows(hearing_party)) == count
    await leader.run(_call, leader.case_id)
    came = {f"party:{one}": Came.PRESENT for one in (ZHOU, WU, HU, JIN, LATE)}
    with pytest.raises(NeverPublic):
        await leader.open(came)


def _call(uow, case_id):
    for table, key in ((hearing_file, {}), (hearing, {"number": 1})):
        uow.update(table, {"case_id": case_id, **key}, {"state": "noticed"})


async def test_nothing_is_noted_by_who_may_not_write(hall):
    """The act that he is at says why: another unit, or the case is on its way."""
    registered = {hall.case_id: Registration(parties=(*BOTH, GROWN))}
    command = NoteRegistration(hall.case_id, registered)
    more = {"office": hall.office}
    assert not await hall.run(note_registration, command, unit="s-lingfeng", **more)
    await hall.run(_lock, hall.case_id)
    assert not await hall.run(note_registration, command, **more)
    assert len(hall.rows(hearing_party)) == 2


def _lock(uow, case_id):
    uow.update(write_grant, {"case_id": case_id}, {"state": "locked"})
