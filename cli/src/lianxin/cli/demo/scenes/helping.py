"""A lawyer helps at one session: invited, bound, agreed to, sees that one matter."""

from kernel.ids import new_id
from lianxin.cli.demo import acts
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.table import Table
from lianxin.common.v1 import invitation_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.mediation.v1 import invitation_pb2 as pb

LAWYER = "lawyer.dipu"


async def invited(stage: Stage, table: Table, session_id: str) -> int:
    """Invited to a session that is called; answers the number of the invitation."""
    clerk, screen = table.clerk, stage.screen
    lawyer = await stage.clerk(clerk.unit, "invited", name=LAWYER)
    person = words.InvitedPerson(
        kind=words.INVITED_KIND_LAWYER,
        account=LAWYER,
        name="钱为民",
        organisation="安吉某律师事务所",
    )
    asked = pb.InviteToSessionRequest(
        case_id=table.case.case_id, session_id=session_id, person=person
    )
    made = await table.send(clerk, clerk.session_invitations.InviteToSession, asked)
    await _undertaken(table, lawyer, made.no)
    for party in table.parties:
        said = pb.RecordSessionWordRequest(
            case_id=table.case.case_id,
            no=made.no,
            party_id=party.party_id,
            given=True,
            on_day=acts.in_days(0),
        )
        await table.send(clerk, clerk.session_invitations.RecordSessionWord, said)
    asked_matter = pb.GetInvitedSessionRequest(case_id=table.case.case_id)
    seen = await acts.call(lawyer.session_invitations.GetInvitedSession(asked_matter))
    screen.say("helping.sees", no=seen.matter.case_no, parties=len(seen.matter.parties))
    whole = intake.GetCaseRequest(case_id=table.case.case_id)
    refused = await acts.refused_in_words(lawyer.intake.GetCase(whole))
    screen.say("helping.shut", reason=refused or "—")
    return int(made.no)


async def _undertaken(table: Table, lawyer: Clerk, no: int) -> None:
    """The lawyer accepts, with the undertaking as it reads today."""
    own = await acts.call(
        lawyer.session_invitations.ListSessionInvitations(pb.ListSessionInvitationsRequest())
    )
    [line] = own.invitations
    answer = pb.AnswerSessionInvitationRequest(
        request_id=str(new_id()),
        case_id=line.case_id,
        epoch=line.epoch,
        version=line.version,
        no=no,
        answer=words.INVITATION_ANSWER_ACCEPT,
        undertaking_version=own.undertaking.version,
    )
    await acts.call(lawyer.session_invitations.AnswerSessionInvitation(answer))
    await table.look()


async def came(stage: Stage, table: Table, no: int) -> None:
    """Was there: the record of the session names the lawyer."""
    clerk = table.clerk
    said = pb.RecordSessionPresenceRequest(case_id=table.case.case_id, no=no, came=True)
    await table.send(clerk, clerk.session_invitations.RecordSessionPresence, said)
    stage.screen.say("helping.came", no=table.case.case_no)
