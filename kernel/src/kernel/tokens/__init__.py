"""Proof of identity: signed tokens, keys of systems, credentials of nodes.

`KeyRing` holds a node's signing keys, `issue` and `renewing` make tokens, `Authenticator` proves
what comes with a call. The caller itself is a value object of `kernel.identity`.
"""

from kernel.tokens.authenticator import Authenticator, Credentials, PeerKeys
from kernel.tokens.claims import STAFF_LIFETIME, Verified, issue, renewing
from kernel.tokens.keys import KeyFileExposed, KeyRing, write_secret
from kernel.tokens.system_keys import KeyLookUp, StoredKey, new_key

__all__ = [
    "STAFF_LIFETIME",
    "Authenticator",
    "Credentials",
    "KeyFileExposed",
    "KeyLookUp",
    "KeyRing",
    "PeerKeys",
    "StoredKey",
    "Verified",
    "issue",
    "new_key",
    "renewing",
    "write_secret",
]
