"""Setting a hearing by hand: what stands against it, set, taken back, pinned, confirmed."""

import re
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.dates import iso_day
from lianxin.cli.errors import BadInput, Findings
from lianxin.cli.hearings.acts import HearingSeen, hear, seen_of
from lianxin.cli.hearings.naming import Names, clash_rows
from lianxin.cli.hearings.people import Roll
from lianxin.cli.hearings.setting import (
    At,
    Chair,
    Day,
    Despite,
    Length,
    Optional,
    Panel,
    Recorder,
    Register,
    Room,
    Sent,
    Typed,
    minute,
)
from lianxin.cli.params import Case
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.hearing.v1 import scheduling_pb2 as pb

CLASH = ("clash", "subject", "other", "refuses", "clash_kind")
AWAY = re.compile(r"(?P<who>.+)=(?P<day>\d{4}-\d\d-\d\d)@(?P<begins>[\d:]+)-(?P<ends>[\d:]+)")
Days = Annotated[list[str] | None, typer.Option("--day", help=say("opt.hearing_not_day"))]
Rooms = Annotated[list[str] | None, typer.Option("--room", help=say("opt.hearing_not_room"))]
Persons = Annotated[list[str] | None, typer.Option("--person", help=say("opt.hearing_not_person"))]
Away = Annotated[list[str] | None, typer.Option("--away", help=say("opt.hearing_away"))]


def clashes(
    case: Case,
    *,
    day: Day,
    at: At,
    room: Room,
    chair: Chair,
    recorder: Recorder,
    panel: Panel = None,
    sends: Sent = None,
    observer: Optional = None,
    minutes: Length = 0,
) -> None:
    """Show everything that stands against holding a hearing so; nothing is set."""
    lists = (panel or [], sends or [], observer or [])
    typed = Typed(day, at, room, chair, recorder, *lists, minutes)
    with connected() as session:
        seen = seen_of(session, case)
        request = pb.ShowClashesRequest(case_id=seen.case_id, wanted=typed.message(session))
        answer = session.ask(session.hearing_schedule.ShowClashes(request))
        data = plain(answer)
        output.show(data, lambda: show_clashes(session, data["clashes"]))
    if any(one.refuses for one in answer.clashes):
        raise Findings("HEARING_CLASHES")


def show_clashes(session: Session, found: list[dict[str, Any]], *, title: str = "") -> None:
    """Clashes as a table with names, or that there are none."""
    if not found:
        output.line("hearing.no_clash")
        return
    output.table(clash_rows(found, Names(session).read), CLASH, title=title)


def set_hearing(
    case: Case,
    *,
    day: Day,
    at: At,
    room: Room,
    chair: Chair,
    recorder: Recorder,
    panel: Panel = None,
    sends: Sent = None,
    observer: Optional = None,
    minutes: Length = 0,
    despite: Despite = None,
) -> None:
    """Set time, room and people of a hearing, or move one that was set."""
    lists = (panel or [], sends or [], observer or [])
    typed = Typed(day, at, room, chair, recorder, *lists, minutes)

    def given(session: Session, _: HearingSeen) -> dict[str, Any]:
        return {"wanted": typed.message(session)}

    hear("hearing_set", case, pb.SetHearingRequest, given, despite=despite or [])


def unset(case: Case) -> None:
    """Take the time of a hearing back before anybody was told."""
    hear("hearing_unset", case, pb.UnsetHearingRequest)


def confirm(case: Case) -> None:
    """Confirm a hearing that is set; everybody concerned is told."""
    hear("hearing_confirm", case, pb.ConfirmHearingRequest)


def pin(
    case: Case,
    *,
    day: Day = "",
    at: At = "",
    room: Room = "",
    chair: Chair = "",
    panel: Panel = None,
) -> None:
    """Say what a proposal must leave as it is, in place of what was pinned before."""

    def given(session: Session, _: HearingSeen) -> dict[str, Any]:
        register = Register(session)
        pinned = pb.PinnedParts(
            day=iso_day(day, "--day"),
            begins=minute(at, "--at") if at else None,
            room_id=register.room(room) if room else "",
            chair_id=register.person(chair, "--chair") if chair else "",
            panel_ids=[register.person(one, "--panel") for one in panel or []],
        )
        return {"pinned": pinned}

    hear("hearing_pin", case, pb.PinPartsRequest, given)


def forbid(
    case: Case,
    *,
    day: Days = None,
    room: Rooms = None,
    person: Persons = None,
    away: Away = None,
) -> None:
    """Say what a proposal must not choose, in place of what was forbidden before."""

    def given(session: Session, seen: HearingSeen) -> dict[str, Any]:
        register = Register(session)
        roll = Roll(session, seen) if away else None
        return {
            "days": [iso_day(one, "--day") for one in day or []],
            "room_ids": [register.room(one) for one in room or []],
            "person_ids": [register.person(one, "--person") for one in person or []],
            "away": [_away(one, roll) for one in away or []],
        }

    hear("hearing_forbid", case, pb.ForbidPartsRequest, given)


def _away(text: str, roll: Roll | None) -> pb.AwayTime:
    """`PARTY=2026-11-18@09:00-12:00`."""
    found = AWAY.fullmatch(text)
    if found is None or roll is None:
        raise BadInput("HEARING_AWAY_FORM", field="--away", value=text[:40])
    return pb.AwayTime(
        party_id=roll.party(found["who"], "--away"),
        day=iso_day(found["day"], "--away"),
        begins=minute(found["begins"], "--away"),
        ends=minute(found["ends"], "--away"),
    )
