"""The pool: panel members, chairs, recorders, representatives of departments."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.commands.room import hours_text, show_report
from lianxin.cli.files.hearing_register import keep_people, tie_of
from lianxin.cli.files.units import Units
from lianxin.cli.hearings.register import people, person_id
from lianxin.cli.plain import checked_code, enum_number, plain
from lianxin.cli.session import connected
from lianxin.cli.words import say, word
from lianxin.hearing.v1 import register_pb2 as pb

LINE = (
    *("person_no", "name", "person_kinds", "knows", "department", "stand_in", "unit"),
    *("hearings", "hours"),
)
CARD = (
    "person_no",
    "name",
    "phone",
    "person_kinds",
    "knows",
    "department",
    "stand_in",
    "unit",
    "staff",
    "ties",
    "hours",
    "hearings",
    "person_id",
)
KIND = pb.PersonKind.DESCRIPTOR
File = Annotated[Path, typer.Argument(metavar="FILE", help=say("opt.file"))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=say("opt.dry_run"))]


def import_file(file: File, *, dry_run: DryRun = False) -> None:
    """Keep the people of a file; every row gets its answer, a bad one stops nobody."""
    with connected() as session:
        report = keep_people(session, file, dry_run=dry_run)
    show_report(report, file, "person_id")


def list_people(
    *,
    kind: Annotated[str, typer.Option("--kind", help=say("opt.person_kind"))] = "",
    knows: Annotated[str, typer.Option("--field", help=say("opt.person_field"))] = "",
    department: Annotated[str, typer.Option("--department", help=say("opt.person_of"))] = "",
    unit: Annotated[str, typer.Option("--unit", help=say("opt.register_unit"))] = "",
    about: Annotated[list[str] | None, typer.Option("--about", help=say("opt.about"))] = None,
    ended: Annotated[bool, typer.Option("--ended", help=say("opt.entry_ended"))] = False,
) -> None:
    """People of the register, least load first; that names are shown is on record."""
    with connected() as session:
        units = Units.of(session)
        wanted = pb.ListPersonsRequest(
            kind=enum_number(KIND, kind, "--kind"),
            field=checked_code("category", knows, "--field"),
            department_id=units.id_of(department, "--department") if department else "",
            unit_id=units.id_of(unit, "--unit") if unit else "",
            about_ids=[tie_of(one, units, "--about") for one in about or []],
            ended=ended,
        )
        found = sorted(map(plain, people(session, wanted)), key=lambda one: int(one["load"]))
    _name_units(units, found)
    output.show({"persons": found}, lambda: output.table(map(_line, found), LINE))


def _name_units(units: Units, found: list[dict[str, Any]]) -> None:
    for one in found:
        entry = one["entry"]
        one["unit_title"] = units.title(entry["unit_id"])
        one["department_title"] = units.title(entry["department_id"])


def show(
    person: Annotated[str, typer.Argument(metavar="PERSON", help=say("opt.person"))],
    why: Annotated[str, typer.Option("--why", help=say("opt.unmask_why"))] = "",
) -> None:
    """One person with the contact; the reading is on record."""
    with connected() as session:
        units = Units.of(session)
        request = pb.GetPersonRequest(person_id=person_id(session, person, "PERSON"), why=why)
        data = plain(session.ask(session.hearing_register.GetPerson(request)))
    _name_units(units, [data])
    shown = _line(data)
    output.show(data, lambda: output.card({name: shown[name] for name in CARD if shown[name]}))


def _line(one: dict[str, Any]) -> dict[str, Any]:
    entry = one["entry"]
    return {
        "person_id": entry["person_id"],
        "person_no": entry["number"] or entry["person_id"],
        "name": entry["name"] or entry["person_id"],
        "phone": entry["contact"],
        "staff": entry["staff"],
        "person_kinds": [word("person_kind", kind) for kind in entry["kinds"]],
        "knows": [word("category", field) for field in entry["fields"]],
        "department": one["department_title"],
        "stand_in": entry["stand_in"] if entry["department_id"] else "",
        "unit": one["unit_title"],
        "ties": entry["ties"],
        "hearings": one["load"],
        "hours": hours_text(entry["begins"], entry["ends"]),
    }
