"""What a bad line and a power cut do: nothing is lost, and everything arrives afterwards."""

import time
from collections.abc import Sequence

from lianxin.cli.demo import acts
from lianxin.cli.demo.acts import in_days
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.report import inspector
from lianxin.cli.demo.samples import Sample
from lianxin.cli.demo.scenes import plain
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.world import COUNTY, TOWNSHIP, VILLAGE
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.routing.v1 import custody_pb2 as custody
from lianxin.routing.v1 import worklist_pb2 as worklist

KILL_AT = "passing"
CUT_AT_LEAST_S = 10.0


async def assigned_down(stage: Stage, desk: Clerk, case: Registered) -> None:
    """The county assigns to the village; the township is killed while it passes the case on."""
    screen = stage.screen
    screen.scene("scene.kill")
    village = await stage.clerk(stage.site(VILLAGE), *plain.FRONT)
    township = stage.nodes[TOWNSHIP]
    await acts.known_to(desk, case.case_id)
    due = in_days(15)
    began = time.monotonic()
    await acts.ask(
        desk,
        desk.custody.Assign,
        custody.AssignRequest(
            case_id=case.case_id, to_unit=village.unit, due_on=due, reason="placement"
        ),
    )
    screen.say("kill.assigned", no=case.case_no, unit=stage.title(village.unit), due=due)
    code = await township.ended()
    screen.say("kill.killed", node=TOWNSHIP, code=code, step=KILL_AT)
    township.start(stage.faults)
    seconds = await township.ready()
    screen.say("kill.restarted", node=TOWNSHIP, seconds=f"{seconds:.1f}")
    await acts.held_by(village, case.case_id, limit_s=90)
    stage.ledger.seconds["assign over a kill"].append(time.monotonic() - began)
    found = await acts.custody_of(village, case.case_id)
    screen.say(
        "kill.arrived",
        unit=found.holder_title,
        epoch=found.epoch,
        due=next((h.due_on for h in found.handovers if h.due_on), "—"),
    )
    await plain.sign(village, case.case_id)


async def cut(stage: Stage, desk: Clerk, rows: Sequence[Sample], down: Registered) -> None:
    """The county's line is out; village and township work on; then it is mended."""
    screen = stage.screen
    screen.scene("scene.cut")
    village = await stage.clerk(stage.site(VILLAGE), *plain.FRONT)
    township = await stage.clerk(stage.site(TOWNSHIP), *plain.MIDDLE)
    await acts.known_to(desk, down.case_id)
    cable = stage.cables[TOWNSHIP]
    began = time.monotonic()
    cable.cut()
    screen.say("cut.cut", lower=TOWNSHIP, upper=COUNTY)
    to_county, to_township, own = await _work_on(stage, village, township, rows)
    await acts.ask(
        desk,
        desk.custody.Assign,
        custody.AssignRequest(
            case_id=down.case_id, to_unit=township.unit, due_on=in_days(10), reason="placement"
        ),
    )
    screen.say("cut.county", unit=stage.title(township.unit), no=down.case_no)
    await _told_meanwhile(stage, own)

    async def tried() -> bool:
        return time.monotonic() - began >= CUT_AT_LEAST_S and cable.refused > 0

    await acts.until(tried, "nobody tried the cut line")
    unsent = await _unsent(stage)
    out = time.monotonic() - began
    cable.mend()
    screen.say("cut.mended", seconds=f"{out:.0f}", tries=cable.refused, unsent=unsent)
    mended = time.monotonic()
    await acts.held_by(desk, to_county.case_id, limit_s=60)
    await acts.held_by(township, down.case_id, limit_s=60)
    for case in (to_township, own):
        await acts.known_to(await _watcher(stage), case.case_id, limit_s=60)
    seconds = time.monotonic() - mended
    stage.ledger.seconds["arrival after a cut"].append(seconds)
    screen.say("cut.arrived", seconds=f"{seconds:.1f}")


async def _work_on(
    stage: Stage, village: Clerk, township: Clerk, rows: Sequence[Sample]
) -> tuple[Registered, Registered, Registered]:
    """Three registrations: one for the county, one from the village up to the township, one own."""
    drafts = [plain.at_village(row.draft) for row in rows[:3]]
    to_county = await plain.register(stage, township, drafts[0], rows[0].no)
    to_township = await plain.register(stage, village, drafts[1], rows[1].no)
    own = await plain.register(stage, village, drafts[2], rows[2].no)
    await acts.known_to(township, to_county.case_id)
    await escalate(township, to_county)
    await acts.known_to(village, to_township.case_id)
    await escalate(village, to_township)
    await acts.held_by(township, to_township.case_id)
    await plain.sign(township, to_township.case_id)
    stage.screen.say(
        "cut.worked", first=to_county.case_no, second=to_township.case_no, third=own.case_no
    )
    return to_county, to_township, own


async def _told_meanwhile(stage: Stage, case: Registered) -> None:
    answer = await stage.resident(VILLAGE).intake.TrackCase(
        intake.TrackCaseRequest(case_no=case.case_no, query_code=case.query_code)
    )
    stage.screen.say("cut.tracked", state=answer.state_text, holder=answer.holder_title)


async def _unsent(stage: Stage) -> int:
    """What waits at the township for the county, and the other way round."""
    total = 0
    for node in (TOWNSHIP, COUNTY):
        admin = await stage.administrator(node)
        answer = await admin.worklist.LinkStatus(worklist.LinkStatusRequest())
        total += sum(link.unsent for link in answer.links) + len(answer.stuck)
    return total


async def _watcher(stage: Stage) -> Clerk:
    return await inspector(stage, COUNTY)


async def escalate(clerk: Clerk, case: Registered) -> None:
    """Hand up."""
    await acts.ask(
        clerk,
        clerk.custody.Escalate,
        custody.EscalateRequest(case_id=case.case_id, reason="beyond_competence"),
    )
