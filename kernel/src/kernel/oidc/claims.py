"""What the claims of a proven token say of a person, by the mapping file. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernel.identity import Role
from kernel.oidc.errors import ClaimMissing, NoRoleGiven
from kernel.oidc.mapping import ClaimsMap

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the issuer vouches for until `expires_at` (seconds, UTC).

    `subject` is the issuer's own id of the person, which is never given to somebody else;
    `account` is what colleagues know the person by.
    """

    issuer: str
    subject: str
    account: str
    name: str
    unit: str
    roles: tuple[Role, ...]
    expires_at: float


def person_of(claims: Mapping[str, Any], by: ClaimsMap) -> Person:
    """The person; `claims` were proven before.

    Raises:
        ClaimMissing: account, unit or subject is absent, or no text; names the claim.
        NoRoleGiven: no role of this node.
    """
    unit = _text(claims, by.unit)
    if by.units_of and unit not in by.units_of:
        raise ClaimMissing(claim=by.unit)
    return Person(
        issuer=by.issuer,
        subject=_text(claims, "sub"),
        account=_text(claims, by.account).lower(),
        name=_name(claims, by.name),
        unit=by.units_of.get(unit, unit),
        roles=_roles(claims, by),
        expires_at=float(claims["exp"]),
    )


def _roles(claims: Mapping[str, Any], by: ClaimsMap) -> tuple[Role, ...]:
    """In the order of the role table; values that the file does not name give none."""
    said = _at(claims, by.roles)
    values = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    given = {
        role for value in values if isinstance(value, str) for role in by.roles_of.get(value, ())
    }
    if not given:
        raise NoRoleGiven
    return tuple(role for role in Role if role in given)


def _text(claims: Mapping[str, Any], path: str) -> str:
    value = _at(claims, path)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
        raise ClaimMissing(claim=path)
    return value.strip()


def _name(claims: Mapping[str, Any], path: str) -> str:
    """What colleagues are shown; nobody is kept out for want of it."""
    value = _at(claims, path)
    return value.strip() if isinstance(value, str) else ""


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """The claim of this name, else the value at the end of a path with dots."""
    if path in claims:
        return claims[path]
    value: Any = claims
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
