"""Importing files of matters."""

import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lianxin.cli import output
from lianxin.cli.errors import BadInput, Findings
from lianxin.cli.failure import field_title
from lianxin.cli.plain import checked_code
from lianxin.cli.words import say

SHOWN = 10
DEFAULT_SOURCE = "import"
SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/#@+-]{0,63}")


def import_file(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help=say("opt.file"))] = None,
    *,
    channel: Annotated[str, typer.Option("--channel", help=say("opt.channel"))] = "",
    backlog: Annotated[bool, typer.Option("--backlog", help=say("opt.backlog"))] = False,
    source: Annotated[str, typer.Option("--source", help=say("opt.source"))] = DEFAULT_SOURCE,
    unit: Annotated[str, typer.Option("--unit", help=say("opt.registering_unit"))] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=say("opt.dry_run"))] = False,
    template: Annotated[Path | None, typer.Option("--template", help=say("opt.template"))] = None,
) -> None:
    """Import a file; every row gets its answer, a bad one stops nobody."""
    if template is not None:
        _template(template)
        return
    if file is None:
        raise BadInput("PARAMETER_MISSING", field="FILE", command="lianxin import")
    if not SOURCE.fullmatch(source):
        raise BadInput("SOURCE_INVALID", field="--source", value=source[:40])
    defaults = {
        "channel": checked_code("channel", channel, "--channel"),
        "source_system": source,
        "backlog": str(backlog).lower(),
    }
    _run(file, {name: value for name, value in defaults.items() if value}, unit, dry_run=dry_run)


def _template(file: Path) -> None:
    from lianxin.cli.files.template import write_template  # noqa: PLC0415 (openpyxl is slow)

    if file.suffix.lower() != ".xlsx":
        raise BadInput("TEMPLATE_XLSX", field="--template")
    write_template(file)
    output.done("done.template", {"file": str(file)})


def _run(file: Path, defaults: dict[str, str], unit: str, *, dry_run: bool) -> None:
    from lianxin.cli.files.importing import Outcome, Places, requests_of, send  # noqa: PLC0415 (grpc)
    from lianxin.cli.files.reading import read_rows  # noqa: PLC0415 (as above)
    from lianxin.cli.session import connected  # noqa: PLC0415 (as above)

    rows, outcome = read_rows(file), Outcome()
    with connected() as session:
        ready = requests_of(rows, Places(session), outcome, defaults=defaults, unit=unit)
        if not dry_run:
            with _progress() as progress:
                task = progress.add_task(say("importing"), total=len(ready))
                session.ask(send(session, ready, outcome, lambda: progress.advance(task)))
    _tell(file, outcome, checked=len(ready) if dry_run else None)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        transient=True,
    )


def _tell(file: Path, outcome: Any, *, checked: int | None) -> None:
    from lianxin.cli.files.refused import write_report  # noqa: PLC0415 (only after an import)

    outcome.rows.sort(key=lambda row: row["row"])
    counts = outcome.count()
    report = write_report(file, outcome.refused) if outcome.refused and checked is None else None
    data = {
        "file": str(file),
        "registered": counts["registered"],
        "already": counts["already"],
        "refused": counts["refused"],
        "checked": checked,
        "report": str(report) if report else "",
        "rows": outcome.rows,
    }
    output.show(data, lambda: _summary(data))
    if outcome.refused:
        raise Findings("ROWS_REFUSED")


def _summary(data: dict[str, Any]) -> None:
    output.line("imported", **data)
    if data["checked"] is not None:
        output.line("imported.checked", **data)
    refused = [row for row in data["rows"] if row["outcome"] == "refused"]
    lines = [
        {"row": row["row"], "field": field_title(error["field"]), "text": error["text"]}
        for row in refused[:SHOWN]
        for error in row["errors"]
    ]
    if lines:
        output.table(lines, ("row", "field", "text"))
    if data["report"]:
        output.line("imported.report", **data)
