"""Why something cannot be done with an invitation; the texts are in the kernel's `locale/`."""

from kernel.errors import InvalidInput, Missing, WrongState


class InvitationMissing(Missing):
    """There is no such invitation, or it is not the caller's."""

    reason = "INVITATION_MISSING"


class InvitationShut(WrongState):
    """The invitation is the caller's but shows nothing (now); the field says why."""

    reason = "INVITATION_SHUT"


class InvitationNotSo(WrongState):
    """The invitation stands where this cannot be done (`standing`)."""

    reason = "INVITATION_NOT_SO"


class InvitedBarred(WrongState):
    """Somebody who has to do with the matter is not invited (回避); the field says why."""

    reason = "INVITED_BARRED"


class InvitationImpossible(InvalidInput):
    """Nobody can be invited so; the fields say why."""

    reason = "INVITATION_IMPOSSIBLE"
