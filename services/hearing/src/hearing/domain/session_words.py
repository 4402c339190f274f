"""Words of the hearing day and of what follows it."""

from enum import Enum


class Came(Enum):
    """What came of the call to somebody."""

    PRESENT = "present"
    ONLINE = "online"
    EXCUSED = "excused"
    ABSENT = "absent"
    LEFT = "left"

    @property
    def takes_part(self) -> bool:
        """In the room or joined online."""
        return self in {Came.PRESENT, Came.ONLINE}

    @property
    def waives(self) -> bool:
        """Absence without reason, or leaving without leave, is a waiver of what could be said."""
        return self in {Came.ABSENT, Came.LEFT}


class Stage(Enum):
    """The stages of a hearing, in their order."""

    OPENING = "opening"
    STATEMENT = "statement"
    FACTS = "facts"
    REBUTTAL = "rebuttal"
    LAST_WORDS = "last_words"


class Finding(Enum):
    """What a member of the panel holds of the claim, and what the panel concludes.

    On one line: whoever would give all of it would also give a part of it.
    """

    SUPPORTED = "supported"
    PARTLY = "partly"
    NOT_SUPPORTED = "not_supported"


class Opinion(Enum):
    """What a member of the panel says."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    NOT_SUPPORTED = "not_supported"
    ABSTAINS = "abstains"


class ReadOut(Enum):
    """When the conclusion is read out."""

    ON_THE_SPOT = "on_the_spot"
    LATER = "later"


class Signing(Enum):
    """What somebody who was there did with the minutes."""

    SIGNED = "signed"
    REFUSED = "refused"


class EvidenceKind(Enum):
    """What kind of thing a piece of evidence is."""

    DOCUMENT = "document"
    OBJECT = "object"
    WITNESS = "witness"
    RECORDING = "recording"
    EXPERT = "expert"
    INSPECTION = "inspection"
    OTHER = "other"


class ServiceMethod(Enum):
    """送达方式; the same words as of every paper of the node."""

    DIRECT = "direct"
    LEFT = "left"
    POST = "post"
    ELECTRONIC = "electronic"
    ENTRUSTED = "entrusted"
    PUBLIC_NOTICE = "public_notice"

    @property
    def needs_note(self) -> bool:
        """留置, 委托 and 公告 say how it came to that: witness, unit entrusted, where published."""
        named = {ServiceMethod.LEFT, ServiceMethod.ENTRUSTED, ServiceMethod.PUBLIC_NOTICE}
        return self in named


class PublicationState(Enum):
    """Where a publication stands."""

    PROPOSED = "proposed"
    REJECTED = "rejected"
    PUBLISHED = "published"
    DOWN = "down"


class TakenDown(Enum):
    """Why a publication ended."""

    DAY_CAME = "day_came"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    BY_PERSON = "by_person"
