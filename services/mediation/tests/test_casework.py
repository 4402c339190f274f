"""The work on a mediation, through a writer on a real database of each kind."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from kernel.catalogue import Catalogue, Language
from kernel.errors import CustodyMoved, StaleVersion
from kernel.holding import ImportPart
from kernel.holding.rows import Words
from mediation import commands_casework as todo
from mediation.commands import Seen
from mediation.commands_plan import PlanCase
from mediation.domain import facts
from mediation.domain.agreement import Part
from mediation.domain.consent import Subject
from mediation.domain.sessions import Booked, double_booked
from mediation.domain.words import (
    AgreementForm,
    Asked,
    Confirmation,
    Disposition,
    Duty,
    Ending,
    Finding,
    MediationKind,
    ReferralKind,
    ReferralOutcome,
    RefusalGround,
    Route,
    SessionOutcome,
)
from mediation.errors import NotForMediation, NotPossibleNow
from mediation.errors_casework import (
    AgreementIncomplete,
    AnotherPersonNeeded,
    ConfirmationLate,
    HandRefused,
    MediatorBarred,
    MediatorElsewhere,
    MediatorTaken,
    NotClosable,
    NotYetDue,
    SessionImpossible,
)
from mediation.handlers import (
    agreeing,
    assigning,
    closing,
    finding,
    kinds,
    meeting,
    part_export,
    part_import,
    performing,
    planning,
)
from mediation.storage.portable import PORTABLE, ROWS
from mediation.storage.schema import metadata
from mediation.storage.tables import case_key, fact, handoff, write_grant
from mediation.storage.tables import mediation as mediation_table
from mediation.storage.tables_agreements import agreement, term
from mediation.storage.tables_people import assignment, mediator
from mediation.storage.tables_sessions import booking, milestone
from mediation.testing.table import (
    HOUR,
    LI,
    PATH,
    SUN,
    TEXTS,
    UNIT,
    WU,
    ZHOU,
    _keep,
    at_table,
    known,
)

ROOT = Path(__file__).resolve().parents[3]
SECRET = "排水沟由吴家出工疏通"


async def test_a_case_goes_from_the_table_to_the_archive(case):
    """Assigned, planned, heard, agreed, signed, paid in two parts, asked about, closed."""
    assert await case.assign() == "assigned"
    due_on = date(2026, 12, 18)
    planned = await case.act(planning.plan_case, PlanCase, sealed=True, due_on=due_on)
    assert planned == "planned"
    assert await case.hold() == "in_session"
    assert await case.draft() == "agreed"
    assert await case.sign_all() == ["agreed", "agreed", "agreed", "performing"]
    for amount, state in ((200_000, "performing"), (300_000, "performed")):
        on = date(2026, 11, 23)
        paid = {"term_no": 1, "on": on, "amount": amount}
        assert await case.act(performing.render_term, todo.RenderTerm, **paid) == state
    await case.make_ready()
    assert await case.close(Ending.SETTLED) == "closed"
    kinds = case.kinds()
    assert kinds[0] == facts.OPENED
    assert kinds[-1] == facts.CLOSED
    assert set(kinds) <= facts.KINDS
    assert [row["load"] for row in case.rows(mediator)] == [0, 0]
    met = {row["step"] for row in case.rows(milestone) if row["met_at"]}
    assert met == {"session", "draft", "signing", "facts", "report"}


async def test_what_people_say_is_in_no_fact_event_or_plain_column(case):
    """Texts are sealed; log and bus carry codes, ids and commitments."""
    await case.assign()
    await case.hold()
    await case.draft()
    await case.sign_all()
    for table in metadata.sorted_tables:
        assert SECRET not in str(case.rows(table))
        assert SECRET.encode() not in b"".join(
            value for row in case.rows(table) for value in row.values() if type(value) is bytes
        )


async def test_an_oral_agreement_is_in_force_with_its_record(quick):
    """One hand, the mediator's; and the thirty days for a court begin with it."""
    await quick.assign()
    await quick.hold()
    assert await quick.draft(AgreementForm.ORAL) == "agreed"
    with pytest.raises(HandRefused):
        await quick.sign(todo.Hand.SEAL)
    assert await quick.sign(todo.Hand.RECORD) == "performing"
    [row] = quick.rows(agreement)
    assert row["in_force_from"] == quick.clock.now()
    # Day 30 is 23 December, a Wednesday; it counts to midnight in Shanghai.
    assert row["confirm_by"] == datetime(2026, 12, 23, 16, tzinfo=UTC)


async def test_labour_must_be_in_writing_and_a_part_must_not_be_missing(quick):
    """Refused before anybody signs."""
    wages = await quick.another("labour")
    await wages.assign()
    await wages.hold()
    with pytest.raises(AgreementIncomplete) as refused:
        await wages.draft(AgreementForm.ORAL)
    assert [one.reason for one in refused.value.fields] == ["AGREEMENT_NEEDS_WRITING"]
    texts = {part: text for part, text in TEXTS.items() if part is not Part.PERIOD}
    with pytest.raises(AgreementIncomplete) as refused:
        await wages.draft(texts=texts)
    assert [one.field for one in refused.value.fields] == ["texts.period"]


async def test_a_new_version_is_signed_anew_and_the_earlier_text_is_kept(quick):
    """Versions are kept; a signature under the first brings nothing into force."""
    await quick.assign()
    await quick.hold()
    await quick.draft()
    await quick.sign(todo.Hand.PARTY, ZHOU)
    await quick.draft()
    assert await quick.sign_all(version=2) == ["agreed"] * 3 + ["performing"]
    first, second = sorted(quick.rows(agreement), key=lambda row: row["version"])
    assert first["dropped_at"]
    assert first["sealed"]
    assert (first["in_force_from"], bool(second["in_force_from"])) == (None, True)


async def test_without_terms_an_agreement_is_performed_at_once(quick):
    """即时履行: nothing is owed any more."""
    await quick.assign()
    await quick.hold()
    await quick.draft(terms=())
    assert (await quick.sign_all())[-1] == "performed"


async def test_a_default_names_what_is_open_and_can_be_made_good(quick):
    """Not before the day is over; late money still performs."""
    await quick.assign()
    await quick.hold()
    await quick.draft()
    await quick.sign_all()
    with pytest.raises(NotYetDue):
        await quick.act(performing.note_default, todo.OnCase)
    quick.clock.set(datetime(2026, 12, 4, 1, tzinfo=UTC))
    assert await quick.act(performing.note_default, todo.OnCase) == "defaulted"
    [row] = quick.rows(term)
    assert row["standing"] == "defaulted"
    told = [row["body"] for row in quick.rows(fact) if row["kind"] == facts.DEFAULTED]
    assert "sue_on_agreement" in told[0]
    paid = {"term_no": 1, "on": date(2026, 12, 4), "amount": 500_000}
    assert await quick.act(performing.render_term, todo.RenderTerm, **paid) == "performed"


async def test_a_court_confirms_what_was_applied_for_in_time(quick):
    """Applied, confirmed; on day 31 an application comes too late."""
    await quick.assign()
    await quick.hold()
    await quick.draft()
    await quick.sign_all()
    for result in (Confirmation.APPLIED, Confirmation.WITHDRAWN):
        await quick.act(agreeing.record_confirmation, todo.RecordConfirmation, result=result)
    quick.clock.set(datetime(2026, 12, 23, 16, tzinfo=UTC))
    late = {"result": Confirmation.APPLIED}
    with pytest.raises(ConfirmationLate):
        await quick.act(agreeing.record_confirmation, todo.RecordConfirmation, **late)
    in_time = late | {"at": datetime(2026, 12, 23, 15, tzinfo=UTC)}
    await quick.act(agreeing.record_confirmation, todo.RecordConfirmation, **in_time)
    done = {"result": Confirmation.CONFIRMED}
    assert (
        await quick.act(agreeing.record_confirmation, todo.RecordConfirmation, **done)
        == "performing"
    )


async def test_closing_says_everything_that_is_missing(quick):
    """Each guard has its field, and the file stays open."""
    await quick.name_parties(duties=frozenset({Duty.POLICE}))
    await quick.assign()
    await quick.act(closing.fail_mediation, todo.FailMediation, routes=frozenset({Route.COURT}))
    with pytest.raises(NotClosable) as refused:
        await quick.close(Ending.TERMINATED)
    assert {(one.field, one.reason) for one in refused.value.fields} == {
        ("duties.police", "CLOSING_DUTY_OPEN"),
        ("mediation", "CLOSING_FACTS_NOT_ESTABLISHED"),
        ("requests[1]", "CLOSING_REQUEST_OPEN"),
        ("mediation", "CLOSING_RESIDENT_NOT_ASKED"),
    }
    reported = {"duty": Duty.POLICE, "reported_to": "u-paichusuo"}
    await quick.act(finding.note_duty, todo.NoteDuty, **reported)
    await quick.make_ready()
    assert await quick.close(Ending.TERMINATED) == "closed"
    with pytest.raises(NotPossibleNow):
        await quick.close(Ending.TERMINATED)


async def test_what_both_sides_signed_stands_though_the_resident_is_dissatisfied(case):
    """In mediation dissatisfaction leads to nothing by the profile; a performed agreement ends."""
    await case.assign()
    await case.hold()
    await case.draft(terms=())
    await case.sign_all()
    await case.make_ready(Asked.DISSATISFIED)
    assert await case.close(Ending.SETTLED) == "closed"
    [row] = [row for row in case.rows(mediation_table) if row["case_id"] == case.case_id]
    assert (row["ending"], row["closed_at"]) == ("settled", case.clock.now())


async def test_what_the_unit_answered_a_dissatisfied_resident_ends_by_another_person(quick):
    """Not by closing; the review route told; the proposer cannot approve."""
    await quick.make_ready(Asked.DISSATISFIED)
    await quick.act(closing.answer_mediation, todo.OnCase, sealed=True)
    with pytest.raises(NotClosable) as refused:
        await quick.close(Ending.EXPLAINED)
    assert [one.reason for one in refused.value.fields] == ["CLOSING_DISSATISFIED"]
    propose = partial(quick.act, closing.propose_closing, todo.ProposeClosing, sealed=True)
    decide = partial(quick.act, closing.decide_closing, todo.Decide, sealed=True)
    with pytest.raises(NotClosable):
        await propose(review_told=False)
    assert await propose(review_told=True) == "closing"
    with pytest.raises(AnotherPersonNeeded):
        await decide(approved=True)
    assert await decide(who="wang", approved=False) == "answered"
    await propose(review_told=True)
    assert await decide(who="wang", approved=True) == "closed"
    [row] = [row for row in quick.rows(mediation_table) if row["case_id"] == quick.case_id]
    assert (row["state_before"], row["proposed_by"]) == (None, None)


async def test_lost_contact_counts_after_three_days(quick):
    """Three calls on one day are one attempt."""
    await quick.assign()
    await quick.act(closing.fail_mediation, todo.FailMediation, routes=frozenset({Route.COURT}))
    await quick.make_ready(Asked.LOST_CONTACT)
    for _ in range(2):
        await quick.act(finding.ask_resident, todo.AskResident, asked=Asked.LOST_CONTACT)
    with pytest.raises(NotClosable) as refused:
        await quick.close(Ending.TERMINATED)
    assert [one.reason for one in refused.value.fields] == ["CLOSING_ATTEMPTS_MISSING"]
    for _ in range(2):
        quick.clock.advance(24 * HOUR)
        await quick.act(finding.ask_resident, todo.AskResident, asked=Asked.LOST_CONTACT)
    assert await quick.close(Ending.TERMINATED) == "closed"


async def test_a_mediator_is_in_one_session_at_a_time_over_all_cases(case):
    """Whichever case asked first; a cancelled session frees the time."""
    other = await case.another()
    await case.assign()
    await other.assign()
    session_id, _ = await case.schedule()
    for start in (0.5, 1, 1.5):
        with pytest.raises(MediatorTaken) as refused:
            await other.schedule(start)
        assert [one.field for one in refused.value.fields] == ["starts_at"]
        assert refused.value.ids["who"] == "li"
    await other.schedule(2)
    await case.act(meeting.cancel_session, todo.CancelSession, session_id=session_id)
    await other.schedule(1)
    booked = [
        Booked(row["session_id"], row["mediator_id"], row["starts_at"], row["ends_at"])
        for row in case.rows(booking)
    ]
    assert len(booked) == 2
    assert double_booked(booked) == ()


async def test_after_family_violence_no_joint_session_unless_the_victim_asks(quick):
    """Asked for, it is on record."""
    await quick.name_parties(family_violence=True, duties=frozenset({Duty.FAMILY_VIOLENCE}))
    await quick.assign()
    with pytest.raises(SessionImpossible) as refused:
        await quick.schedule()
    assert [one.reason for one in refused.value.fields] == ["SESSION_NOT_TOGETHER"]
    assert (await quick.schedule(victim_asks=True))[1] == "assigned"


async def test_a_session_is_recorded_when_it_has_begun_and_nothing_moves_when_it_was_not_held(
    quick,
):
    """What did not take place breaks no circle."""
    await quick.assign()
    session_id, _ = await quick.schedule()
    record = {"session_id": session_id, "came": {}, "record": ""}
    held = record | {"outcome": SessionOutcome.CONTINUED}
    with pytest.raises(SessionImpossible):
        await quick.act(meeting.record_session, todo.RecordSession, sealed=True, **held)
    not_held = record | {"outcome": SessionOutcome.NOT_HELD}
    kept = await quick.act(meeting.record_session, todo.RecordSession, sealed=True, **not_held)
    assert kept == "assigned"
    assert quick.kinds()[-1] == facts.SESSION_CANCELLED
    assert quick.rows(booking) == []


async def test_a_recused_mediator_is_replaced_and_does_not_come_back(quick):
    """At a party's request in this case, for an interest in every later one too."""
    await quick.assign(LI, SUN)
    recuse = partial(quick.act, assigning.recuse_mediator, todo.RecuseMediator, sealed=True)
    for party in (ZHOU, WU):
        await quick.consent(party, Subject.MEDIATOR, given=False, mediator_id=LI)
    assert await recuse(mediator_id=LI, why=todo.Recusal.PARTY_ASKED) == "assigned"
    interest = {"mediator_id": SUN, "why": todo.Recusal.INTEREST, "subject": str(WU)}
    assert await recuse(**interest) == "opened"
    for who, bar in ((LI, "MEDIATOR_RECUSED"), (SUN, "MEDIATOR_INTEREST")):
        with pytest.raises(MediatorBarred) as refused:
            await quick.assign(who)
        assert [one.reason for one in refused.value.fields] == [bar]
    assert [row["load"] for row in quick.rows(mediator)] == [0, 0]
    assert {row["why"] for row in quick.rows(assignment)} == {"party_asked", "interest"}


async def test_a_mediator_without_an_account_is_named_by_the_committee(quick):
    """The refusal shows a title, never an id that nobody knows."""
    await quick.run(_keep, (known(UUID(int=24), staff="", ended=True),))
    with pytest.raises(MediatorBarred) as refused:
        await quick.assign(UUID(int=24))
    assert refused.value.ids["who"] == "u-24（名称）"


async def test_the_register_is_kept_by_the_mediators_own_tree(quick):
    """A township keeps its own and its villages'; nobody is drawn over from another."""
    village = known(UUID(int=23), path="330523.002.004")
    assert await quick.run(_keep, (village,)) == 1
    for elsewhere in (known(UUID(int=24), path="330523.003.000"), known(LI, path="330523.000.000")):
        with pytest.raises(MediatorElsewhere) as refused:
            await quick.run(_keep, (elsewhere,))
        assert [one.field for one in refused.value.fields] == ["mediators[0].unit_id"]
        told = Catalogue.load("mediation").text(
            refused.value.reason, Language.EN, **refused.value.ids
        )
        assert "li belongs" in told
    assert len(quick.rows(mediator)) == 3


async def test_another_kind_takes_over_the_same_file(quick):
    """三调联动: no new registration, a mediator of the new kind."""
    await quick.assign()
    to_judge = {"kind": MediationKind.JUDICIAL}
    with pytest.raises(NotForMediation):
        await quick.act(switch_under("peoples_mediation"), todo.SwitchKind, **to_judge)
    entrusted = switch_under("court_entrusted")
    assert await quick.act(entrusted, todo.SwitchKind, **to_judge) == "opened"
    [row] = quick.rows(mediation_table)
    assert (row["kind"], row["procedure"]) == ("judicial", "court_entrusted")
    with pytest.raises(MediatorBarred):
        await quick.assign(LI)
    judge = known(LI, kinds=frozenset(MediationKind))
    await quick.run(_keep, (judge,))
    assert await quick.assign(LI) == "assigned"


def switch_under(procedure):
    """The hand-over to another kind, the case being handled under this procedure now."""
    return partial(kinds.switch_kind, procedure=procedure)


async def test_a_refusal_and_a_withdrawal_are_decided_by_another_person(quick):
    """不予调解, then a withdrawal; coming back is never barred."""
    ground = {"ground": RefusalGround.CLEAR_REFUSAL}
    await quick.act(closing.refuse_mediation, todo.RefuseMediation, **ground)
    with pytest.raises(AnotherPersonNeeded):
        await quick.act(closing.decide_refusal, todo.Decide, approved=True)
    assert await quick.act(closing.decide_refusal, todo.Decide, "wang", approved=False) == "opened"
    await quick.assign()
    await quick.act(closing.withdraw_mediation, todo.OnCase, "wang")
    with pytest.raises(AnotherPersonNeeded):
        await quick.act(closing.confirm_withdrawal, todo.Decide, approved=True)
    done = await quick.act(closing.confirm_withdrawal, todo.Decide, "sun", approved=True)
    assert done == "withdrawn"
    assert await quick.act(performing.mediate_again, todo.OnCase) == "opened"
    assert facts.WITHDRAWN in quick.kinds()


async def test_the_fourth_disposition_needs_a_basis_and_another_person(quick):
    """Until then the file does not close."""
    by_law = {"disposition": Disposition.BY_LAW, "what": "移送", "basis": "治安管理处罚法"}
    await quick.act(finding.dispose, todo.Dispose, sealed=True, **by_law)
    with pytest.raises(AnotherPersonNeeded):
        await quick.act(finding.approve_disposition, todo.ApproveDisposition, no=1)
    await quick.assign()
    await quick.act(closing.fail_mediation, todo.FailMediation, routes=frozenset({Route.COURT}))
    await quick.make_ready()
    with pytest.raises(NotClosable) as refused:
        await quick.close(Ending.TERMINATED)
    assert [one.reason for one in refused.value.fields] == ["CLOSING_DISPOSITION_NOT_APPROVED"]
    await quick.act(finding.approve_disposition, todo.ApproveDisposition, "wang", no=1)
    assert await quick.close(Ending.TERMINATED) == "closed"


async def test_a_referral_has_its_outcome(quick):
    """法律援助 asked for, then given."""
    asked = {"kind": ReferralKind.LEGAL_AID, "body": "u-sifaju"}
    await quick.act(finding.refer, todo.Refer, **asked)
    given = {"no": 1, "outcome": ReferralOutcome.GIVEN}
    assert await quick.act(finding.refer, todo.Refer, **given) == "opened"
    assert quick.kinds()[-2:] == [facts.REFERRED, facts.REFERRAL_ANSWERED]


async def test_an_answered_claim_closes_when_what_was_supported_is_carried_out(quick):
    """支持并落实: not before."""
    await quick.make_ready()
    supported = {"request_no": 1, "finding": Finding.SUPPORTED, "reasons": "应当修复"}
    await quick.act(finding.find_request, todo.FindRequest, sealed=True, **supported)
    assert await quick.act(closing.answer_mediation, todo.OnCase, sealed=True) == "answered"
    with pytest.raises(NotClosable) as refused:
        await quick.close(Ending.SUPPORTED)
    assert [one.reason for one in refused.value.fields] == ["CLOSING_REQUEST_NOT_CARRIED_OUT"]
    await quick.act(finding.carry_out, todo.CarryOut, request_no=1)
    assert await quick.close(Ending.SUPPORTED) == "closed"


async def test_a_write_that_saw_another_version_or_epoch_is_refused(quick):
    """Never the last write wins."""
    quick.version -= 1
    with pytest.raises(StaleVersion):
        await quick.assign()
    quick.version += 1
    command = todo.AssignMediators(quick.case_id, Seen(2, quick.version), (LI,))
    with pytest.raises(CustodyMoved):
        await quick.run(assigning.assign_mediators, command, office=quick.office)


async def test_a_handover_in_mid_mediation_keeps_everything(case):
    """Each table travels: what comes out of the bytes is what was in the rows, opened."""
    await case.assign()
    await case.act(planning.plan_case, PlanCase, sealed=True, due_on=date(2026, 12, 18))
    await case.hold()
    await case.draft()
    await case.sign_all()
    paid = {"term_no": 1, "on": date(2026, 11, 23), "amount": 200_000}
    await case.act(performing.render_term, todo.RenderTerm, **paid)
    await case.make_ready()
    came = await handed_out(case)
    for table in PORTABLE:
        own = [row for row in case.rows(table) if row["case_id"] == case.case_id]
        assert len(came.rows[table.name]) == len(own)
        for row in came.rows[table.name]:
            key = [column.name for column in table.primary_key if column.name != "case_id"]
            [same] = [one for one in own if all(one[name] == row[name] for name in key)]
            plain = {name for name in row if not name.startswith("sealed")}
            assert {name: row[name] for name in plain} == {name: same[name] for name in plain}
    [text] = came.rows["agreement"]
    assert SECRET.encode() in text["sealed"]


async def test_what_was_handed_over_goes_on_at_the_next_node(quick, tmp_path, profile):
    """It is sealed there under another key, reads as it did, and what is owed is paid there."""
    await quick.assign()
    await quick.hold()
    await quick.draft()
    await quick.sign_all()
    came = await handed_out(quick)
    url = f"sqlite:///{tmp_path / 'next.db'}"
    async with at_table(url, tmp_path / "next", profile) as there:
        command = ImportPart(uuid4(), quick.case_id, 2, UNIT, PATH, came, ())
        await there.run(part_import.import_part, command, office=there.office)
        arrived = replace(there, case_id=quick.case_id, version=quick.version, epoch=2)
        assert everything(arrived) == everything(quick)
        [text] = [row for row in there.rows(agreement) if row["case_id"] == quick.case_id]
        [before] = quick.rows(agreement)
        assert text["sealed"] != before["sealed"]
        assert words_at(arrived).open(agreement, text) == words_at(quick).open(agreement, before)
        paid = {"term_no": 1, "on": date(2026, 11, 23), "amount": 500_000}
        assert await arrived.act(performing.render_term, todo.RenderTerm, **paid) == "performed"


async def handed_out(case):
    """The part of the case as the next node reads it."""
    handoff_id = uuid4()
    await case.run(_lock, (case.case_id, handoff_id))
    command = part_export.ExportPart(handoff_id, case.case_id)
    part = await case.run(part_export.export_part, command, office=case.office)
    came = ROWS.read(ROWS.format, ROWS.written(part))
    assert came is not None
    return came


def everything(case):
    """All rows of the case that travel, without what is sealed and what each node knows itself."""
    own = [(table, row) for table in PORTABLE for row in case.rows(table)]
    return sorted(
        str([table.name, [(name, row[name]) for name in sorted(row) if travels(name)]])
        for table, row in own
        if row["case_id"] == case.case_id
    )


def travels(name):
    """Whether a column is the same at the next node."""
    return name not in ROWS.stays and not name.startswith("sealed")


def words_at(case):
    """What people said on the case, at its node."""
    [key] = [row for row in case.rows(case_key) if row["case_id"] == case.case_id]
    return Words(case.office.vault.of_case(key))


def _lock(uow, command):
    """Lock the case under a hand-over, as a Release does."""
    case_id, handoff_id = command
    values = {"state": "locked", "handoff_id": handoff_id}
    uow.update(write_grant, {"case_id": case_id}, values)
    row = {"handoff_id": handoff_id, "case_id": case_id, "epoch": 1, "at": uow.now}
    uow.insert(handoff, row)
