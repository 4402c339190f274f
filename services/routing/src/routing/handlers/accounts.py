"""Accounts are made, disabled, handed over; who may do so, and what becomes of the cases."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from kernel.directory import Directory
from kernel.divisions import Division
from kernel.errors import FieldViolation, InvalidInput, MissingField
from kernel.identity import Caller, Kind, Role
from kernel.unit_of_work import UnitOfWork
from routing.commands.staff import AddStaff, AddSystem, DisableStaff, HandOverStaff, SetPassword
from routing.domain.events import AccountsChanged
from routing.domain.route import desk_of
from routing.errors import (
    AccountOfIssuer,
    NotYourSite,
    StaffTaken,
    StaffUnknown,
    SystemUnknown,
    UnitUnknown,
)
from routing.handlers.casefile import CaseFile
from routing.node import Node
from routing.storage import staff as accounts
from routing.storage.staff import Values, staff, system_caller

ROLES = frozenset(role.value for role in Role)
GUESTS = frozenset({Role.CALLBACK.value})
"""Roles that a unit of a site above may have here: it calls back what this site handled itself."""


def add_staff(uow: UnitOfWork, command: AddStaff, *, node: Node) -> str:
    """Make an account. Raises StaffTaken, UnitUnknown, NotYourSite, InvalidInput."""
    _may_manage(uow.caller, node, command.unit, command.roles)
    _check_roles(command.roles)
    if uow.get(staff, staff_id=command.staff_id) is not None:
        raise StaffTaken(staff_id=command.staff_id)
    insert_account(uow, command)
    return command.staff_id


def insert_account(uow: UnitOfWork, command: AddStaff) -> None:
    """Write the account's row."""
    row = {
        "staff_id": command.staff_id,
        "name": command.name,
        "unit": command.unit,
        "roles": sorted(command.roles),
        "password": command.password_hash,
        "must_change": command.must_change,
        "changed_at": uow.now,
        "created_at": uow.now,
        "created_by": uow.caller.id,
    }
    uow.insert(staff, row)


def make_first(uow: UnitOfWork, command: AddStaff, *, node: Node) -> bool:  # noqa: ARG001 (a handler)
    """The node's first administrator, unless it has any account. True when it was made."""
    if accounts.any_account(uow):
        return False
    insert_account(uow, command)
    return True


def disable_staff(uow: UnitOfWork, command: DisableStaff, *, node: Node) -> tuple[UUID, ...]:
    """Disable an account for ever and re-assign its cases. Answers the cases.

    Raises StaffUnknown, NotYourSite.
    """
    row = managed(uow, node, command.staff_id)
    moved = _reassign(uow, node, row, command.successor)
    if not row["disabled"]:
        change_access(uow, row, disabled=True)
    return moved


def hand_over_staff(uow: UnitOfWork, command: HandOverStaff, *, node: Node) -> tuple[UUID, ...]:
    """Give somebody's cases to a colleague. Answers the cases. Raises StaffUnknown, NotYourSite."""
    if not command.to_staff:
        raise MissingField.of("to_staff")
    return _reassign(uow, node, managed(uow, node, command.from_staff), command.to_staff)


def set_password(uow: UnitOfWork, command: SetPassword, *, node: Node) -> None:
    """An administrator sets a one-time password: it unlocks too.

    Raises StaffUnknown, AccountOfIssuer.
    """
    row = managed(uow, node, command.staff_id)
    if row["disabled"]:
        raise StaffUnknown(staff_id=command.staff_id)
    if row["issuer"]:
        raise AccountOfIssuer(staff_id=command.staff_id)
    change_access(uow, row, **_new_password(command))


def change_own(uow: UnitOfWork, command: SetPassword, *, node: Node) -> None:  # noqa: ARG001 (a handler)
    """The bearer changed his own password, having proven the old one."""
    row = uow.get(staff, staff_id=command.staff_id)
    if row is None:
        raise StaffUnknown(staff_id=command.staff_id)
    change_access(uow, row, **_new_password(command))


def change_access(uow: UnitOfWork, row: Values, **values: object) -> None:
    """Change what tokens were issued on; they end, in every process, however the clock stands."""
    after = row["changed_at"] + timedelta(microseconds=1)
    change(uow, row, **values, changed_at=max(uow.now, after))
    _tell(uow)


def _tell(uow: UnitOfWork) -> None:
    """Have the services of this node ask again who may come in."""
    uow.emit(AccountsChanged(uow.now), links=["local"])


def _new_password(command: SetPassword) -> dict[str, object]:
    return {
        "password": command.password_hash,
        "must_change": command.must_change,
        "failures": 0,
        "last_failure_at": None,
    }


def add_system(uow: UnitOfWork, command: AddSystem, *, node: Node) -> None:
    """Make a system caller; one that is there gets another key, and its old one ends."""
    _may_manage(uow.caller, node, command.unit)
    _check_roles(command.roles)
    values = {
        "key_id": command.key_id,
        "digest": command.digest,
        "unit": command.unit,
        "roles": sorted(command.roles),
        "disabled": False,
    }
    if uow.get(system_caller, system_id=command.system_id) is not None:
        uow.update(system_caller, {"system_id": command.system_id}, values)
        _tell(uow)
        return
    made = {"created_at": uow.now, "created_by": uow.caller.id}
    uow.insert(system_caller, {"system_id": command.system_id} | values | made)


def disable_system(uow: UnitOfWork, system_id: str, *, node: Node) -> None:
    """Disable a system caller. Raises SystemUnknown, NotYourSite."""
    row = uow.get(system_caller, system_id=system_id)
    if row is None:
        raise SystemUnknown(system=system_id[:64])
    _may_manage(uow.caller, node, row["unit"])
    uow.update(system_caller, {"system_id": system_id}, {"disabled": True})
    _tell(uow)


def change(uow: UnitOfWork, row: Values, **values: object) -> None:
    """Change an account under its version guard."""
    version = row["version"]
    key = {"staff_id": row["staff_id"]}
    uow.update(staff, key, values | {"version": version + 1}, expect={"version": version})


def managed(uow: UnitOfWork, node: Node, staff_id: str) -> Values:
    """An account that the caller manages. Raises StaffUnknown, NotYourSite."""
    row = uow.get(staff, staff_id=staff_id)
    if row is None:
        raise StaffUnknown(staff_id=staff_id[:64])
    _may_manage(uow.caller, node, row["unit"], row["roles"])
    return row


def _may_manage(caller: Caller, node: Node, unit: str, roles: Collection[str] = ()) -> None:
    """At or above the unit's site, on the node that hosts it; guests at the desk of this node."""
    if caller.kind is Kind.SERVICE:
        return
    directory = node.directory()
    unit = unit or desk_of(directory, node.code)
    if unit not in directory.units:
        raise UnitUnknown(unit=unit[:64])
    path = Division.from_path(directory.path_of_unit(unit))
    above = caller.path and path.is_within(Division.from_path(caller.path))
    if above and node.hosts(unit):
        return
    desk = directory.units[desk_of(directory, node.code)].site
    guest = set(roles) == GUESTS and caller.site == desk and unit in units_above(directory, desk)
    if not guest or node.hosts(unit):
        raise NotYourSite(unit=unit)


def units_above(directory: Directory, site: str) -> list[str]:
    """All units of the sites above one, closed ones included."""
    sites = {one.id for one in directory.ancestors(site)[1:]}
    return [unit.id for unit in directory.units.values() if unit.site in sites]


def _check_roles(roles: Iterable[str]) -> None:
    unknown = [index for index, role in enumerate(roles) if role not in ROLES]
    if unknown:
        raise InvalidInput(*(FieldViolation(f"roles[{n}]", "UNKNOWN_VALUE") for n in unknown))


def _reassign(uow: UnitOfWork, node: Node, row: Values, successor: str) -> tuple[UUID, ...]:
    _check_successor(uow, row, successor)
    moved: list[UUID] = []
    for line in accounts.in_hands(uow, row["staff_id"]):
        case = CaseFile(uow, node, line)
        case.set(handler=successor)
        case.append(
            "case.handler_assigned" if successor else "case.handler_removed",
            unit=case.row["holder_unit"],
            actor=uow.caller.id,
            body={"handler": successor, "was": row["staff_id"]},
        )
        case.save()
        moved.append(case.case_id)
    return tuple(moved)


def _check_successor(uow: UnitOfWork, row: Values, successor: str) -> None:
    if not successor:
        return
    other = uow.get(staff, staff_id=successor)
    if other is None or other["disabled"] or other["unit"] != row["unit"]:
        raise StaffUnknown(staff_id=successor[:64])
