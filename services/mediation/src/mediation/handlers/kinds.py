"""三调联动: another kind of mediation takes over, or joins, without a new registration."""

from dataclasses import replace
from typing import Any

from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork
from mediation.commands_casework import JoinKind, LeaveKind, SwitchKind
from mediation.domain import facts
from mediation.domain.assignment import Matter, of_kind
from mediation.domain.joining import JOINED_TO, may_be_joined
from mediation.domain.opening import allows
from mediation.domain.states import Act
from mediation.domain.words import MediationKind
from mediation.errors import FieldsInvalid, NotForMediation
from mediation.errors_casework import JoiningImpossible
from mediation.handlers.acting import Change, Opened, Stamp, open_case, record
from mediation.handlers.assigning import known_mediator, matter_of, relieve
from mediation.handlers.casework import assigned_to
from mediation.office import Office
from mediation.storage.tables_joining import joined_kind
from mediation.storage.tables_people import mediator

SWITCHED, LEFT = "kind_switched", "kind_left"
"""Why an assignment ended."""


def switch_kind(uow: UnitOfWork, command: SwitchKind, *, procedure: str) -> Stamp:
    """Another kind takes over the same file; its own mediators are assigned next.

    A kind that was joined leads now, and is joined no more.

    Raises:
        NotForMediation: the procedure under which the case is handled now is no ground for it.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.SWITCH_KIND)
    if not allows(procedure, command.kind):
        raise NotForMediation(procedure=procedure, kind=command.kind.value)
    for row in assigned_to(uow, command.case_id):
        relieve(uow, command.case_id, row["mediator_id"], SWITCHED)
    for row in uow.find(joined_kind, case_id=command.case_id, kind=command.kind.value):
        _drop(uow, row)
    said = {"kind": command.kind.value}
    values = said | {"procedure": procedure}
    return record(uow, opened, Change(facts.KIND_SWITCHED, values, said))


def join_kind(uow: UnitOfWork, command: JoinKind, *, procedure: str, office: Office) -> Stamp:
    """联合调解: a body of another kind mediates, too; who leads, the law and the clock stay.

    Raises:
        FieldsInvalid: the unit is not of the directory.
        JoiningImpossible: the kind leads already, the unit is joined, or the matter is about it.
        NotForMediation: under the procedure of the case nothing is mediated.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.JOIN_KIND)
    if command.unit not in office.directory().units:
        raise FieldsInvalid(FieldViolation("unit_id", "UNKNOWN_VALUE"))
    if not may_be_joined(procedure):
        raise NotForMediation(procedure=procedure, kind=command.kind.value)
    _expect_joinable(command, matter_of(uow, opened))
    values = {"joined_at": uow.now, "actor": uow.caller.id}
    uow.insert(joined_kind, {**_key(command), **values})
    return record(uow, opened, Change(facts.KIND_JOINED, {}, _said(command)))


def _expect_joinable(command: JoinKind, matter: Matter) -> None:
    if command.kind not in JOINED_TO[matter.kind]:
        raise JoiningImpossible(FieldViolation("kind", "KIND_LEADS"))
    if command.unit in matter.about_units:
        raise JoiningImpossible(FieldViolation("unit_id", "UNIT_OF_THE_MATTER"))
    if (command.kind, command.unit) in matter.joined:
        raise JoiningImpossible(FieldViolation("unit_id", "KIND_JOINED"))


def leave_kind(uow: UnitOfWork, command: LeaveKind) -> Stamp:
    """The body mediates no more; who was there by it alone is relieved.

    Raises:
        JoiningImpossible: the body is not joined with that kind.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.LEAVE_KIND)
    rows = uow.find(joined_kind, **_key(command))
    if not rows:
        raise JoiningImpossible(FieldViolation("unit_id", "KIND_NOT_JOINED"))
    for row in rows:
        _drop(uow, row)
    if _relieve_those_left(uow, opened):
        opened = replace(opened, target=opened.state)  # the others go on
    return record(uow, opened, Change(facts.KIND_LEFT, {}, _said(command)))


def _relieve_those_left(uow: UnitOfWork, opened: Opened) -> bool:
    """Relieve whom neither the leading kind nor a body still joined has; whether others stay."""
    matter, stay = matter_of(uow, opened), False
    for row in assigned_to(uow, opened.case_id):
        known = uow.get(mediator, mediator_id=row["mediator_id"])
        if known is None or of_kind(known_mediator(uow, known), matter):
            stay = True
        else:
            relieve(uow, opened.case_id, row["mediator_id"], LEFT)
    return stay


def _drop(uow: UnitOfWork, row: Any) -> None:
    key = {name: row[name] for name in ("case_id", "kind", "unit_id")}
    uow.delete(joined_kind, **key)


def _key(command: JoinKind | LeaveKind) -> dict[str, Any]:
    return {"case_id": command.case_id, "kind": command.kind.value, "unit_id": command.unit}


def _said(command: JoinKind | LeaveKind) -> dict[str, str]:
    kind: MediationKind = command.kind
    return {"kind": kind.value, "unit": command.unit}
