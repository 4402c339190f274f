"""Custody begins: a registered case is held by the unit that registered it."""

from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.commands.facts import TakeUpRegistration
from routing.domain.words import Custody, State
from routing.handlers import clocks, placement, reconcile, reports
from routing.handlers.casefile import CaseFile
from routing.node import Node, others
from routing.storage import grant_starts
from routing.storage.tables import case_row


def take_up(uow: UnitOfWork, command: TakeUpRegistration, *, node: Node) -> None:
    """Hold a registered case at epoch 1; a case that is known already is left as it is."""
    if uow.get(case_row, case_id=command.fact.case_id) is not None:
        return
    row = _row(uow, command, node)
    uow.insert(case_row, row)
    case = CaseFile(uow, node, row)
    case.visited(command.unit)
    fact = command.fact
    case.append(
        fact.kind,
        unit=fact.unit,
        actor=fact.actor,
        at=fact.at,
        body=fact.body,
        commitments=fact.commitments,
    )
    case.set(applied={fact.service: fact.fact_no})
    grant_starts.owe(uow, fact.case_id, others(node, {fact.service}))
    if not command.sealed_for:
        placement.suggest_for(uow, case)
        reports.urgent_at_once(uow, case)
    clocks.on_registered(uow, case)
    case.save()
    reconcile.told_again(uow, node, fact.case_id, fact.at)


def _row(uow: UnitOfWork, command: TakeUpRegistration, node: Node) -> dict[str, Any]:
    """The whole row: unlike a stored one it is read back before it is written."""
    given = {
        name: getattr(command, name)
        for name in command.__dataclass_fields__
        if name in case_row.c and name != "sealed_for"
    }
    blank = {column.name: _default(column) for column in case_row.c}
    return (
        blank
        | given
        | {
            "case_id": command.fact.case_id,
            "epoch": 1,
            "version": 1,
            "custody": Custody.HELD,
            "state": State.HELD,
            "holder_unit": command.unit,
            "holder_path": command.path,
            "registering_unit": command.unit,
            "registering_path": command.path,
            "registered_by": command.fact.actor,
            "sealed_for": command.sealed_for or None,
            "about_units": list(command.about_units),
            "node": node.code,
            "as_of": uow.now,
            "supervising_unit": node.directory().file.root,
        }
    )


def _default(column: Any) -> Any:
    """A column's constant default; a fresh list or dict where the default makes one."""
    default = column.default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg
