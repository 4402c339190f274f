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


class RequestFaults(InvalidInput):
    """What is asked for is against the rules of hearings; each field says why."""

    reason = "HEARING_AGAINST_RULES"


class HoldByTooEarly(InvalidInput):
    """The notice of a hearing would not have run by the last day to hold it (`earliest`)."""

    reason = "HOLD_BY_TOO_EARLY"


class HearingUnderWay(WrongState):
    """The case has a hearing that is not over (`state`); one is held at a time."""

    reason = "HEARING_UNDER_WAY"


class NotAccepted(WrongState):
    """The case has not been accepted; only an accepted one is heard."""

    reason = "NOT_ACCEPTED"


class HearingBarred(WrongState):
    """The matter is in a procedure (`procedure`) that keeps it from being heard here."""

    reason = "HEARING_BARRED"


class MayNotAsk(WrongState):
    """By the rules of the place this side (`asked_by`) does not ask for a hearing, or not now."""

    reason = "MAY_NOT_ASK"


class RoutingAway(NotReady):
    """Routing, which knows how the case is handled, does not answer."""

    reason = "ROUTING_AWAY"


class IntakeAway(NotReady):
    """Intake, which knows the parties, does not answer."""

    reason = "INTAKE_AWAY"
