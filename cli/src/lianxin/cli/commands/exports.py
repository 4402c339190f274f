"""Results that are owed back to the systems the matters came from."""

import csv
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import new_request_id
from lianxin.cli.paging import listed
from lianxin.cli.params import Limit
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.intake.v1 import intake_service_pb2 as pb

AT_ONCE = 200
"""Results marked in one call."""
COLUMNS = ("case_no", "source_system", "source_no", "ending", "ended_at")


def owed(
    source: Annotated[str, typer.Option("--source", help=say("opt.owed_source"))],
    out: Annotated[Path | None, typer.Option("--out", help=say("opt.out"))] = None,
    mark: Annotated[bool, typer.Option("--mark", help=say("opt.mark"))] = False,
    limit: Limit = 10_000,
) -> None:
    """List or write the results owed; with --mark they count as reported."""
    with connected() as session:
        results = _owed(session, source, limit)
        if out is not None:
            _write(out, results)
        if mark and results:
            _mark(session, [result["case_id"] for result in results])
    data = {"results": results, "marked": len(results) if mark else 0, "file": str(out or "")}
    output.show(data, lambda: _people(data))


def _people(data: dict[str, Any]) -> None:
    output.table(data["results"], COLUMNS)
    output.line("owed", count=len(data["results"]), **data)


def _owed(session: Session, source: str, limit: int) -> list[dict[str, Any]]:
    wanted = pb.ListOwedResultsRequest(source_system=source)
    results, _ = listed(session, session.intake.ListOwedResults, wanted, limit, "results")
    return [plain(result) for result in results]


def _mark(session: Session, case_ids: list[str]) -> None:
    for start in range(0, len(case_ids), AT_ONCE):
        request = pb.MarkReportedRequest(
            request_id=new_request_id(), case_ids=case_ids[start : start + AT_ONCE]
        )
        session.ask(session.intake.MarkReported(request))


def _write(file: Path, results: list[dict[str, Any]]) -> None:
    """JSON Lines by its ending, else CSV that a spreadsheet opens."""
    if file.suffix.lower() in {".jsonl", ".ndjson"}:
        lines = [json.dumps(result, ensure_ascii=False) for result in results]
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([output.heading(name) for name in (*COLUMNS, "answer")])
        for result in results:
            answers = "；".join(one["answer"] for one in result["findings"] if one["answer"])
            writer.writerow([str(output.cell(name, result[name])) for name in COLUMNS] + [answers])
