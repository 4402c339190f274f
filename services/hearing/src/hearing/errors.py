"""Why hearing refuses: one class per situation; the texts are in `locale/`."""

from kernel.errors import InvalidInput, Missing, NotReady, WrongState


class FieldsInvalid(InvalidInput):
    """Fields of a request are wrong; each says why."""

    reason = "FIELDS_INVALID"


class PageTokenInvalid(InvalidInput):
    """The page token was made for another list."""

    reason = "PAGE_TOKEN_INVALID"


class ReasonNeeded(InvalidInput):
    """Content is shown to this role only for a stated reason, which is recorded."""

    reason = "REASON_NEEDED"


class CaseMissing(Missing):
    """There is no such case here, or none that this caller may know of."""

    reason = "CASE_MISSING"


class HearingMissing(Missing):
    """The case has no hearing here, or none that this caller may know of."""

    reason = "HEARING_MISSING"


class NotPossibleNow(WrongState):
    """The hearing is in a state (`state`) that does not allow this (`act`)."""

    reason = "NOT_POSSIBLE_NOW"


class RoutingAway(NotReady):
    """Routing, which knows how the case is handled, does not answer."""

    reason = "ROUTING_AWAY"


class IntakeAway(NotReady):
    """Intake, which knows the parties, does not answer."""

    reason = "INTAKE_AWAY"
