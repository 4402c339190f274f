"""Rooms in which hearings are held, and the ways between sites."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import new_request_id
from lianxin.cli.errors import Findings
from lianxin.cli.files.hearing_register import keep_rooms, keep_ways
from lianxin.cli.files.keeping import Report
from lianxin.cli.files.units import Units
from lianxin.cli.hearings.register import rooms
from lianxin.cli.plain import plain
from lianxin.cli.session import connected
from lianxin.cli.words import say, word
from lianxin.hearing.v1 import register_pb2 as pb

LINE = ("room_no", "room_name", "unit", "seats", "equipment", "room_online", "hours", "room_use")
File = Annotated[Path, typer.Argument(metavar="FILE", help=say("opt.file"))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=say("opt.dry_run"))]
One = Annotated[str, typer.Argument(metavar="SITE", help=say("opt.way_one"))]
Other = Annotated[str, typer.Argument(metavar="SITE", help=say("opt.way_other"))]


def import_file(file: File, *, dry_run: DryRun = False) -> None:
    """Keep the rooms of a file; every row gets its answer, a bad one stops nobody."""
    with connected() as session:
        report = keep_rooms(session, file, dry_run=dry_run)
    show_report(report, file, "room_id")


def show_report(report: Report[Any], file: Path, name: str) -> None:
    """What became of the rows. Raises Findings when one was refused."""
    output.show(report.data(file, name), lambda: _told(report))
    if report.refused:
        raise Findings("ROWS_REFUSED")


def _told(report: Report[Any]) -> None:
    output.line("register.imported", kept=len(report.kept), refused=len(report.refused))
    lines = [
        {"row": row.line, "field": output.heading(field), "text": text}
        for row, problems in report.refused
        for field, text in problems.items()
    ]
    if lines:
        output.table(lines, ("row", "field", "text"))


def list_rooms(
    *,
    site: Annotated[str, typer.Option("--site", help=say("opt.room_site"))] = "",
    ended: Annotated[bool, typer.Option("--ended", help=say("opt.entry_ended"))] = False,
) -> None:
    """Rooms that your unit may book."""
    with connected() as session:
        units = Units.of(session)
        at = units.id_of(site, "--site") if site else ""
        found = [plain(one) for one in rooms(session, site=at, ended=ended)]
    for one in found:
        one["unit_title"] = units.title(one["entry"]["unit_id"])
    output.show({"rooms": found}, lambda: output.table(map(_line, found), LINE))


def _line(one: dict[str, Any]) -> dict[str, Any]:
    entry = one["entry"]
    return {
        "room_no": entry["number"] or entry["room_id"],
        "room_name": entry["name"],
        "unit": one["unit_title"],
        "seats": entry["capacity"],
        "equipment": [word("room_equipment", code) for code in entry["equipment"]],
        "room_online": say("register.online") if entry["online"] else "",
        "hours": hours_text(entry["opens"], entry["closes"]),
        "room_use": word("room_use", entry["use"]),
    }


def hours_text(begins: int, ends: int) -> str:
    """Minutes after midnight as `08:30-17:30`."""
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (begins, ends))


def travel(
    one: One,
    other: Other,
    minutes: Annotated[
        int, typer.Argument(metavar="MINUTES", min=0, max=1440, help=say("opt.way_minutes"))
    ],
) -> None:
    """Say how long the way between two sites takes; 0 takes it out."""
    with connected() as session:
        units = Units.of(session)
        entry = pb.TravelEntry(
            one_id=units.id_of(one, "SITE"), other_id=units.id_of(other, "SITE"), minutes=minutes
        )
        request = pb.KeepTravelRequest(request_id=new_request_id(), travel=[entry])
        answer = plain(session.ask(session.hearing_register.KeepTravel(request)))
    output.show(answer, lambda: output.line("done.room_travel", minutes=minutes))


def import_ways(file: File, *, dry_run: DryRun = False) -> None:
    """Keep the ways between sites of a file; every row gets its answer."""
    with connected() as session:
        report = keep_ways(session, file, dry_run=dry_run)
    show_report(report, file, "one_id")


def ways() -> None:
    """All ways between sites that are kept."""
    with connected() as session:
        units = Units.of(session)
        kept = session.ask(session.hearing_register.ListTravel(pb.ListTravelRequest()))
        found = [plain(one) for one in kept.travel]
    for one in found:
        one |= {"from_site": units.title(one["one_id"]), "to_site": units.title(one["other_id"])}
        one["way_minutes"] = one["minutes"]
    columns = ("from_site", "to_site", "way_minutes")
    output.show({"travel": found}, lambda: output.table(found, columns))
