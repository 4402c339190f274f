"""Urgent matters, supervision, joint handling, extension; and residents who ask."""

from collections import Counter
from collections.abc import Sequence

from lianxin.cli.demo import acts
from lianxin.cli.demo.acts import in_days
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.samples import Sample
from lianxin.cli.demo.scenes import plain
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.world import TOWNSHIP, VILLAGE
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.routing.v1 import custody_pb2 as custody
from lianxin.routing.v1 import supervision_pb2 as supervision
from lianxin.routing.v1 import worklist_pb2 as worklist

ASKING = 24
CLOCK, EXTENSION_DAYS = "handling", 30


async def urgent(stage: Stage, row: Sample) -> None:
    """A grave matter at the village: reported up at once, besides being handled there."""
    screen = stage.screen
    screen.scene("scene.urgent")
    village = await stage.clerk(stage.site(VILLAGE), *plain.FRONT)
    township = await stage.clerk(stage.site(TOWNSHIP), *plain.MIDDLE)
    before = await _reports(township)
    case = await plain.register(stage, village, plain.at_village(row.draft), row.no)

    async def reported() -> bool:
        return await _reports(township) > before

    waited = await acts.until(reported, "the urgent report did not come")
    screen.say(
        "urgent.reported",
        no=case.case_no,
        unit=stage.title(township.unit),
        ms=round(waited * 1000),
        holder=(await acts.custody_of(village, case.case_id)).holder_title,
    )


async def _reports(clerk: Clerk) -> int:
    answer = await clerk.worklist.Today(worklist.TodayRequest())
    return int(answer.reports)


async def supervised(stage: Stage, case: Registered) -> None:
    """A department is urged and answers, another helps, the limit is extended, a leader leads."""
    screen = stage.screen
    screen.scene("scene.supervise")
    handler = await stage.clerk("u-anji-zirangziyuan", *plain.MIDDLE)
    officer = await stage.clerk("s-anji", "supervisor", name="supervisor.anji")
    made = await acts.ask(
        officer,
        officer.supervision.Supervise,
        supervision.SuperviseRequest(
            case_id=case.case_id, level="urge", grounds="slow", due_on=in_days(3)
        ),
    )
    await acts.ask(
        handler,
        handler.supervision.AnswerSupervision,
        supervision.AnswerSupervisionRequest(
            case_id=case.case_id, supervision_id=made.supervision_id, text="已安排实地核查。"
        ),
    )
    screen.say("supervise.answered", unit=stage.title(handler.unit), no=case.case_no)
    await _joint(stage, handler, case)
    office = await stage.clerk("u-anji-lianxiban", "joint_office")
    await _extended(stage, handler, office, case)
    leader = await stage.clerk("s-anji", "lead_officer", name="leader.anji")
    await acts.ask(
        office,
        office.supervision.SetLead,
        supervision.SetLeadRequest(
            case_id=case.case_id, officer=leader.staff_id, grounds="disputed"
        ),
    )

    async def led() -> bool:
        return bool((await acts.custody_of(handler, case.case_id)).lead_officer)

    await acts.until(led, "no lead officer")
    found = await acts.custody_of(handler, case.case_id)
    screen.say("supervise.lead", officer=found.lead_officer)


async def _extended(stage: Stage, handler: Clerk, office: Clerk, case: Registered) -> None:
    """More time for a difficult matter: asked with a reason, decided by another, resident told."""
    await acts.ask(
        handler,
        handler.intake.AcceptCase,
        intake.AcceptCaseRequest(
            case_id=case.case_id,
            procedure=words.PROCEDURE_PETITION,
            category="housing_homestead",
            difficulty=words.DIFFICULTY_COMPLEX,
            colour=words.COLOUR_YELLOW,
        ),
    )

    async def running() -> bool:
        dues = (await acts.custody_of(handler, case.case_id)).dues
        return any(due.clock == CLOCK and due.state == "running" for due in dues)

    await acts.until(running, f"{case.case_no}: {CLOCK} does not run")
    asked = await acts.ask(
        handler,
        handler.supervision.ExtendClock,
        supervision.ExtendClockRequest(
            case_id=case.case_id, clock=CLOCK, days=EXTENSION_DAYS, grounds="complex"
        ),
    )
    decided = await acts.ask(
        office,
        office.supervision.DecideExtension,
        supervision.DecideExtensionRequest(
            case_id=case.case_id,
            extension_id=asked.extension_id,
            approved=True,
            resident_told=True,
        ),
    )
    stage.screen.say("supervise.extended", due=decided.due.due_on, why=decided.due.explanation)


async def _joint(stage: Stage, lead: Clerk, case: Registered) -> None:
    helper = await stage.clerk("u-anji-nongye", *plain.MIDDLE)
    opened = await acts.ask(
        lead,
        lead.custody.OpenCohandling,
        custody.OpenCohandlingRequest(
            case_id=case.case_id, unit_id=helper.unit, task="survey", due_on=in_days(7)
        ),
    )

    async def asked() -> bool:
        found = await acts.custody_of(helper, case.case_id)
        return any(one.cohandling_id == opened.cohandling_id for one in found.cohandlings)

    await acts.until(asked, "the co-handler was not asked")
    await acts.ask(
        helper,
        helper.custody.CompleteCohandling,
        custody.CompleteCohandlingRequest(
            case_id=case.case_id,
            cohandling_id=opened.cohandling_id,
            completed=True,
            text="已到现场测量。",
        ),
    )
    stage.screen.say("supervise.joint", unit=stage.title(helper.unit))


async def residents(stage: Stage, cases: Sequence[Registered]) -> None:
    """Residents ask with number and code; a wrong code is told nothing."""
    screen = stage.screen
    screen.scene("scene.residents")
    states: Counter[str] = Counter()
    for case in cases[:ASKING]:
        window = stage.resident(case.node)
        with stage.ledger.timed("track"):
            answer = await acts.call(
                window.intake.TrackCase(
                    intake.TrackCaseRequest(case_no=case.case_no, query_code=case.query_code)
                )
            )
        states[answer.state_text] += 1
        if sum(states.values()) <= 3:  # noqa: PLR2004 (a few to read)
            screen.say(
                "residents.one",
                no=answer.case_no,
                state=answer.state_text,
                holder=answer.holder_title,
                phone=answer.holder_phone,
                until=answer.until or "—",
            )
    said = "，".join(f"{state} {count}" for state, count in states.most_common())
    screen.say("residents.all", count=sum(states.values()), states=said)
    wrong = intake.TrackCaseRequest(case_no=cases[0].case_no, query_code="000000000000")
    refused = await acts.refused_with(stage.resident(cases[0].node).intake.TrackCase(wrong))
    screen.say("residents.wrong", reason=refused)
