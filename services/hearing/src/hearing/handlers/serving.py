"""送达 of the conclusion: on each party, with proof. A wrong entry is corrected by another one."""

from dataclasses import dataclass
from uuid import UUID

from hearing.commands.conclusion import ServeConclusion
from hearing.domain import facts
from hearing.domain.days import day_of
from hearing.domain.serving import FIELDS, Entry, Proof, faults, unserved
from hearing.domain.states import Act
from hearing.errors_session import ServiceRefused
from hearing.handlers.acting import Change, Opened, Row, Stamp, open_concluded, record
from hearing.handlers.session_rows import next_no, parties, words_of
from hearing.office import Office
from hearing.storage.tables import hearing, hearing_party
from hearing.storage.tables_session import conclusion_service
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Served:
    """Where the case stands, and who is not served yet."""

    stamp: Stamp
    unserved: tuple[UUID, ...]


def serve_conclusion(uow: UnitOfWork, command: ServeConclusion, *, office: Office) -> Served:
    """Keep a service. With the last party's the conclusion is served, on the day that says it.

    Raises:
        ServiceRefused: no party to be served, no proof, or nothing to correct.
    """
    opened = open_concluded(uow, command.case_id, command.seen, Act.SERVE)
    _expect_people(uow, opened, command)
    _expect_proof(uow, opened, command)
    no = next_no(uow, conclusion_service, "service_no", opened)
    row = opened.key | {
        "service_no": no,
        "party_id": command.party_id,
        "through_id": command.through_id,
        "method": command.method.value,
        "served_on": command.served_on,
        "receipt_no": command.receipt_no,
        "corrects": command.corrects,
        "actor": uow.caller.id,
        "at": uow.now,
    }
    said = {"served_by": command.served_by, "note": command.note}
    sealed = words_of(uow, opened.case_id, office).seal(conclusion_service, row, said)
    uow.insert(conclusion_service, row | {"sealed": sealed.data})
    left = left_to_serve(uow, opened)
    values = {"served_at": None if left else (opened.hearing["served_at"] or uow.now)}
    body = {"no": str(no), "party": str(command.party_id), "method": command.method.value}
    body |= {"served_on": command.served_on.isoformat(), "left": str(len(left))}
    kept = {f"service:{no}": sealed.commitment}
    return Served(record(uow, opened, Change(facts.SERVED, values, body, kept)), left)


def _expect_people(uow: UnitOfWork, opened: Opened, command: ServeConclusion) -> None:
    known = parties(uow, opened)
    if command.party_id not in to_serve(uow, opened):
        raise ServiceRefused(FieldViolation("party_id", "HEARING_NOT_TO_BE_SERVED"))
    if command.through_id is not None and not _speaks_for(
        known.get(command.through_id), known[command.party_id]
    ):
        raise ServiceRefused(FieldViolation("through_id", "HEARING_SPEAKS_FOR_NOBODY"))


def _speaks_for(one: Row | None, party: Row) -> bool:
    if one is None:
        return False
    own_agent = one["agent_of"] == party["party_id"]
    return own_agent or (bool(party["side"]) and one["representative_of"] == party["side"])


def _expect_proof(uow: UnitOfWork, opened: Opened, command: ServeConclusion) -> None:
    proof = Proof(command.method, command.served_on, command.receipt_no, command.note)
    today = day_of(uow.now)
    wrong = list(faults(proof, opened.hearing["concluded_on"], today))
    if wrong:
        raise ServiceRefused(*(FieldViolation(FIELDS[one], one.value) for one in wrong))
    if command.corrects is None:
        return
    before = {one.service_no: one for one in entries_of(uow, opened)}
    wanted = before.get(command.corrects)
    if wanted is None or wanted.corrects == command.corrects or _is_corrected(before, wanted):
        raise ServiceRefused(FieldViolation("corrects", "HEARING_NOTHING_TO_CORRECT"))


def _is_corrected(entries: dict[int, Entry], wanted: Entry) -> bool:
    return any(one.corrects == wanted.service_no for one in entries.values())


def entries_of(uow: UnitOfWork, opened: Opened) -> list[Entry]:
    """Every entry of the hearing, in order."""
    rows = uow.find(conclusion_service, **opened.key)
    found = [Entry(row["service_no"], row["party_id"], row["corrects"]) for row in rows]
    return sorted(found, key=lambda one: one.service_no)


def to_serve(uow: UnitOfWork, opened: Opened) -> frozenset[UUID]:
    """Parties of this case who get the conclusion: agents get it for somebody, not for themselves.

    Parties of a case that was heard along are served in their own.
    """
    own = {no for no, row in parties(uow, opened).items() if row["agent_of"] is None}
    lent: set[UUID] = set()
    for other in uow.find(hearing, led_by=opened.hearing_id):
        rows = uow.find(hearing_party, case_id=other["case_id"], number=other["number"])
        lent |= {row["party_id"] for row in rows}
    return frozenset(own - lent)


def left_to_serve(uow: UnitOfWork, opened: Opened) -> tuple[UUID, ...]:
    """Parties who are not served yet."""
    return unserved(to_serve(uow, opened), entries_of(uow, opened))
