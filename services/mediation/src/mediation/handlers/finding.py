"""What a mediation is closed by: facts, findings, duties, dispositions, referrals, the asking."""

from typing import Any

from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork
from mediation.commands_casework import (
    ApproveDisposition,
    AskResident,
    CarryOut,
    Dispose,
    EstablishFacts,
    FindRequest,
    NoteDuty,
    Refer,
)
from mediation.domain import clocks, facts
from mediation.domain.planning import Step
from mediation.domain.states import Act
from mediation.domain.words import Asked, Disposition, Finding, ReferralOutcome
from mediation.errors import FieldsInvalid
from mediation.errors_casework import (
    AnotherPersonNeeded,
    DispositionMissing,
    MediationRequestMissing,
    ReferralMissing,
)
from mediation.handlers.acting import Change, Stamp, open_case, record
from mediation.handlers.casework import casework_of, set_casework, words_of
from mediation.handlers.duties import note
from mediation.handlers.planning import meet
from mediation.office import Office
from mediation.storage.tables_closing import answer, casework, disposition, duty, referral


def establish_facts(
    uow: UnitOfWork, command: EstablishFacts, *, office: Office, concluded: str = ""
) -> Stamp:
    """事实清楚: what was found, looked at, measured, heard.

    `concluded` is what the hearing that the facts rest on came to, as hearing tells it.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.ESTABLISH_FACTS)
    key: dict[str, Any] = {"case_id": command.case_id}
    words = words_of(uow, command.case_id, office)
    sealed = words.seal(casework, key, {"what": command.what}, "sealed_facts")
    rests = {"facts_hearing": command.hearing, "hearing_finding": concluded}
    set_casework(uow, command.case_id, facts_at=uow.now, sealed_facts=sealed.data, **rests)
    meet(uow, command.case_id, Step.FACTS)
    kept = {"facts": sealed.commitment}
    said = {"hearing": str(command.hearing), "finding": concluded} if command.hearing else {}
    return record(uow, opened, Change(facts.FACTS_ESTABLISHED, {}, said, kept))


def find_request(uow: UnitOfWork, command: FindRequest, *, office: Office) -> Stamp:
    """What came of one request, with its reasons. Raises MediationRequestMissing."""
    opened = open_case(uow, command.case_id, command.seen, Act.FIND)
    key: dict[str, Any] = {"case_id": command.case_id, "request_no": command.request_no}
    if uow.get(answer, **key) is None:
        raise MediationRequestMissing(request_no=command.request_no)
    sealed = words_of(uow, command.case_id, office).seal(answer, key, {"reasons": command.reasons})
    values = {
        "finding": command.finding.value,
        "reasoned": bool(command.reasons.strip()),
        "carry_out_by": command.carry_out_by,
        "carried_out_at": None,
        "sealed": sealed.data,
    }
    uow.update(answer, key, values)
    said = {"request": str(command.request_no), "finding": command.finding.value}
    kept = {f"answer:{command.request_no}": sealed.commitment}
    return record(uow, opened, Change(facts.FOUND, {}, said, kept))


def carry_out(uow: UnitOfWork, command: CarryOut) -> Stamp:
    """落实: a supported request was carried out. Raises MediationRequestMissing."""
    opened = open_case(uow, command.case_id, command.seen, Act.CARRY_OUT)
    key: dict[str, Any] = {"case_id": command.case_id, "request_no": command.request_no}
    row = uow.get(answer, **key)
    if row is None or row["finding"] != Finding.SUPPORTED.value:
        raise MediationRequestMissing(request_no=command.request_no)
    uow.update(answer, key, {"carried_out_at": uow.now})
    left = any(
        clocks.is_to_carry_out(one["finding"], one["carried_out_at"])
        for one in uow.find(answer, case_id=command.case_id)
    )
    said = {"request": str(command.request_no), **clocks.carried_out(everything=not left)}
    return record(uow, opened, Change(facts.CARRIED_OUT, {}, said))


def note_duty(uow: UnitOfWork, command: NoteDuty) -> Stamp:
    """A duty to report shows, or was done; a duty that is on file cannot be taken back."""
    opened = open_case(uow, command.case_id, command.seen, Act.REPORT_DUTY)
    key: dict[str, Any] = {"case_id": command.case_id, "duty": command.duty.value}
    note(uow, command.case_id, command.duty)
    said = {"duty": command.duty.value}
    if not command.reported_to:
        return record(uow, opened, Change(facts.DUTY_NOTED, {}, said))
    done = {"reported_at": uow.now, "reported_to": command.reported_to, "actor": uow.caller.id}
    uow.update(duty, key, done)
    said |= {"to": command.reported_to}
    return record(uow, opened, Change(facts.DUTY_REPORTED, {}, said))


def dispose(uow: UnitOfWork, command: Dispose, *, office: Office) -> Stamp:
    """三到位一处理; the fourth waits for a second person."""
    opened = open_case(uow, command.case_id, command.seen, Act.DISPOSE)
    no = 1 + len(uow.find(disposition, case_id=command.case_id))
    key: dict[str, Any] = {"case_id": command.case_id, "no": no}
    said = {"what": command.what, "basis": command.basis}
    sealed = words_of(uow, command.case_id, office).seal(disposition, key, said)
    values: dict[str, Any] = {
        "disposition": command.disposition.value,
        "actor": uow.caller.id,
        "has_basis": bool(command.basis.strip()),
        "sealed": sealed.data,
        "at": uow.now,
    }
    uow.insert(disposition, {**key, **values})
    body = {"no": str(no), "disposition": command.disposition.value}
    kept = {f"disposition:{no}": sealed.commitment}
    return record(uow, opened, Change(facts.DISPOSED, {}, body, kept))


def approve_disposition(uow: UnitOfWork, command: ApproveDisposition) -> Stamp:
    """行为违法的依法处理: approved by somebody else, on a legal basis that is on file.

    Raises:
        DispositionMissing: none of that number waits with a basis.
        AnotherPersonNeeded: the caller proposed it.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.DISPOSE, second=True)
    row = uow.get(disposition, case_id=command.case_id, no=command.no)
    if row is None or not row["has_basis"] or row["approved_by"]:
        raise DispositionMissing
    if not Disposition(row["disposition"]).needs_second_person:
        raise DispositionMissing
    if row["actor"] == uow.caller.id:
        raise AnotherPersonNeeded
    key: dict[str, Any] = {"case_id": command.case_id, "no": command.no}
    uow.update(disposition, key, {"approved_by": uow.caller.id})
    return record(uow, opened, Change(facts.DISPOSITION_APPROVED, {}, {"no": str(command.no)}))


def refer(uow: UnitOfWork, command: Refer) -> Stamp:
    """法律援助、司法鉴定、心理疏导、困难帮扶: asked for, or answered. Raises ReferralMissing."""
    opened = open_case(uow, command.case_id, command.seen, Act.REFER)
    if command.no:
        return record(uow, opened, _answered(uow, command))
    if command.kind is None:
        raise ReferralMissing
    no = 1 + len(uow.find(referral, case_id=command.case_id))
    asked = {"kind": command.kind.value, "body": command.body}
    pending = {"outcome": ReferralOutcome.PENDING.value, "at": uow.now}
    uow.insert(referral, {"case_id": command.case_id, "no": no, **asked, **pending})
    return record(uow, opened, Change(facts.REFERRED, {}, {"no": str(no), **asked}))


def _answered(uow: UnitOfWork, command: Refer) -> Change:
    key: dict[str, Any] = {"case_id": command.case_id, "no": command.no}
    row = uow.get(referral, **key)
    if row is None or command.outcome is ReferralOutcome.PENDING:
        raise ReferralMissing
    uow.update(referral, key, {"outcome": command.outcome.value, "answered_at": uow.now})
    said = {"no": str(command.no), "outcome": command.outcome.value}
    return Change(facts.REFERRAL_ANSWERED, {}, said)


def ask_resident(uow: UnitOfWork, command: AskResident, *, anonymous: bool = False) -> Stamp:
    """What came of asking; a day on which nobody was reached counts once.

    `anonymous` says that the case was registered so: only then is there nobody to ask.

    Raises:
        FieldsInvalid: that nobody was asked yet is no answer, or there is somebody to ask.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.ASK_RESIDENT)
    if command.asked is Asked.NOT_YET:
        raise FieldsInvalid(FieldViolation("asked", "REQUIRED"))
    if command.asked is Asked.ANONYMOUS and not anonymous:
        raise FieldsInvalid(FieldViolation("asked", "ASKED_NOT_ANONYMOUS"))
    values: dict[str, Any] = {"asked": command.asked.value}
    if command.asked is Asked.LOST_CONTACT:
        before, today = casework_of(uow, command.case_id), uow.now.astimezone(SHANGHAI).date()
        again = before["attempted_on"] != today
        values |= {"attempts": before["attempts"] + again, "attempted_on": today}
    set_casework(uow, command.case_id, **values)
    # Answers reach the handler as totals: the log says that the resident was asked, no more.
    return record(uow, opened, Change(facts.RESIDENT_ASKED))
