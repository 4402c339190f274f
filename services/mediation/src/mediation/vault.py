"""Ciphertext of personal fields: a key per case, wrapped by the node's key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from kernel.holding import CaseErased
from kernel.sealing import SALT_BYTES, CaseKey, NodeKey, commitment, random_bytes

_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(type=dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class Sealed:
    """Ciphertext, and the commitment that goes into the log in its place."""

    data: bytes
    commitment: str


@dataclass(frozen=True, slots=True)
class CaseVault:
    """Seals and opens the fields of one case."""

    key: CaseKey

    @property
    def row(self) -> Mapping[str, Any]:
        """The row of `case_key`."""
        return self.key.row

    def seal(self, name: str, values: Mapping[str, Any]) -> Sealed:
        """Seal the values of one field group with a fresh salt."""
        return self.seal_raw(name, random_bytes(SALT_BYTES) + _encode(values))

    def seal_raw(self, name: str, salted: bytes) -> Sealed:
        """Seal what `open_raw` gave, on this or another node: the commitment stays the same."""
        return Sealed(self.key.seal(name, salted), commitment(name, salted))

    def open(self, name: str, data: bytes | None) -> dict[str, Any]:
        """The values of a field group; nothing where nothing was said."""
        return _decode(self.open_raw(name, data)[SALT_BYTES:]) if data else {}

    def open_raw(self, name: str, data: bytes) -> bytes:
        """Salt and values, to be sealed under another key."""
        return self.key.open(name, data)


class Vault:
    """The node's key and what is done with it."""

    def __init__(self, node_key: NodeKey) -> None:
        self._node_key = node_key

    def new_case(self, case_id: UUID) -> CaseVault:
        """A vault with a fresh key for a case that is new to mediation on this node."""
        return CaseVault(self._node_key.new_case(case_id))

    def of_case(self, key_row: Mapping[str, Any] | None) -> CaseVault:
        """The vault of a case that is kept here.

        Raises:
            CaseErased: its key was destroyed.
        """
        if key_row is None or key_row["wrapped"] is None:
            raise CaseErased
        return CaseVault(self._node_key.of_case(key_row))
