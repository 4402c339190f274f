"""Why a case is not erased."""

from kernel.errors import WrongState


class NotDue(WrongState):
    """The period of keeping is not over: `over_on` is the first day after it."""

    reason = "NOT_DUE"


class CaseErasedForGood(WrongState):
    """What was said in the case is gone: it cannot go on."""

    reason = "CASE_GONE"
