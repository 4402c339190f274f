"""Disputes that are agreed on at the township: the hard way, with the court's word, by default."""

from datetime import UTC, datetime, timedelta

from lianxin.cli.demo import acts, mediators
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk, Refused
from lianxin.cli.demo.samples import Sample
from lianxin.cli.demo.scenes import mediating, placing, plain
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.table import Table, moment
from lianxin.common.v1 import case_pb2 as words
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.routing.v1 import custody_pb2 as custody

DEPARTMENTS = ("u-dipu-jianshe", "u-dipu-sifasuo")
"""Who sits at the consultation."""
SUGGESTED = 3
HALF, FULL = 300_000, 600_000
ENTERED_LATE, OVERDUE = 21, -3
"""Days: the paper of the default is three weeks old, and was due three days ago."""
LOG_PAGE = 200


async def opened(stage: Stage, clerk: Clerk, case: Registered, row: Sample) -> Table:
    """Signed for, accepted, opened, with everybody named."""
    await placing.accept(stage, clerk, case, row)
    table = Table(clerk, case, await mediators.registered(stage))
    await table.open(mediating.KINDS[row.procedure])
    return table


async def appointed(stage: Stage, table: Table) -> None:
    """The head of the committee takes who was suggested first."""
    head = await stage.clerk(table.clerk.unit, mediators.APPOINTS)
    best = (await table.suggested()).suggested[0]
    await table.assign(head, [best.mediator_id])


async def hard(stage: Stage, clerk: Clerk, case: Registered, row: Sample) -> None:
    """Suggested with reasons, planned backwards, three sessions, signed, paid in parts, closed."""
    screen = stage.screen
    screen.scene("scene.hard")
    table = await opened(stage, clerk, case, row)
    await _suggested(stage, table)
    await appointed(stage, table)
    await _planned(stage, table)
    await table.sit(pb.SESSION_KIND_HOME, pb.SESSION_OUTCOME_CONTINUED)
    screen.say("hard.session", kind=_kind(stage, pb.SESSION_KIND_HOME))
    consulted = pb.SESSION_KIND_CONSULTATION
    await table.sit(consulted, pb.SESSION_OUTCOME_CONTINUED, department_ids=DEPARTMENTS)
    screen.say("hard.session", kind=_kind(stage, consulted))
    await table.sit(pb.SESSION_KIND_COUNTER, pb.SESSION_OUTCOME_AGREED)
    screen.say("hard.agreed", kind=_kind(stage, pb.SESSION_KIND_COUNTER))
    await table.written([table.term(acts.in_days(1), HALF), table.term(acts.in_days(30), HALF)])
    await _in_force(stage, table)
    await table.paid(1, HALF // 2)
    screen.say("hard.partly", standing=await _standing(stage, table))
    await table.paid(1, HALF // 2)
    await table.paid(2, HALF, whole=True)
    screen.say("hard.performed", standing=await _standing(stage, table))
    await _guarded(stage, table)
    await table.found(pb.FINDING_SETTLED, "双方已达成协议并全部履行。")
    await table.close(pb.MEDIATION_ENDING_SETTLED)
    await placing.end(stage, clerk, case, words.ENDING_KIND_SETTLED)
    screen.say("hard.closed", no=case.case_no)


def _kind(stage: Stage, kind: pb.SessionKind.ValueType) -> str:
    code = pb.SessionKind.Name(kind).removeprefix("SESSION_KIND_").lower()
    return stage.screen.word("session", code)


async def _suggested(stage: Stage, table: Table) -> None:
    """The best of them with what speaks for each, and one who may not."""
    found, screen = await table.suggested(), stage.screen
    for one in found.suggested[:SUGGESTED]:
        reasons = screen.sentences(one.reasons)
        unit = stage.title(one.unit_id)
        screen.say("hard.suggested", unit=unit, score=one.score, reasons=reasons)
    for one in found.barred[:1]:
        screen.say("hard.barred", unit=stage.title(one.unit_id), reason=screen.sentence(one.barred))


async def _planned(stage: Stage, table: Table) -> None:
    """一案一策: counted back from the day it is to be done."""
    screen, due_on = stage.screen, acts.in_days(30)
    await table.act("PlanMediation", due_on=due_on)
    steps = [
        f"{screen.word('step', one.step)} {one.due_on}" for one in (await table.work()).milestones
    ]
    screen.say("hard.planned", due=due_on, steps="，".join(steps))


async def _in_force(stage: Stage, table: Table) -> None:
    """From when it holds, until when the court may be asked, and what a court will not confirm."""
    work = await table.work()
    until = work.confirm_by.ToDatetime(UTC).astimezone(stage.screen.zone).date().isoformat()
    stage.screen.say("hard.in_force", version=work.agreement_version, until=until)
    for warning in work.warnings:
        stage.screen.say("hard.warned", text=stage.screen.sentence(warning))


async def _standing(stage: Stage, table: Table) -> str:
    terms = (await table.work()).terms
    return "，".join(stage.screen.word("standing", one.standing) for one in terms)


async def _guarded(stage: Stage, table: Table) -> None:
    """Closing is refused as long as something is missing, and says what."""
    try:
        await table.act("CloseMediation", ending=pb.MEDIATION_ENDING_SETTLED)
    except Refused as refused:
        missing = dict.fromkeys(refused.remote.fields.values())
        stage.screen.say("hard.refused", missing=stage.screen.between.join(missing))


async def confirmed(stage: Stage, clerk: Clerk, case: Registered, row: Sample) -> None:
    """Agreed, still owed; both sides ask the court, which confirms it (司法确认)."""
    screen = stage.screen
    screen.scene("scene.confirmed")
    table = await opened(stage, clerk, case, row)
    await appointed(stage, table)
    await table.sit(pb.SESSION_KIND_COUNTER, pb.SESSION_OUTCOME_AGREED)
    await table.written([table.term(acts.in_days(30), FULL)])
    await _in_force(stage, table)
    for result in (pb.CONFIRMATION_APPLIED, pb.CONFIRMATION_CONFIRMED):
        await table.act("RecordConfirmation", result=result)
        code = pb.Confirmation.Name(result).removeprefix("CONFIRMATION_").lower()
        screen.say("confirmed.now", no=case.case_no, state=screen.word("confirmation", code))
    await table.found(pb.FINDING_SETTLED, "双方已达成协议，法院已确认。")
    await table.close(pb.MEDIATION_ENDING_AGREED)
    await placing.end(stage, clerk, case, words.ENDING_KIND_AGREED)
    screen.say("confirmed.closed", no=case.case_no)


async def default(stage: Stage, clerk: Clerk, case: Registered, row: Sample) -> None:
    """Three weeks old and overdue: what is open next, mediated again, paid this time."""
    screen = stage.screen
    screen.scene("scene.default")
    table = await opened(stage, clerk, case, row)
    await appointed(stage, table)
    await table.sit(pb.SESSION_KIND_CIRCUIT, pb.SESSION_OUTCOME_AGREED, days_ago=ENTERED_LATE)
    signed = moment(datetime.now(UTC) - timedelta(days=ENTERED_LATE))
    await table.written([table.term(acts.in_days(OVERDUE), FULL)], signed_at=signed)
    await table.act("NoteDefault")
    screen.say("default.noted", no=case.case_no, text=await _last_of(clerk, case, DEFAULTED))
    await table.act("MediateAgain")
    await appointed(stage, table)
    await table.sit(pb.SESSION_KIND_ONLINE, pb.SESSION_OUTCOME_AGREED)
    version = await table.written([table.term(acts.in_days(1), FULL)])
    await table.paid(1, FULL, whole=True)
    screen.say("default.again", version=version, standing=await _standing(stage, table))
    await table.found(pb.FINDING_SETTLED, "再次调解后已全部履行。")
    await table.close(pb.MEDIATION_ENDING_SETTLED)
    await placing.end(stage, clerk, case, words.ENDING_KIND_SETTLED)


DEFAULTED = "mediation.defaulted"


async def _last_of(clerk: Clerk, case: Registered, kind: str) -> str:
    """What the case log says of it in plain words."""
    said: list[str] = []

    async def logged() -> bool:
        asked = custody.GetLogRequest(case_id=case.case_id, page_size=LOG_PAGE)
        answer = await clerk.custody.GetLog(asked)
        said[:] = [entry.text for entry in answer.entries if entry.kind == kind]
        return bool(said)

    await acts.until(logged, f"{case.case_no}: {kind} is not in the log")
    return said[-1]


async def township(stage: Stage) -> Clerk:
    """Who keeps the files at the township."""
    return await stage.clerk("s-dipu", *plain.MIDDLE)
