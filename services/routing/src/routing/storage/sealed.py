"""Content that routing keeps for others is sealed under a key per case; destroying it erases."""

from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.node import Node

FIELD = "part"


def seal(uow: UnitOfWork, node: Node, case_id: UUID, content: bytes) -> bytes:
    """Seal bytes under the case's key; the key is made when the case has none here yet."""
    return node.keys.of_case(uow, case_id, make=True).seal(FIELD, content)


def unseal(uow: UnitOfWork, node: Node, case_id: UUID, content: bytes) -> bytes:
    """Open what `seal` made."""
    return node.keys.of_case(uow, case_id).open(FIELD, content)
