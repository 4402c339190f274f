"""Ciphertext of personal fields: a key per case, wrapped by the node's key."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kernel.holding import CaseErased
from kernel.sealing import FieldVault, NodeKey


class Vault:
    """The node's key and what is done with it."""

    def __init__(self, node_key: NodeKey) -> None:
        self._node_key = node_key

    def new_case(self, case_id: UUID) -> FieldVault:
        """A vault with a fresh key for a case that is new to mediation on this node."""
        return FieldVault(self._node_key.new_case(case_id))

    def of_case(self, key_row: Mapping[str, Any] | None) -> FieldVault:
        """The vault of a case that is kept here.

        Raises:
            CaseErased: its key was destroyed.
        """
        if key_row is None or key_row["wrapped"] is None:
            raise CaseErased
        return FieldVault(self._node_key.of_case(key_row))
