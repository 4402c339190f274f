"""Duties to report: suggested by the registration, noted by a person, waived by two."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from mediation.commands_consent import DecideWaiver, WaiveDuty
from mediation.domain import facts
from mediation.domain.duties import suggested
from mediation.domain.registration import Registration
from mediation.domain.states import Act
from mediation.domain.words import Duty
from mediation.errors_casework import AnotherPersonNeeded
from mediation.errors_consent import DutyMissing
from mediation.handlers.acting import Change, Row, Stamp, open_case, record
from mediation.handlers.casework import casework_of, set_casework, words_of
from mediation.office import Office
from mediation.storage.consents import File
from mediation.storage.tables_closing import duty

NOT_WAIVED: dict[str, Any] = {"waiver_by": "", "waived_by": "", "waived_at": None}


def suggest_duties(uow: UnitOfWork, case_id: UUID, registration: Registration) -> None:
    """Put every duty that the registration suggests on file, with its grounds."""
    for which, grounds in suggested(registration).items():
        note(uow, case_id, which, grounds)


def note(uow: UnitOfWork, case_id: UUID, which: Duty, grounds: Iterable[str] = ()) -> None:
    """Put a duty on file; one that is there keeps what was done about it.

    A person who notes a duty that was waived, or new grounds for it, brings it back.
    """
    key: dict[str, Any] = {"case_id": case_id, "duty": which.value}
    row = uow.get(duty, **key)
    found = set(grounds)
    if row is None:
        told = " ".join(sorted(found))
        uow.insert(duty, {**key, "noted_at": uow.now, "grounds": told})
        return
    known = set(row["grounds"].split())
    if not found or found - known:
        uow.update(duty, key, {"grounds": " ".join(sorted(known | found)), **NOT_WAIVED})


def stands(row: Row | None) -> bool:
    """Whether a duty is on file and nobody found, with a second person, that it does not apply."""
    return row is not None and row["waived_at"] is None


def after_violence(uow: UnitOfWork, case_id: UUID) -> bool:
    """Whether the sides must not sit together: it was said, or the registration suggests it."""
    row = uow.get(duty, case_id=case_id, duty=Duty.FAMILY_VIOLENCE.value)
    return stands(row) or bool(casework_of(uow, case_id)["family_violence"])


def apart(file: File) -> bool:
    """The same, of what was read."""
    violence = Duty.FAMILY_VIOLENCE.value
    return file.family_violence or any(
        row["duty"] == violence and stands(row) for row in file.duties
    )


def waive_duty(uow: UnitOfWork, command: WaiveDuty, *, office: Office) -> Stamp:
    """Say why a duty does not apply; it stands until somebody else agrees. Raises DutyMissing."""
    opened = open_case(uow, command.case_id, command.seen, Act.REPORT_DUTY)
    key: dict[str, Any] = {"case_id": command.case_id, "duty": command.duty.value}
    row = uow.get(duty, **key)
    if not stands(row) or row is None or row["reported_at"]:
        raise DutyMissing
    said = {"reason": command.reason}
    sealed = words_of(uow, command.case_id, office).seal(duty, key, said, "sealed_waiver")
    uow.update(duty, key, {"waiver_by": uow.caller.id, "sealed_waiver": sealed.data})
    body, kept = {"duty": command.duty.value}, {f"waiver:{command.duty.value}": sealed.commitment}
    return record(uow, opened, Change(facts.DUTY_WAIVER_PROPOSED, {}, body, kept))


def decide_waiver(uow: UnitOfWork, command: DecideWaiver) -> Stamp:
    """The second person's word.

    Raises:
        DutyMissing: nobody proposed it, or the duty was reported meanwhile.
        AnotherPersonNeeded: the caller proposed it.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.REPORT_DUTY, second=True)
    key: dict[str, Any] = {"case_id": command.case_id, "duty": command.duty.value}
    row = uow.get(duty, **key)
    if not stands(row) or row is None or not row["waiver_by"] or row["reported_at"]:
        raise DutyMissing
    if row["waiver_by"] == uow.caller.id:
        raise AnotherPersonNeeded
    body = {"duty": command.duty.value}
    if not command.approved:
        uow.update(duty, key, NOT_WAIVED)
        return record(uow, opened, Change(facts.DUTY_WAIVER_REJECTED, {}, body))
    uow.update(duty, key, {"waived_by": uow.caller.id, "waived_at": uow.now})
    if command.duty is Duty.FAMILY_VIOLENCE:
        set_casework(uow, command.case_id, family_violence=False)
    return record(uow, opened, Change(facts.DUTY_WAIVED, {}, body))
