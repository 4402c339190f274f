"""The register of mediators: imported from a file, row by row, and listed."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.errors import Findings
from lianxin.cli.files.mediators import Report, keep, rows_of
from lianxin.cli.files.units import Units
from lianxin.cli.mediating.people import register_of
from lianxin.cli.plain import plain
from lianxin.cli.session import connected
from lianxin.cli.words import say, word

LINE = (
    "staff",
    "unit",
    "mediator_fields",
    "mediator_kinds",
    "mediator_languages",
    "load",
    "load_limit",
    "leave",
)


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("opt.mediators_file"))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=say("opt.dry_run"))] = False,
) -> None:
    """Keep the mediators of a file; every row gets its answer, a bad one stops nobody."""
    rows = rows_of(file)
    with connected() as session:
        report = keep(session, rows, Units.of(session), dry_run=dry_run)
    output.show(report.data(file), lambda: _people(report))
    if report.refused:
        raise Findings("ROWS_REFUSED")


def _people(report: Report) -> None:
    output.line("mediators.imported", kept=len(report.kept), refused=len(report.refused))
    lines = [
        {"row": row.line, "field": output.heading(field), "text": text}
        for row, problems in report.refused
        for field, text in problems.items()
    ]
    if lines:
        output.table(lines, ("row", "field", "text"))


def list_mediators(
    unit: Annotated[str, typer.Option("--unit", help=say("opt.mediators_unit"))] = "",
    ended: Annotated[bool, typer.Option("--ended", help=say("opt.mediators_ended"))] = False,
) -> None:
    """The mediators of the node, or of one unit."""
    with connected() as session:
        units = Units.of(session)
        of_unit = units.id_of(unit, "--unit") if unit else ""
        found = [plain(one) for one in register_of(session, ended=ended, unit=of_unit)]
    for one in found:
        one["unit_title"] = units.title(one["entry"]["unit_id"])
    output.show({"mediators": found}, lambda: output.table(map(_line, found), LINE))


def _line(one: dict[str, Any]) -> dict[str, Any]:
    entry = one["entry"]
    return {
        "staff": entry["staff"] or entry["mediator_id"],
        "unit": one["unit_title"],
        "mediator_fields": [word("category", field) for field in entry["fields"]],
        "mediator_kinds": [word("mediation_kind", kind) for kind in entry["kinds"]],
        "mediator_languages": [word("mediation_language", one) for one in entry["languages"]],
        "load": one["load"],
        "load_limit": entry["load_limit"],
        "leave": [f"{leave['from_day']}~{leave['until']}" for leave in entry["leave"]],
    }
