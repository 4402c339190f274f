"""Why a case is not handed over, signed for, recalled or designated."""

from kernel.errors import (
    Code,
    Conflict,
    Denied,
    InvalidInput,
    Missing,
    NotReady,
    Refusal,
    WrongState,
)


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


class NeedsDesignation(WrongState):
    """The holder is the common superior itself: it designates, it does not pass round (防空转)."""

    reason = "NEEDS_DESIGNATION"


class DesignationBinds(WrongState):
    """What the common superior designated is not objected to: its word binds (指定办理)."""

    reason = "DESIGNATION_BINDS"


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


class NodeDraining(NotReady):
    """This node is being taken out of service and takes no case in; the sender keeps it."""

    reason = "NODE_DRAINING"


class OldIncarnation(Conflict):
    """The caller is an older incarnation of a restored node."""

    reason = "OLD_INCARNATION"


class NotYourHandover(Denied):
    """A node may deliver, claim, confirm and cancel only what is its own."""

    reason = "NOT_YOUR_HANDOVER"


class SiteElsewhere(Denied):
    """The directory gives this site (`site`) to another node than the one that asks (`node`)."""

    reason = "SITE_ELSEWHERE"


class NotPassedOn(NotReady):
    """A call for another node (`node`) could not be passed on to it (`why`); it is repeated."""

    reason = "NOT_PASSED_ON"


class LinkHeld(WrongState):
    """The node (`node`) claims a number (`no`) that was never given: an operator has to look."""

    reason = "LINK_HELD"


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
