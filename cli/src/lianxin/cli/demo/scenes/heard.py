"""The hearing that was told is held to its conclusion, and its case goes on from it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from lianxin.cli.commands.document_file import HEARD, NOT_NOW
from lianxin.cli.demo import acts, mediators, opinions, report
from lianxin.cli.demo.clockwork import set_clock
from lianxin.cli.demo.hearing_acts import at_once, hearing_of, send
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk, Refused
from lianxin.cli.demo.scenes import placing
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.world import COUNTY, DISCIPLINE
from lianxin.common.v1 import case_pb2 as words
from lianxin.hearing.v1 import conclusion_pb2 as after
from lianxin.hearing.v1 import session_pb2 as pb
from lianxin.intake.v1 import documents_pb2 as documents
from lianxin.intake.v1 import intake_service_pb2 as intake

WHY = "主持听证会"
SITS = frozenset({"named", "objected"})
SAID = (
    (pb.STAGE_STATEMENT, "放水先后没有定数，旱季我家田浇不上。"),
    (pb.STAGE_FACTS, "调度有规程，旱季轮灌表没有公布到村。"),
    (pb.STAGE_REBUTTAL, "规程从来没有人给我们看过。"),
    (pb.STAGE_LAST_WORDS, "请把轮灌表定下来，贴出来。"),
)
"""What is said at each stage, in order: the facts by the department, the rest by the party."""
FACTS = "经听证查明：调度规程没有公布到村，旱季轮灌没有定表。"
TEXT = "部分支持：三十日内公布轮灌表，调度规程不变。"


async def play(stage: Stage, desk: Clerk, case: Registered) -> None:
    """Not before its day: the county's clock is put forward, and back at the end."""
    screen = stage.screen
    screen.scene("scene.heard")
    told = await hearing_of(desk, case.case_id, WHY)
    opening = at_once(desk, desk.hearing_session.OpenHearing, _all(case, told))
    early = await acts.refused_in_words(opening)
    screen.say("heard.early", no=case.case_no, day=told.day, reason=early)
    second = await stage.clerk(desk.unit, mediators.APPOINTS)
    ahead = told.begins.ToDatetime(UTC) - datetime.now(UTC) + timedelta(seconds=1)
    seconds = await set_clock(stage, COUNTY, ahead, [desk, second])
    screen.say("heard.forward", day=told.day, days=ahead.days, seconds=f"{seconds:.1f}")
    await _held(stage, desk, case, told)
    await _concluded(stage, desk, case, told)
    await _papers(stage, desk, case)
    await _goes_on(stage, desk, case, told.day)
    people = [await report.inspector(stage, COUNTY), await stage.clerk(DISCIPLINE, "discipline")]
    seconds = await set_clock(stage, COUNTY, timedelta(), [desk, second, *people])
    screen.say("heard.back", seconds=f"{seconds:.1f}")
    screen.say("heard.overdue", days=ahead.days)


def _members(told: Any, part: str) -> list[int]:
    return [one.member_no for one in told.members if one.part == part and one.state in SITS]


def _parties(told: Any) -> list[str]:
    return [one.party_id for one in told.parties if not one.unit_id and one.invited]


def _called(told: Any) -> list[str]:
    """Everybody who was called, as the session names them."""
    members = [f"member:{one.member_no}" for one in told.members if one.state in SITS]
    return members + [f"party:{one}" for one in _parties(told)]


def _all(case: Registered, told: Any) -> pb.OpenHearingRequest:
    """It is opened with everybody there, and asked who should step back."""
    came = [pb.AttendeeCame(attendee=one, came=pb.CAME_PRESENT) for one in _called(told)]
    return pb.OpenHearingRequest(case_id=case.case_id, came=came, recusal_asked=True)


async def _held(stage: Stage, desk: Clerk, case: Registered, told: Any) -> None:
    """Roll, stages, evidence, minutes with every hand."""
    case_id, day = case.case_id, desk.hearing_session
    await send(desk, day.OpenHearing, _all(case, told))
    stage.screen.say("heard.opened", no=case.case_no, people=len(_called(told)))
    party = f"party:{_parties(told)[0]}"
    department = f"member:{_members(told, 'representative')[0]}"
    for at, text in SAID:
        await send(desk, day.TakeStage, pb.TakeStageRequest(case_id=case_id, stage=at))
        who = department if at == pb.STAGE_FACTS else party
        said = pb.AddStatementRequest(case_id=case_id, attendee=who, text=text)
        await send(desk, day.AddStatement, said)
        if at == pb.STAGE_FACTS:
            await send(desk, day.AddEvidence, _evidence(case_id, department))
    record = pb.KeepMinutesRequest(case_id=case_id, text="双方各自陈述、举证、辩论，作最后陈述。")
    await send(desk, day.KeepMinutes, record)
    signed = pb.SignMinutesRequest(
        case_id=case_id, version_no=1, attendees=_called(told), signing=pb.SIGNING_SIGNED
    )
    await send(desk, day.SignMinutes, signed)
    stage.screen.say("heard.minutes", stages=len(SAID), hands=len(signed.attendees))


def _evidence(case_id: str, department: str) -> pb.AddEvidenceRequest:
    return pb.AddEvidenceRequest(
        case_id=case_id,
        attendee=department,
        kind=pb.EVIDENCE_KIND_DOCUMENT,
        original=True,
        title="水库调度规程",
        shows="放水的先后有规定",
        answered="没有见过",
    )


async def _concluded(stage: Stage, desk: Clerk, case: Registered, told: Any) -> None:
    """Each of the panel says what he holds, one otherwise; concluded, served on each party."""
    case_id, panel = case.case_id, _members(told, "panelist")
    await send(desk, desk.hearing_session.Confer, pb.ConferRequest(case_id=case_id))
    for no in panel:
        holds = after.OPINION_NOT_SUPPORTED if no == panel[0] else after.OPINION_PARTLY
        given = after.GiveOpinionRequest(
            case_id=case_id, member_no=no, opinion=holds, reasons="见评议意见书。"
        )
        await send(desk, desk.hearing_conclusion.GiveOpinion, given)
    concluded = after.ConcludeRequest(
        case_id=case_id,
        read_out=after.READ_OUT_ON_THE_SPOT,
        found=FACTS,
        reasons="规程应当公布。",
        text=TEXT,
    )
    done = await send(desk, desk.hearing_conclusion.Conclude, concluded)
    kept = await acts.call(
        desk.hearing_conclusion.GetConclusion(after.GetConclusionRequest(case_id=case_id, why=WHY))
    )
    stage.screen.say(
        "heard.concluded",
        no=case.case_no,
        finding=stage.screen.word("finding", after.Finding.Name(done.finding).lower()),
        panel=len(panel),
        dissent=len(kept.conclusion.dissent),
        until=done.serve_by,
    )
    await _served(stage, desk, case, told)


async def _served(stage: Stage, desk: Clerk, case: Registered, told: Any) -> None:
    """On each party by hand. Raises NeverHappened: somebody is left out."""
    unserved: list[str] = []
    for party_id in _parties(told):
        served = after.ServeConclusionRequest(
            case_id=case.case_id,
            party_id=party_id,
            method=after.SERVICE_METHOD_DIRECT,
            served_on=told.day,
            served_by=desk.staff_id,
            receipt_no="TZ-1",
        )
        answer = await send(desk, desk.hearing_conclusion.ServeConclusion, served)
        unserved[:] = answer.unserved
    if unserved:
        raise acts.NeverHappened(f"{case.case_no}: not served on {len(unserved)}")
    stage.screen.say("heard.served", parties=len(_parties(told)), day=told.day)


async def _papers(stage: Stage, desk: Clerk, case: Registered) -> None:
    """As `document set NO --heard`: what can be made now; what cannot is named with the reason."""
    folder = stage.world.out / case.case_no
    folder.mkdir()
    left: list[tuple[str, Refused]] = []
    for kind in HEARD:
        asked = documents.RenderDocumentRequest(case_id=case.case_id, kind=kind)
        try:
            made = await acts.ask(desk, desk.documents.RenderDocument, asked)
        except Refused as refused:
            if refused.reason not in NOT_NOW:
                raise
            left.append((stage.screen.word("hearing_paper", kind), refused))
        else:
            (folder / f"{kind}.docx").write_bytes(made.data)
    stage.screen.say("heard.papers", papers=len(HEARD) - len(left), folder=folder)
    for paper, reason in left:
        why = " ".join(reason.remote.fields.values()) or reason.remote.message
        stage.screen.say("heard.left", paper=paper, why=why)


async def _goes_on(stage: Stage, desk: Clerk, case: Registered, day: str) -> None:
    """The petition is answered by what the hearing found, served, and ends."""
    finding = intake.AddFindingRequest(
        case_id=case.case_id, request_no=1, finding="supported", answer=f"{FACTS}{TEXT}"
    )
    await acts.ask(desk, desk.intake.AddFinding, finding)
    said = {"facts": FACTS, "opinion": f"按听证结论答复：{TEXT}"}
    await opinions.answer_in_writing(desk, case.case_id, "supported", served_on=day, said=said)
    await placing.end(stage, desk, case, words.ENDING_KIND_SUPPORTED)
    found = await acts.custody_of(desk, case.case_id)
    if found.state != "ended":
        raise acts.NeverHappened(f"{case.case_no}: {found.state} instead of ended")
    stage.screen.say("heard.ended", no=case.case_no)
