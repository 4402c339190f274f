"""Meeting days (说事日): the plan, sittings, their matters and minutes."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import case_id, new_request_id
from lianxin.cli.dates import iso_day
from lianxin.cli.errors import BadInput
from lianxin.cli.meeting import RESIDENT_COUNT, attendee, sitting_desk, sitting_seen
from lianxin.cli.paging import listed
from lianxin.cli.params import Limit
from lianxin.cli.plain import plain
from lianxin.cli.saving import saved
from lianxin.cli.session import connected
from lianxin.cli.words import say, word
from lianxin.intake.v1 import meeting_day_pb2 as pb

LIMIT_S = 120
DAYS = ("on_day", "moved_from", "provisional", "sitting_state", "sitting_id")
SITTINGS = (
    "on_day",
    "sitting_unit",
    "sitting_state",
    "matters",
    "residents",
    "minutes",
    "sitting_id",
)
MATTERS = ("no", "case_no", "category", "became", "due_on")
PEOPLE = ("post", "name", "presides", "sitting_unit")
Sitting = Annotated[str, typer.Argument(metavar="SITTING", help=say("opt.sitting"))]
Unit = Annotated[str, typer.Option("--unit", help=say("opt.paper_unit"))]


def plan(
    unit: Unit = "",
    months: Annotated[int, typer.Option(min=1, max=24, help=say("opt.plan_months"))] = 6,
) -> None:
    """The next meeting days of a unit."""
    with connected() as session:
        request = pb.PlanSittingsRequest(unit_id=unit, months=months)
        answer = plain(session.ask(sitting_desk(session).PlanSittings(request)))

    def people() -> None:
        if not answer["week"]:
            output.line("meeting.no_rule", unit=answer["unit_title"])
            return
        output.line(
            "meeting.rule",
            unit=answer["unit_title"],
            week=answer["week"],
            weekday=say(f"weekday.{answer['weekday']}"),
            begins=answer["begins"],
            ends=answer["ends"],
            place=answer["place"],
        )
        output.table([_day_row(one) for one in answer["days"]], DAYS)

    output.show(answer, people)


def _day_row(day: dict[str, Any]) -> dict[str, Any]:
    moved = day["by_rule"] if day["by_rule"] != day["on_day"] else ""
    return day | {"moved_from": moved, "sitting_state": _state(day["state"])}


def _state(code: str) -> str:
    return say(f"sitting.{code}") if code else ""


def call(
    unit: Unit = "",
    on: Annotated[str, typer.Option("--on", help=say("opt.sitting_on"))] = "",
    begins: Annotated[str, typer.Option("--from", help=say("opt.sitting_from"))] = "",
    ends: Annotated[str, typer.Option("--until", help=say("opt.sitting_until"))] = "",
    place: Annotated[str, typer.Option("--place", help=say("opt.sitting_place"))] = "",
) -> None:
    """Call a sitting: the next day of the plan unless a day is named."""
    with connected() as session:
        request = pb.CallSittingRequest(
            request_id=new_request_id(),
            unit_id=unit,
            on_day=iso_day(on, "--on"),
            begins=begins,
            ends=ends,
            place=place,
        )
        answer = plain(session.ask(sitting_desk(session).CallSitting(request)))
    _told("done.sitting_call", answer["sitting"])


def cancel(
    sitting: Sitting, why: Annotated[str, typer.Option("--why", help=say("opt.why"))]
) -> None:
    """Cancel a sitting that was called."""
    with connected() as session:
        seen = sitting_seen(session, sitting)
        request = pb.CancelSittingRequest(
            request_id=new_request_id(),
            sitting_id=seen.sitting_id,
            version=seen.version,
            why=why,
        )
        answer = plain(session.ask(sitting_desk(session).CancelSitting(request)))
    _told("done.sitting_cancel", answer["sitting"])


def hold(
    sitting: Sitting,
    present: Annotated[list[str], typer.Option("--present", help=say("opt.present"))],
    residents: Annotated[
        int, typer.Option("--residents", min=RESIDENT_COUNT, help=say("opt.residents"))
    ] = RESIDENT_COUNT,
) -> None:
    """Record that a sitting was held; who is named first presided."""
    with connected() as session:
        seen = sitting_seen(session, sitting)
        request = pb.HoldSittingRequest(
            request_id=new_request_id(),
            sitting_id=seen.sitting_id,
            version=seen.version,
            attendees=[attendee(said, first=place == 0) for place, said in enumerate(present)],
            residents=residents if residents != RESIDENT_COUNT else None,
        )
        answer = plain(session.ask(sitting_desk(session).HoldSitting(request)))
    _told("done.sitting_hold", answer["sitting"])


def add(
    sitting: Sitting,
    cases: Annotated[list[str], typer.Argument(metavar="CASE...", help=say("opt.sitting_cases"))],
    there: Annotated[bool, typer.Option("--registered-there", help=say("opt.there"))] = False,
) -> None:
    """Add matters that are registered already."""
    with connected() as session:
        seen = sitting_seen(session, sitting)
        request = pb.AddMattersRequest(
            request_id=new_request_id(),
            sitting_id=seen.sitting_id,
            case_ids=[case_id(session, one) for one in cases],
            registered_there=there,
        )
        answer = plain(session.ask(sitting_desk(session).AddMatters(request)))
    output.show(
        answer,
        lambda: output.line(
            "done.sitting_add", added=answer["added"], matters=answer["sitting"]["matters"]
        ),
    )


def minutes(
    sitting: Sitting,
    *,
    text: Annotated[str, typer.Option("--text", help=say("opt.minutes_text"))] = "",
    text_file: Annotated[Path | None, typer.Option("--file", help=say("opt.minutes_file"))] = None,
    signed: Annotated[list[str] | None, typer.Option("--signed", help=say("opt.signed"))] = None,
    signed_on: Annotated[str, typer.Option("--on", help=say("opt.minutes_on"))] = "",
    why: Annotated[str, typer.Option("--why", help=say("opt.minutes_why"))] = "",
) -> None:
    """Keep the minutes as they were signed; again with --why to amend them."""
    with connected() as session:
        seen = sitting_seen(session, sitting)
        request = pb.SignMinutesRequest(
            request_id=new_request_id(),
            sitting_id=seen.sitting_id,
            version=seen.version,
            text=_text(text, text_file),
            signed_by=signed or [one.name for one in seen.attendees if one.presides],
            signed_on=iso_day(signed_on, "--on"),
            why=why,
        )
        answer = plain(session.ask(sitting_desk(session).SignMinutes(request)))
    output.show(
        answer,
        lambda: output.line("done.sitting_minutes", version=answer["minutes"]["version"]),
    )


def _text(text: str, file: Path | None) -> str:
    if file is None:
        return text
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise BadInput("FILE_UNREADABLE", field="--file", file=file.name) from None


def paper(
    sitting: Sitting,
    version: Annotated[int, typer.Option("--version", min=0, help=say("opt.minutes_no"))] = 0,
    form: Annotated[str, typer.Option("--format", help=say("opt.document_format"))] = "docx",
    out: Annotated[Path | None, typer.Option("--out", help=say("opt.out"))] = None,
) -> None:
    """Write the minutes to a file: docx or pdf."""
    with connected() as session:
        seen = sitting_seen(session, sitting)
        request = pb.MakeMinutesPaperRequest(
            sitting_id=seen.sitting_id, version=version, format=form
        )
        asked = sitting_desk(session).MakeMinutesPaper(request, timeout=LIMIT_S)
        answer = session.ask(asked)
    file = str(saved(out, answer.filename, answer.data))
    data = {"file": file, "sha256": answer.sha256}
    output.done("done.document_make", data, file=file)


def show(sitting: Sitting) -> None:
    """A sitting: who was there, what became of its matters, its minutes."""
    with connected() as session:
        request = pb.GetSittingRequest(sitting_id=sitting_seen(session, sitting).sitting_id)
        answer = plain(session.ask(sitting_desk(session).GetSitting(request)))

    def people() -> None:
        one = answer["sitting"]
        output.card(_shown(one))
        if one["attendees"]:
            there = [each | {"sitting_unit": each["unit_title"]} for each in one["attendees"]]
            output.table(there, PEOPLE, title=say("meeting.present"))
        rows = [row | {"became": _became(row)} for row in answer["matters"]]
        output.table(rows, MATTERS, title=say("meeting.matters"))
        if answer["not_shown"]:
            output.line("meeting.not_shown", count=answer["not_shown"])
        for row in answer["minutes"]:
            names = "、".join(row["signed_by"])
            output.line("meeting.minutes", **(row | {"signed_by": names}))

    output.show(answer, people)


def _became(row: dict[str, Any]) -> str:
    """当场答复, how it ended, or who has it now."""
    if row["on_the_spot"]:
        return say("meeting.on_the_spot")
    if row["ending"]:
        return word("ending", row["ending"])
    return str(row["holder_title"])


def _shown(one: dict[str, Any]) -> dict[str, Any]:
    names = ("on_day", "begins", "ends", "place", "residents", "why", "sitting_id")
    first = {"sitting_unit": one["unit_title"], "sitting_state": _state(one["state"])}
    return first | {name: one[name] for name in names if one[name] not in {"", None}}


def list_sittings(
    unit: Annotated[str, typer.Option("--unit", help=say("opt.sittings_unit"))] = "",
    begins: Annotated[str, typer.Option("--from", help=say("opt.from_day"))] = "",
    ends: Annotated[str, typer.Option("--to", help=say("opt.to_day"))] = "",
    limit: Limit = 50,
) -> None:
    """Sittings of your site and below, newest first."""
    wanted = pb.ListSittingsRequest(
        unit_id=unit, from_day=iso_day(begins, "--from"), to_day=iso_day(ends, "--to")
    )
    with connected() as session:
        rpc = sitting_desk(session).ListSittings
        lines, more = listed(session, rpc, wanted, limit, "sittings")
    found = [plain(one) for one in lines]

    def people() -> None:
        output.table([_row(one) for one in found], SITTINGS)
        if more:
            output.line("more")

    output.show({"sittings": found, "more": more}, people)


def _row(one: dict[str, Any]) -> dict[str, Any]:
    return one | {"sitting_state": _state(one["state"]), "sitting_unit": one["unit_title"]}


def _told(key: str, one: dict[str, Any]) -> None:
    def people() -> None:
        output.line(key, on_day=one["on_day"], unit=one["unit_title"])
        output.card(_shown(one))

    output.show(one, people)
