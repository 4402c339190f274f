"""送达: a fact with proof, from which clocks count. A wrong one is corrected by another entry."""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from intake.documents.commands import RecordService
from intake.documents.errors import DocumentMissing, NotToBeServed, ServiceMissing
from intake.documents.kept import Made, Register, Service, said_of
from intake.documents.kinds import Makers, kinds
from intake.domain.facts import SERVED
from intake.domain.words import PartyRole
from intake.errors import PartyMissing, UnitUnknown
from intake.handlers.acting import Change, Stamp, record
from intake.handlers.documents import expect_room, open_for_documents, register
from intake.handlers.notes import keep_note, vault_of
from intake.handlers.unserved import refit
from intake.office import Office
from intake.storage.tables import party
from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation, InvalidInput
from kernel.unit_of_work import UnitOfWork

ASKING = frozenset({PartyRole.APPLICANT, PartyRole.REPRESENTATIVE, PartyRole.AGENT})
"""Service on one of these starts the clocks of the people who asked."""


@dataclass(frozen=True, slots=True)
class Served:
    """The case after it, the entry, and the clock that began."""

    stamp: Stamp
    service: Service
    started: str


def record_service(uow: UnitOfWork, command: RecordService, *, office: Office) -> Served:
    """Keep a service. It changes no earlier entry.

    Raises what `open_for_documents` raises, and:
        DocumentMissing, ServiceMissing, PartyMissing, UnitUnknown: nothing of that id here.
        NotToBeServed: the document is served on nobody.
        InvalidInput: the day lies before the document was made.
    """
    opened = open_for_documents(uow, command.case_id, command.seen, Makers.COUNTER, office)
    vault = vault_of(uow, opened, office)
    before = register(uow, command.case_id, vault)
    expect_room(before)
    document = _document(before, command)
    _expect_uncorrected(before, command)
    asking = _is_asking(uow, command, office)
    kind = kinds().get(document.kind) if document else None
    entry = _entry(uow, command, document.starts if document and asking else "")
    after = Register(before.made, [*before.services, entry])
    refit(uow, command.case_id, after, office)
    body = _body(entry, document) | _clock(before, after, document)
    if kind and kind.meets and asking and command.corrects is None:
        body["meets_clock"] = kind.meets
    commitments = keep_note(uow, opened, vault, SERVED, said_of(entry))
    day = after.started_on(document) if document else ""
    at = datetime.fromisoformat(day or entry.served_on)
    effective = datetime.combine(at, time(), SHANGHAI)
    change = Change(SERVED, {}, body, commitments, effective_at=effective)
    return Served(record(uow, opened, change), entry, body.get("starts_clock", ""))


def _document(kept: Register, command: RecordService) -> Made | None:
    if command.document_id is None:
        return None
    document = kept.document(command.document_id)
    if document is None:
        raise DocumentMissing
    kind = kinds().get(document.kind)
    if kind is not None and not kind.served:
        raise NotToBeServed(kind=document.kind)
    made_on = document.at.astimezone(SHANGHAI).date() if document.at else command.served_on
    if command.served_on < made_on:
        raise InvalidInput(FieldViolation("served_on", "BEFORE_DOCUMENT"))
    return document


def _expect_uncorrected(kept: Register, command: RecordService) -> None:
    if command.corrects is None:
        return
    wrong = next((one for one in kept.standing() if one.service_id == command.corrects), None)
    if wrong is None or wrong.document_id != command.document_id:
        raise ServiceMissing


def _is_asking(uow: UnitOfWork, command: RecordService, office: Office) -> bool:
    """Whether it reached somebody on the side that asked. Raises PartyMissing, UnitUnknown."""
    if command.party_id is None:
        directory = office.directory()
        if command.unit_id not in directory.units and command.unit_id not in directory.outside:
            raise UnitUnknown(unit=command.unit_id[:64])
        return False
    row = uow.get(party, case_id=command.case_id, party_id=command.party_id, lock=False)
    if row is None:
        raise PartyMissing
    return PartyRole(row["role"]) in ASKING


def _entry(uow: UnitOfWork, command: RecordService, starts: str) -> Service:
    return Service(
        service_id=uow.new_id(),
        document_id=command.document_id,
        method=command.method.value,
        visit=command.visit.value if command.visit else "",
        party_id=command.party_id,
        unit_id=command.unit_id,
        served_on=command.served_on.isoformat(),
        served_by=command.served_by,
        receipt_no=command.receipt_no,
        note=command.note,
        corrects=command.corrects,
        starts=starts,
        actor=uow.caller.id,
        at=uow.now,
    )


def _body(entry: Service, document: Made | None) -> dict[str, str]:
    """Codes and ids only: who received it is named in the sealed entry."""
    said: dict[str, str | UUID | None] = {
        "service": entry.service_id,
        "document": entry.document_id,
        "document_kind": document.kind if document else "",
        "method": entry.method,
        "visit": entry.visit,
        "corrects": entry.corrects,
    }
    return {name: str(value) for name, value in said.items() if value}


def _clock(before: Register, after: Register, document: Made | None) -> dict[str, str]:
    """What becomes of the clock: begun, begun anew from another day, or not begun after all."""
    if document is None or not document.starts:
        return {}
    old, new = before.started_on(document), after.started_on(document)
    if old == new:
        return {}
    if not new:
        return {"cancels_clock": document.starts}
    first = not before.has_started(document.starts)
    return {"starts_clock" if first else "restarts_clock": document.starts}
