"""People of an OpenID Connect issuer: whose token this is, and what role and unit its claims give.

The issuer's keys are fetched with bounds and kept, so that a login works while it is away. A node
turns what is proven here into a token of its own: no other service talks to the issuer
(docs/adr/0119-people-of-an-issuer.md).
"""

from kernel.oidc.claims import Person, person_of
from kernel.oidc.errors import ClaimMissing, IssuerAway, NoRoleGiven
from kernel.oidc.issuer import Issuer
from kernel.oidc.keys import IssuerKeys
from kernel.oidc.mapping import ClaimsMap, MappingInvalid, Passwords

__all__ = [
    "ClaimMissing",
    "ClaimsMap",
    "Issuer",
    "IssuerAway",
    "IssuerKeys",
    "MappingInvalid",
    "NoRoleGiven",
    "Passwords",
    "Person",
    "person_of",
]
