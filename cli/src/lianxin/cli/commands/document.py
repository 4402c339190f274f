"""Documents of a case (文书): which there are, made, made again, listed, served (送达)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.acting import explained
from lianxin.cli.cases import CaseSeen, case_id, in_intake, new_request_id
from lianxin.cli.dates import iso_day
from lianxin.cli.errors import BadInput
from lianxin.cli.params import Case
from lianxin.cli.plain import enum_number, plain
from lianxin.cli.saving import saved
from lianxin.cli.session import Session, connected
from lianxin.cli.stubs import INTAKE
from lianxin.cli.words import say
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import documents_pb2 as pb
from lianxin.intake.v1.documents_pb2_grpc import DocumentServiceStub

PAGE = 200
KINDS = ("document_kind", "title", "needed", "may_be_given", "starts_clock")
MADE = ("title", "number", "made_at", "service_state", "clock", "document_id")
DOCUMENTS = ("title", "number", "made_at", "service_state", "clock_started_on", "document_id")
SERVICES = ("method", "visit", "served_on", "served_by", "receipt_no", "service_id")
SERVED = (*SERVICES, "clock", "recorded_at")
Out = Annotated[Path | None, typer.Option("--out", help=say("opt.out"))]
Document = Annotated[str, typer.Argument(metavar="DOCUMENT", help=say("opt.document"))]


def kinds() -> None:
    """The kinds of documents, with what each needs."""
    with connected() as session:
        answer = plain(session.ask(_desk(session).ListDocumentKinds(pb.ListDocumentKindsRequest())))

    def people() -> None:
        rows = [_kind_row(one) for one in answer["kinds"]]
        output.table(rows, KINDS)

    output.show(answer, people)


def titles_of(session: Session) -> dict[str, str]:
    """What each kind of document is called."""
    asked = pb.ListDocumentKindsRequest()
    return {
        one.kind: one.title for one in session.ask(_desk(session).ListDocumentKinds(asked)).kinds
    }


def _kind_row(kind: dict[str, Any]) -> dict[str, Any]:
    """What must be handed in by --set, and what may be."""
    given = [one for one in kind["fields"] if one["given"]]
    needed = [one for one in given if one["required"] and not one["from_case"]]
    other = [one for one in given if one not in needed]
    return kind | {
        "document_kind": kind["kind"],
        "needed": " ".join(map(_field, needed)),
        "may_be_given": " ".join(map(_field, other)),
    }


def _field(one: dict[str, Any]) -> str:
    """`outcome=supported|explained` where there are values to choose from."""
    choices = "|".join(one["choices"])
    return f"{one['name']}={choices}" if choices else str(one["name"])


def make(
    case: Case,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=say("opt.document_kind"))],
    values: Annotated[list[str] | None, typer.Option("--set", help=say("opt.set"))] = None,
    out: Out = None,
) -> None:
    """Make a document; what was made is kept in the case."""
    given = [value_of(text) for text in values or []]
    with connected() as session:
        answer = rendered(session, case, kind, given)
    file = saved(out, answer.filename, answer.data)
    data = plain(answer.document) | {"file": str(file)}
    output.show(data, lambda: show_made(data))


def show_made(data: dict[str, Any]) -> None:
    """What was made, in words: no codes, no hashes."""
    output.line("done.document_make", file=data["file"])
    output.card(_filled(_document_row(data), MADE))


def _filled(row: dict[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    return {name: row[name] for name in columns if row.get(name)}


def rendered(session: Session, case: str, kind: str, values: Sequence[pb.DocumentValue]) -> Any:
    """A document as the node makes it, with its bytes. Raises Remote."""
    seen = in_intake(session, case)
    request = pb.RenderDocumentRequest(
        request_id=new_request_id(), case_id=seen.case_id, seen=seen.seen, kind=kind, values=values
    )
    with explained(seen):
        return session.ask(_desk(session).RenderDocument(request))


def get(
    case: Case,
    document: Document,
    form: Annotated[str, typer.Option("--format", help=say("opt.document_format"))] = "docx",
    out: Out = None,
) -> None:
    """Write a document that was made before to a file again: docx or pdf."""
    with connected() as session:
        request = pb.GetDocumentRequest(
            case_id=case_id(session, case), document_id=document, format=form
        )
        answer = session.ask(_desk(session).GetDocument(request))
    file = saved(out, answer.filename, answer.data)
    data = {"file": str(file), "media_type": answer.media_type}
    output.done("done.document_make", data, file=str(file))


def list_documents(case: Case) -> None:
    """The documents of a case, and what of them was served."""
    found: dict[str, Any] = {"documents": [], "visits": []}
    token = ""
    with connected() as session:
        wanted = case_id(session, case)
        while True:
            request = pb.ListDocumentsRequest(case_id=wanted, page_size=PAGE, page_token=token)
            page = plain(session.ask(_desk(session).ListDocuments(request)))
            found["documents"] += page["documents"]
            found["visits"] += page["visits"]
            token = page["next_page_token"]
            if not token:
                break
    output.show(found, lambda: _people(found))


def _people(found: dict[str, Any]) -> None:
    rows = [_document_row(one) for one in found["documents"]]
    output.table(rows, DOCUMENTS)
    waiting = [one for one in rows if one["starts_clock"] and not one["clock_started_on"]]
    for one in waiting:
        output.line("document.clock_waits", title=one["title"])
    served = [service for one in rows for service in one["services"]] + found["visits"]
    if served:
        output.table([_service_row(one) for one in served], SERVICES)


def _document_row(one: dict[str, Any]) -> dict[str, Any]:
    return one | {"service_state": say(f"document.{one['state']}"), "clock": one["starts_clock"]}


def _service_row(service: dict[str, Any]) -> dict[str, Any]:
    method = say(f"word.service_method.{service['method']}")
    visit = say(f"word.visit.{service['visit']}") if service["visit"] else ""
    corrected = say("document.corrected") if service["corrected_by"] else ""
    return service | {"method": f"{method}{corrected}", "visit": visit}


def serve(
    case: Case,
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help=say("opt.document"))] = "",
    *,
    method: Annotated[str, typer.Option("--method", help=say("opt.service_method"))],
    by: Annotated[str, typer.Option("--by", help=say("opt.served_by"))],
    on: Annotated[str, typer.Option("--on", help=say("opt.served_on"))],
    party: Annotated[str, typer.Option("--party", help=say("opt.party"))] = "",
    unit: Annotated[str, typer.Option("--unit", help=say("opt.served_unit"))] = "",
    visit: Annotated[str, typer.Option("--visit", help=say("opt.visit"))] = "",
    receipt_no: Annotated[str, typer.Option("--receipt-no", help=say("opt.receipt_no"))] = "",
    note: Annotated[str, typer.Option("--note", help=say("opt.service_note"))] = "",
    corrects: Annotated[str, typer.Option("--corrects", help=say("opt.corrects"))] = "",
) -> None:
    """Record that a document was served, with its proof; clocks count from it."""
    how = enum_number(pb.ServiceMethod.DESCRIPTOR, method, "--method")
    which, served_on = enum_number(pb.Visit.DESCRIPTOR, visit, "--visit"), iso_day(on, "--on")
    with connected() as session:
        seen = in_intake(session, case)
        request = pb.RecordServiceRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            document_id=document,
            party_id="" if unit else party or _applicant(seen),
            unit_id=unit,
            method=how,
            visit=which,
            served_on=served_on,
            served_by=by,
            receipt_no=receipt_no,
            note=note,
            corrects=corrects,
        )
        with explained(seen):
            answer = session.ask(_desk(session).RecordService(request))
    data = plain(answer)
    output.show(data, lambda: show_served(data, seen.case_no))


def show_served(data: dict[str, Any], case_no: str) -> None:
    """What was served, in words."""
    output.line("done.document_serve", case_no=case_no)
    row = _service_row(data["service"]) | {"clock": data["started_clock"]}
    output.card(_filled(row, SERVED))


def _applicant(seen: CaseSeen) -> str:
    """The applicant, when there is only one. Raises BadInput."""
    parties = seen.message.content.parties
    found = [one.party_id for one in parties if one.role == common.PARTY_ROLE_APPLICANT]
    if len(found) != 1:
        raise BadInput("NAME_ONE", field="--party", ids_shown=", ".join(found))
    return str(found[0])


def value_of(text: str) -> pb.DocumentValue:
    """`name=value` as it is handed in. Raises BadInput."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise BadInput("SET_MALFORMED", field="--set")
    return pb.DocumentValue(name=name.strip(), value=value)


def _desk(session: Session) -> Any:
    return DocumentServiceStub(session.line(INTAKE))
