"""Documents and services on the wire."""

from collections.abc import Callable, Mapping
from datetime import date

from intake.convert.fields import Fields
from intake.convert.words import Words
from intake.documents import words
from intake.documents.commands import RecordService
from intake.documents.kept import Made, Register, Service
from intake.documents.kinds import Kind
from intake.office import day_of
from kernel.errors import FieldViolation
from kernel.instants import stamp
from lianxin.intake.v1 import documents_pb2 as pb

METHOD = Words(pb.ServiceMethod, "SERVICE_METHOD", words.Method)
VISIT = Words(pb.Visit, "VISIT", words.Visit)
VALUES, LONGEST = 60, 10_000
Title = Callable[[str], str]
"""The text of a key in the reader's language."""


def values_from(message: pb.RenderDocumentRequest) -> dict[str, str]:
    """The values handed in by name. Raises FieldsInvalid for too many, too long, or one twice."""
    fields, found = Fields(), dict[str, str]()
    fields.most("values", len(message.values), VALUES)
    for number, one in enumerate(message.values[:VALUES]):
        if one.name in found:
            fields.add([FieldViolation(f"values[{number}].name", "TWICE")])
        if len(one.value) > LONGEST:
            fields.add([FieldViolation(f"values[{number}].value", "TOO_LONG", LONGEST)])
        found[one.name] = one.value
    fields.check()
    return found


def record_service(message: pb.RecordServiceRequest, today: date) -> RecordService:
    """送达. Raises FieldsInvalid naming every field that is missing or wrong."""
    fields = Fields()
    method = fields.required_word("method", METHOD, message.method, words.Method.DIRECT)
    visit = fields.word("visit", VISIT, message.visit)
    if (method is words.Method.VISIT) is not (visit is not None):
        fields.add([FieldViolation("visit", "UNKNOWN_VALUE" if visit else "REQUIRED")])
    if bool(message.party_id) is bool(message.unit_id):
        fields.add([FieldViolation("party_id", "ONE_RECIPIENT")])
    command = RecordService(
        case_id=fields.id("case_id", message.case_id),
        seen=fields.seen("seen", message.seen),
        document_id=fields.optional_id("document_id", message.document_id),
        method=method,
        visit=visit,
        party_id=fields.optional_id("party_id", message.party_id),
        unit_id=fields.code("unit_id", message.unit_id),
        served_on=_day(fields, message.served_on, today),
        served_by=fields.text("served_by", message.served_by, 100),
        receipt_no=fields.text("receipt_no", message.receipt_no, 100, required=False),
        note=fields.text("note", message.note, 500, required=method.needs_note),
        corrects=fields.optional_id("corrects", message.corrects),
    )
    if command.document_id is None and visit is not words.Visit.CLAIM:
        fields.add([FieldViolation("document_id", "REQUIRED")])
    fields.check()
    return command


def _day(fields: Fields, text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        fields.add([FieldViolation("served_on", "MALFORMED" if text else "REQUIRED")])
        return today
    if day > today:
        fields.add([FieldViolation("served_on", "IN_FUTURE")])
    return day


def kind_message(kind: Kind, template: str, title: Title) -> pb.DocumentKind:
    """One kind, with what a person calls it and its fields."""
    return pb.DocumentKind(
        kind=kind.id,
        title=title(f"DOCUMENT_TITLE_{kind.id}"),
        fields=[
            pb.DocumentField(
                name=name,
                title=title(f"DOCUMENT_FIELD_{name}"),
                type=field.type.value,
                required=field.required,
                given=field.given,
                from_case=bool(field.fact),
                most=field.most,
                choices=field.choices,
            )
            for name, field in kind.fields.items()
        ],
        to_be_served=kind.served,
        starts_clock=kind.starts,
        states=[state.value for state in kind.states],
        template=template,
    )


def document_message(
    made: Made, kept: Register, kinds: Mapping[str, Kind], title: Title
) -> pb.Document:
    """A document with its services."""
    kind = kinds.get(made.kind)
    to_serve = kind is None or kind.served
    served = kept.served(made.document_id)
    waiting = "served" if served else "unserved"
    return pb.Document(
        document_id=str(made.document_id),
        kind=made.kind,
        title=title(f"DOCUMENT_TITLE_{made.kind}"),
        number=made.number,
        sha256=made.sha256,
        template=made.template,
        made_by=made.actor,
        unit=made.unit,
        made_at=stamp(made.at),
        state=waiting if to_serve else "not_to_be_served",
        starts_clock=made.starts,
        clock_started_on=kept.started_on(made),
        services=[
            service_message(one, kept)
            for one in kept.services
            if one.document_id == made.document_id
        ],
    )


def service_message(service: Service, kept: Register) -> pb.Service:
    """A service, and which one corrects it."""
    by = [one.service_id for one in kept.services if one.corrects == service.service_id]
    return pb.Service(
        service_id=str(service.service_id),
        method=METHOD.number(words.Method(service.method)),
        visit=VISIT.number(words.Visit(service.visit) if service.visit else None),
        party_id=str(service.party_id or ""),
        unit_id=service.unit_id,
        served_on=service.served_on,
        served_by=service.served_by,
        receipt_no=service.receipt_no,
        note=service.note,
        corrects=str(service.corrects or ""),
        corrected_by=str(by[0]) if by else "",
        recorded_by=service.actor,
        recorded_at=stamp(service.at),
    )


def filename(case_no: str, made: Made, title: Title, form: str) -> str:
    """A file name without anything personal: number of the case, kind, day."""
    day = day_of(made.at).strftime("%Y%m%d") if made.at else ""
    return f"{case_no}-{title(f'DOCUMENT_TITLE_{made.kind}')}-{day}.{form}"
