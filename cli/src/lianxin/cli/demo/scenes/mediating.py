"""The short way of a plain dispute: opened, one session, agreed or not, asked, closed."""

from dataclasses import dataclass

from lianxin.cli.demo import acts, mediators
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.samples import Sample
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.table import Table
from lianxin.cli.demo.world import NODES
from lianxin.common.v1 import case_pb2 as words
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import mediation_pb2

KINDS = {
    words.PROCEDURE_PEOPLES_MEDIATION: mediation_pb2.MEDIATION_KIND_PEOPLES,
    words.PROCEDURE_ADMINISTRATIVE_MEDIATION: mediation_pb2.MEDIATION_KIND_ADMINISTRATIVE,
    words.PROCEDURE_COURT_ENTRUSTED: mediation_pb2.MEDIATION_KIND_PEOPLES,
}
"""Procedures under which the unit mediates, and of which kind."""
AGREED_DAYS, OWED_FEN = 20, 200_000
SESSIONS = (
    pb.SESSION_KIND_COUNTER,
    pb.SESSION_KIND_CIRCUIT,
    pb.SESSION_KIND_HOME,
    pb.SESSION_KIND_COUNTER,
    pb.SESSION_KIND_ONLINE,
)


@dataclass(frozen=True, slots=True)
class Course:
    """How a dispute went: its form of agreement, whether something is still owed, its endings."""

    ending: words.EndingKind.ValueType
    closed: pb.MediationEnding.ValueType
    form: pb.AgreementForm.ValueType = pb.AGREEMENT_FORM_UNSPECIFIED
    owed: bool = False


ORAL = Course(words.ENDING_KIND_SETTLED, pb.MEDIATION_ENDING_SETTLED, pb.AGREEMENT_FORM_ORAL)
WRITTEN = Course(words.ENDING_KIND_SETTLED, pb.MEDIATION_ENDING_SETTLED, pb.AGREEMENT_FORM_WRITTEN)
OWED = Course(
    words.ENDING_KIND_AGREED, pb.MEDIATION_ENDING_AGREED, pb.AGREEMENT_FORM_WRITTEN, owed=True
)
FAILED = Course(words.ENDING_KIND_STATUTORY_ROUTE, pb.MEDIATION_ENDING_TERMINATED)
EXPLAINED = Course(words.ENDING_KIND_EXPLAINED, pb.MEDIATION_ENDING_EXPLAINED)


def course_of(row: Sample) -> Course:
    """How a dispute goes in this run: most are agreed on, some owe, some fail."""
    number = int(row.no[-3:])
    oral = row.procedure == words.PROCEDURE_PEOPLES_MEDIATION and row.category != "labour"
    if number % 10 == 7:  # noqa: PLR2004 (one of ten)
        return FAILED
    if number % 3 == 0:
        return OWED
    return ORAL if oral and number % 4 else WRITTEN


async def play(stage: Stage) -> None:
    """The register of mediators is read in, for each node those of its own sites."""
    screen = stage.screen
    screen.scene("scene.mediators")
    register = await mediators.registered(stage)
    for node in NODES:
        screen.say("mediators.kept", unit=stage.title(stage.site(node)), count=register.kept[node])


async def short(
    stage: Stage,
    clerk: Clerk,
    case: Registered,
    procedure: words.Procedure.ValueType,
    course: Course,
    *,
    turn: int = 0,
) -> words.EndingKind.ValueType:
    """Mediate an accepted dispute in one session; the ending that its case now has."""
    register = await mediators.registered(stage)
    table = Table(clerk, case, register)
    await table.open(KINDS[procedure])
    if not table.two_sided:
        return await _explained(table)
    best = (await table.suggested()).suggested[0]
    await table.assign(clerk, [best.mediator_id])
    agreed = course.form != pb.AGREEMENT_FORM_UNSPECIFIED
    outcome = pb.SESSION_OUTCOME_AGREED if agreed else pb.SESSION_OUTCOME_NOT_AGREED
    await table.sit(SESSIONS[turn % len(SESSIONS)], outcome)
    await _concluded(table, course)
    await table.close(course.closed)
    return course.ending


async def _concluded(table: Table, course: Course) -> None:
    if course.form == pb.AGREEMENT_FORM_ORAL:
        await table.oral()
    elif course.form == pb.AGREEMENT_FORM_WRITTEN:
        owed = [table.term(acts.in_days(AGREED_DAYS), OWED_FEN)] if course.owed else []
        await table.written(owed)
    else:
        await table.act("FailMediation", routes=[pb.ROUTE_COURT])
        await table.found(pb.FINDING_EXPLAINED, "双方意见不一，已告知其他途径。")
        return
    await table.found(pb.FINDING_SETTLED, "双方已达成协议。")


async def _explained(table: Table) -> words.EndingKind.ValueType:
    """Nobody on the other side: answered in writing with reasons (条例 32)."""
    await table.found(pb.FINDING_EXPLAINED, "查明情况，已当面说明依据。")
    await table.act("AnswerMediation")
    await table.close(EXPLAINED.closed)
    return EXPLAINED.ending
