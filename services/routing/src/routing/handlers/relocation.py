"""Cases of a site that moved to another node follow it one by one (relocate)."""

from dataclasses import dataclass

from kernel.unit_of_work import UnitOfWork
from routing.domain.words import Custody, Kind
from routing.handlers.casefile import CaseFile
from routing.handlers.handover import intents
from routing.node import Node
from routing.storage import strays


@dataclass(frozen=True, slots=True)
class OrderRelocations:
    """Order the relocation of at most `limit` cases."""

    limit: int = 50


def order_relocations(uow: UnitOfWork, command: OrderRelocations, *, node: Node) -> int:
    """Order a relocation for cases held here by units that another node hosts now.

    Same unit, no signature, no clock, no visit. Repeatable: a case with a pending order is left.
    Answers how many were ordered.
    """
    ordered = 0
    for unit in strays.holders(uow):
        if ordered >= command.limit or not _lives_elsewhere(node, unit):
            continue
        for row in strays.cases(uow, unit, command.limit - ordered):
            case = CaseFile(uow, node, row)
            if case.custody is Custody.HELD:
                intents.order(uow, case, Kind.RELOCATE, unit, reason="delegated")
                case.save()
                ordered += 1
    return ordered


def _lives_elsewhere(node: Node, unit: str) -> bool:
    return unit in node.directory().units and not node.hosts(unit)
