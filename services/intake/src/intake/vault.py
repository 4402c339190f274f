"""Ciphertext of personal fields: a key per case, wrapped by the node's key.

Destroying a case's key erases what was said of people in it, here and in every backup, while the
log keeps its salted commitments and stays verifiable.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from uuid import UUID

import msgspec

from intake.domain import numbering
from kernel.holding import CaseErased
from kernel.sealing import SALT_BYTES, CaseKey, NodeKey, commitment, random_bytes, seal_to

CODE_KEY = 32
ANSWER = "answer"

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
    code_key: bytes = field(repr=False)

    @property
    def case_id(self) -> UUID:
        """The case."""
        return self.key.case_id

    @property
    def row(self) -> Mapping[str, Any]:
        """The row of `case_key`."""
        return self.key.row

    @property
    def sealed_code_key(self) -> bytes:
        """What query codes are hashed with, sealed."""
        return self.key.seal("code_key", self.code_key)

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

    def new_code(self) -> str:
        """A random query code."""
        return numbering.query_code(random_bytes(numbering.CODE_LENGTH))

    def code_hash(self, code: str) -> bytes:
        """What is kept of a query code. The code is random, so that a fast hash will do."""
        return blake2b(code.encode(), key=self.code_key, digest_size=32).digest()

    def is_code(self, code: str, kept: bytes | None) -> bool:
        """Whether the code is the one of which this was kept; takes the same time either way."""
        return hmac.compare_digest(self.code_hash(code), kept or b"")

    @staticmethod
    def random() -> int:
        """A random number for a series without a counter."""
        return secrets.randbits(64)


class Vault:
    """The node's key and what is done with it."""

    def __init__(self, node_key: NodeKey) -> None:
        self._node_key = node_key
        self._duplicates_key = node_key.blind("duplicates", "")

    @property
    def duplicates_key(self) -> bytes:
        """The secret under which features for the search of duplicates are blind."""
        return self._duplicates_key

    def new_case(self, case_id: UUID, code_key: bytes = b"") -> CaseVault:
        """A vault with a fresh key for a case that is new on this node."""
        return CaseVault(self._node_key.new_case(case_id), code_key or random_bytes(CODE_KEY))

    def of_case(self, key_row: Mapping[str, Any] | None, sealed_code_key: bytes) -> CaseVault:
        """The vault of a case that is kept here.

        Raises:
            CaseErased: its key was destroyed.
        """
        if key_row is None or key_row["wrapped"] is None:
            raise CaseErased
        key = self._node_key.of_case(key_row)
        return CaseVault(key, key.open("code_key", sealed_code_key))

    def matter_digest(self, source: tuple[str, str], content: Mapping[str, Any]) -> str:
        """What tells whether the same matter comes again under a source number; says nothing."""
        said = _encode({"source": source, "content": content}).decode()
        return self._node_key.blind("matter", said).hex()

    def seal_answer(self, answer: bytes) -> bytes:
        """An answer to be repeated, which may hold query codes."""
        return self._node_key.seal(ANSWER, answer)

    def open_answer(self, sealed: bytes) -> bytes:
        """The answer as it was given."""
        return self._node_key.open(ANSWER, sealed)

    @staticmethod
    def seal_to(public_key: str, content: Mapping[str, Any]) -> bytes:
        """Seal to a receiving body's public key; nobody here can open it again."""
        return seal_to(public_key, _encode(content))
