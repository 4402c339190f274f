"""The key of one case, wrapped by the node's key in the row `case_key`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kernel.sealing.cipher import Cipher


class CaseKey:
    """Seals and opens the fields of one case. `row` is its row of `case_key`."""

    __slots__ = ("_cipher", "case_id", "row")

    def __init__(self, case_id: UUID, key: bytes, row: Mapping[str, Any]) -> None:
        self._cipher = Cipher(key)
        self.case_id = case_id
        self.row = row

    def seal(self, name: str, data: bytes) -> bytes:
        """Ciphertext of a field; it opens in this case and under this name only."""
        return self._cipher.seal(data, self._bound(name))

    def open(self, name: str, sealed: bytes) -> bytes:
        """The field's data. Raises Unopenable."""
        return self._cipher.open(sealed, self._bound(name))

    def _bound(self, name: str) -> bytes:
        return self.case_id.bytes + name.encode()
