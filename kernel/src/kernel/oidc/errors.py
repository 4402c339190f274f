"""Why somebody with a token of the issuer is not let in."""

from kernel.errors import Denied, NotReady


class IssuerAway(NotReady):
    """The issuer does not answer, and its keys are not kept here, or were kept too long."""

    reason = "ISSUER_AWAY"


class ClaimMissing(Denied):
    """The token says nothing fit under `claim`: the issuer's operator has to add it."""

    reason = "CLAIM_MISSING"


class NoRoleGiven(Denied):
    """None of the groups or roles in the token is a role of this node by its mapping file."""

    reason = "NO_ROLE_GIVEN"
