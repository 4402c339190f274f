"""Notices to staff, owed in the transaction in which a case comes, warns or is supervised.

Only an account that has given a contact is told; the others have their worklist.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from kernel.identity import Role
from kernel.notifying.owing import Owed, owe
from kernel.roles import role_table
from kernel.unit_of_work import UnitOfWork
from routing.domain.events import Step
from routing.domain.route import desk_of
from routing.domain.staff_notices import ACCOUNT, OBJECTED, Told, told_by
from routing.node import Node
from routing.storage.notices import notice
from routing.storage.staff import staff

Row = Mapping[str, Any]


def owe_steps(uow: UnitOfWork, node: Node, row: Row, steps: Iterable[Step]) -> None:
    """Tell of what was entered in the log of a case, as its row stands now."""
    for step in steps:
        told = told_by(step.kind, step.body)
        if told is None or row["sealed_for"]:
            continue
        if told.named:
            _owe_named(uow, row, told, step)
        else:
            unit = step.body.get("to_unit") or _unit_of(step, row)
            _owe(uow, node, row, told, (f"{step.kind}:{step.epoch}.{step.n}", unit))


def _owe_named(uow: UnitOfWork, row: Row, told: Told, step: Step) -> None:
    """Tell somebody invited to help (邀请协助); the unit that has the case sees to it otherwise."""
    account = step.body.get(ACCOUNT)
    found = uow.get(staff, staff_id=account) if account else None
    if found is not None and _is_reached(found) and _may(found, told.permission):
        occasion = f"{step.kind}:{step.epoch}.{step.n}"
        owed = Owed(row["case_id"], occasion, found["staff_id"], told.template, row["holder_unit"])
        owe(uow, notice, owed)


def owe_objection(uow: UnitOfWork, node: Node, row: Row, handoff_id: UUID, unit: str) -> None:
    """Tell the unit that sent a case that its hand-over is objected to."""
    if not row["sealed_for"]:
        _owe(uow, node, row, OBJECTED, (f"handover.objected:{handoff_id}", unit))


def _unit_of(step: Step, row: Row) -> str:
    """A clock may be another unit's than the holder's; what arrives is for who holds it now."""
    if step.kind.startswith("clock.") and step.unit:
        return step.unit
    holder: str = row["holder_unit"]
    return holder


def _owe(uow: UnitOfWork, node: Node, row: Row, told: Told, about: tuple[str, str]) -> None:
    occasion, unit = about
    found = [one for one in _people(uow, node, unit) if _may(one, told.permission)]
    if told.handler_alone:
        found = [one for one in found if one["staff_id"] == row["handler"]] or found
    for one in found:
        owed = Owed(row["case_id"], occasion, one["staff_id"], told.template, unit)
        owe(uow, notice, owed)


def _people(uow: UnitOfWork, node: Node, unit: str) -> list[Row]:
    """Accounts of the unit that can be reached; those of the node itself sit at its desk."""
    found = uow.find(staff, unit=unit)
    if unit == desk_of(node.directory(), node.code):
        found += uow.find(staff, unit="")
    return [one for one in found if _is_reached(one)]


def _is_reached(account: Row) -> bool:
    return account["sealed_contact"] is not None and not account["disabled"]


def _may(account: Row, permission: str) -> bool:
    roles = frozenset(Role(role) for role in account["roles"])
    return permission in role_table().permissions_of(roles)
