"""Content that routing keeps for others is sealed under a key per case; destroying it erases."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import Connection, select

from kernel.holding import is_erased
from kernel.sealing import CaseKey
from kernel.unit_of_work import UnitOfWork
from routing.errors.erasing import CaseErasedForGood
from routing.node import Node
from routing.storage.metadata import case_key

FIELD = "part"


def seal(uow: UnitOfWork, node: Node, case_id: UUID, content: bytes) -> bytes:
    """Seal bytes under the case's key; the key is made when the case has none here yet.

    Raises CaseErasedForGood when it was destroyed.
    """
    return _key(uow, node, case_id).seal(FIELD, content)


def unseal(uow: UnitOfWork, node: Node, case_id: UUID, content: bytes) -> bytes:
    """Open what `seal` made. Raises CaseErasedForGood when the key was destroyed."""
    return _key(uow, node, case_id).open(FIELD, content)


def is_gone(uow: UnitOfWork, case_id: UUID) -> bool:
    """Whether the case was erased here: then nothing is sealed or opened any more."""
    return is_erased(uow, case_key, case_id)


def opener(connection: Connection, node: Node, case_id: UUID) -> Callable[[bytes], bytes]:
    """What opens the content of a case beside the writer, as `unseal` does within it."""

    def opened(content: bytes) -> bytes:
        found = connection.execute(select(case_key).where(case_key.c.case_id == case_id))
        return node.keys.of_case(dict(found.mappings().one())).open(FIELD, content)

    return opened


def _key(uow: UnitOfWork, node: Node, case_id: UUID) -> CaseKey:
    row = uow.get(case_key, case_id=case_id)
    if row is not None and row["wrapped"] is None:
        raise CaseErasedForGood(case_id=case_id)
    if row is not None:
        return node.keys.of_case(row)
    key = node.keys.new_case(case_id)
    uow.insert(case_key, key.row)
    return key
