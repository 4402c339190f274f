"""Intake's side of a hand-over, trace by trace (handover protocol, section 6)."""

import pytest

from intake.convert.events import encode
from intake.handlers.case_part import PART
from intake.storage.tables import case_key, cases, fact, metadata, party, write_grant
from kernel.database import Database
from kernel.group_commit import Work, Writer
from kernel.identity import Caller, Kind
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import intake_service_pb2 as pb

TO, TO_PATH = "s-lingfeng", "330523.003.000"


class HandOver:
    """What routing does with one case at one intake."""

    def __init__(self, front, case_id):
        self.parts = front.parts()
        self.case_id = case_id

    async def release(self, handoff_id, epoch=1):
        """Release, answered."""
        return await self.parts.Release(
            part.ReleaseRequest(handoff_id=handoff_id, case_id=self.case_id, epoch=epoch)
        )

    async def keep(self, handoff_id, epoch=1, unit="s-changshuo", path="330523.002.000"):
        """Keep, answered."""
        return await self.parts.Keep(
            part.KeepRequest(
                handoff_id=handoff_id, case_id=self.case_id, epoch=epoch, unit=unit, path=path
            )
        )

    async def export(self, handoff_id):
        """The part."""
        return await self.parts.ExportPart(
            part.ExportPartRequest(handoff_id=handoff_id, case_id=self.case_id)
        )

    async def take(self, handoff_id, exported, epoch=2, unit=TO, path=TO_PATH):
        """ImportPart, answered."""
        return await self.parts.ImportPart(
            part.ImportPartRequest(
                handoff_id=handoff_id,
                case_id=self.case_id,
                epoch=epoch,
                unit=unit,
                path=path,
                format=exported.format,
                part=exported.part,
            )
        )


def accept(stamp, epoch=1, version=1):
    """An act on the case as it was seen."""
    return pb.AcceptCaseRequest(
        request_id=str(new_id()),
        case_id=stamp.case_id,
        seen=common.Seen(epoch=epoch, version=version),
        procedure=common.PROCEDURE_PETITION,
    )


@pytest.fixture
async def made(front):
    """A registered case."""
    return await front.register(requests=[case.Request(text="挖开排水沟")])


@pytest.fixture
def over(front, made):
    """Its hand-overs."""
    return HandOver(front, made.stamp.case_id)


async def test_trace_1_a_case_released_here_and_refused_elsewhere_is_unlocked_by_keep(
    front, made, over
):
    """Locked by Release, no write goes; after Keep of that id the same epoch goes on."""
    handoff = str(new_id())
    answer = await over.release(handoff)
    assert (answer.released, answer.last_fact_no) == (True, 1)
    refusal = await front.refused(front.intake(front.clerk).AcceptCase(accept(made.stamp)))
    assert refusal.reason == "CASE_LOCKED"
    await over.keep(handoff)
    done = await front.intake(front.clerk).AcceptCase(accept(made.stamp))
    assert (done.stamp.epoch, done.stamp.state) == (1, "accepted")


async def test_trace_2_a_late_keep_of_a_cancelled_hand_over_unlocks_nothing(front, made, over):
    """The Keep of the first id does not open the lock of the second."""
    first, second = str(new_id()), str(new_id())
    await over.release(first)
    await over.keep(first)
    await over.release(second)
    await over.keep(first)
    refusal = await front.refused(front.intake(front.clerk).AcceptCase(accept(made.stamp)))
    assert refusal.reason == "CASE_LOCKED"


async def test_trace_3_a_late_release_after_its_keep_is_refused_for_ever(front, made, over):
    """The id is burnt, also when its Release comes only after the Keep."""
    handoff = str(new_id())
    await over.keep(handoff)
    for _ in range(2):
        answer = await over.release(handoff)
        assert (answer.released, answer.reason) == (False, "KEPT")
    done = await front.intake(front.clerk).AcceptCase(accept(made.stamp))
    assert done.stamp.state == "accepted"


async def test_trace_5_a_release_without_a_row_locks_all_the_same(front):
    """A case intake has no part of is locked, so that no first write comes at the old epoch."""
    over = HandOver(front, str(new_id()))
    handoff = str(new_id())
    answer = await over.release(handoff)
    assert (answer.released, answer.last_fact_no) == (True, 0)
    (grant,) = front.rows(write_grant)
    assert grant["state"] == "locked"
    assert (await over.export(handoff)).part == b""
    other = await over.release(str(new_id()))
    assert (other.released, other.reason) == (False, "LOCKED_BY_OTHER")


async def test_a_refused_release_is_remembered_and_a_later_epoch_needs_a_new_id(front, made, over):
    """A pending refusal blocks the hand-over; the same id is refused again after it was decided."""
    proposed = await front.intake(front.clerk).RefuseCase(
        pb.RefuseCaseRequest(
            request_id=str(new_id()),
            case_id=made.stamp.case_id,
            seen=common.Seen(epoch=1, version=1),
            kind=pb.REFUSAL_KIND_NOT_COMPETENT,
            grounds="不属本单位",
            route="县综合执法局",
        )
    )
    handoff = str(new_id())
    assert (await over.release(handoff)).reason == "REFUSAL_PENDING"
    await front.intake(front.second).DecideRefusal(
        pb.DecideRefusalRequest(
            request_id=str(new_id()),
            case_id=made.stamp.case_id,
            seen=common.Seen(epoch=1, version=proposed.stamp.version),
            why="应当受理",
        )
    )
    assert (await over.release(handoff)).reason == "REFUSAL_PENDING"
    assert (await over.release(str(new_id()))).released


async def test_a_hand_over_within_a_node_moves_the_right_to_write(front, made, over):
    """After the import the receiver writes at epoch 2 and the giver is told who holds the case."""
    handoff = str(new_id())
    await over.release(handoff)
    exported = await over.export(handoff)
    await over.take(handoff, exported)
    stale = await front.refused(front.intake(front.clerk).AcceptCase(accept(made.stamp)))
    assert (stale.reason, stale.ids) == ("CUSTODY_MOVED", {"holder": TO, "epoch": "2"})
    done = await front.intake(front.other_unit).AcceptCase(accept(made.stamp, epoch=2))
    assert (done.stamp.epoch, done.stamp.version) == (2, 2)
    shown = await front.get(made.stamp.case_id, front.other_unit, unmask=True, why="承办")
    assert shown.content.parties[0].name == "周小满"
    assert [one.text for one in shown.content.requests] == ["挖开排水沟"]
    former = await front.get(made.stamp.case_id, front.clerk)
    assert (former.shown, former.content.narrative) == ("TIMELINE", "")


async def test_repeats_answer_the_same_after_the_case_moved_on(front, made, over):
    """Release, Keep and ImportPart of a finished hand-over change nothing any more."""
    handoff = str(new_id())
    first = await over.release(handoff)
    exported = await over.export(handoff)
    await over.take(handoff, exported)
    await front.intake(front.other_unit).AcceptCase(accept(made.stamp, epoch=2))
    before = (front.rows(cases), front.rows(write_grant), front.rows(party))
    assert await over.release(handoff) == first
    assert (await over.keep(handoff)).kept
    assert (await over.take(handoff, exported)).stored
    assert (front.rows(cases), front.rows(write_grant), front.rows(party)) == before


async def test_a_stale_import_changes_nothing(front, made, over):
    """A part of an epoch that is over comes late under another id: stored is answered, no more."""
    handoff = str(new_id())
    await over.release(handoff)
    exported = await over.export(handoff)
    await over.take(handoff, exported, epoch=3)
    before = (front.rows(cases), front.rows(write_grant))
    late = await over.take(str(new_id()), exported, epoch=2, unit="s-anji", path="330523.000.000")
    assert late.stored
    assert (front.rows(cases), front.rows(write_grant)) == before


async def test_keep_after_a_consumed_epoch_goes_on_above_it(front, made, over):
    """A recalled offer has sealed epoch 1: the holder goes on at 2, and epoch 1 is refused."""
    handoff = str(new_id())
    await over.release(handoff)
    await over.keep(handoff, epoch=2)
    refusal = await front.refused(front.intake(front.clerk).AcceptCase(accept(made.stamp)))
    assert refusal.reason == "CUSTODY_MOVED"
    done = await front.intake(front.clerk).AcceptCase(accept(made.stamp, epoch=2))
    assert done.stamp.epoch == 2
    assert front.rows(fact)[-1]["epoch"] == 2


async def test_nothing_is_handed_out_that_is_not_locked_under_the_id(front, made, over):
    """ExportPart needs the lock of exactly this hand-over."""
    assert (await front.refused(over.export(str(new_id())))).reason == "PART_CLOSED"


async def test_an_ended_case_takes_no_more_writes_and_no_hand_over(front, made, over):
    """EndGrant ends writing; reading goes on; the ending shows; repeats are harmless."""
    end = part.EndGrantRequest(case_id=made.stamp.case_id, epoch=1, ending="settled")
    for _ in range(2):
        assert (await over.parts.EndGrant(end)).ended
    refusal = await front.refused(front.intake(front.clerk).AcceptCase(accept(made.stamp)))
    assert refusal.reason == "WRITING_ENDED"
    shown = await front.get(made.stamp.case_id)
    assert (shown.state, shown.ending) == ("ended", common.ENDING_KIND_SETTLED)
    assert (await over.release(str(new_id()))).reason == "CASE_ENDED"


async def test_a_case_moves_to_another_node_under_that_nodes_keys(
    front, made, over, start, make_settings, clock
):
    """Everything arrives, sealed anew; code and number go on working at both nodes."""
    handoff = str(new_id())
    await over.release(handoff)
    exported = await over.export(handoff)
    async with start(make_settings("dipu"), clock) as there:
        await HandOver(there, made.stamp.case_id).take(
            handoff, exported, unit="s-lingfeng", path="330523.003.000"
        )
        shown = await there.get(made.stamp.case_id, there.other_unit, unmask=True, why="承办")
        assert shown.content.parties[0].phone == "13800001234"
        assert shown.content.narrative.startswith("邻居新砌的院墙")
        question = pb.TrackCaseRequest(case_no=made.stamp.case_no, query_code=made.query_code)
        for node in (front, there):
            told = await node.intake().TrackCase(question)
            assert [step.text for step in told.steps]
        done = await there.intake(there.other_unit).AcceptCase(accept(made.stamp, epoch=2))
        assert done.stamp.state == "accepted"
        assert [row["fact_no"] for row in there.rows(fact)] == [2]
        (mine,), (theirs,) = front.rows(case_key), there.rows(case_key)
        assert mine["wrapped"] != theirs["wrapped"]


async def test_facts_after_a_number_are_handed_out_in_order(front, made, over):
    """A log that missed an event asks for the facts by number."""
    await front.intake(front.clerk).AcceptCase(accept(made.stamp))
    answer = await over.parts.ListFacts(
        part.ListFactsRequest(case_id=made.stamp.case_id, after_fact_no=1)
    )
    assert [(one.fact_no, one.kind) for one in answer.facts] == [(2, "intake.accepted")]


@pytest.mark.parametrize("caller", ["clerk", "county", "node", None])
async def test_only_services_of_the_node_hand_cases_over(front, made, caller):
    """Staff, neighbour nodes and strangers are refused at the door of CasePartService."""
    callers = {"clerk": front.clerk, "county": front.county, None: None}
    who = callers.get(caller, Caller(Kind.NODE, "anji"))
    stub = front.parts_as(who)
    request = part.ReleaseRequest(handoff_id=str(new_id()), case_id=made.stamp.case_id, epoch=1)
    refusal = await front.refused(stub.Release(request))
    assert refusal.reason in {"DENIED", "UNAUTHENTICATED"}
    assert front.rows(write_grant)[0]["state"] == "open"


async def test_a_part_of_an_unknown_format_is_refused_and_changes_nothing(front, made, over):
    """Another format, or garbage, is a typed refusal."""
    handoff = str(new_id())
    await over.release(handoff)
    before = front.rows(cases)
    for format_name, data in (("intake/9", b"{}"), ("intake/1", b"not json"), ("intake/1", b"{}")):
        answer = part.ExportPartResponse(format=format_name, part=data)
        refusal = await front.refused(over.take(handoff, answer))
        assert refusal.reason == "PART_UNREADABLE"
    assert front.rows(cases) == before


async def test_keep_of_an_unknown_hand_over_raises_the_grant_after_a_restore(front, made, over):
    """A restored node goes on at a higher epoch, told under an id intake never released."""
    await over.keep(str(new_id()), epoch=4)
    await over.keep(str(new_id()), epoch=3)
    assert (await over.release(str(new_id()), epoch=3)).reason == "STALE_EPOCH"
    assert (await over.release(str(new_id()), epoch=4)).released


async def test_after_a_restore_nobody_writes_until_routing_keeps_the_case(front, made, over):
    """Grants of a backup are locked; a Keep at a higher epoch opens the case again."""
    database = Database.open(front.database_url)
    writer = Writer(database, metadata, clock=front.clock, encode=encode)
    async with writer:
        await writer.perform(Work(PART.lock_all, new_id()))
    database.close()
    refused = await front.refused(front.intake(front.clerk).AcceptCase(accept(made.stamp)))
    assert refused.reason == "CASE_LOCKED"
    await over.keep(str(new_id()), epoch=3)
    [grant] = front.rows(write_grant)
    assert (grant["state"], grant["epoch"]) == ("open", 3)


async def test_what_this_copy_had_before_routings_own_is_granted_again_after_a_restore(
    front, made, over
):
    """Routing's older copy takes the hand-over anew, an epoch higher: granted, not stored twice."""
    handoff = str(new_id())
    await over.release(handoff)
    exported = await over.export(handoff)
    await over.take(handoff, exported)
    await front.intake(front.other_unit).AcceptCase(accept(made.stamp, epoch=2))
    database = Database.open(front.database_url)
    writer = Writer(database, metadata, clock=front.clock, encode=encode)
    async with writer:
        await writer.perform(Work(PART.lock_all, new_id()))
    database.close()
    before = front.rows(party)
    await over.take(handoff, exported, epoch=3)
    [grant] = front.rows(write_grant)
    assert (grant["state"], grant["epoch"], grant["unit"]) == ("open", 3, TO)
    [row] = front.rows(cases)
    assert (row["epoch"], row["state"], front.rows(party)) == (3, "accepted", before)
