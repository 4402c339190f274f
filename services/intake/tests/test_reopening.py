"""An ended case that routing reopens is written again, at the next epoch."""

from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.intake.v1 import intake_service_pb2 as pb


async def test_a_reopened_case_is_written_again(front):
    """Granted anew without a part: open again, with no ending, under the next epoch only."""
    stamp = (await front.register()).stamp
    parts = front.parts()
    await parts.EndGrant(part.EndGrantRequest(case_id=stamp.case_id, epoch=1, ending="settled"))
    grant = part.ImportPartRequest(
        handoff_id=str(new_id()),
        case_id=stamp.case_id,
        epoch=2,
        unit="s-changshuo",
        path="330523.002.000",
    )
    for _ in range(2):
        await parts.ImportPart(grant)
    shown = await front.get(stamp.case_id)
    assert (shown.state, shown.ending) == ("registered", common.ENDING_KIND_UNSPECIFIED)
    late = pb.AcceptCaseRequest(
        request_id=str(new_id()),
        case_id=stamp.case_id,
        seen=common.Seen(epoch=1, version=shown.version),
        procedure=common.PROCEDURE_PETITION,
    )
    assert (
        await front.refused(front.intake(front.clerk).AcceptCase(late))
    ).reason == "CUSTODY_MOVED"
    late.request_id, late.seen.epoch = str(new_id()), 2
    accepted = await front.intake(front.clerk).AcceptCase(late)
    assert accepted.stamp.state == "accepted"
