from datetime import timedelta

import pytest

from hearing.commands.conclusion import TakeDown
from hearing.domain.session_words import ServiceMethod
from hearing.errors import NotPossibleNow
from hearing.errors_session import (
    AnotherPersonNeeded,
    PublicationBarred,
    PublicationMissing,
    ServiceRefused,
)
from hearing.handlers import publishing
from hearing.storage import session_file
from hearing.storage.tables import hearing, hearing_file, write_grant
from hearing.storage.tables_session import publication
from kernel.unit_of_work import UnitOfWork

from .conftest import DAY, NOW, WU, ZHOU


def reasons(caught):
    """The reasons of the fields of a refusal."""
    return {one.reason for one in caught.value.fields}


async def test_a_conclusion_is_served_when_every_party_has_it_with_proof(hall):
    """The answer names who is left; a corrected entry counts no more."""
    with pytest.raises(NotPossibleNow):
        await hall.serve(ZHOU)
    await hall.held()
    assert (await hall.serve(ZHOU)).unserved == (WU,)
    assert hall.hearing()["served_at"] is None
    note = {"method": ServiceMethod.LEFT, "receipt_no": "", "note": "见证人：村干部"}
    assert (await hall.serve(WU, **note)).unserved == ()
    assert hall.hearing()["served_at"] == NOW
    assert (await hall.serve(WU, corrects=2)).unserved == ()
    assert (await hall.serve(ZHOU, corrects=1)).unserved == ()
    with pytest.raises(ServiceRefused):
        await hall.serve(ZHOU, corrects=1)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"party_id": None}, "HEARING_NOT_TO_BE_SERVED"),
        ({"through_id": WU}, "HEARING_SPEAKS_FOR_NOBODY"),
        ({"served_on": DAY - timedelta(1)}, "HEARING_SERVED_BEFORE_CONCLUSION"),
        ({"served_on": DAY + timedelta(1)}, "HEARING_SERVED_IN_FUTURE"),
        ({"receipt_no": ""}, "HEARING_RECEIPT_NEEDED"),
        ({"method": ServiceMethod.ENTRUSTED}, "HEARING_SERVICE_NOTE_NEEDED"),
        ({"corrects": 7}, "HEARING_NOTHING_TO_CORRECT"),
    ],
)
async def test_an_entry_that_proves_nothing_is_refused(quick, values, reason):
    """Who, when, how, and what it corrects."""
    await quick.held()
    party_id = values.pop("party_id", ZHOU)
    with pytest.raises(ServiceRefused) as caught:
        await quick.serve(party_id, **values)
    assert reasons(caught) == {reason}


async def test_a_late_conclusion_is_told_once_on_the_day_it_was_due(hall):
    """Not a minute before 24:00 of the last day; served in time it is never told."""
    await hall.held()
    assert await hall.sweep() == 0
    hall.clock.set(NOW + timedelta(days=11))
    assert due(hall) == [hall.case_id]
    assert await hall.sweep() == 1
    assert await hall.sweep() == 0
    assert due(hall) == []
    assert hall.kinds()[-1] == "hearing.conclusion_overdue"


def due(hall):
    """Cases that the sweep finds."""
    with hall.database.readers.connect() as connection:
        return session_file.due(connection, hall.clock.now(), 10)


async def published(hall):
    """A conclusion that is shown."""
    await hall.held()
    await hall.serve_all()
    await hall.consent(ZHOU)
    await hall.consent(WU)
    await hall.propose()
    await hall.decide()


async def test_a_conclusion_is_shown_after_every_consent_by_two_persons_until_its_day(hall):
    """The sweep takes it down on its day, dated by it."""
    await published(hall)
    assert shown(hall) == [hall.case_id]
    hall.clock.set(NOW + timedelta(days=31))
    assert await hall.sweep() == 1
    assert shown(hall) == []
    row = hall.rows(publication)[0]
    assert (row["state"], row["down_why"]) == ("down", "day_came")
    assert hall.hearing()["taken_down_at"] is not None


def shown(hall):
    """Cases whose conclusion is published."""
    with hall.database.readers.connect() as connection:
        return [row["case_id"] for row, _ in session_file.published(connection, None, 10)]


async def test_a_text_is_not_proposed_while_anything_stands_against_it(quick):
    """Everything is named at once: unserved, no consents, no day ahead, a telephone."""
    await quick.held()
    with pytest.raises(PublicationBarred) as caught:
        await quick.propose("电话13800001234", days=0)
    assert reasons(caught) == {
        "PUBLICATION_UNSERVED",
        "PUBLICATION_CONSENT_MISSING",
        "PUBLICATION_DAY_PAST",
        "PUBLICATION_HAS_NUMBERS",
    }


async def test_who_proposed_it_does_not_decide_and_a_rejected_preview_stays_down(quick):
    """Another person looks; what was rejected or decided waits no more."""
    await quick.held()
    await quick.serve_all()
    await quick.consent(ZHOU)
    await quick.consent(WU)
    await quick.propose()
    with pytest.raises(AnotherPersonNeeded):
        await quick.decide(who="li")
    await quick.decide(approved=False)
    assert shown(quick) == []
    with pytest.raises(PublicationMissing):
        await quick.decide()


async def test_a_consent_taken_back_takes_it_down_even_after_the_case_has_ended(quick):
    """At once; before the second person decided it keeps the text from being shown."""
    await published(quick)
    await quick.run(_end, quick.case_id)
    await quick.consent(WU, given=False)
    assert shown(quick) == []
    assert quick.rows(publication)[0]["down_why"] == "consent_withdrawn"
    await quick.consent(WU)
    await quick.propose()
    await quick.consent(WU, given=False)
    with pytest.raises(PublicationBarred):
        await quick.decide(2)


def _end(uow: UnitOfWork, case_id):
    uow.update(write_grant, {"case_id": case_id}, {"state": "ended"})


async def test_it_can_be_taken_down_by_hand_once(quick):
    """What is down is not taken down again."""
    await published(quick)
    await quick.act(publishing.take_down, TakeDown, plain=True, publication_no=1)
    assert shown(quick) == []
    with pytest.raises(PublicationMissing):
        await quick.act(publishing.take_down, TakeDown, plain=True, publication_no=1)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"public": False}, "PUBLICATION_NOT_PUBLIC"),
        ({"never_public": True}, "PUBLICATION_PROTECTED"),
    ],
)
async def test_what_was_not_public_or_is_protected_is_never_published(quick, values, reason):
    """Whoever consents: secret, private, family violence, minors."""
    protected = values.pop("never_public", False)
    other = await quick.another(**values)
    await other.held()
    await other.run(_protect, (other.case_id, protected))
    await other.serve_all()
    await other.consent(ZHOU)
    await other.consent(WU)
    with pytest.raises(PublicationBarred) as caught:
        await other.propose()
    assert reasons(caught) == {reason}


def _protect(uow: UnitOfWork, said):
    case_id, protected = said
    uow.update(hearing_file, {"case_id": case_id}, {"never_public": protected})


async def by_hand(hall):
    """A person takes it down."""
    return await hall.act(publishing.take_down, TakeDown, plain=True, publication_no=1)


async def no_more(hall):
    """A party takes the consent back."""
    return await hall.consent(WU, given=False)


@pytest.mark.parametrize("off", [by_hand, no_more])
async def test_what_is_shown_comes_down_also_when_the_case_is_to_be_heard_again(hall, off):
    """Another hearing was asked for since: neither it nor the concluded one changes its state."""
    await published(hall)
    await hall.run(_ask_again, hall.case_id)
    await off(hall)
    assert shown(hall) == []
    assert hall.file()["state"] == "requested"
    assert {row["number"]: row["state"] for row in hall.rows(hearing)} == {
        1: "concluded",
        2: "requested",
    }
    with pytest.raises(NotPossibleNow):
        await hall.consent(WU)


def _ask_again(uow: UnitOfWork, case_id):
    uow.update(hearing_file, {"case_id": case_id}, {"state": "requested", "current": 2})
    asked = {"state": "requested", "asked_by": "resident", "asked_at": NOW, "minutes": 120}
    row = {"case_id": case_id, "number": 2, "hearing_id": uow.new_id(), "panel_size": 5}
    uow.insert(hearing, row | asked | {"public": False})
