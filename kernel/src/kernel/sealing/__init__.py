"""Ciphertext of personal fields: a node key in a file, a key per case in the database.

A case is erased by destroying its key: what was said of people is gone from the tables and from
every backup of them, while the log keeps its salted commitments.
"""

from kernel.sealing.box import new_private_key, open_with, public_key_of, seal_to
from kernel.sealing.cases import CaseKey
from kernel.sealing.cipher import Unopenable
from kernel.sealing.node_key import NodeKey

__all__ = [
    "CaseKey",
    "NodeKey",
    "Unopenable",
    "new_private_key",
    "open_with",
    "public_key_of",
    "seal_to",
]
