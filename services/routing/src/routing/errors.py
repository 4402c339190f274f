"""Why routing refuses: one class per situation; texts are in `locale/`."""

from kernel.errors import (
    AlreadyThere,
    Code,
    Conflict,
    CustodyMoved,
    Denied,
    InvalidInput,
    Missing,
    NotReady,
    Refusal,
    StaleVersion,
    TooMuch,
    Unauthenticated,
    WrongState,
)

__all__ = ["CustodyMoved", "Refusal", "StaleVersion"]


class CaseUnknown(Missing):
    """This node knows no such case, or the caller may not know of it."""

    reason = "CASE_UNKNOWN"


class HandoverUnknown(Missing):
    """This node has no such hand-over."""

    reason = "HANDOVER_UNKNOWN"


class NotTheHolder(Denied):
    """Only the unit that holds the case may do this."""

    reason = "NOT_THE_HOLDER"


class NotTheSender(Denied):
    """Only the unit that handed the case over may decide this."""

    reason = "NOT_THE_SENDER"


class NotTheSuperior(Denied):
    """Only the common superior of the units may designate."""

    reason = "NOT_THE_SUPERIOR"


class SamePerson(Denied):
    """A second person has to do this."""

    reason = "SAME_PERSON"


class CannotReceive(WrongState):
    """The unit may not get this case; `problem` says why."""

    reason = "CANNOT_RECEIVE"


class WrongDirection(WrongState):
    """This kind of hand-over cannot go there; `problem` says why."""

    reason = "WRONG_DIRECTION"


class ObjectionPending(WrongState):
    """An objection waits for its decision; until then nothing but the decided hand-over goes."""

    reason = "OBJECTION_PENDING"


class PassingOnFrozen(WrongState):
    """Passing on is frozen until the common superior designates (防空转)."""

    reason = "PASSING_ON_FROZEN"


class CaseEnded(WrongState):
    """The case has ended."""

    reason = "CASE_ENDED"


class CaseNotEnded(WrongState):
    """The case has not ended."""

    reason = "CASE_NOT_ENDED"


class NothingToSign(WrongState):
    """There is no hand-over that waits for a signature."""

    reason = "NOTHING_TO_SIGN"


class ObjectionTooLate(WrongState):
    """The hand-over was accepted, by signature, act or passing on, or the clock has run out."""

    reason = "OBJECTION_TOO_LATE"


class NoObjection(WrongState):
    """There is no open objection to this hand-over."""

    reason = "NO_OBJECTION"


class TooLateToRecall(WrongState):
    """The hand-over was claimed, or came to its end."""

    reason = "TOO_LATE_TO_RECALL"


class NodeFrozen(NotReady):
    """This node was restored and reads only until it has compared all rows with its neighbours."""

    reason = "NODE_FROZEN"


class OldIncarnation(Conflict):
    """The caller is an older incarnation of a restored node."""

    reason = "OLD_INCARNATION"


class NotYourHandover(Denied):
    """A node may deliver, claim, confirm and cancel only what is its own."""

    reason = "NOT_YOUR_HANDOVER"


class DirectoryBehind(NotReady):
    """The directories of the two nodes differ; tried again when they agree."""

    reason = "DIRECTORY_BEHIND"


class ServiceBusy(WrongState):
    """A service of this node does not let the case go; `problem` says why."""

    reason = "SERVICE_BUSY"


class FieldWrong(InvalidInput):
    """A field is missing or malformed."""

    reason = "FIELD_WRONG"


class Protocol(Refusal):
    """A message met a row that it cannot meet while both sides keep the protocol."""

    code = Code.FAILED_PRECONDITION
    reason = "OUT_OF_PROTOCOL"


class DirectoryMissing(NotReady):
    """This node has no directory yet: load one at the county, or wait for the parent's."""

    reason = "DIRECTORY_MISSING"


class DirectoryRefused(InvalidInput):
    """The directory contradicts itself or what is in force; `finding` says where."""

    reason = "DIRECTORY_REFUSED"


class OnlyAtCounty(WrongState):
    """Directory and rules are changed at the county's node only; `county` names it."""

    reason = "ONLY_AT_COUNTY"


class RegulationMissing(NotReady):
    """This node has not got that version of the profile yet."""

    reason = "REGULATION_MISSING"


class RegulationTaken(AlreadyThere):
    """This version of the profile is in use with another content: give it a new version."""

    reason = "REGULATION_TAKEN"


class UnitUnknown(Missing):
    """The directory has no such unit."""

    reason = "UNIT_UNKNOWN"


class LoginFailed(Unauthenticated):
    """No such account, wrong password, or disabled; which of them is not told."""

    reason = "LOGIN_FAILED"


class AccountLocked(TooMuch):
    """Too many wrong passwords in a row; `retry_after_s` seconds from now it is looked at again."""

    reason = "ACCOUNT_LOCKED"


class PasswordToChange(Denied):
    """A one-time password opens nothing but the change of it."""

    reason = "PASSWORD_TO_CHANGE"


class PasswordWeak(InvalidInput):
    """The new password is not taken; the field says why."""

    reason = "PASSWORD_WEAK"


class StaffUnknown(Missing):
    """There is no such account, or none that the caller may manage."""

    reason = "STAFF_UNKNOWN"


class StaffTaken(AlreadyThere):
    """The account exists; accounts are never reused."""

    reason = "STAFF_TAKEN"


class NotYourSite(Denied):
    """Accounts are managed at their own site or above it, on the node that hosts them."""

    reason = "NOT_YOUR_SITE"


class SystemUnknown(Missing):
    """There is no such system caller."""

    reason = "SYSTEM_UNKNOWN"


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


class EndingNeedsReferral(WrongState):
    """Handed to a body outside only after it has received the matter."""

    reason = "ENDING_NEEDS_REFERRAL"


class CannotReopen(WrongState):
    """A case ended this way does not go on; `ending` says how it ended."""

    reason = "CANNOT_REOPEN"
