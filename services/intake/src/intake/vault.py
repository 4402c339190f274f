"""Ciphertext of personal fields: a key per case, wrapped by the node's key.

Destroying a case's key erases what was said of people in it, here and in every backup, while the
log keeps its salted commitments and stays verifiable.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from intake.domain import numbering
from kernel.holding import CaseErased
from kernel.sealing import FieldVault, NodeKey, random_bytes, seal_to

CODE_KEY = 32
ANSWER, SITTING = "answer", "sitting"

Kept = TypeVar("Kept", bound=msgspec.Struct)
_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class CaseVault(FieldVault):
    """Seals and opens the fields of one case, and keeps what its query codes are hashed with."""

    code_key: bytes = field(repr=False)

    @property
    def sealed_code_key(self) -> bytes:
        """What query codes are hashed with, sealed."""
        return self.key.seal("code_key", self.code_key)

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
    def node_key(self) -> NodeKey:
        """The node's key."""
        return self._node_key

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

    def seal_sitting(self, sitting_id: UUID, content: msgspec.Struct) -> bytes:
        """What is kept of a sitting, which belongs to no case."""
        return self._node_key.seal(f"{SITTING}:{sitting_id}", _encode(content))

    def open_sitting(self, sitting_id: UUID, sealed: bytes, kind: type[Kept]) -> Kept:
        """What was sealed of it."""
        content = self._node_key.open(f"{SITTING}:{sitting_id}", sealed)
        return msgspec.json.decode(content, type=kind)

    @staticmethod
    def seal_to(public_key: str, content: Mapping[str, Any]) -> bytes:
        """Seal to a receiving body's public key; nobody here can open it again."""
        return seal_to(public_key, _encode(content))
