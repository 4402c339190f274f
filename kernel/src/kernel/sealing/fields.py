"""Groups of personal fields of a case, sealed with the salt of their commitment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from kernel.sealing.cases import CaseKey
from kernel.sealing.commitments import SALT_BYTES, commitment
from kernel.sealing.randomness import random_bytes

_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(type=dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class Sealed:
    """Ciphertext, and the commitment that goes into the log in its place."""

    data: bytes
    commitment: str


@dataclass(frozen=True, slots=True)
class FieldVault:
    """Seals and opens the fields of one case."""

    key: CaseKey

    @property
    def case_id(self) -> UUID:
        """The case."""
        return self.key.case_id

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
