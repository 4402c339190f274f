"""The day of a hearing: who came, stages, evidence, statements, minutes; another day; together."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli.cases import case_id
from lianxin.cli.hearings.acts import HearingSeen, hear
from lianxin.cli.hearings.people import Roll, number_of, session_of
from lianxin.cli.mediating.reading import text_from
from lianxin.cli.params import Case
from lianxin.cli.plain import enum_number
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.hearing.v1 import session_pb2 as pb

CAME = pb.Came.DESCRIPTOR
Reason = Annotated[str, typer.Option("--why", help=say("opt.hearing_why"))]
Who = Annotated[str, typer.Option("--who", help=say("opt.hearing_who"))]
Text = Annotated[str, typer.Option("--text", help=say("opt.hearing_text"))]
TextFile = Annotated[Path | None, typer.Option("--file", help=say("opt.hearing_text_file"))]
Came = Annotated[list[str] | None, typer.Option("--came", help=say("opt.hearing_came"))]


def open_hearing(
    case: Case,
    *,
    came: Came = None,
    everybody_came: Annotated[
        bool, typer.Option("--everybody-came", help=say("opt.hearing_everybody"))
    ] = False,
    recusal_asked: Annotated[
        bool, typer.Option("--recusal-asked", help=say("opt.hearing_recusal_asked"))
    ] = False,
) -> None:
    """Open a hearing with everybody who was called accounted for."""

    def given(session: Session, seen: HearingSeen) -> dict[str, Any]:
        roll = Roll(session, seen)
        told = dict.fromkeys(roll.everybody(), pb.CAME_PRESENT) if everybody_came else {}
        return {"came": _rows(told | dict(_came(roll, one) for one in came or []))}

    hear("hearing_open", case, pb.OpenHearingRequest, given, recusal_asked=recusal_asked)


def attend(case: Case, *, came: Came = None) -> None:
    """Note that somebody comes later, or leaves."""

    def given(session: Session, seen: HearingSeen) -> dict[str, Any]:
        roll = Roll(session, seen)
        return {"came": _rows(dict(_came(roll, one) for one in came or []))}

    hear("hearing_attend", case, pb.NoteAttendanceRequest, given)


def _came(roll: Roll, text: str) -> tuple[str, Any]:
    """`WHO` or `WHO=online`."""
    who, _, how = text.partition("=")
    number = enum_number(CAME, how or "present", "--came")
    return roll.attendee(who, "--came"), number


def _rows(came: dict[str, Any]) -> list[pb.AttendeeCame]:
    return [pb.AttendeeCame(attendee=who, came=how) for who, how in came.items()]


def recuse(
    case: Case,
    *,
    member: Annotated[str, typer.Option("--member", help=say("opt.hearing_member"))],
    who: Who,
    upheld: Annotated[bool, typer.Option("--upheld/--dismissed", help=say("opt.hearing_upheld"))],
    why: Reason,
    reserve: Annotated[str, typer.Option("--reserve", help=say("opt.hearing_reserve"))] = "",
) -> None:
    """Keep a request for recusal made at the opening, and how it was decided."""

    def given(session: Session, seen: HearingSeen) -> dict[str, Any]:
        return {"attendee": Roll(session, seen).attendee(who, "--who")}

    said = {
        "member_no": number_of(member, "--member"),
        "upheld": upheld,
        "reasons": why,
        "reserve_no": number_of(reserve, "--reserve") if reserve else 0,
    }
    hear("hearing_recuse", case, pb.RecuseMemberRequest, given, **said)


def stage(
    case: Case,
    which: Annotated[str, typer.Argument(metavar="STAGE", help=say("opt.hearing_stage"))],
) -> None:
    """Begin the next stage."""
    number = enum_number(pb.Stage.DESCRIPTOR, which, "STAGE")
    hear("hearing_stage", case, pb.TakeStageRequest, stage=number)


def evidence(
    case: Case,
    *,
    who: Who,
    title: Annotated[str, typer.Option("--title", help=say("opt.hearing_title"))],
    shows: Annotated[str, typer.Option("--shows", help=say("opt.hearing_shows"))],
    kind: Annotated[str, typer.Option("--kind", help=say("opt.hearing_kind"))] = "document",
    original: Annotated[bool, typer.Option("--original", help=say("opt.hearing_original"))] = False,
    answered: Annotated[str, typer.Option("--answered", help=say("opt.hearing_answered"))] = "",
) -> None:
    """Add a line to the evidence list."""

    def given(session: Session, seen: HearingSeen) -> dict[str, Any]:
        return {"attendee": Roll(session, seen).attendee(who, "--who")}

    said = {
        "kind": enum_number(pb.EvidenceKind.DESCRIPTOR, kind, "--kind"),
        "original": original,
        "title": title,
        "shows": shows,
        "answered": answered,
    }
    hear("hearing_evidence", case, pb.AddEvidenceRequest, given, **said)


def statement(case: Case, *, who: Who, text: Text = "", file: TextFile = None) -> None:
    """Keep what somebody said in the stage that runs."""

    def given(session: Session, seen: HearingSeen) -> dict[str, Any]:
        return {"attendee": Roll(session, seen).attendee(who, "--who")}

    said = text_from(text, file, "--file")
    hear("hearing_statement", case, pb.AddStatementRequest, given, text=said)


def minutes(case: Case, *, text: Text = "", file: TextFile = None) -> None:
    """Keep a version of the minutes."""
    hear("hearing_minutes", case, pb.KeepMinutesRequest, text=text_from(text, file, "--file"))


def sign(
    case: Case,
    *,
    who: Annotated[list[str] | None, typer.Option("--who", help=say("opt.hearing_signers"))] = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help=say("opt.hearing_everybody_signs"))
    ] = False,
    refused: Annotated[bool, typer.Option("--refused", help=say("opt.hearing_refused"))] = False,
    why: Annotated[str, typer.Option("--why", help=say("opt.hearing_refused_why"))] = "",
) -> None:
    """Keep hands under the newest minutes, or who refused and why."""

    def given(session: Session, seen: HearingSeen) -> dict[str, Any]:
        day = session_of(session, seen)
        there = _there(day) if everybody else []
        roll = Roll(session, seen) if who else None
        named = [roll.attendee(one, "--who") for one in who or []] if roll else []
        newest = day.minutes[-1].version_no if day.minutes else 1
        return {"attendees": named or there, "version_no": newest}

    signing = pb.SIGNING_REFUSED if refused else pb.SIGNING_SIGNED
    hear("hearing_sign", case, pb.SignMinutesRequest, given, signing=signing, reason=why)


def _there(day: Any) -> list[str]:
    """Who stayed to the end of the newest sitting and has not said anything of the minutes yet."""
    said = {one.attendee for one in day.minutes[-1].hands} if day.minutes else set()
    rows = day.sittings[-1].attendances if day.sittings else ()
    stayed = [one.attendee for one in rows if one.came in {pb.CAME_PRESENT, pb.CAME_ONLINE}]
    return [one for one in stayed if one not in said]


def postpone(case: Case, why: Reason) -> None:
    """Call a hearing off for its day; everybody called is told."""
    hear("hearing_postpone", case, pb.PostponeHearingRequest, reason=why)


def adjourn(case: Case, why: Reason) -> None:
    """Stop a hearing that goes on another day."""
    hear("hearing_adjourn", case, pb.AdjournHearingRequest, reason=why)


def confer(case: Case) -> None:
    """Let the panel withdraw to confer."""
    hear("hearing_confer", case, pb.ConferRequest)


def join(
    case: Case,
    leader: Annotated[str, typer.Option("--with", help=say("opt.hearing_leader"))],
) -> None:
    """Hold the hearing of a case together with that of another, which leads."""

    def given(session: Session, _: HearingSeen) -> dict[str, Any]:
        return {"leader": case_id(session, leader)}

    hear("hearing_join", case, pb.JoinHearingRequest, given)


def leave(case: Case) -> None:
    """Hold a joined hearing by itself again."""
    hear("hearing_leave", case, pb.LeaveHearingRequest)
