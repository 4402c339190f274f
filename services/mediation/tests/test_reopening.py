"""A case that had ended goes on: what becomes of its mediation."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from kernel.holding import AskEnding, EndGrant, ImportPart, Part
from kernel.ids import new_id
from lianxin.exchange.v1 import case_part_pb2 as parts
from lianxin.mediation.v1 import casework_pb2
from mediation import commands_casework as todo
from mediation.domain.words import Asked, Confirmation, Ending, RefusalGround, Route, SessionOutcome
from mediation.errors import NotPossibleNow
from mediation.errors_casework import NotClosable
from mediation.handlers import agreeing, closing, finding, performing
from mediation.handlers.case_ending import ask_ending
from mediation.handlers.case_part import PART
from mediation.handlers.part_import import import_part
from mediation.storage.tables import fact, mediation, write_grant
from mediation.storage.tables_closing import casework
from mediation.testing.table import LI, PATH, SUN, UNIT

ROOT = Path(__file__).resolve().parents[3]


def row_of(case, table=mediation):
    """The one row of the case in a table."""
    [row] = [row for row in case.rows(table) if row["case_id"] == case.case_id]
    return row


async def grant(case, epoch, handoff_id=None, part=None, unit=UNIT):
    """What routing grants at an epoch; a reopening has an id and no part."""
    command = ImportPart(handoff_id or uuid4(), case.case_id, epoch, unit, PATH, part, ())
    await case.run(import_part, command, office=case.office)
    return command.handoff_id


async def end(case, ending):
    """Routing tells that the case ended."""
    await case.run(PART.end_grant, EndGrant(case.case_id, case.epoch, ending))


async def reopen(case):
    """The case goes on at the next epoch."""
    handoff_id = await grant(case, case.epoch + 1)
    case.epoch, case.version = case.epoch + 1, row_of(case)["version"]
    return handoff_id


async def asked_for(case, ending):
    """What stands against an ending at the epoch that is current."""
    wanted = AskEnding(case.case_id, case.epoch, ending, "peoples_mediation")
    return await case.run(ask_ending, wanted, office=case.office)


async def agreed(case):
    """A written agreement with money owed, closed as agreed."""
    await case.assign()
    await case.hold()
    await case.draft()
    await case.sign_all()
    await case.make_ready()
    await case.close(Ending.AGREED)


async def performed(case):
    """Settled at once."""
    await case.assign()
    await case.hold()
    await case.draft(terms=())
    await case.sign_all()
    await case.make_ready()
    await case.close(Ending.SETTLED)


async def failed(case):
    """No agreement."""
    await case.assign()
    await case.hold(SessionOutcome.NOT_AGREED)
    await case.act(closing.fail_mediation, todo.FailMediation, routes=frozenset({Route.COURT}))
    await case.make_ready()
    await case.close(Ending.TERMINATED)


async def answered(case):
    """Answered in writing."""
    await case.make_ready()
    await case.act(closing.answer_mediation, todo.OnCase, sealed=True)
    await case.close(Ending.EXPLAINED)


async def refused(case):
    """不予调解."""
    ground = RefusalGround.CLEAR_REFUSAL
    await case.act(closing.refuse_mediation, todo.RefuseMediation, ground=ground)
    await case.act(closing.decide_refusal, todo.Decide, "wang", approved=True)
    await case.close(Ending.REFUSED)


async def withdrawn(case):
    """A side took its wish back."""
    await case.assign()
    await case.act(closing.withdraw_mediation, todo.OnCase)
    await case.act(closing.confirm_withdrawal, todo.Decide, "wang", approved=True)
    await case.close(Ending.WITHDRAWN)


async def procedural(case):
    """程序性办结 in the middle of the talks."""
    await case.assign()
    await case.hold(SessionOutcome.CONTINUED)
    await case.make_ready(Asked.DISSATISFIED)
    propose = (closing.propose_closing, todo.ProposeClosing)
    await case.act(*propose, sealed=True, review_told=True)
    await case.act(closing.decide_closing, todo.Decide, "wang", sealed=True, approved=True)


WAYS = {
    "agreed": (agreed, "performing"),
    "settled": (performed, "performed"),
    "terminated": (failed, "failed"),
    "explained": (answered, "answered"),
    "refused": (refused, "refused"),
    "withdrawn": (withdrawn, "withdrawn"),
    "procedural": (procedural, "opened"),
}


@pytest.mark.parametrize("ending", WAYS)
async def test_a_closed_file_comes_back_as_it_was_before_its_closing(case, ending):
    """Open again without a mediator, the resident to be asked anew; then the sides may meet."""
    way, state = WAYS[ending]
    await way(case)
    assert (row_of(case)["state"], row_of(case)["ending"]) == ("closed", ending)
    await end(case, ending)
    await reopen(case)
    row, work = row_of(case), row_of(case, casework)
    assert (row["state"], row["ending"], row["closed_at"], row["ended_at"]) == (
        state,
        "",
        None,
        None,
    )
    assert (work["asked"], work["attempts"], work["closing_by"]) == ("not_yet", 0, "")
    assert case.kinds()[-1] == "mediation.reopened"
    if state not in {"performing", "opened"}:
        assert await case.act(performing.mediate_again, todo.OnCase) == "opened"
    assert await case.assign(SUN) in {"assigned", "performing"}


@pytest.mark.parametrize("ending", WAYS)
async def test_a_review_ends_past_a_file_that_nobody_took_up_and_past_no_other(case, ending):
    """It only came back with the case; with a mediator, or met again, it is closed first."""
    await WAYS[ending][0](case)
    await end(case, ending)
    await reopen(case)
    assert not (await asked_for(case, "review_concluded")).against
    assert "CLOSING_MEDIATION_OPEN" in [
        one.reason for one in (await asked_for(case, "settled")).against
    ]
    if row_of(case)["state"] not in {"performing", "opened"}:
        await case.act(performing.mediate_again, todo.OnCase)
    await case.assign(SUN)
    [lack] = (await asked_for(case, "review_concluded")).against
    assert (lack.field, lack.reason) == ("mediation", "CLOSING_MEDIATION_OPEN")


async def test_an_agreement_that_is_broken_after_the_case_ended_is_followed(case):
    """Its dates are watched; default is noted, the rest is paid, and the case ends as settled."""
    await agreed(case)
    assert (await asked_for(case, "agreed")).carries
    await end(case, "agreed")
    await reopen(case)
    assert ("term", "1.1") in case.days()
    case.clock.advance(timedelta(days=12))
    assert await case.act(performing.note_default, todo.OnCase) == "defaulted"
    assert "CLOSING_MEDIATION_OPEN" in [
        one.reason for one in (await asked_for(case, "agreed")).against
    ]
    paid = {"term_no": 1, "on": case.clock.now().date(), "amount": 500_000}
    assert await case.act(performing.render_term, todo.RenderTerm, **paid) == "performed"
    with pytest.raises(NotClosable):
        await case.close(Ending.SETTLED)
    await case.act(finding.ask_resident, todo.AskResident, asked=Asked.SATISFIED)
    assert await case.close(Ending.SETTLED) == "closed"
    assert (await asked_for(case, "settled")).carries
    assert [one.reason for one in (await asked_for(case, "agreed")).against] == [
        "CLOSING_ENDING_DIFFERS_SETTLED"
    ]


async def test_the_court_may_still_confirm_after_a_reopening(case):
    """司法确认 goes on within its thirty days."""
    await agreed(case)
    await end(case, "agreed")
    await reopen(case)
    applied = {"result": Confirmation.APPLIED, "at": case.clock.now()}
    state = await case.act(agreeing.record_confirmation, todo.RecordConfirmation, **applied)
    assert state == "performing"


async def test_nothing_comes_back_but_by_a_reopening_and_that_once(case):
    """A repeat, a late grant of an old epoch, a second end: the file stays as it is."""
    await performed(case)
    await grant(case, 1)
    assert row_of(case)["state"] == "closed"
    await end(case, "settled")
    await grant(case, 1)
    assert row_of(case)["state"] == "closed"
    handoff_id = await reopen(case)
    row = row_of(case)
    for epoch in (1, 2):
        await grant(case, epoch)
    await grant(case, 2, handoff_id)
    assert row_of(case) == row
    assert case.kinds().count("mediation.reopened") == 1
    await case.act(finding.ask_resident, todo.AskResident, asked=Asked.BASICALLY)
    await case.close(Ending.SETTLED)
    await grant(case, 2, handoff_id)
    assert (row_of(case)["state"], row_of(case)["ending"]) == ("closed", "settled")
    with pytest.raises(NotPossibleNow):
        await case.act(performing.mediate_again, todo.OnCase)


async def test_a_case_that_is_reopened_before_its_end_was_told_comes_back_as_well(case):
    """Routing drops the errand of the end: who mediated is let go, who closed has a new epoch."""
    await agreed(case)
    await reopen(case)
    assert (row_of(case)["state"], row_of(case)["ended_at"]) == ("performing", None)
    other = await case.another()
    await other.assign(LI)
    await reopen(other)
    assert (row_of(other)["state"], row_of(other)["ended_at"]) == ("opened", None)
    assert "mediation.reopened" not in other.kinds()
    assert row_of(other, write_grant)["state"] == "open"


async def test_a_closed_file_that_only_changes_hands_stays_closed(case):
    """Its part is handed on and comes back with the same state; nothing is told."""
    await failed(case)
    row = row_of(case)
    part = Part({mediation.name: ({**row, "sealed_note": None},)})
    await grant(case, 2, part=part, unit="s-lingfeng")
    moved = row_of(case)
    assert (moved["state"], moved["ending"], moved["epoch"]) == ("closed", "terminated", 2)
    assert moved["closed_from"] == "failed"
    assert [one["kind"] for one in case.rows(fact)].count("mediation.reopened") == 0


async def test_a_withdrawn_mediation_whose_case_ended_has_a_time_of_its_own(case):
    """Taken back after the end, the clock of a mediation begins anew."""
    await withdrawn(case)
    await end(case, "terminated")
    await reopen(case)
    await case.act(performing.mediate_again, todo.OnCase)
    last = max(case.rows(fact), key=lambda one: one["fact_no"])
    assert '"restarts_clock":"mediation"' in last["body"].replace(" ", "")


async def say(bench, who, act, epoch=1, **values):
    """One act through its door, on the mediation as it is now."""
    seen = {"case_id": bench.case_id, "epoch": epoch, "version": (await bench.get(who)).version}
    request = getattr(casework_pb2, f"{act}Request")(request_id=str(new_id()), **seen, **values)
    return (await getattr(bench.mediation(who), act)(request)).stamp.state


async def lacking(bench, epoch, ending="terminated"):
    """What is missing for an ending, as routing is told."""
    request = parts.AskEndingRequest(
        case_id=bench.case_id, epoch=epoch, ending=ending, procedure="peoples_mediation"
    )
    return [one.reason for one in (await bench.parts().AskEnding(request)).lacks]


async def test_a_reopened_mediation_goes_on_through_the_doors_and_at_the_next_node(
    bench, next_node
):
    """Closed, reopened, handed over: it came back once, here; there it is mediated again."""
    next_node.case_id = bench.case_id
    await bench.open()
    ground = casework_pb2.REFUSAL_GROUND_CLEAR_REFUSAL
    await say(bench, bench.mediator, "RefuseMediation", ground=ground)
    await say(bench, replace(bench.mediator, id="head"), "DecideRefusal", approved=True)
    refused_for = {"ending": casework_pb2.MEDIATION_ENDING_REFUSED}
    assert await say(bench, bench.mediator, "CloseMediation", **refused_for) == "closed"
    assert await lacking(bench, 1) == []
    ended = parts.EndGrantRequest(case_id=bench.case_id, epoch=1, ending="terminated")
    assert (await bench.parts().EndGrant(ended)).ended
    await bench.grant(2, handoff_id=str(new_id()))
    assert "CLOSING_MEDIATION_OPEN" in await lacking(bench, 2)
    handoff_id = str(new_id())
    request = parts.ReleaseRequest(
        handoff_id=handoff_id, case_id=bench.case_id, epoch=2, with_part=True
    )
    answer = await bench.parts().Release(request)
    assert answer.released
    more = {"handoff_id": handoff_id, "format": answer.part.format, "part": answer.part.part}
    for _ in range(2):
        await next_node.grant(3, "s-lingfeng", "330523.003.000", **more)
    shown = await next_node.get(next_node.other_unit)
    assert (shown.state, shown.epoch) == ("refused", 3)
    assert next_node.rows(fact) == []
    told = [one["kind"] for one in bench.rows(fact)]
    assert (told.count("mediation.reopened"), len(told)) == (1, answer.last_fact_no)
    assert await say(next_node, next_node.other_unit, "MediateAgain", 3) == "opened"
