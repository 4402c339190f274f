"""Why a service that holds case data refuses, whichever service it is."""

from kernel.errors import Code, Conflict, Denied, InvalidInput, Missing, NotReady, WrongState


class CaseLocked(Conflict):
    """A hand-over is under way; until it is decided nothing can be written."""

    reason = "CASE_LOCKED"


class WritingEnded(WrongState):
    """The case has ended; it can be read, and a new matter may be linked to it."""

    reason = "WRITING_ENDED"


class NotTheHolder(Denied):
    """Only the unit that holds the case (`holder`) may do this."""

    reason = "NOT_THE_HOLDER"


class PartUnreadable(InvalidInput):
    """The part of a case has a format this version does not know."""

    reason = "PART_UNREADABLE"


class PartClosed(WrongState):
    """The case is not locked under this hand-over; there is nothing to hand out."""

    reason = "PART_CLOSED"


class CaseErased(Missing):
    """The key of the case was destroyed; its personal fields are gone."""

    reason = "CASE_ERASED"


class FileMissing(Missing):
    """The service keeps no file of that name for the case."""

    reason = "FILE_MISSING"


class GrantAwaited(NotReady):
    """The case has come to the node, but not yet to this service; it is on its way.

    The service has waited for it as long as it could; a line does not repeat that by itself.
    """

    code = Code.ABORTED
    reason = "GRANT_AWAITED"


class CaseNotClosable(WrongState):
    """三个不结案: the case cannot end like this; each field says what is missing, and where."""

    reason = "CASE_NOT_CLOSABLE"


class EndingUnasked(NotReady):
    """A service of the node (`service`) that must be asked first does not answer; nothing ended."""

    reason = "ENDING_UNASKED"


class EndingAwaited(NotReady):
    """A service of the node (`service`) has not been told of the case yet; nothing ended.

    It was waited for within the call, so that a line does not repeat it by itself.
    """

    code = Code.ABORTED
    reason = "ENDING_AWAITED"
