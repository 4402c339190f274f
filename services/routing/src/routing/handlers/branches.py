"""What a child node may speak of: cases of its own branch of the tree, and such as are new here.

A case gets from one branch into another only through this node, so its own rows tell which branch
has it, and which had it at an earlier epoch. Whoever took over a township's machine, with its keys
and certificate, can still say nothing of a case that is here or with another township, nor of the
time when it was; what a branch tells late of its own time is kept.
"""

from collections.abc import Mapping
from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.domain.words import Custody
from routing.errors import NotYourHandover
from routing.node import Node
from routing.storage import handoffs, peers

Values = Mapping[str, Any]
UNKNOWN = ""


def refuse_foreign(uow: UnitOfWork, node: Node, case: Values | None, child: str) -> None:
    """Refuse a child's word of a case that another branch has, this node itself or its parent.

    A frozen node does not know yet what it still holds; it takes a child's word until it does.

    Raises:
        NotYourHandover: as it says.
    """
    if case is None:
        return
    place = _place_now(uow, node, case)
    if place not in {UNKNOWN, _place(node, child)}:
        raise NotYourHandover(case_id=case["case_id"])


def refuse_foreign_time(
    uow: UnitOfWork, node: Node, case: Values | None, child: str, epoch: int
) -> None:
    """Refuse a child's word of an epoch at which the case was not in its branch.

    The rows before and after the epoch each name a place. A restore may have lost the row between
    them: then both places are believed, and where one is unknown, everything is.

    Raises:
        NotYourHandover: as it says.
    """
    if case is None or peers.is_freezing(uow):
        return
    places = _places_at(uow, node, case, epoch)
    if not places & {UNKNOWN, _place(node, child)}:
        raise NotYourHandover(case_id=case["case_id"])


def _places_at(uow: UnitOfWork, node: Node, case: Values, epoch: int) -> set[str]:
    """Where the case may have been at an epoch, by the hand-overs just before and just after it."""
    crossings = handoffs.crossings(uow, case["case_id"])
    earlier = [row for row in crossings if row["epoch"] < epoch]
    later = [row for row in crossings if row["epoch"] >= epoch]
    came = _place(node, earlier[-1]["to_node"]) if earlier else _first_place(node, case)
    went = _place(node, later[0]["from_node"]) if later else _place_now(uow, node, case)
    return {came, went}


def _first_place(node: Node, case: Values) -> str:
    """Where the case was registered."""
    directory, unit = node.directory(), case["registering_unit"]
    return _place(node, directory.node_of(unit)) if unit in directory.units else UNKNOWN


def _place_now(uow: UnitOfWork, node: Node, case: Values) -> str:
    """Where the case is, as far as this node knows.

    Of a case that was never here only headers tell; one from above may be older than the child's.
    """
    if case["custody"] == Custody.NONE:
        place = _place(node, case["node"])
        return UNKNOWN if place == node.parent else place
    if case["custody"] == Custody.OUT:
        sent = handoffs.last_out(uow, case["case_id"])
        return UNKNOWN if sent is None else _place(node, sent["to_node"])
    return UNKNOWN if peers.is_freezing(uow) else node.code


def _place(node: Node, there: str) -> str:
    """This node, its parent, or its child above `there`; unknown where it is none of them."""
    if there in {node.code, node.parent}:
        return there
    directory = node.directory()
    is_below = directory.is_below(there, node.code)
    return directory.next_node(node.code, there) if is_below else UNKNOWN
