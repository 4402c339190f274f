"""The words a case is classified with; the values are what the database and the events keep."""

from enum import Enum


class Channel(Enum):
    """Door through which a matter came in (来源渠道)."""

    VISIT = "visit"
    LETTER = "letter"
    FAX = "fax"
    CALL = "call"
    ONLINE = "online"
    MAILBOX = "mailbox"
    APP = "app"
    POLICE = "police"
    GRID = "grid"
    SCREENING = "screening"
    MEETING_DAY = "meeting_day"
    DISCIPLINE = "discipline"
    COURT = "court"
    SUPERIOR = "superior"


class Procedure(Enum):
    """办理程序: decides clocks, documents, endings, review and evaluation."""

    HOTLINE = "hotline"
    PETITION = "petition"
    PEOPLES_MEDIATION = "peoples_mediation"
    ADMINISTRATIVE_MEDIATION = "administrative_mediation"
    COURT_ENTRUSTED = "court_entrusted"
    STATUTORY_ROUTE = "statutory_route"


class Purpose(Enum):
    """诉求目的: what the resident wants."""

    REDRESS = "redress"
    SUGGESTION = "suggestion"
    ACCUSATION = "accusation"
    ENQUIRY = "enquiry"
    HELP = "help"
    THANKS = "thanks"


class Difficulty(Enum):
    """难易程度 of the matter, never of the person."""

    SIMPLE = "simple"
    ORDINARY = "ordinary"
    COMPLEX = "complex"


class Colour(Enum):
    """Risk of the matter (红黄绿), never of the person."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Progress(Enum):
    """How near the matter is to being settled (ABC 三类)."""

    A = "a"
    B = "b"
    C = "c"


class Identity(Enum):
    """How far the resident is named (身份方式)."""

    NAMED = "named"
    WITHHELD = "withheld"
    ANONYMOUS = "anonymous"


class PartyRole(Enum):
    """当事人地位."""

    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    REPRESENTATIVE = "representative"
    MEMBER = "member"
    AGENT = "agent"
    CONCERNED = "concerned"


class PartyKind(Enum):
    """A natural person or an organisation."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Ending(Enum):
    """办结方式, as far as intake and routing know them."""

    SETTLED = "settled"
    AGREED = "agreed"
    SUPPORTED = "supported"
    EXPLAINED = "explained"
    NOT_SUPPORTED = "not_supported"
    STATUTORY_ROUTE = "statutory_route"
    WITHDRAWN = "withdrawn"
    PROCEDURAL = "procedural"
    REVIEW_CONCLUDED = "review_concluded"
    REVIEW_LAPSED = "review_lapsed"
    MERGED = "merged"
    TERMINATED = "terminated"
    VOIDED = "voided"
    REFUSED = "refused"
    ANSWERED = "answered"
    REFERRED_OUT = "referred_out"
    LOST_IN_RESTORE = "lost_in_restore"


class Finding(Enum):
    """What came of one request (逐条反馈)."""

    SUPPORTED = "supported"
    EXPLAINED = "explained"
    NOT_SUPPORTED = "not_supported"
    SETTLED = "settled"


class LinkKind(Enum):
    """How two cases belong together."""

    REPEAT_OF = "repeat_of"
    SAME_MATTER = "same_matter"
    ACCEPTED_ELSEWHERE = "accepted_elsewhere"
    GROUP_MEMBER = "group_member"
    GROUP_LEAD = "group_lead"
    MERGED_FROM = "merged_from"


class VoidReason(Enum):
    """Why a registration was a mistake."""

    TEST = "test"
    DOUBLE_ENTRY = "double_entry"
    WRONG_SITE = "wrong_site"
    OTHER = "other"


class IdentityCheck(Enum):
    """How it was made sure who asks for a new query code."""

    ID_CARD_SEEN = "id_card_seen"
    PHONE_CALLED_BACK = "phone_called_back"
    KNOWN_IN_PERSON = "known_in_person"


class Mandate(Enum):
    """What the representatives of a group may do (条例 20)."""

    SPEAK = "speak"
    NEGOTIATE = "negotiate"
    SIGN = "sign"


HELP_FLAGS = frozenset({"minor", "elder", "disabled", "hardship", "illness", "pregnant"})
"""Special-group flags: they serve help only and are shown to the handler only."""
