"""What is said at the table and cannot have been so is refused, and the field is named."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from mediation import commands_casework as todo
from mediation.convert.fields import CaseFields
from mediation.domain.guards import Answered, File, Gap, lacks
from mediation.domain.states import State
from mediation.domain.words import (
    AgreementForm,
    Asked,
    Attendance,
    Confirmation,
    Ending,
    Finding,
    SessionOutcome,
)
from mediation.errors import FieldsInvalid
from mediation.errors_casework import (
    AgreementIncomplete,
    HandRefused,
    SessionImpossible,
    TermMissing,
)
from mediation.handlers import agreeing, assigning, meeting, performing
from mediation.testing.table import LI, WU, ZHOU, known

ROOT = Path(__file__).parents[3]
CAME = {ZHOU: Attendance.ATTENDED, WU: Attendance.ATTENDED}


def reasons(refused):
    """Field and reason of each violation."""
    return {(one.field, one.reason) for one in refused.value.fields}


async def hold(table, session_id, came):
    """What is said to have come of a session."""
    said = {"outcome": SessionOutcome.AGREED, "came": came, "record": "谈妥"}
    given = {"session_id": session_id, **said}
    return await table.act(meeting.record_session, todo.RecordSession, sealed=True, **given)


async def in_force(table):
    """An agreement with every hand: money in ten days."""
    await table.assign()
    await table.hold()
    await table.draft()
    await table.sign_all()


async def test_nobody_agrees_in_an_empty_room(quick):
    """A session to which nobody came was not held."""
    await quick.assign()
    session_id, _ = await quick.schedule()
    quick.clock.advance(timedelta(hours=2))
    with pytest.raises(SessionImpossible) as refused:
        await hold(quick, session_id, {ZHOU: Attendance.ABSENT})
    assert reasons(refused) == {("came", "SESSION_NOBODY_CAME")}
    assert await hold(quick, session_id, CAME) == "in_session"


async def test_violence_that_shows_later_parts_the_sides(quick):
    """A joint session called before is not held so; naming the parties again takes nothing back."""
    await quick.assign()
    session_id, _ = await quick.schedule()
    await quick.name_parties(family_violence=True)
    await quick.name_parties()
    quick.clock.advance(timedelta(hours=2))
    with pytest.raises(SessionImpossible) as refused:
        await hold(quick, session_id, CAME)
    assert reasons(refused) == {("session_id", "SESSION_NOT_TOGETHER")}


async def test_only_a_party_owes_something_under_an_agreement(quick):
    """A stranger is no performer."""
    await quick.assign()
    await quick.hold()
    owed = todo.TermDraft(uuid4(), date(2026, 12, 3), "赔偿", 1)
    with pytest.raises(AgreementIncomplete) as refused:
        await quick.draft(terms=(owed,))
    assert reasons(refused) == {("terms[0].performer_id", "SIGNING_NOT_A_PARTY")}


async def test_a_term_that_is_not_there_is_named_by_its_field(quick):
    """The number that was said, and where it was said."""
    await in_force(quick)
    paid = {"term_no": 9, "on": quick.clock.now().date(), "amount": 1}
    with pytest.raises(TermMissing) as refused:
        await quick.act(performing.render_term, todo.RenderTerm, **paid)
    assert reasons(refused) == {("term_no", "UNKNOWN_VALUE")}


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", "REQUIRED"),
        ("30.11.2026", "MALFORMED"),
        ("1066-10-14", "DATE_OUT_OF_RANGE"),
        ("9999-12-31", "DATE_OUT_OF_RANGE"),
    ],
)
def test_a_day_out_of_reach_is_not_called_a_slip_of_form(text, reason):
    """A date that is written well lies out of range."""
    fields = CaseFields()
    fields.day("due_on", text)
    assert [one.reason for one in fields.wrong] == [reason]


@pytest.mark.parametrize(
    "said, wrong",
    [
        ({"start": -61 * 24}, {("starts_at", "SESSION_TOO_EARLY")}),
        ({"start": 731 * 24}, {("starts_at", "SESSION_TOO_FAR")}),
        ({"parties": ()}, {("party_ids", "SESSION_NOBODY_CALLED")}),
        (
            {"hours": 0, "parties": ()},
            {("ends_at", "SESSION_TIMES_WRONG"), ("party_ids", "SESSION_NOBODY_CALLED")},
        ),
    ],
)
async def test_a_session_that_nobody_can_have_meant_is_refused_by_its_field(quick, said, wrong):
    """Years away, long before the mediation, or with nobody called; all faults at once."""
    await quick.assign()
    with pytest.raises(SessionImpossible) as refused:
        await quick.schedule(**said)
    assert reasons(refused) == wrong
    for start in (-59 * 24, 729 * 24):
        assert (await quick.schedule(start=start))[1] == "assigned"


@pytest.mark.parametrize("days", [1, 40])
async def test_no_hand_is_dated_before_anybody_met(quick, days):
    """Neither a party's nor the committee's; so the thirty days for a court begin as they do."""
    await quick.assign()
    await quick.hold()
    await quick.draft()
    back = quick.clock.now() - timedelta(days=days)
    for hand, party in (
        (todo.Hand.PARTY, ZHOU),
        (todo.Hand.MEDIATOR, None),
        (todo.Hand.SEAL, None),
    ):
        with pytest.raises(HandRefused) as refused:
            await quick.sign(hand, party, at=back)
        assert reasons(refused) == {("at", "HAND_BEFORE_MEETING")}
    assert (await quick.sign_all())[-1] == "performing"


async def test_a_session_entered_from_paper_dates_the_hands_given_at_it(quick):
    """Three weeks ago they met and signed; the day before that they did not."""
    await quick.assign()
    session_id, _ = await quick.schedule(start=-21 * 24)
    assert await hold(quick, session_id, CAME) == "in_session"
    await quick.draft(AgreementForm.ORAL)
    met = quick.clock.now() - timedelta(days=21)
    with pytest.raises(HandRefused) as refused:
        await quick.sign(todo.Hand.RECORD, at=met - timedelta(days=1))
    assert reasons(refused) == {("at", "HAND_BEFORE_MEETING")}
    assert await quick.sign(todo.Hand.RECORD, at=met) == "performing"


async def test_a_later_agreement_is_not_dated_before_the_one_it_replaces(quick):
    """Mediated again after a default: the first session alone would let it reach behind."""
    await in_force(quick)
    quick.clock.advance(timedelta(days=20))
    await quick.act(performing.note_default, todo.OnCase)
    await quick.act(performing.mediate_again, todo.OnCase)
    await quick.assign()
    await quick.hold()
    await quick.draft(AgreementForm.ORAL)
    before = quick.clock.now() - timedelta(days=21)
    with pytest.raises(HandRefused) as refused:
        await quick.sign(todo.Hand.RECORD, version=2, at=before)
    assert reasons(refused) == {("at", "HAND_BEFORE_MEETING")}
    assert await quick.sign(todo.Hand.RECORD, version=2) == "performing"


@pytest.mark.parametrize(
    "said, wrong",
    [
        ({"amount": None}, ("amount_fen", "REQUIRED")),
        ({"amount": 500_001}, ("amount_fen", "MORE_THAN_OWED")),
        ({"amount": 1, "on": date(2026, 12, 30)}, ("done_on", "IN_FUTURE")),
        ({"amount": 1, "on": date(2026, 11, 22)}, ("done_on", "DONE_BEFORE_FORCE")),
    ],
)
async def test_nothing_more_than_owed_is_paid_and_nothing_ahead(quick, said, wrong):
    """A payment is something, not more than the rest, and not of tomorrow."""
    await in_force(quick)
    today = quick.clock.now().date()
    with pytest.raises(FieldsInvalid) as refused:
        await quick.act(
            performing.render_term, todo.RenderTerm, **{"term_no": 1, "on": today} | said
        )
    assert reasons(refused) == {wrong}


@pytest.mark.parametrize(
    "at, wrong",
    [
        (datetime(2030, 1, 1, tzinfo=UTC), "IN_FUTURE"),
        (datetime(2020, 1, 1, tzinfo=UTC), "CONFIRMATION_BEFORE_CAUSE"),
    ],
)
async def test_a_court_is_asked_after_the_agreement_and_before_now(quick, at, wrong):
    """Neither ahead of time nor before there was anything to confirm."""
    await in_force(quick)
    said = {"result": Confirmation.APPLIED, "at": at}
    with pytest.raises(FieldsInvalid) as refused:
        await quick.act(agreeing.record_confirmation, todo.RecordConfirmation, **said)
    assert reasons(refused) == {("at", wrong)}


@pytest.mark.parametrize(
    "ending, fits",
    [(Ending.SUPPORTED, False), (Ending.NOT_SUPPORTED, True), (Ending.EXPLAINED, True)],
)
def test_an_answer_ends_as_it_was_found(ending, fits):
    """Nothing is closed as supported when no request was."""
    answered = Answered(1, Finding.NOT_SUPPORTED, reasoned=True)
    file = File(State.ANSWERED, True, (answered,), asked=Asked.SATISFIED)
    gaps = {lack.gap for lack in lacks(file, ending)}
    assert gaps == (set() if fits else {Gap.ENDING_DIFFERS})


async def test_no_session_on_a_day_of_leave(quick):
    """Whoever is on leave that day is not called to a table."""
    await quick.assign()
    today = quick.clock.now().date()
    away = known(LI, leave=((today, today),))
    await quick.run(assigning.keep_mediators, todo.KeepMediators((away,)))
    with pytest.raises(SessionImpossible) as refused:
        await quick.schedule()
    assert reasons(refused) == {("starts_at", "SESSION_MEDIATOR_ON_LEAVE")}
