"""A caller as the claims of a signed token (JWT, EdDSA), and back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kernel.errors import TokenExpired, TokenInvalid
from kernel.identity import Caller, Kind, Role

ALGORITHM = "EdDSA"
STAFF_LIFETIME = timedelta(minutes=15)
LONGEST = {
    Kind.STAFF: STAFF_LIFETIME,
    Kind.SERVICE: timedelta(minutes=15),
    Kind.NODE: timedelta(minutes=15),
    Kind.SYSTEM: timedelta(hours=1),
    Kind.RESIDENT: timedelta(minutes=15),
}
"""The longest life of a token by kind: what a stolen one is good for at most."""


class Signer(Protocol):
    """Whatever signs a token: all keys of a node, or one of them."""

    def signing(self) -> tuple[str, Ed25519PrivateKey]:
        """The key id and the key to sign with now."""
        ...


_REQUIRED = ["iss", "aud", "sub", "kind", "iat", "exp"]
_CHECKS = {"require": _REQUIRED, "verify_exp": False, "verify_iat": False, "verify_nbf": False}


@dataclass(frozen=True, slots=True)
class Verified:
    """A token that holds: who it is for and the seconds (UTC) between which it does.

    `account_at` is the second at which the bearer's account was last changed when it was issued.
    """

    caller: Caller
    issuer: str
    issued_at: float
    expires_at: float
    account_at: float = 0.0


def issue(  # the parts of a token, each by its name
    ring: Signer,
    caller: Caller,
    *,
    issuer: str,
    audience: str,
    now: datetime,
    lifetime: timedelta = STAFF_LIFETIME,
    account_at: datetime | None = None,
) -> str:
    """A token signed with the node's newest key. `issuer` and `audience` are node codes.

    `account_at` is when the bearer's account was last changed: a later change ends the token.

    Raises:
        ValueError: longer than tokens of this kind may live.
    """
    if lifetime > LONGEST[caller.kind]:
        raise ValueError(f"a token of {caller.kind.value} lives {LONGEST[caller.kind]} at most")
    kid, key = ring.signing()
    start = now.timestamp()
    claims = {
        "iss": issuer,
        "aud": audience,
        "sub": caller.id,
        "kind": caller.kind.value,
        "site": caller.site,
        "unit": caller.unit,
        "path": caller.path,
        "roles": sorted(role.value for role in caller.roles),
        "sealed": sorted(caller.sealed_bodies),
        "iat": start,
        "exp": start + lifetime.total_seconds(),
        "jti": uuid4().hex,
    }
    if account_at is not None:
        claims["acct"] = account_at.timestamp()
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": kid})


def unverified(token: str) -> tuple[str, str]:
    """The key id and the issuer that a token claims, so that the key can be looked up.

    Raises:
        TokenInvalid: it is no token.
    """
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
    except jwt.PyJWTError:
        raise TokenInvalid from None
    if not (isinstance(kid, str) and isinstance(issuer, str)):
        raise TokenInvalid
    return kid, issuer


def verify(token: str, key: Ed25519PublicKey, audience: str) -> Verified:
    """Check signature, audience and shape; whether the time is right is asked at each use.

    Raises:
        TokenInvalid: any of them is wrong, or the token lives longer than its kind may.
    """
    try:
        claims = jwt.decode(
            token, key, algorithms=[ALGORITHM], audience=audience, options=_options()
        )
        return _verified(claims)
    except (jwt.PyJWTError, KeyError, TypeError, ValueError):
        raise TokenInvalid from None


def _options() -> Any:
    return dict(_CHECKS)


def _verified(claims: Mapping[str, Any]) -> Verified:
    caller = Caller(
        kind=Kind(claims["kind"]),
        id=str(claims["sub"]),
        site=str(claims.get("site", "")),
        unit=str(claims.get("unit", "")),
        path=str(claims.get("path", "")),
        roles=frozenset(Role(role) for role in claims.get("roles", ())),
        sealed_bodies=frozenset(map(str, claims.get("sealed", ()))),
    )
    start, end = float(claims["iat"]), float(claims["exp"])
    if end - start > LONGEST[caller.kind].total_seconds():
        raise ValueError("lives too long")
    return Verified(caller, str(claims["iss"]), start, end, float(claims.get("acct", 0)))


def check_time(token: Verified, now: float, leeway_s: float) -> None:
    """Refuse a token outside its span, give or take `leeway_s` seconds of clock skew.

    Raises:
        TokenExpired: over.
        TokenInvalid: not begun.
    """
    if now > token.expires_at + leeway_s:
        raise TokenExpired
    if now < token.issued_at - leeway_s:
        raise TokenInvalid


def renewing(
    ring: Signer, caller: Caller, *, issuer: str, audience: str, clock: Callable[[], datetime]
) -> Callable[[], str]:
    """A source of tokens for calls of a service or node: one token, renewed at two thirds.

    It is renewed at once when another key signs.
    """
    lifetime = timedelta(minutes=5)
    token, renew_at, signed_by = "", float("-inf"), ""

    def current() -> str:
        nonlocal token, renew_at, signed_by
        now, (kid, _) = clock(), ring.signing()
        if signed_by != kid or not renew_at - lifetime.total_seconds() < now.timestamp() < renew_at:
            token = issue(
                ring, caller, issuer=issuer, audience=audience, now=now, lifetime=lifetime
            )
            renew_at = now.timestamp() + lifetime.total_seconds() * 2 / 3
            signed_by = kid
        return token

    return current
