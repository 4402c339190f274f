"""People invited to help at the reception of a registration: invite, what is said, who came."""

from collections.abc import Awaitable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from kernel.clock import SHANGHAI
from kernel.inviting import shipped_undertakings
from lianxin.cli import output
from lianxin.cli.acting import Call, act
from lianxin.cli.cases import CaseSeen, in_intake, new_request_id
from lianxin.cli.commands import mediation_inviting as inviting
from lianxin.cli.dates import iso_day, moment
from lianxin.cli.mediating.people import Registered
from lianxin.cli.mediating.reading import only
from lianxin.cli.params import Case
from lianxin.cli.plain import plain, stamp
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say, word
from lianxin.intake.v1 import reception_pb2 as pb

RECEPTIONS = ("no", "starts_at", "place", "invited_kind", "name", "account", "invitation_standing")


def invite(
    case: Case,
    *,
    at: Annotated[str, typer.Option("--at", help=say("opt.reception_at"))],
    kind: inviting.Kind,
    hours: Annotated[float, typer.Option("--hours", min=0.25, max=12, help=say("opt.hours"))] = 2,
    place: Annotated[str, typer.Option("--place", help=say("opt.session_place"))] = "",
    account: inviting.Account = "",
    name: inviting.Name = "",
    of: inviting.Of = "",
    unit: inviting.Unit = "",
) -> None:
    """Invite somebody to help at a reception: a lawyer, a deputy, a psychologist."""
    who = inviting.person(kind=kind, account=account, name=name, of=of, unit=unit)
    begin = moment(at, "--at")
    times = {"starts_at": stamp(begin), "ends_at": stamp(begin + timedelta(hours=hours))}
    said = {"person": who, "place": place, **times}
    act("reception_invited", case, _call("InviteToReception", **said), intake=True)


def _call(rpc: str, /, **said: Any) -> Call:
    """An act on the case as it was seen."""

    def call(session: Session, seen: CaseSeen) -> Awaitable[Any]:
        kind = getattr(pb, f"{rpc}Request")
        request = kind(request_id=new_request_id(), case_id=seen.case_id, seen=seen.seen, **said)
        done: Awaitable[Any] = getattr(session.receptions, rpc)(request)
        return done

    return call


def uninvite(case: Case, number: inviting.Number = 0) -> None:
    """Withdraw an invitation; what was seen through it is seen no more."""
    said = {"no": _which(case, number)}
    act("uninvited", case, _call("WithdrawReceptionInvitation", **said), intake=True)


def _which(case: str, number: int) -> int:
    """The number of the invitation that is meant: the only one that waits, unless it is said."""
    if number:
        return number
    with connected() as session:
        found = _receptions(session, case)
    waiting = [one.invited.no for one in found if one.invited.standing in inviting.WAITING]
    return only(waiting, "--invited")


def _receptions(session: Session, case: str, why: str = "") -> list[Any]:
    asked = pb.ListReceptionsRequest(case_id=in_intake(session, case).case_id, why=why)
    return list(session.ask(session.receptions.ListReceptions(asked)).receptions)


def agreed(
    case: Case,
    *,
    party: Annotated[str, typer.Option("--party", help=say("opt.reception_party"))],
    number: inviting.Number = 0,
    against: inviting.Against = False,
    on: Annotated[str, typer.Option("--on", help=say("opt.consent_day"))] = "",
) -> None:
    """Take down whether a party agrees to somebody being there; one against it is enough."""
    day = iso_day(on, "--on") or datetime.now(SHANGHAI).date().isoformat()
    no = _which(case, number)
    with connected() as session:
        registered = Registered(session, in_intake(session, case).case_id)
        party_id = registered.party(party, "--party")
    said = {"no": no, "party_id": party_id, "given": not against, "on_day": day}
    act("reception_word", case, _call("RecordReceptionWord", **said), intake=True)


def undertake(
    case: Case,
    number: inviting.Number = 0,
    *,
    declined: inviting.Declined = False,
    recused: inviting.Recused = False,
) -> None:
    """Take down the answer of somebody without an account: the signed undertaking, or a refusal."""
    answer = inviting.answer_of(declined=declined, recused=recused)
    said = {"no": _which(case, number), "answer": answer}
    said |= {"undertaking_version": shipped_undertakings().newest}
    act("invited_answer", case, _call("RecordReceptionAnswer", **said), intake=True)


def attended(case: Case, number: inviting.Number = 0, *, absent: inviting.Absent = False) -> None:
    """Record whether somebody who was invited was there; with that the reception was held."""
    said = {"no": _which(case, number), "came": not absent}
    act("invited_presence", case, _call("RecordReceptionPresence", **said), intake=True)


def show(
    case: Case, why: Annotated[str, typer.Option("--why", help=say("opt.unmask_why"))] = ""
) -> None:
    """Who was invited to receptions of a case; the reading is on record."""
    with connected() as session:
        rows = [plain(one) for one in _receptions(session, case, why)]
    output.show({"receptions": rows}, lambda: output.table(map(_line, rows), RECEPTIONS))


def _line(one: Mapping[str, Any]) -> dict[str, Any]:
    invited = one["invited"]
    person = invited["person"]
    return {
        **one,
        "no": invited["no"],
        "invited_kind": word("invited_kind", person["kind"]),
        "name": person["name"],
        "account": person["account"],
        "invitation_standing": word("invitation_standing", invited["standing"]),
    }
