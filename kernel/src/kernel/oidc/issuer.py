"""Proves a token of the issuer: signature, issuer, audience, time."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

import jwt

from kernel.errors import TokenExpired, TokenInvalid
from kernel.oidc.claims import Person, person_of
from kernel.oidc.keys import IssuerKeys
from kernel.oidc.mapping import ClaimsMap

LONGEST = 16 * 1024
REQUIRED = ["iss", "aud", "sub", "exp"]


class Issuer:
    """The issuer a node trusts. `clock` is the node's; the issuer's may differ by `skew_s`."""

    def __init__(self, by: ClaimsMap, keys: IssuerKeys, clock: Callable[[], datetime]) -> None:
        self._by = by
        self._keys = keys
        self._clock = clock

    @classmethod
    def of(cls, by: ClaimsMap, clock: Callable[[], datetime]) -> "Issuer":
        """The issuer of a mapping file; nothing is fetched before the first token."""
        keys = IssuerKeys(by.issuer, kept_s=by.keys_kept_h * 3600.0, ca=by.ca)
        return cls(by, keys, clock)

    async def person(self, token: str) -> Person:
        """Who the bearer is, and with what roles and unit.

        Raises:
            TokenInvalid: no token, of another issuer or audience, of an unknown key, not begun.
            TokenExpired: over.
            IssuerAway: its keys cannot be had.
            ClaimMissing, NoRoleGiven: proven, but not somebody of this node.
        """
        if len(token) > LONGEST:
            raise TokenInvalid
        key = await self._keys.key(_key_id(token))
        claims = self._proven(token, key)
        self._check_time(claims)
        return person_of(claims, self._by)

    def _proven(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        """The times are looked at by the node's own clock, afterwards."""
        times = {f"verify_{name}": False for name in ("exp", "iat", "nbf")}
        options: Any = {"require": REQUIRED, **times}
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=self._by.algorithms,
                audience=self._by.audience,
                issuer=self._by.issuer,
                options=options,
            )
        except jwt.PyJWTError:
            raise TokenInvalid from None
        return claims

    def _check_time(self, claims: dict[str, Any]) -> None:
        now, skew = self._clock().timestamp(), self._by.skew_s
        try:
            ends = float(claims["exp"])
            begins = max(float(claims.get("nbf", 0)), float(claims.get("iat", 0)))
        except (TypeError, ValueError):
            raise TokenInvalid from None
        if not (math.isfinite(ends) and math.isfinite(begins)):  # JSON of Python knows NaN
            raise TokenInvalid
        if now > ends + skew:
            raise TokenExpired
        if now < begins - skew:
            raise TokenInvalid


def _key_id(token: str) -> str:
    try:
        kid = jwt.get_unverified_header(token).get("kid")
    except jwt.PyJWTError:
        raise TokenInvalid from None
    if not isinstance(kid, str):
        raise TokenInvalid
    return kid
