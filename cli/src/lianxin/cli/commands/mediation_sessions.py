"""Sessions of a mediation."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from kernel.ids import new_id
from lianxin.cli.dates import moment
from lianxin.cli.errors import BadInput
from lianxin.cli.mediating.acts import MediationSeen, mediate
from lianxin.cli.mediating.people import Registered, mediator_ids
from lianxin.cli.mediating.reading import file_of, text_from
from lianxin.cli.params import Case
from lianxin.cli.plain import enum_number, stamp
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.mediation.v1 import casework_pb2 as pb

SCHEDULED = "scheduled"
Which = Annotated[str, typer.Option("--session", help=say("opt.session"))]
RecordFile = Annotated[Path | None, typer.Option("--record-file", help=say("opt.record_file"))]


def add(
    case: Case,
    *,
    at: Annotated[str, typer.Option("--at", help=say("opt.session_at"))],
    hours: Annotated[float, typer.Option("--hours", min=0.25, max=12, help=say("opt.hours"))] = 2,
    kind: Annotated[str, typer.Option("--kind", help=say("opt.session_kind"))] = "counter",
    apart: Annotated[bool, typer.Option("--apart", help=say("opt.apart"))] = False,
    place: Annotated[str, typer.Option("--place", help=say("opt.session_place"))] = "",
    link: Annotated[str, typer.Option("--link", help=say("opt.session_link"))] = "",
    party: Annotated[list[str] | None, typer.Option("--party", help=say("opt.invited"))] = None,
    mediator: Annotated[list[str] | None, typer.Option(help=say("opt.session_led"))] = None,
    unit: Annotated[list[str] | None, typer.Option("--unit", help=say("opt.consulted"))] = None,
    victim_asks: Annotated[
        bool, typer.Option("--victim-asks", help=say("opt.victim_asks"))
    ] = False,
) -> None:
    """Call people together; everybody who takes part is invited unless some are named."""
    begin = moment(at, "--at")
    said = {
        "session_id": str(new_id()),
        "kind": enum_number(pb.SessionKind.DESCRIPTOR, kind, "--kind"),
        "joining": pb.JOINING_APART if apart else pb.JOINING_JOINT,
        "starts_at": stamp(begin),
        "ends_at": stamp(begin + timedelta(hours=hours)),
        "place": place,
        "link": link,
        "department_ids": unit or [],
        "victim_asks": victim_asks,
    }

    def given(session: Session, seen: MediationSeen) -> dict[str, Any]:
        return {
            "mediator_ids": mediator_ids(session, mediator or [], "--mediator"),
            "party_ids": _invited(session, seen, party or []),
        }

    mediate("mediation_session_add", case, pb.ScheduleSessionRequest, given, **said)


def _invited(session: Session, seen: MediationSeen, said: list[str]) -> list[str]:
    if said:
        registered = Registered(session, seen.case_id)
        return [registered.party(one, "--party") for one in said]
    return [one.party_id for one in file_of(session, seen.case_id).participants]


def cancel(case: Case, which: Which = "") -> None:
    """Cancel a session; its mediators are free again."""

    def given(session: Session, seen: MediationSeen) -> dict[str, Any]:
        return {"session_id": scheduled(session, seen, which).session_id}

    mediate("mediation_session_cancel", case, pb.CancelSessionRequest, given)


def record(
    case: Case,
    *,
    outcome: Annotated[str, typer.Option("--outcome", help=say("opt.session_outcome"))],
    which: Which = "",
    came: Annotated[list[str] | None, typer.Option("--came", help=say("opt.came"))] = None,
    everybody_came: Annotated[
        bool, typer.Option("--everybody-came", help=say("opt.everybody_came"))
    ] = False,
    record: Annotated[str, typer.Option("--record", help=say("opt.record"))] = "",
    record_file: RecordFile = None,
) -> None:
    """Record what came of a session."""
    number = enum_number(pb.SessionOutcome.DESCRIPTOR, outcome, "--outcome")
    text = text_from(record, record_file, "--record-file")

    def given(session: Session, seen: MediationSeen) -> dict[str, Any]:
        one = scheduled(session, seen, which)
        told = {}
        if everybody_came:
            told = {party.party_id: pb.ATTENDANCE_ATTENDED for party in one.parties}
        if came:
            told |= dict(_attendance(Registered(session, seen.case_id), each) for each in came)
        rows = [pb.CameToSession(party_id=party, attendance=how) for party, how in told.items()]
        return {"session_id": one.session_id, "came": rows}

    said = {"outcome": number, "record": text}
    mediate("mediation_session_record", case, pb.RecordSessionRequest, given, **said)


def _attendance(registered: Registered, text: str) -> tuple[str, Any]:
    """`PARTY` or `PARTY=excused`."""
    who, _, how = text.partition("=")
    number = enum_number(pb.Attendance.DESCRIPTOR, how or "attended", "--came")
    return registered.party(who, "--came"), number


def scheduled(session: Session, seen: MediationSeen, which: str) -> Any:
    """The session that is meant: by id, or the only one that is scheduled. Raises BadInput."""
    sessions = file_of(session, seen.case_id).sessions
    wanted = [one for one in sessions if one.session_id == which]
    found = wanted if which else [one for one in sessions if one.state == SCHEDULED]
    if len(found) != 1:
        shown = ", ".join(one.session_id for one in found or sessions)
        raise BadInput("NAME_ONE", field="--session", ids_shown=shown)
    return found[0]
