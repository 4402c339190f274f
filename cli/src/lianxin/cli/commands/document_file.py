"""The whole file of a case (卷宗), and all papers of a case in one go, written to a folder."""

import io
import zipfile
from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import CaseSeen, in_intake, new_request_id
from lianxin.cli.commands.document import rendered, titles_of, value_of
from lianxin.cli.errors import BadInput, Remote
from lianxin.cli.params import Case
from lianxin.cli.plain import plain
from lianxin.cli.saving import write_own
from lianxin.cli.session import Session, connected
from lianxin.cli.stubs import INTAKE
from lianxin.cli.words import say
from lianxin.intake.v1 import case_file_pb2 as pb
from lianxin.intake.v1 import documents_pb2 as documents
from lianxin.intake.v1.case_file_pb2_grpc import CaseFileServiceStub

FORMS = ("docx", "zip", "pdf")
ITEMS = ("no", "title", "item_date", "pages", "filename")
MADE = ("title", "file")
SETTLED = (
    "receipt",
    "acceptance",
    "mediation_application",
    "rights_notice",
    "mediation_record",
    "agreement",
    "oral_agreement",
    "confirmation_application",
    "termination",
    "no_mediation",
)
"""The papers of a case that was mediated; nothing has to be typed for most of them."""
HEARD = (
    "hearing_request",
    "hearing_notice",
    "hearing_announcement",
    "hearing_attendance",
    "hearing_record",
    "hearing_opinions",
    "hearing_conclusion",
)
"""The papers of a hearing, in the order they are needed."""
NOT_NOW = frozenset(
    {
        "DOCUMENT_VALUES_INVALID",
        "DOCUMENT_NOT_NOW",
        "DOCUMENT_NO_MEDIATION",
        "DOCUMENT_NO_HEARING",
        "DOCUMENT_NOT_YOURS",
        "MEDIATION_AWAY",
        "HEARING_AWAY",
        "DENIED",
    }
)
"""Why a paper is left out of a set."""
Folder = Annotated[Path, typer.Option("--out", help=say("opt.out_folder"))]


def file(
    case: Case,
    out: Folder,
    form: Annotated[str, typer.Option("--format", help=say("opt.file_format"))] = "docx",
    why: Annotated[str, typer.Option("--why", help=say("opt.why"))] = "",
) -> None:
    """Write the whole file of a case to a folder: docx and attachments, a zip, or one PDF."""
    if form not in FORMS:
        raise BadInput("WORD_UNKNOWN", field="--format", value=form, words=" ".join(FORMS))
    with connected() as session:
        seen = in_intake(session, case)
        _number(session, seen)
        wanted = "zip" if form == "docx" else form
        request = pb.MakeFileRequest(case_id=seen.case_id, format=wanted, why=why)
        head, data = session.ask(_made(session, request))
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    if form == "docx":
        _unpack(data, out)
    else:
        write_own(out / Path(head.filename).name, data)
    told = plain(head) | {"folder": str(out)}

    def people() -> None:
        output.line("document.file", file_no=head.file_no, folder=str(out))
        output.table([_row(one) for one in told["items"]], ITEMS)

    output.show(told, people)


def _row(item: dict[str, Any]) -> dict[str, Any]:
    return item | {"no": item["no"] or "", "item_date": item["date"], "filename": item["name"]}


def _number(session: Session, seen: CaseSeen) -> None:
    """The unit that holds the case numbers its file; others take it as it is."""
    request = pb.NumberFileRequest(
        request_id=new_request_id(), case_id=seen.case_id, seen=seen.seen
    )
    try:
        session.ask(CaseFileServiceStub(session.line(INTAKE)).NumberFile(request))
    except Remote as refusal:
        if refusal.reason not in NOT_NOW:
            raise


async def _made(session: Session, request: pb.MakeFileRequest) -> tuple[Any, bytes]:
    head, pieces = pb.FileHead(), []
    async for part in CaseFileServiceStub(session.line(INTAKE)).MakeFile(request):
        if part.HasField("head"):
            head = part.head
        pieces.append(part.data)
    return head, b"".join(pieces)


def _unpack(data: bytes, folder: Path) -> None:
    """Every file of the archive; none is written outside the folder."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            place = (folder / name).resolve()
            if not place.is_relative_to(folder.resolve()):
                raise BadInput("FILE_NAME_UNFIT", field="--out")
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_own(place, archive.read(name))


def make_set(
    case: Case,
    out: Folder,
    kinds: Annotated[list[str] | None, typer.Option("--kind", help=say("opt.set_kind"))] = None,
    values: Annotated[list[str] | None, typer.Option("--set", help=say("opt.set_of_kind"))] = None,
    *,
    heard: Annotated[bool, typer.Option("--heard", help=say("opt.set_heard"))] = False,
) -> None:
    """Make all papers of a mediation or of a hearing that can be made now, into a folder."""
    given = _given(values or [])
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    made: list[tuple[str, Any]] = []
    left: list[dict[str, Any]] = []
    with connected() as session:
        titles = titles_of(session)
        for kind in kinds or (HEARD if heard else SETTLED):
            try:
                made.append((kind, rendered(session, case, kind, given.get(kind, []))))
            except Remote as refusal:
                if refusal.reason not in NOT_NOW:
                    raise
                why = " ".join(refusal.fields.values()) or refusal.message
                left.append({"kind": kind, "title": titles.get(kind, kind), "why": why})
    written: list[dict[str, Any]] = []
    for number, (kind, answer) in enumerate(made, start=1):
        place = out / f"{number:02d}-{Path(answer.filename).name}"
        write_own(place, answer.data)
        told = plain(answer.document) | {"filename": answer.filename, "kind": kind}
        written.append(told | {"file": str(place)})

    def people() -> None:
        output.table(written, MADE)
        for one in left:
            output.line("document.left_out", kind=one["title"], why=one["why"])

    output.show({"folder": str(out), "made": written, "left_out": left}, people)


def _given(texts: list[str]) -> dict[str, list[documents.DocumentValue]]:
    """`kind.name=value` by kind."""
    found: dict[str, list[documents.DocumentValue]] = {}
    for text in texts:
        kind, dot, rest = text.partition(".")
        if not dot:
            raise BadInput("SET_MALFORMED", field="--set")
        found.setdefault(kind, []).append(value_of(rest))
    return found
