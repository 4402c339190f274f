"""Why intake refuses what follows an answer; the texts are in `locale/`."""

from kernel.errors import Denied, Missing, WrongState


class CallbackMissing(Missing):
    """No call-back is owed for the last answer of this case at this node."""

    reason = "CALLBACK_MISSING"


class CallbackDone(WrongState):
    """The resident was asked, or cannot be: the call-back is over (`state`)."""

    reason = "CALLBACK_DONE"


class CallbackByHandler(Denied):
    """Whoever handled the matter, or is complained of, may not ask how it went (`unit`)."""

    reason = "CALLBACK_BY_HANDLER"


class NotYourCallback(Denied):
    """Another unit makes this call (`unit`)."""

    reason = "NOT_YOUR_CALLBACK"


class NothingToEvaluate(WrongState):
    """The matter has no answer yet, or one that is not evaluated."""

    reason = "NOTHING_TO_EVALUATE"


class EvaluatedBefore(WrongState):
    """This answer was evaluated before; a further answer may be evaluated again."""

    reason = "EVALUATED_BEFORE"


class EvaluatedElsewhere(WrongState):
    """The answer is evaluated where the matter was registered (`unit`)."""

    reason = "EVALUATED_ELSEWHERE"


class NotYoursToEvaluate(Denied):
    """Those who asked evaluate the answer, not the other party."""

    reason = "NOT_YOURS_TO_EVALUATE"
