"""Papers of a unit: service card, guide card, chart of whom to ask, register."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.dates import iso_day
from lianxin.cli.errors import BadInput
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import code_of, codes, say
from lianxin.intake.v1 import unit_papers_pb2 as pb

LEDGER = "ledger"
SECRET, PUBLIC = 0o600, 0o644
LIMIT_S = 120
"""A first PDF on a slow machine takes a while."""
Kinds = Annotated[list[str] | None, typer.Option("--kind", help=say("opt.unit_paper_kind"))]


def unit(
    unit_id: Annotated[str, typer.Argument(metavar="UNIT", help=say("opt.paper_unit"))] = "",
    *,
    out: Annotated[Path, typer.Option("--out", help=say("opt.out_folder"))],
    kinds: Kinds = None,
    form: Annotated[str, typer.Option("--format", help=say("opt.unit_paper_format"))] = "docx",
    begins: Annotated[str, typer.Option("--from", help=say("opt.ledger_from"))] = "",
    ends: Annotated[str, typer.Option("--to", help=say("opt.ledger_to"))] = "",
    named: Annotated[bool, typer.Option("--named", help=say("opt.ledger_named"))] = False,
    why: Annotated[str, typer.Option("--why", help=say("opt.ledger_why"))] = "",
) -> None:
    """Write papers of a unit to a folder: all but the register unless kinds are named."""
    wanted = [_kind(one) for one in kinds or codes("unit_paper") if kinds or one != LEDGER]
    first, last = iso_day(begins, "--from"), iso_day(ends, "--to")
    if LEDGER in wanted and not (first and last):
        raise BadInput("PERIOD_MISSING", field="--from")
    made: list[dict[str, Any]] = []
    with connected() as session:
        for kind in wanted:
            if kind == LEDGER:
                request = pb.MakeLedgerRequest(
                    unit_id=unit_id,
                    from_day=first,
                    to_day=last,
                    format=form,
                    named=named,
                    why=why,
                )
                answer = session.ask(_desk(session).MakeLedger(request, timeout=LIMIT_S))
            else:
                card = pb.MakeUnitPaperRequest(unit_id=unit_id, kind=kind, format=form)
                answer = session.ask(_desk(session).MakeUnitPaper(card, timeout=LIMIT_S))
            made.append(_kept(answer, out, kind, SECRET if kind == LEDGER else PUBLIC))
    output.show({"folder": str(out), "made": made}, lambda: _people(made))


def _kind(said: str) -> str:
    """A kind by its code or its name. Raises BadInput."""
    code = code_of("unit_paper", said)
    if code is None:
        words = " ".join(codes("unit_paper"))
        raise BadInput("WORD_UNKNOWN", field="--kind", value=said, words=words)
    return code


def _kept(answer: Any, folder: Path, kind: str, mode: int) -> dict[str, Any]:
    """Write the file; what came with it besides its bytes."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / Path(answer.paper.filename).name
    file.write_bytes(answer.paper.data)
    file.chmod(mode)
    told = plain(answer)
    told["paper"].pop("data", None)
    return {"unit_paper": kind, "file": str(file), **told.pop("paper"), **told}


def _people(made: list[dict[str, Any]]) -> None:
    output.table(made, ("title", "file"))
    for one in made:
        if one.get("blanks"):
            fields = "、".join(say(f"blank.{name}") for name in one["blanks"])
            output.line("document.blanks", title=one["title"], fields=fields)
        if one["unit_paper"] == LEDGER:
            output.line("document.ledger", rows=one["rows"], named=one["named_rows"])


def _desk(session: Session) -> Any:
    return session.unit_papers
