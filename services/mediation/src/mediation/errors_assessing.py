"""Why an assessment is refused; the texts are in `locale/`."""

from kernel.errors import Denied, Missing, WrongState


class AssessmentMissing(Missing):
    """No such file was drawn, or not for this caller."""

    reason = "ASSESSMENT_MISSING"


class NotOutside(Denied):
    """The caller handled the case, mediated it, or works in the unit that did."""

    reason = "ASSESSMENT_NOT_OUTSIDE"


class AssessmentElsewhere(WrongState):
    """The assessment is in another state (`state`), or somebody else has it."""

    reason = "ASSESSMENT_ELSEWHERE"
