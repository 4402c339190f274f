"""Ciphertext of personal fields: a key per case, wrapped by the node's key."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from kernel.holding.errors import CaseErased
from kernel.sealing import FieldVault, NodeKey
from kernel.unit_of_work import UnitOfWork


class Vault:
    """The node's key and what is done with it."""

    def __init__(self, node_key: NodeKey) -> None:
        self._node_key = node_key

    @property
    def node_key(self) -> NodeKey:
        """The node's key."""
        return self._node_key

    def new_case(self, case_id: UUID) -> FieldVault:
        """A vault with a fresh key for a case that is new to the service on this node."""
        return FieldVault(self._node_key.new_case(case_id))

    def of_case(self, key_row: Mapping[str, Any] | None) -> FieldVault:
        """The vault of a case that is kept here.

        Raises:
            CaseErased: its key was destroyed.
        """
        if key_row is None or key_row["wrapped"] is None:
            raise CaseErased
        return FieldVault(self._node_key.of_case(key_row))

    def known_or_new(self, uow: UnitOfWork, case_key: Table, case_id: UUID) -> FieldVault:
        """The case's own key where it was here before, else a fresh one, which is kept."""
        known = uow.get(case_key, case_id=case_id)
        if known is not None:
            return self.of_case(known)
        vault = self.new_case(case_id)
        uow.insert(case_key, vault.row)
        return vault

    def seal_own(self, name: str, text: str) -> bytes:
        """Ciphertext of something personal that belongs to the node and to no case."""
        return self._node_key.seal(name, text.encode())

    def open_own(self, name: str, sealed: bytes) -> str:
        """What `seal_own` sealed under this name. Raises Unopenable."""
        return self._node_key.open(name, sealed).decode()
