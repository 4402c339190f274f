"""Ciphertext of personal fields: a node key in a file, a key per case in the database.

A case is erased by destroying its key: what was said of people can be read no more, while the log
keeps its salted commitments and stays verifiable (docs/adr/0041-personal-fields.md).
"""

from kernel.sealing.box import new_private_key, open_with, public_key_of, seal_to
from kernel.sealing.cases import CaseKey
from kernel.sealing.cipher import Unopenable
from kernel.sealing.commitments import SALT_BYTES, commitment
from kernel.sealing.fields import FieldVault, Sealed
from kernel.sealing.node_key import NodeKey, rotate
from kernel.sealing.randomness import random_bytes
from kernel.sealing.upkeep import destroy, rewrap

__all__ = [
    "SALT_BYTES",
    "CaseKey",
    "FieldVault",
    "NodeKey",
    "Sealed",
    "Unopenable",
    "commitment",
    "destroy",
    "new_private_key",
    "open_with",
    "public_key_of",
    "random_bytes",
    "rewrap",
    "rotate",
    "seal_to",
]
