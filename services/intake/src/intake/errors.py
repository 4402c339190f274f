"""Why intake refuses: one class per situation; the texts are in `locale/`."""

from kernel.errors import (
    AlreadyThere,
    Denied,
    InvalidInput,
    Missing,
    NotReady,
    TooMuch,
    WrongState,
)


class DraftInvalid(InvalidInput):
    """What was entered cannot be registered; each field says why."""

    reason = "DRAFT_INVALID"


class FieldsInvalid(InvalidInput):
    """Fields of a request about a registered case are wrong; each says why."""

    reason = "FIELDS_INVALID"


class CaseMissing(Missing):
    """There is no such case here, or none that this caller may know of."""

    reason = "CASE_MISSING"


class PartyMissing(Missing):
    """The case has no such party."""

    reason = "PARTY_MISSING"


class RequestMissing(Missing):
    """The case has no request of this number."""

    reason = "REQUEST_MISSING"


class AttachmentMissing(Missing):
    """The case has no such file, or it is not whole yet."""

    reason = "ATTACHMENT_MISSING"


class NotPossibleNow(WrongState):
    """The case is in a state (`state`) that does not allow this (`act`)."""

    reason = "NOT_POSSIBLE_NOW"


class SecondPersonNeeded(Denied):
    """Whoever proposed or took it down may not decide it too."""

    reason = "SECOND_PERSON_NEEDED"


class NotYourUnit(Denied):
    """The caller may register for the units of the own site only."""

    reason = "NOT_YOUR_UNIT"


class UnitUnknown(InvalidInput):
    """The directory has no such unit, or it is no longer in force (`unit`)."""

    reason = "UNIT_UNKNOWN"


class UnitElsewhere(WrongState):
    """The unit (`unit`) is hosted by another node (`node`): register there."""

    reason = "UNIT_ELSEWHERE"


class NodeDraining(WrongState):
    """The node (`node`) is being taken out of service; nothing is registered there any more."""

    reason = "NODE_DRAINING"


class NumberingMoved(WrongState):
    """The site's registrations were handed to another node (`node`); register there."""

    reason = "NUMBERING_MOVED"


class NumberingAwaited(NotReady):
    """The counters of the site are on their way to this node; registering waits for them."""

    reason = "NUMBERING_AWAITED"


class NumberingForeign(InvalidInput):
    """Counters came for a site (`site`) that are not of its series."""

    reason = "NUMBERING_FOREIGN"


class SealingKeyMissing(WrongState):
    """No key of the receiving body (`unit`) is known, so nothing can be sealed to it."""

    reason = "SEALING_KEY_MISSING"


class SealedMatter(WrongState):
    """The content is sealed to the receiving body; this cannot be done with it here."""

    reason = "SEALED_MATTER"


class CaseIdTaken(AlreadyThere):
    """The id an offline desk chose belongs to another registration."""

    reason = "CASE_ID_TAKEN"


class SourceNumberTaken(AlreadyThere):
    """The source number was registered with another content, as case `case_no`."""

    reason = "SOURCE_NUMBER_TAKEN"


class RefusalImpossible(WrongState):
    """This kind of refusal (`kind`) is not possible in the present state (`state`)."""

    reason = "REFUSAL_IMPOSSIBLE"


class MergeWithItself(InvalidInput):
    """A case cannot be merged into or linked with itself."""

    reason = "MERGE_WITH_ITSELF"


class HeldApart(WrongState):
    """Two cases are merged only while the same unit holds both."""

    reason = "HELD_APART"


class AlreadyFound(WrongState):
    """This request has its finding; a new one needs a new request."""

    reason = "ALREADY_FOUND"


class DecidedBefore(WrongState):
    """The suggestion was confirmed before with another value, and the case was accepted on it."""

    reason = "DECIDED_BEFORE"


class TooManyRepresentatives(InvalidInput):
    """A joint visit names at most `most` representatives (条例 20, by the profile)."""

    reason = "TOO_MANY_REPRESENTATIVES"


class FileTooLarge(TooMuch):
    """The file exceeds `limit` bytes."""

    reason = "FILE_TOO_LARGE"


class TooManyFiles(TooMuch):
    """The case has `limit` files already."""

    reason = "TOO_MANY_FILES"


class FileTypeRefused(InvalidInput):
    """The content is of no kind that is taken, or not of the kind it is said to be."""

    reason = "FILE_TYPE_REFUSED"


class FileDamaged(InvalidInput):
    """What arrived is not the file its sha-256 names; upload it again."""

    reason = "FILE_DAMAGED"


class UploadOutOfStep(WrongState):
    """A piece does not follow what has arrived; go on from `received`."""

    reason = "UPLOAD_OUT_OF_STEP"


class StoreAway(NotReady):
    """The store of files does not answer."""

    reason = "STORE_AWAY"


class TrackingRefused(Missing):
    """Number and code do not belong together. It is not said which of them is wrong."""

    reason = "TRACKING_REFUSED"


class TrackingTooOften(TooMuch):
    """Too many questions for this number or from this place; wait `retry_after_s` seconds."""

    reason = "TRACKING_TOO_OFTEN"


class ReasonNeeded(InvalidInput):
    """Personal fields are shown only for a stated reason, which is recorded."""

    reason = "REASON_NEEDED"


class ContentClosed(Denied):
    """The caller may know of the case and not read its content."""

    reason = "CONTENT_CLOSED"


class PageTokenInvalid(InvalidInput):
    """The page token is none of ours, or of another list."""

    reason = "PAGE_TOKEN_INVALID"


class ReceiptUnavailable(NotReady):
    """The receipt cannot be set as PDF here; ask for HTML."""

    reason = "RECEIPT_UNAVAILABLE"
