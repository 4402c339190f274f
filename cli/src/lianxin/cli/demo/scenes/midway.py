"""A village's mediation goes up to the township in mid-course: everything is still there."""

from typing import Any

from lianxin.cli.demo import acts
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.samples import Sample
from lianxin.cli.demo.scenes import links, placing, plain, settling
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.world import VILLAGE
from lianxin.common.v1 import case_pb2 as words
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import file_pb2

COUNTED = ("participants", "assignments", "milestones", "sessions", "requests")


async def play(stage: Stage, row: Sample) -> None:
    """Begun in the village, planned, one session; then escalated, and agreed on there."""
    screen = stage.screen
    screen.scene("scene.midway")
    village = await stage.clerk(stage.site(VILLAGE), *plain.FRONT)
    case = await plain.register(stage, village, plain.at_village(row.draft), row.no)
    table = await settling.opened(stage, village, case, row)
    await settling.appointed(stage, table)
    await table.act("PlanMediation", due_on=acts.in_days(20))
    await table.sit(pb.SESSION_KIND_CIRCUIT, pb.SESSION_OUTCOME_CONTINUED)
    before = await _counts(village, case.case_id)
    screen.say("midway.begun", unit=stage.title(village.unit), no=case.case_no)
    await links.escalate(village, case)
    township = await settling.township(stage)
    await acts.held_by(township, case.case_id)
    await plain.sign(township, case.case_id)
    table.clerk = township
    await table.look()
    after = await _counts(township, case.case_id)
    columns = ["col.what", "midway.before", "midway.after"]
    rows = [[screen.text(f"midway.{n}"), str(before[n]), str(after[n])] for n in COUNTED]
    screen.table("table.midway", columns, rows)
    await settling.appointed(stage, table)
    await table.sit(pb.SESSION_KIND_COUNTER, pb.SESSION_OUTCOME_AGREED)
    await table.written()
    await table.found(pb.FINDING_SETTLED, "双方当场履行。")
    await table.close(pb.MEDIATION_ENDING_SETTLED)
    await placing.end(stage, township, case, words.ENDING_KIND_SETTLED)
    screen.say("midway.agreed", unit=stage.title(township.unit), no=case.case_no)


async def _counts(clerk: Clerk, case_id: str) -> dict[str, int]:
    """How much is on file at the clerk's node, once mediation there may be read."""
    found: list[Any] = []

    async def readable() -> bool:
        answer = await clerk.mediation_file.GetFile(file_pb2.GetFileRequest(case_id=case_id))
        found[:] = [answer.file]
        return True

    await acts.until(readable, f"{case_id}: no file of the mediation at {clerk.doors.node}")
    return {name: len(getattr(found[0], name)) for name in COUNTED}
