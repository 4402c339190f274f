"""What a child node may speak of: cases of its own branch of the tree, and such as are new here.

A case gets from one branch into another only through this node, so its own rows tell which branch
has it. Whoever took over a township's machine, with its keys and certificate, can still say nothing
of a case that is here or with another township.
"""

from collections.abc import Mapping
from typing import Any

from kernel.directory import Directory
from kernel.unit_of_work import UnitOfWork
from routing.domain.words import Custody
from routing.errors import NotYourHandover
from routing.node import Node
from routing.storage import handoffs, peers

Values = Mapping[str, Any]


def refuse_foreign(uow: UnitOfWork, node: Node, case: Values | None, child: str) -> None:
    """Refuse a child's word of a case that another branch has, or this node itself.

    A frozen node does not know yet what it still holds; it takes a child's word until it does.

    Raises:
        NotYourHandover: as it says.
    """
    where = _whereabouts(uow, node, case) if case is not None else ""
    if case is None or not where:
        return
    branch = _branch(node.directory(), node.code, where)
    if branch and branch != _branch(node.directory(), node.code, child):
        raise NotYourHandover(case_id=case["case_id"])


def _whereabouts(uow: UnitOfWork, node: Node, case: Values) -> str:
    """The node that has the case, as far as this one knows; empty where it does not."""
    if case["custody"] == Custody.NONE:
        return str(case["node"])
    if case["custody"] == Custody.OUT:
        sent = handoffs.last_out(uow, case["case_id"])
        return "" if sent is None else str(sent["to_node"])
    return "" if peers.is_freezing(uow) else node.code


def _branch(directory: Directory, here: str, there: str) -> str:
    """This node, or its child above `there`; empty where that is not below this node."""
    if there == here or not directory.is_below(there, here):
        return here if there == here else ""
    return directory.next_node(here, there)
