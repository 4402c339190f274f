"""Why a document is not made, or a service not recorded."""

from kernel.errors import Denied, InvalidInput, Missing, NotReady, WrongState


class KindUnknown(InvalidInput):
    """There is no such kind of document."""

    reason = "DOCUMENT_KIND_UNKNOWN"


class ValuesInvalid(InvalidInput):
    """Fields of the document are missing or wrong; each says why."""

    reason = "DOCUMENT_VALUES_INVALID"


class NotForThisState(WrongState):
    """The case is in a state (`state`) in which this document (`kind`) makes no sense."""

    reason = "DOCUMENT_NOT_NOW"


class NotYourDocument(Denied):
    """The unit that holds the case (`holder`) makes this document, not the caller's."""

    reason = "DOCUMENT_NOT_YOURS"


class DocumentMissing(Missing):
    """The case has no such document."""

    reason = "DOCUMENT_MISSING"


class ServiceMissing(Missing):
    """The case has no such service to be corrected, or it was corrected before."""

    reason = "SERVICE_MISSING"


class NotToBeServed(WrongState):
    """This kind of document (`kind`) is served on nobody."""

    reason = "DOCUMENT_NOT_SERVED"


class TemplateChanged(WrongState):
    """The template was replaced since: the same file cannot be made again. Its hash is kept."""

    reason = "TEMPLATE_CHANGED"


class TooManyDocuments(WrongState):
    """The case has `limit` documents and services already."""

    reason = "TOO_MANY_DOCUMENTS"


class NoMediation(WrongState):
    """The document (`kind`) tells of a mediation, and the case has none here."""

    reason = "DOCUMENT_NO_MEDIATION"


class MediationAway(NotReady):
    """What the document tells is kept by mediation, which does not answer or is not told of."""

    reason = "MEDIATION_AWAY"


class NoHearing(WrongState):
    """The document (`kind`) tells of a hearing, and nobody ever asked for one here."""

    reason = "DOCUMENT_NO_HEARING"


class HearingAway(NotReady):
    """What the document tells is kept by hearing, which does not answer or is not told of."""

    reason = "HEARING_AWAY"


class ReviewAway(NotReady):
    """What the document tells is kept by routing, which does not answer."""

    reason = "REVIEW_AWAY"


class LogAway(NotReady):
    """The log of the case is kept by routing, which does not answer."""

    reason = "LOG_AWAY"


class FileTooLarge(WrongState):
    """Its attachments have more than `limit` bytes: too much for one PDF, take the archive."""

    reason = "CASE_FILE_TOO_LARGE"
