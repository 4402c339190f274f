"""What broke at SORMAS when districts hand ownership over (its issues by number), tried here."""

import asyncio
import hashlib
import os
import shutil
import signal

import pytest

from kernel.ids import new_id
from lianxin.cli.demo import acts
from lianxin.common.v1.case_pb2 import Seen
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.routing.v1 import custody_pb2 as custody
from lianxin.routing.v1 import worklist_pb2 as worklist

pytestmark = [pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="session")]
PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 400


async def refused_writing(county, unit, case_id):
    """Why somebody of a unit may not write now; empty when he may."""
    clerk = await county.clerk(unit)
    request = intake.AddFindingRequest(
        case_id=case_id, request_no=1, finding="explained", answer="已向双方说明。"
    )
    return await acts.refused_with(acts.ask(clerk, clerk.intake.AddFinding, request, tries=1))


async def escalated(county, units):
    """A case of the village that the township holds by now."""
    _, middle, low = units
    case_id = await county.register(low)
    await county.escalate(low, case_id)
    await county.held_only_at(middle, case_id)
    return case_id


async def test_sormas_9967_a_fault_while_handing_back_lets_nobody_write_twice(county, units):
    """The answer to the return is lost: the returner writes no more, the sender alone does."""
    _, middle, low = units
    case_id = await county.register(middle)
    handoff_id = await county.assign(middle, low, case_id)
    await county.held_only_at(low, case_id)
    village, town = await county.clerk(low), await county.clerk(middle)
    objection = custody.ObjectRequest(
        case_id=case_id, handoff_id=handoff_id, grounds="not_competent"
    )
    await acts.ask(village, village.custody.Object, objection)
    cable = county.stage.cables["lujia"]
    before = cable.snips
    cable.cut_at("RECEIVED", up=False)
    decision = custody.DecideObjectionRequest(
        case_id=case_id, handoff_id=handoff_id, upheld=True, grounds="not_competent"
    )

    async def decided():
        decision.request_id = str(new_id())
        return await town.custody.DecideObjection(decision)

    await acts.until(decided, "the objection did not arrive")
    await acts.until(lambda: cable.snips > before, "the return was not answered")
    await acts.held_by(town, case_id)
    assert await refused_writing(county, low, case_id)
    county.mend("lujia")
    await county.held_only_at(middle, case_id)
    await county.write(middle, case_id)
    assert await refused_writing(county, low, case_id)


async def test_sormas_6943_a_case_between_two_sites_is_in_no_limbo(county, units):
    """While the line is out nobody writes and all are told why; a note is taken all the same."""
    _, middle, low = units
    case_id = await county.register(low)
    county.cut("lujia")
    await county.escalate(low, case_id)
    await county.out(low, case_id)
    assert await refused_writing(county, low, case_id) == "CASE_LOCKED"
    village = await county.clerk(low)
    noted = await acts.call(
        village.custody.AddNote(
            custody.AddNoteRequest(
                request_id=str(new_id()), case_id=case_id, text="已先把危墙围起来。", emergency=True
            )
        )
    )
    assert noted.note_id
    county.mend("lujia")
    await county.held_only_at(middle, case_id)
    await county.write(middle, case_id)
    await acts.until(lambda: logged(county, middle, case_id, "note"), "the note did not arrive")


async def logged(county, unit, case_id, word):
    """Whether a log has an entry of a kind with this word."""
    clerk = await county.clerk(unit)
    answer = await acts.call(clerk.custody.GetLog(custody.GetLogRequest(case_id=case_id)))
    return any(word in entry.kind for entry in answer.entries)


async def test_sormas_6941_a_record_of_the_old_owner_pulls_nothing_back(county, units):
    """The village adds a note and tries a file and a finding afterwards: the township holds on."""
    _, middle, low = units
    case_id = await escalated(county, units)
    before = await county.custody(middle, case_id)
    village = await county.clerk(low)
    await acts.call(
        village.custody.AddNote(
            custody.AddNoteRequest(request_id=str(new_id()), case_id=case_id, text="补记：已量过。")
        )
    )
    assert await refused_writing(county, low, case_id)
    assert await acts.refused_with(village.intake.UploadAttachment(pieces(case_id)))
    await acts.until(lambda: logged(county, middle, case_id, "note"), "the note did not arrive")
    after = await county.custody(middle, case_id)
    assert (after.epoch, after.holder_unit) == (before.epoch, middle)
    await county.held_only_at(middle, case_id)
    await county.write(middle, case_id)


async def test_sormas_11391_a_stale_tab_at_the_old_owner_writes_nothing(county, units):
    """What was on the screen before the hand-over is refused, and changes nothing anywhere."""
    _, middle, low = units
    case_id = await county.register(low)
    village = await county.clerk(low)
    shown = await acts.call(village.intake.GetCase(intake.GetCaseRequest(case_id=case_id)))
    stale = Seen(epoch=shown.case.epoch, version=shown.case.version)
    await county.escalate(low, case_id)
    await county.held_only_at(middle, case_id)
    before = await county.custody(middle, case_id)
    void = intake.VoidCaseRequest(
        request_id=str(new_id()), case_id=case_id, seen=stale, why="double_entry"
    )
    up = custody.EscalateRequest(
        request_id=str(new_id()), case_id=case_id, seen=stale, reason="beyond_competence"
    )
    assert await acts.refused_with(village.intake.VoidCase(void))
    assert await acts.refused_with(village.custody.Escalate(up)) == "CUSTODY_MOVED"
    after = await county.custody(middle, case_id)
    assert (after.epoch, after.version, after.state) == (before.epoch, before.version, "held")


async def test_sormas_8113_the_new_owner_sees_the_case_at_once(county, units):
    """Content, list and work list of the receiver show it as soon as custody does."""
    _, middle, low = units
    case_id = await escalated(county, units)
    town, village = await county.clerk(middle), await county.clerk(low)
    read = intake.GetCaseRequest(case_id=case_id)
    assert (await acts.call(town.intake.GetCase(read))).case.content.narrative
    assert not (await acts.call(village.intake.GetCase(read))).case.content.narrative
    listed = await acts.call(town.intake.ListCases(intake.ListCasesRequest(page_size=200)))
    assert case_id in {line.case_id for line in listed.cases}
    work = await acts.call(town.worklist.ListWork(worklist.ListWorkRequest(page_size=200)))
    assert case_id in {line.case_id for line in work.lines}


async def test_sormas_11204_voided_while_pending(county, units):
    """Nobody voids a case that is under way; the one it came to may, and it stays voided."""
    _, middle, low = units
    case_id = await county.register(low)
    county.cut("lujia")
    await county.escalate(low, case_id)
    await county.out(low, case_id)
    village, town = await county.clerk(low), await county.clerk(middle)
    void = intake.VoidCaseRequest(case_id=case_id, why="double_entry")
    refused = await acts.refused_with(acts.ask(village, village.intake.VoidCase, void, tries=1))
    assert refused == "CASE_LOCKED"
    county.mend("lujia")
    await county.held_only_at(middle, case_id)
    await acts.ask(town, town.intake.VoidCase, void)

    async def ended():
        return (await county.custody(middle, case_id)).state == "ended"

    await acts.until(ended, "routing did not hear of it")
    up = custody.EscalateRequest(case_id=case_id, reason="beyond_competence")
    assert await acts.refused_with(acts.ask(town, town.custody.Escalate, up)) == "CASE_ENDED"


async def test_sormas_10690_a_file_that_cannot_come_blocks_no_acceptance(county, units):
    """The sender's file store is away: the case is received and worked on; the file follows."""
    _, middle, low = units
    case_id = await county.register(low)
    village, town = await county.clerk(low), await county.clerk(middle)
    made = await acts.call(village.intake.UploadAttachment(pieces(case_id)))
    store, aside = county.data("lujia") / "files", county.data("lujia") / "files-away"
    shutil.move(store, aside)
    await county.escalate(low, case_id)
    await county.held_only_at(middle, case_id)
    await county.write(middle, case_id)
    shutil.rmtree(store, ignore_errors=True)
    shutil.move(aside, store)
    wanted = intake.DownloadAttachmentRequest(
        case_id=case_id, attachment_id=made.attachment.attachment_id
    )

    async def whole():
        return b"".join([piece.data async for piece in town.intake.DownloadAttachment(wanted)])

    async def arrived():
        return await whole() == PHOTO

    await acts.until(arrived, "the file did not follow", limit_s=60)


def pieces(case_id):
    """An upload in one piece."""
    yield intake.UploadAttachmentRequest(
        request_id=str(new_id()),
        case_id=case_id,
        filename="照片.jpg",
        media_type="image/jpeg",
        size=len(PHOTO),
        sha256=hashlib.sha256(PHOTO).hexdigest(),
    )
    yield intake.UploadAttachmentRequest(offset=0, data=PHOTO)


async def test_sormas_9955_a_third_system_that_hangs_stops_no_hand_over(county, units):
    """The receiver's broker hangs through the whole hand-over; its events come afterwards."""
    _, middle, low = units
    case_id = await county.register(low)
    broker = county.broker_of("dipu")
    os.kill(broker, signal.SIGSTOP)
    try:
        await county.escalate(low, case_id)
        await county.held_only_at(middle, case_id)
        await county.write(middle, case_id)
    finally:
        os.kill(broker, signal.SIGCONT)
    assert (await county.custody(middle, case_id)).epoch == 2
    await county.header_agrees(case_id, middle)


async def test_sormas_9832_what_did_not_get_through_is_named(county, units):
    """The operator is told which cases wait, in which state and why; afterwards none is left."""
    low = units[2]
    county.cut("lujia")
    waiting = [await county.register(low) for _ in range(2)]
    await asyncio.gather(*(county.escalate(low, case_id) for case_id in waiting))

    async def named():
        rows = {row.case_id: row for row in (await county.links("lujia")).stuck}
        tried = [rows[one] for one in waiting if one in rows and rows[one].tries]
        return [row for row in tried if row.case_no and row.last_reason and row.state == "offered"]

    async def all_named():
        return len(await named()) == len(waiting)

    await acts.until(all_named, "the waiting cases are not named")
    county.mend("lujia")
    for case_id in waiting:
        await county.held_only_at(units[1], case_id)

    async def nothing_left():
        return not (await county.links("lujia")).stuck

    await acts.until(nothing_left, "still named")


async def test_the_audit_is_clean_after_all_of_it(county):
    """No case is lost, none has two holders, no chain is broken."""
    await county.check_clean()
