"""Opening the mediation of a case that the caller's unit holds."""

from typing import Any

from kernel.holding import expect_writable
from kernel.unit_of_work import UnitOfWork
from mediation.commands import OpenMediation
from mediation.domain.facts import OPENED
from mediation.domain.opening import allows
from mediation.domain.states import State
from mediation.errors import CaseMissing, MediationThere, NotAccepted, NotForMediation
from mediation.handlers.acting import Change, Row, Stamp, expect_holder, stamp_of, tell
from mediation.office import Office
from mediation.storage.portable import field_name
from mediation.storage.tables import case_key, mediation, write_grant

NOTE = "sealed_note"


def open_mediation(uow: UnitOfWork, command: OpenMediation, *, office: Office) -> Stamp:
    """Open the mediation: from here on its acts are written under the case's epoch.

    Raises:
        CaseMissing: mediation was never granted this case.
        CustodyMoved, CaseLocked, WritingEnded: it is not held here at that epoch, or not now.
        NotTheHolder: the caller works in another unit.
        MediationThere: it was opened before.
        NotAccepted, NotForMediation: by the procedure of the case.
    """
    grant = uow.get(write_grant, case_id=command.case_id)
    if grant is None:
        raise CaseMissing
    known = uow.get(mediation, case_id=command.case_id)
    case = known or {"epoch": grant["epoch"], "holder_unit": grant["unit"], "state": "ended"}
    expect_writable(grant, case, command.epoch)
    expect_holder(uow, grant)
    if known is not None:
        raise MediationThere
    _expect_matter(command)
    return _open(uow, command, grant, office)


def _expect_matter(command: OpenMediation) -> None:
    procedure, kind = command.matter.procedure, command.kind
    if not command.matter.accepted:
        raise NotAccepted
    if not allows(procedure, kind):
        raise NotForMediation(procedure=procedure, kind=kind.value)


def _open(uow: UnitOfWork, command: OpenMediation, grant: Row, office: Office) -> Stamp:
    vault = office.vault.new_case(command.case_id)
    row = _row(uow, command, grant, office)
    commitments = {}
    if command.note:
        sealed = vault.seal(field_name(mediation, NOTE, row), {"note": command.note})
        row[NOTE], commitments = sealed.data, {"note": sealed.commitment}
    uow.insert(case_key, vault.row)
    uow.insert(mediation, row)
    tell(uow, row, grant, Change(OPENED, {}, {"kind": command.kind.value}, commitments))
    return stamp_of(row, grant["epoch"])


def _row(uow: UnitOfWork, command: OpenMediation, grant: Row, office: Office) -> dict[str, Any]:
    matter, directory = command.matter, office.directory()
    registering = matter.registering_unit
    known = registering in directory.units
    return {
        "case_id": command.case_id,
        "case_no": matter.case_no,
        "holder_unit": grant["unit"],
        "holder_path": grant["path"],
        "registering_unit": registering,
        "registering_path": directory.path_of_unit(registering) if known else "",
        "registered_by": "",
        "sealed_for": None,
        "epoch": grant["epoch"],
        "version": 1,
        "state": State.OPENED.value,
        "state_before": None,
        "proposed_by": None,
        "kind": command.kind.value,
        "procedure": matter.procedure,
        "category": matter.category,
        "regulation": matter.regulation,
        "opened_unit": uow.caller.unit or grant["unit"],
        "opened_by": uow.caller.id,
        "opened_at": uow.now,
        "ended_at": None,
        NOTE: None,
        "fact_no": 1,
    }
