"""Why supervision, joint handling, referrals, conferences and endings are refused."""

from kernel.errors import Denied, Missing, WrongState


class SupervisionUnknown(Missing):
    """This node has no such supervision of the case."""

    reason = "SUPERVISION_UNKNOWN"


class SupervisionNotOpen(WrongState):
    """The supervision waits for no answer, or for no decision; `state` says where it stands."""

    reason = "SUPERVISION_NOT_OPEN"


class LeadAlreadyNamed(WrongState):
    """A case has one officer in charge until the end; the present one is relieved first."""

    reason = "LEAD_ALREADY_NAMED"


class ClockNotRunning(WrongState):
    """The case has no such running clock."""

    reason = "CLOCK_NOT_RUNNING"


class ClockNotSuspended(WrongState):
    """The clock does not stand still."""

    reason = "CLOCK_NOT_SUSPENDED"


class SuspensionNeedsArticle(WrongState):
    """A citizen's clock stops only under an article that is named (条例 36: the hearing)."""

    reason = "SUSPENSION_NEEDS_ARTICLE"


class ExtensionUnknown(Missing):
    """No such extension was asked for, or it was decided."""

    reason = "EXTENSION_UNKNOWN"


class ResidentNotTold(WrongState):
    """The reason of an extension is told to the resident before it counts (条例 34)."""

    reason = "RESIDENT_NOT_TOLD"


class CohandlingUnknown(Missing):
    """This node has no such joint handling."""

    reason = "COHANDLING_UNKNOWN"


class CohandlingNotOpen(WrongState):
    """The joint handling was completed or has ended."""

    reason = "COHANDLING_NOT_OPEN"


class CohandlingExists(WrongState):
    """The unit is handling jointly already."""

    reason = "COHANDLING_EXISTS"


class CohandlingsOpen(WrongState):
    """A case does not end while `count` units still handle jointly."""

    reason = "COHANDLINGS_OPEN"


class NotTheCohandler(Denied):
    """Only the co-handling unit reports on its joint handling."""

    reason = "NOT_THE_COHANDLER"


class ReportUnknown(Missing):
    """This node has no such report."""

    reason = "REPORT_UNKNOWN"


class NoUpperUnit(WrongState):
    """There is nobody above in this directory to report to."""

    reason = "NO_UPPER_UNIT"


class NotTheAddressee(Denied):
    """Only the unit it was sent to may do this."""

    reason = "NOT_THE_ADDRESSEE"


class OutsideUnitUnknown(Missing):
    """The directory has no such body outside."""

    reason = "OUTSIDE_UNIT_UNKNOWN"


class ReferralUnknown(Missing):
    """The case has no such referral."""

    reason = "REFERRAL_UNKNOWN"


class ReferralClosed(WrongState):
    """The body outside has answered or declined already; `state` says which."""

    reason = "REFERRAL_CLOSED"


class ConferenceUnknown(Missing):
    """This node has no such conference."""

    reason = "CONFERENCE_UNKNOWN"


class ConferenceHeld(WrongState):
    """The conference was held and recorded."""

    reason = "CONFERENCE_HELD"


class MeetingDoesNotDecide(WrongState):
    """A coordination meeting prepares; only a joint conference designates."""

    reason = "MEETING_DOES_NOT_DECIDE"


class ReviewRouteNotTold(WrongState):
    """This ending needs that the resident was told the way to review."""

    reason = "REVIEW_ROUTE_NOT_TOLD"


class ClosingPending(WrongState):
    """A second person has yet to decide on an ending; until then the case is not ended again."""

    reason = "CLOSING_PENDING"


class NothingPending(WrongState):
    """No ending waits for a second person."""

    reason = "NOTHING_PENDING"


class EndingByIntake(WrongState):
    """This ending comes about at the counter: refuse, withdraw, void, merge or answer there."""

    reason = "ENDING_BY_INTAKE"


class EndingByReview(WrongState):
    """This ending comes about by a review (复查、复核) alone: ask for it and decide it there."""

    reason = "ENDING_BY_REVIEW"


class EndingByRestore(WrongState):
    """This ending marks a case that a node lost with its databases; nobody gives it by hand."""

    reason = "ENDING_BY_RESTORE"


class EndingNeedsReferral(WrongState):
    """Handed to a body outside only after it has received the matter."""

    reason = "ENDING_NEEDS_REFERRAL"


class CannotReopen(WrongState):
    """A case ended this way does not go on; `ending` says how it ended."""

    reason = "CANNOT_REOPEN"
