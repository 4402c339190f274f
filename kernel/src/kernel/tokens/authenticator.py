"""Proves who calls: a signed token or a system's key, beside the certificate of a node."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kernel.errors import (
    CertificateMismatch,
    ClockSkewed,
    TokenInvalid,
    TokenRevoked,
    Unauthenticated,
)
from kernel.identity import NOBODY, Caller, Kind
from kernel.tokens import claims, system_keys
from kernel.tokens.claims import Verified
from kernel.tokens.keys import KeyRing

PeerKeys = Callable[[str, str], Awaitable[bytes | None]]
"""Finds the public key (32 bytes) of a neighbouring node by node code and key id."""

KEY_GOOD_FOR_S = 60.0
LEEWAY_S = 30.0
NODE_LEEWAY_S = 600.0
MAX_REMEMBERED = 8192


@dataclass(frozen=True, slots=True)
class Credentials:
    """What came with a call: the `authorization` metadata and the node in the certificate.

    The node is None at a door that asks for no certificates, empty where one names none.
    """

    authorization: str = ""
    certificate_node: str | None = None


class Authenticator:
    """Tells who calls, for one node.

    Tokens of this node's own keys may name anybody; a token of a neighbour's key may name that
    node only. What was proven once is remembered until it ends, so that it costs a look-up per
    call. `seconds` is the time of day (UTC, seconds); neighbours get ten minutes of clock skew,
    own tokens half a minute.
    """

    def __init__(
        self,
        node: str,
        ring: KeyRing,
        *,
        peer_keys: PeerKeys | None = None,
        system_key: system_keys.KeyLookUp | None = None,
        seconds: Callable[[], float] = time.time,
    ) -> None:
        self._node = node
        self._ring = ring
        self._peer_keys = peer_keys
        self._system_key = system_key
        self._seconds = seconds
        self._remembered: dict[str, Verified] = {}
        self._changed: dict[str, float] = {}

    async def caller(self, credentials: Credentials) -> Caller:
        """Who calls; `NOBODY` when nothing was presented.

        Raises:
            Unauthenticated: what was presented does not hold.
        """
        if not credentials.authorization:
            return NOBODY
        proven = self._remembered.get(credentials.authorization)
        if proven is None or self._seconds() > proven.expires_at:
            proven = await self._prove(credentials.authorization)
            self._remember(credentials.authorization, proven)
        self._check(proven, credentials.certificate_node)
        return proven.caller

    def take_changes(self, accounts: Mapping[str, float]) -> None:
        """Go by these changes of staff accounts: the account, and the second (UTC) of the change.

        Give all of the longest life of a token. One that was issued on an account as it was before
        is refused from now on, one issued on the account as it is now holds. Keys of systems are
        asked for again.
        """
        self._changed = dict(accounts)
        remembered = self._remembered
        self._remembered = {
            key: proven for key, proven in remembered.items() if proven.caller.kind != Kind.SYSTEM
        }

    def _check(self, proven: Verified, certificate_node: str | None) -> None:
        caller = proven.caller
        self._check_time(proven)
        if self._changed and self._is_outdated(proven):
            raise TokenRevoked
        if caller.kind is Kind.NODE and certificate_node not in {None, caller.id}:
            raise CertificateMismatch(node=caller.id)

    def _check_time(self, proven: Verified) -> None:
        """A node renews its tokens: one outside its span shows that the two clocks differ."""
        now = self._seconds()
        if proven.caller.kind is not Kind.NODE:
            claims.check_time(proven, now, LEEWAY_S)
            return
        try:
            claims.check_time(proven, now, NODE_LEEWAY_S)
        except Unauthenticated:
            raise ClockSkewed(now_ms=round(now * 1000)) from None

    def _is_outdated(self, proven: Verified) -> bool:
        caller = proven.caller
        return caller.kind is Kind.STAFF and self._changed.get(caller.id, 0) > proven.account_at

    async def _prove(self, authorization: str) -> Verified:
        scheme, _, value = authorization.partition(" ")
        if scheme == "Bearer":
            return await self._token(value)
        if scheme == "Key" and self._system_key is not None:
            caller = await system_keys.prove(value, self._system_key)
            now = self._seconds()
            return Verified(caller, self._node, now, now + KEY_GOOD_FOR_S)
        raise Unauthenticated

    async def _token(self, token: str) -> Verified:
        kid, issuer = claims.unverified(token)
        if issuer == self._node:
            return claims.verify(token, _known(self._ring.public(kid)), self._node)
        proven = claims.verify(token, await self._peer(issuer, kid), self._node)
        if proven.caller.kind is not Kind.NODE or proven.caller.id != issuer:
            raise TokenInvalid
        return proven

    async def _peer(self, node: str, kid: str) -> Ed25519PublicKey:
        raw = await self._peer_keys(node, kid) if self._peer_keys else None
        return _known(Ed25519PublicKey.from_public_bytes(raw) if raw else None)

    def _remember(self, authorization: str, proven: Verified) -> None:
        if len(self._remembered) >= MAX_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[authorization] = proven


def _known(key: Ed25519PublicKey | None) -> Ed25519PublicKey:
    if key is None:
        raise TokenInvalid
    return key
