"""With which of its keys this node signs for its parent: with the one that the parent knows."""

import base64
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kernel import logs
from kernel.tokens import KeyRing

log = logs.get_logger()


class KeyForParent:
    """The key that the directory names; after a refusal each other one in its turn.

    After a rotation the county enters the new key in the directory. From then on the parent takes
    that one only, and this node may not have the directory yet: a refusal tells it.
    """

    def __init__(self, ring: KeyRing, known: Callable[[], str]) -> None:
        self._ring = ring
        self._known = known
        self._named = ""
        self._turn = 0

    def signing(self) -> tuple[str, Ed25519PrivateKey]:
        """The key id and the key to sign with now."""
        named = self._known()
        if named != self._named:
            self._named, self._turn = named, 0
        keys = self._ring.public_bytes()
        first = [kid for kid, key in keys.items() if base64.b64encode(key).decode() == named]
        order = [*first, *(kid for kid in sorted(keys, reverse=True) if kid not in first)]
        return self._ring.pair(order[self._turn % len(order)])

    def refused(self) -> None:
        """The parent does not know the bearer of the token: try the next key."""
        if len(self._ring.public_bytes()) > 1:
            self._turn += 1
            log.warning("key_for_parent_changed", kid=self.signing()[0])
