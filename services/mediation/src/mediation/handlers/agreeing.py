"""Agreements: drafted in versions, signed hand by hand, in force with the last one."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel import regulation
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork
from mediation.commands_casework import (
    DraftAgreement,
    Hand,
    OnCase,
    RecordConfirmation,
    SignAgreement,
)
from mediation.domain import clocks, confirmation, facts, planning
from mediation.domain.agreement import (
    Agreement,
    Gap,
    Lack,
    Part,
    Signatory,
    Signature,
    in_force_from,
    lacks,
)
from mediation.domain.parties import fault_of, signatories
from mediation.domain.states import Act, State
from mediation.domain.words import AgreementForm, Confirmation, MediationKind, Side, Signing
from mediation.errors_casework import (
    AgreementIncomplete,
    AgreementMissing,
    ConfirmationImpossible,
    ConfirmationLate,
    HandRefused,
)
from mediation.handlers.acting import Change, Opened, Row, Stamp, open_case, record
from mediation.handlers.casework import participants_of, words_of
from mediation.handlers.confirming import expect_after_meeting, expect_in_course
from mediation.handlers.planning import meet
from mediation.office import Office
from mediation.storage.tables_agreements import agreement, signature, term

DUE = "due"
OF_THE_TEXT = frozenset({Gap.PART_MISSING, Gap.SIDE_MISSING, Gap.NEEDS_WRITING})
"""What must be right before anybody signs."""


def draft_agreement(uow: UnitOfWork, command: DraftAgreement, *, office: Office) -> Stamp:
    """Keep a version; an earlier one that is not in force is dropped, its text kept.

    Raises:
        AgreementIncomplete: a part or a side is missing, or it must be written.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.DRAFT_AGREEMENT)
    version = 1 + max((r["version"] for r in _versions(uow, command.case_id)), default=0)
    drafted = Agreement(
        command.form,
        MediationKind(opened.row["kind"]),
        version,
        signatories(participants_of(uow, command.case_id)),
        frozenset(part for part, text in command.texts.items() if text.strip()),
    )
    _refuse_text(opened, drafted)
    _refuse_terms(command, drafted)
    _drop_others(uow, command.case_id)
    commitment = _keep_text(uow, command, drafted, office)
    meet(uow, command.case_id, planning.Step.DRAFT)
    said = {"version": str(version), "form": command.form.value}
    kept = {f"agreement:{version}": commitment}
    return record(uow, opened, Change(facts.AGREEMENT_DRAFTED, {}, said, kept))


def _keep_text(uow: UnitOfWork, command: DraftAgreement, drafted: Agreement, office: Office) -> str:
    """Keep the version, its signatories and its terms; answers the commitment to the text."""
    words, row = words_of(uow, command.case_id, office), _row(command.case_id, drafted)
    texts = {part.value: text for part, text in command.texts.items()}
    sealed = words.seal(agreement, row, texts)
    uow.insert(agreement, row | {"sealed": sealed.data})
    _keep_signatories(uow, command.case_id, drafted)
    for no, one in enumerate(command.terms, 1):
        key: dict[str, Any] = {"case_id": command.case_id, "version": drafted.version, "no": no}
        values = {"performer": one.performer, "due_on": one.due_on, "amount": one.amount}
        owed = words.seal(term, key, {"what": one.what}).data
        uow.insert(term, {**key, **values, "sealed": owed, "standing": DUE})
    return sealed.commitment


def _versions(uow: UnitOfWork, case_id: UUID) -> list[Row]:
    return uow.find(agreement, case_id=case_id)


def _refuse_text(opened: Opened, drafted: Agreement) -> None:
    found = lacks(drafted, **_of_case(opened))
    wrong = [lack for lack in found if lack.gap in OF_THE_TEXT]
    if wrong:
        raise AgreementIncomplete(*map(_violation, wrong))


def _refuse_terms(command: DraftAgreement, drafted: Agreement) -> None:
    """Only who is a party to it owes something under it."""
    bound = {one.party_id for one in drafted.signatories}
    for at, one in enumerate(command.terms):
        if one.performer not in bound:
            wrong = FieldViolation(f"terms[{at}].performer_id", "SIGNING_NOT_A_PARTY")
            raise AgreementIncomplete(wrong)


def _of_case(opened: Opened) -> dict[str, str]:
    """What decides whether it must be in writing."""
    return {"procedure": opened.row["procedure"], "category": opened.row["category"]}


def _violation(lack: Lack) -> FieldViolation:
    named = f"texts.{lack.part.value}" if lack.part else "agreement"
    return FieldViolation(named, lack.gap.value)


def _row(case_id: UUID, drafted: Agreement) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "version": drafted.version,
        "form": drafted.form.value,
        "kind": drafted.kind.value,
        "parts": " ".join(part.value for part in Part if part in drafted.parts),
    }


def _drop_others(uow: UnitOfWork, case_id: UUID) -> None:
    for row in _versions(uow, case_id):
        if row["dropped_at"] is None:
            key: dict[str, Any] = {"case_id": case_id, "version": row["version"]}
            uow.update(agreement, key, {"dropped_at": uow.now})


def _keep_signatories(uow: UnitOfWork, case_id: UUID, drafted: Agreement) -> None:
    for one in drafted.signatories:
        key: dict[str, Any] = {
            "case_id": case_id,
            "version": drafted.version,
            "party_id": one.party_id,
        }
        values = {"side": one.side.value, "group_member": one.group_member}
        uow.insert(signature, {**key, **values})


def drop_agreement(uow: UnitOfWork, command: OnCase) -> Stamp:
    """Nobody signs it after all: back to the table."""
    opened = open_case(uow, command.case_id, command.seen, Act.DROP_AGREEMENT)
    _drop_others(uow, command.case_id)
    return record(uow, opened, Change(facts.AGREEMENT_DROPPED))


def current_of(uow: UnitOfWork, case_id: UUID) -> Row | None:
    """The version in hand, which is neither dropped nor replaced; None when there is none."""
    found = (row for row in _versions(uow, case_id) if row["dropped_at"] is None)
    return max(found, key=lambda row: int(row["version"]), default=None)


def sign_agreement(uow: UnitOfWork, command: SignAgreement, *, office: Office) -> Stamp:
    """Add one hand; the last one that is needed brings the agreement into force.

    An agreement without terms is performed with it (即时履行).

    Raises:
        AgreementMissing: another version is in hand.
        HandRefused: this hand does not count, lies ahead, or before anybody met.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.SIGN)
    row = current_of(uow, command.case_id)
    if row is None or row["version"] != command.version:
        raise AgreementMissing
    at = command.at or uow.now
    expect_after_meeting(uow, opened, at)
    _add_hand(uow, command, row, at)
    signed = agreement_from(uow, command.case_id, command.version)
    force = in_force_from(signed, **_of_case(opened))
    if opened.state is State.AGREED and force is not None:
        return _enter_force(uow, opened, row, force, office)
    said = {"version": str(command.version), "hand": command.hand.value}
    return record(uow, opened, Change(facts.AGREEMENT_SIGNED, {}, said))


def _add_hand(uow: UnitOfWork, command: SignAgreement, row: Row, at: datetime) -> None:
    if command.hand is Hand.PARTY:
        _sign_for(uow, command, at)
        return
    oral = row["form"] == AgreementForm.ORAL.value
    if (command.hand is Hand.RECORD) != oral:
        raise HandRefused(FieldViolation("hand", "HAND_OF_OTHER_FORM"))
    column = {
        Hand.MEDIATOR: "mediator_signed_at",
        Hand.SEAL: "stamped_at",
        Hand.RECORD: "recorded_at",
    }[command.hand]
    if row[column] is None:
        key: dict[str, Any] = {"case_id": command.case_id, "version": command.version}
        uow.update(agreement, key, {column: at})


def _sign_for(uow: UnitOfWork, command: SignAgreement, at: datetime) -> None:
    key: dict[str, Any] = {
        "case_id": command.case_id,
        "version": command.version,
        "party_id": command.party_id,
    }
    row = uow.get(signature, **key) if command.party_id else None
    if row is None or command.party_id is None:
        raise HandRefused(FieldViolation("party_id", "SIGNING_NOT_A_PARTY"))
    fault = fault_of(command.party_id, command.by, participants_of(uow, command.case_id))
    if fault is not None:
        raise HandRefused(FieldViolation("by", fault.value))
    if row["signed_at"] is None:
        uow.update(signature, key, {"signed_at": at, "by": command.by.value})


def agreement_from(uow: UnitOfWork, case_id: UUID, version: int) -> Agreement:
    """The version as the domain sees it. Raises AgreementMissing."""
    row = uow.get(agreement, case_id=case_id, version=version)
    if row is None:
        raise AgreementMissing
    hands = [one for one in uow.find(signature, case_id=case_id) if one["version"] == version]
    hands.sort(key=lambda one: one["party_id"].int)
    owed = uow.find(term, case_id=case_id, version=version)
    return Agreement(
        form=AgreementForm(row["form"]),
        kind=MediationKind(row["kind"]),
        version=version,
        signatories=tuple(
            Signatory(one["party_id"], Side(one["side"]), group_member=one["group_member"])
            for one in hands
        ),
        owing=frozenset(one["performer"] for one in owed),
        parts=frozenset(map(Part, row["parts"].split())),
        signatures=tuple(_signatures(hands)),
        mediator_signed_at=row["mediator_signed_at"],
        sealed_at=row["stamped_at"],
        recorded_at=row["recorded_at"],
    )


def _signatures(hands: Iterable[Row]) -> Iterable[Signature]:
    for one in hands:
        if one["signed_at"] is not None:
            yield Signature(one["party_id"], one["signed_at"], Signing(one["by"]))


def _enter_force(
    uow: UnitOfWork, opened: Opened, row: Row, force: datetime, office: Office
) -> Stamp:
    case_id, version = opened.case_id, row["version"]
    profile = office.profile_of(opened.row["regulation"])
    window = confirmation.window(profile, force, office.calendar)
    values = {"in_force_from": force, "confirm_by": window.due_at}
    uow.update(agreement, {"case_id": case_id, "version": version}, values)
    owed = [one for one in uow.find(term, case_id=case_id) if one["version"] == version]
    target = State.PERFORMING if owed else State.PERFORMED
    meet(uow, case_id, planning.Step.SIGNING)
    said = {
        "version": str(version),
        "form": row["form"],
        "in_force_from": force.isoformat(),
        "confirm_by": window.due.isoformat(),
    }
    change = Change(facts.AGREEMENT_IN_FORCE, {}, {**said, **clocks.in_force(force)})
    return record(uow, replace(opened, target=target), change)


def record_confirmation(uow: UnitOfWork, command: RecordConfirmation) -> Stamp:
    """司法确认: the parties applied within 30 days, or the court answered.

    Raises:
        AgreementMissing: none is in force.
        ConfirmationImpossible: the result cannot follow what is on file.
        ConfirmationLate: the days for applying are over.
        FieldsInvalid: the day lies ahead, or before what it follows.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.CONFIRM_IN_COURT)
    row = current_of(uow, command.case_id)
    if row is None or row["in_force_from"] is None:
        raise AgreementMissing
    before, at = Confirmation(row["confirmation"]), command.at or uow.now
    if not confirmation.may_follow(before, command.result):
        raise ConfirmationImpossible(before=before.value, result=command.result.value)
    expect_in_course(uow.now, row, at)
    if command.result is Confirmation.APPLIED and at >= row["confirm_by"]:
        raise ConfirmationLate
    key: dict[str, Any] = {"case_id": command.case_id, "version": row["version"]}
    values = {"confirmation": command.result.value, "confirmation_at": at}
    uow.update(agreement, key, values)
    said = {"result": command.result.value, "day": _day(at), **clocks.court(command.result, at)}
    return record(uow, opened, Change(facts.CONFIRMATION, {}, said))


def _day(at: datetime) -> str:
    return regulation.shanghai_day(confirmation.CLOCK, at).isoformat()
