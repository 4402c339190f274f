"""Personal fields at rest: a key for each case, so that destroying it erases what it sealed.

docs/adr/0041-personal-fields.md says what is sealed, what is committed to, what is promised.
"""

from kernel.sealing.case_key import CaseKey, Sealed, Unsealed, commitment
from kernel.sealing.case_keys import CaseKeys, Erased
from kernel.sealing.node_keys import NodeKeys, NodeKeyUnknown
from kernel.sealing.sealed_box import BoxInvalid, BoxKey, seal_to

__all__ = [
    "BoxInvalid",
    "BoxKey",
    "CaseKey",
    "CaseKeys",
    "Erased",
    "NodeKeyUnknown",
    "NodeKeys",
    "Sealed",
    "Unsealed",
    "commitment",
    "seal_to",
]
