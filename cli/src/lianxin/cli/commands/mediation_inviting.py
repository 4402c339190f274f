"""People invited to help at a session: invite, uninvite, what parties and they say, who came."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from kernel.clock import SHANGHAI
from kernel.inviting import shipped_undertakings
from lianxin.cli.commands.mediation_sessions import Which, scheduled
from lianxin.cli.dates import iso_day
from lianxin.cli.errors import BadInput
from lianxin.cli.mediating.acts import Given, MediationSeen, done, mediate, told
from lianxin.cli.mediating.people import Registered
from lianxin.cli.mediating.reading import file_of, only
from lianxin.cli.params import Case
from lianxin.cli.plain import enum_number
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.common.v1 import invitation_pb2 as words
from lianxin.mediation.v1 import invitation_pb2 as pb

WAITING = {words.INVITATION_STANDING_INVITED, words.INVITATION_STANDING_ACCEPTED}
Kind = Annotated[str, typer.Option("--kind", help=say("opt.invited_kind"))]
Account = Annotated[str, typer.Option("--account", help=say("opt.invited_account"))]
Name = Annotated[str, typer.Option("--name", help=say("opt.invited_name"))]
Of = Annotated[str, typer.Option("--of", help=say("opt.invited_of"))]
Unit = Annotated[str, typer.Option("--unit", help=say("opt.invited_unit"))]
Number = Annotated[int, typer.Option("--invited", min=0, help=say("opt.invited_no"))]
Declined = Annotated[bool, typer.Option("--declined", help=say("opt.invited_declined"))]
Recused = Annotated[bool, typer.Option("--recused", help=say("opt.invited_recused"))]
Against = Annotated[bool, typer.Option("--against", help=say("opt.invited_against"))]
Absent = Annotated[bool, typer.Option("--absent", help=say("opt.invited_absent"))]


def person(*, kind: str, account: str, name: str, of: str, unit: str) -> words.InvitedPerson:
    """Who is invited, from the options of a command. Raises BadInput."""
    if not (account or name):
        raise BadInput("INVITED_WHO", field="--account, --name")
    return words.InvitedPerson(
        kind=enum_number(words.InvitedKind.DESCRIPTOR, kind, "--kind"),
        account=account,
        name=name,
        organisation=of,
        unit_id=unit,
    )


def invite(
    case: Case,
    *,
    kind: Kind,
    account: Account = "",
    name: Name = "",
    of: Of = "",
    unit: Unit = "",
    which: Which = "",
) -> None:
    """Invite somebody to help at a session: a lawyer, a deputy, somebody the village listens to."""
    who = person(kind=kind, account=account, name=name, of=of, unit=unit)

    def given(session: Session, seen: MediationSeen) -> dict[str, Any]:
        return {"session_id": scheduled(session, seen, which).session_id}

    with connected() as session:
        seen, answer = done(session, case, pb.InviteToSessionRequest, given, person=who)
    told("invited", seen, answer, no=answer.no)


def uninvite(case: Case, number: Number = 0) -> None:
    """Withdraw an invitation; what was seen through it is seen no more."""
    mediate("uninvited", case, pb.WithdrawSessionInvitationRequest, _which(number))


def _which(number: int) -> Given:
    """Which invitation: by its number, or the only one that waits."""

    def given(session: Session, seen: MediationSeen) -> dict[str, Any]:
        if number:
            return {"no": number}
        sessions = file_of(session, seen.case_id).sessions
        waiting = [it.no for one in sessions for it in one.invited if it.standing in WAITING]
        return {"no": only(waiting, "--invited")}

    return given


def agreed(
    case: Case,
    *,
    party: Annotated[list[str], typer.Option("--party", help=say("opt.consent_party"))],
    number: Number = 0,
    against: Against = False,
    on: Annotated[str, typer.Option("--on", help=say("opt.consent_day"))] = "",
) -> None:
    """Take down whether parties agree to somebody being there; one against it is enough."""
    day = iso_day(on, "--on") or datetime.now(SHANGHAI).date().isoformat()
    said = {"given": not against, "on_day": day}
    with connected() as session:
        answers = [_word(session, case, who, number, said) for who in party]
    seen, answer = answers[-1]
    told("invited_word", seen, answer, count=len(party))


def _word(
    session: Session, case: str, who: str, number: int, said: Mapping[str, Any]
) -> tuple[MediationSeen, Any]:
    which = _which(number)

    def given(session: Session, seen: MediationSeen) -> dict[str, Any]:
        party_id = Registered(session, seen.case_id).party(who, "--party")
        return {**which(session, seen), "party_id": party_id}

    return done(session, case, pb.RecordSessionWordRequest, given, **said)


def undertake(
    case: Case, number: Number = 0, *, declined: Declined = False, recused: Recused = False
) -> None:
    """Take down the answer of somebody without an account: the signed undertaking, or a refusal."""
    said = {"answer": answer_of(declined=declined, recused=recused)}
    version = shipped_undertakings().newest
    kind = pb.RecordSessionAnswerRequest
    mediate("invited_answer", case, kind, _which(number), undertaking_version=version, **said)


def answer_of(*, declined: bool, recused: bool) -> Any:
    """What is answered: accepted unless something else is said. Raises BadInput."""
    if declined and recused:
        raise BadInput("NAME_ONE", field="--declined, --recused", ids_shown="")
    if recused:
        return words.INVITATION_ANSWER_RECUSE
    return words.INVITATION_ANSWER_DECLINE if declined else words.INVITATION_ANSWER_ACCEPT


def attended(case: Case, number: Number = 0, *, absent: Absent = False) -> None:
    """Record whether somebody who was invited was there; the record of the session names them."""
    kind = pb.RecordSessionPresenceRequest
    mediate("invited_presence", case, kind, _which(number), came=not absent)
