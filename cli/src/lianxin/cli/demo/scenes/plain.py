"""One plain case: counter, receipt, escalated over the link, signed, settled, tracked."""

from kernel.ids import new_id
from lianxin.cli.demo import acts
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.samples import Sample
from lianxin.cli.demo.scenes import mediating
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.world import TOWNSHIP, VILLAGE
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.intake.v1.case_pb2 import CaseDraft
from lianxin.routing.v1 import custody_pb2 as custody

TRACK_PAUSE_S = 0.5
"""Questions about one number are limited per minute."""
FRONT = ("registrar", "handler")
MIDDLE = ("triage", "handler", "committee_head")
"""In most units one person does all of it."""


async def play(stage: Stage, sample: Sample) -> None:
    """From the village counter to the resident's question, with the paper receipt in between."""
    screen = stage.screen
    screen.scene("scene.plain")
    village = await stage.clerk(stage.site(VILLAGE), *FRONT)
    township = await stage.clerk(stage.site(TOWNSHIP), *MIDDLE)
    draft = at_village(sample.draft)
    case = await register(stage, village, draft, sample.no)
    screen.say("plain.registered", unit=stage.title(village.unit), no=case.case_no)
    await receipt(stage, village, case)
    await acts.known_to(village, case.case_id)
    with stage.ledger.timed("escalate"):
        await acts.ask(
            village,
            village.custody.Escalate,
            custody.EscalateRequest(case_id=case.case_id, reason="beyond_competence"),
        )
        await acts.held_by(township, case.case_id)
    screen.say(
        "plain.escalated",
        unit=stage.title(township.unit),
        ms=round(stage.ledger.seconds["escalate"][-1] * 1000),
    )
    await sign(township, case.case_id)
    screen.say("plain.signed", unit=stage.title(township.unit))
    await settle(stage, township, case)
    screen.say("plain.settled")
    await track(stage, VILLAGE, case)


def at_village(draft: CaseDraft) -> CaseDraft:
    """The same matter, told at the counter of the village in person."""
    here = CaseDraft()
    here.CopyFrom(draft)
    here.channel = words.CHANNEL_VISIT
    here.place_code, here.place_text = "330523001211", ""
    here.source_system = here.source_no = ""
    here.ClearField("received_at")
    return here


async def register(stage: Stage, clerk: Clerk, draft: CaseDraft, sample: str) -> Registered:
    """Register at a counter; the ledger keeps what was answered."""
    request = intake.RegisterCaseRequest(request_id=str(new_id()), draft=draft)
    with stage.ledger.timed("register"):
        answer = await acts.call(clerk.intake.RegisterCase(request))
    return stage.ledger.add(
        Registered(
            answer.stamp.case_id,
            answer.stamp.case_no,
            answer.query_code,
            clerk.doors.node,
            clerk.unit,
            sample,
            sealed=bool(draft.sealed_for),
        )
    )


async def receipt(stage: Stage, clerk: Clerk, case: Registered) -> None:
    """Print the receipt for the resident into a file."""
    answer = await clerk.intake.GetReceipt(
        intake.GetReceiptRequest(case_id=case.case_id, query_code=case.query_code)
    )
    file = stage.world.out / answer.filename
    file.write_bytes(answer.data)
    stage.screen.say("plain.receipt", file=file, size=len(answer.data))


async def sign(clerk: Clerk, case_id: str) -> None:
    """Sign for the newest hand-over of a case."""
    await acts.ask(clerk, clerk.custody.SignFor, custody.SignForRequest(case_id=case_id))


async def settle(stage: Stage, clerk: Clerk, case: Registered) -> None:
    """Accept, mediate in one session, answer each request, close as settled."""
    procedure = words.PROCEDURE_PEOPLES_MEDIATION
    await acts.ask(
        clerk,
        clerk.intake.AcceptCase,
        intake.AcceptCaseRequest(
            case_id=case.case_id,
            procedure=procedure,
            category="neighbour",
            difficulty=words.DIFFICULTY_SIMPLE,
            colour=words.COLOUR_GREEN,
        ),
    )
    ending = await mediating.short(stage, clerk, case, procedure, mediating.ORAL)
    await acts.ask(
        clerk,
        clerk.intake.AddFinding,
        intake.AddFindingRequest(
            case_id=case.case_id, request_no=1, finding="settled", answer="双方当面谈妥。"
        ),
    )
    await close(clerk, case.case_id, ending)


async def close(clerk: Clerk, case_id: str, ending: "words.EndingKind.ValueType") -> bool:
    """End a case; True when a second person has to decide."""
    answer = await acts.ask(
        clerk,
        clerk.custody.CloseCase,
        custody.CloseCaseRequest(
            case_id=case_id, ending=ending, grounds="settled", review_route_told=True
        ),
    )
    return bool(answer.pending_approval)


async def track(stage: Stage, node: str, case: Registered) -> None:
    """The resident asks with number and code, and is told that it has ended."""
    resident = stage.resident(node)
    request = intake.TrackCaseRequest(case_no=case.case_no, query_code=case.query_code)

    async def ended() -> bool:
        return bool((await resident.intake.TrackCase(request)).ended)

    waited = await acts.until(
        ended, f"{case.case_no}: not told as ended at {node}", pause_s=TRACK_PAUSE_S
    )
    answer = await resident.intake.TrackCase(request)
    stage.screen.say(
        "plain.tracked",
        state=answer.state_text,
        holder=answer.holder_title,
        ms=round(waited * 1000),
    )
    for step in answer.steps:
        stage.screen.plain(f"            · {step.text}（{step.unit}）" if step.unit else step.text)
