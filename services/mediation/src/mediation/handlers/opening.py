"""Opening the mediation of a case that the caller's unit holds."""

from typing import Any

from kernel.directory import Directory
from kernel.holding import expect_writable, field_name
from kernel.unit_of_work import UnitOfWork
from mediation.commands import Matter, OpenMediation
from mediation.domain.facts import OPENED
from mediation.domain.opening import allows
from mediation.domain.registration import Registration
from mediation.domain.states import State
from mediation.errors import CaseMissing, MediationThere, NotAccepted, NotForMediation
from mediation.handlers.acting import Change, Row, Stamp, may_write, stamp_of, tell
from mediation.handlers.naming import take_registration
from mediation.office import Office
from mediation.storage.tables import case_key, mediation, write_grant

NOTE = "sealed_note"


def open_mediation(
    uow: UnitOfWork,
    command: OpenMediation,
    *,
    office: Office,
    matter: Matter,
    registration: Registration,
) -> Stamp:
    """Open the mediation: from here on its acts are written under the case's epoch.

    Requests and duties to report are on file at once, as the registration has them.

    Raises:
        CaseMissing: mediation was never granted this case, or another unit's caller may not know.
        CustodyMoved, CaseLocked, WritingEnded: it is not held here at that epoch, or not now.
        MediationThere: it was opened before.
        NotAccepted, NotForMediation: by the procedure of the case.
    """
    grant = uow.get(write_grant, case_id=command.case_id)
    if grant is None or not may_write(uow, grant):
        raise CaseMissing
    known = uow.get(mediation, case_id=command.case_id)
    case = known or {"epoch": grant["epoch"], "holder_unit": grant["unit"], "state": "ended"}
    expect_writable(grant, case, command.epoch)
    if known is not None:
        raise MediationThere
    if not matter.accepted:
        raise NotAccepted
    if not allows(matter.procedure, command.kind):
        raise NotForMediation(procedure=matter.procedure, kind=command.kind.value)
    row = _row(uow, command, grant) | _of_matter(matter, office.directory())
    stamp = _open(uow, command, grant, office, row)
    take_registration(uow, command.case_id, registration)
    return stamp


def _open(
    uow: UnitOfWork, command: OpenMediation, grant: Row, office: Office, row: dict[str, Any]
) -> Stamp:
    vault = office.vault.new_case(command.case_id)
    commitments = {}
    if command.note:
        sealed = vault.seal(field_name(mediation, NOTE, row), {"note": command.note})
        row[NOTE], commitments = sealed.data, {"note": sealed.commitment}
    uow.insert(case_key, vault.row)
    uow.insert(mediation, row)
    tell(uow, row, grant, Change(OPENED, {}, {"kind": command.kind.value}, commitments))
    return stamp_of(row, grant["epoch"])


def _of_matter(matter: Matter, directory: Directory) -> dict[str, Any]:
    registering = matter.registering_unit
    known = registering in directory.units
    return {
        "case_no": matter.case_no,
        "registering_unit": registering,
        "registering_path": directory.path_of_unit(registering) if known else "",
        "procedure": matter.procedure,
        "category": matter.category,
        "regulation": matter.regulation,
        "colour": matter.colour,
    }


def _row(uow: UnitOfWork, command: OpenMediation, grant: Row) -> dict[str, Any]:
    return {
        "case_id": command.case_id,
        "holder_unit": grant["unit"],
        "holder_path": grant["path"],
        "registered_by": "",
        "sealed_for": None,
        "epoch": grant["epoch"],
        "version": 1,
        "state": State.OPENED.value,
        "state_before": None,
        "proposed_by": None,
        "kind": command.kind.value,
        "opened_unit": uow.caller.unit or grant["unit"],
        "opened_by": uow.caller.id,
        "opened_at": uow.now,
        "ended_at": None,
        NOTE: None,
        "fact_no": 1,
    }
