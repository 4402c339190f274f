"""Why mediation refuses: one class per situation; the texts are in `locale/`."""

from kernel.errors import AlreadyThere, InvalidInput, Missing, NotReady, WrongState


class FieldsInvalid(InvalidInput):
    """Fields of a request are wrong; each says why."""

    reason = "FIELDS_INVALID"


class PageTokenInvalid(InvalidInput):
    """The page token was made for another list."""

    reason = "PAGE_TOKEN_INVALID"


class CaseMissing(Missing):
    """There is no such case here, or none that this caller may know of."""

    reason = "CASE_MISSING"


class MediationMissing(Missing):
    """The case has no mediation here, or none that this caller may know of."""

    reason = "MEDIATION_MISSING"


class MediationThere(AlreadyThere):
    """The case has its mediation already; another kind takes it over instead."""

    reason = "MEDIATION_THERE"


class NotPossibleNow(WrongState):
    """The mediation is in a state (`state`) that does not allow this (`act`)."""

    reason = "NOT_POSSIBLE_NOW"


class NotAccepted(WrongState):
    """The case has not been accepted; only an accepted one is mediated."""

    reason = "NOT_ACCEPTED"


class NotForMediation(WrongState):
    """The procedure of the case (`procedure`) is no ground for this kind of mediation (`kind`)."""

    reason = "NOT_FOR_MEDIATION"


class ReasonNeeded(InvalidInput):
    """Content is shown to this role only for a stated reason, which is recorded."""

    reason = "REASON_NEEDED"


class RoutingAway(NotReady):
    """Routing, which knows how the case is handled, does not answer."""

    reason = "ROUTING_AWAY"


class HearingAway(NotReady):
    """Hearing, which knows what it concluded, does not answer."""

    reason = "HEARING_AWAY"
