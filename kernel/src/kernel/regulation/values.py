"""The words a profile is written in. Each enum value is written in the file as it stands here."""

from enum import Enum


class Unit(Enum):
    """How a limit is counted."""

    NATURAL_DAYS = "natural_days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    YEARS = "years"
    BY_DATE = "by_date"
    """No count: a person sets the date."""


class Start(Enum):
    """The event whose day is not counted and from whose morrow the count runs."""

    RECEIPT = "receipt"
    REGISTRATION = "registration"
    ACCEPTANCE = "acceptance"
    ASSIGNMENT = "assignment"
    HANDOVER_RECEIVED = "handover_received"
    OBJECTION_RAISED = "objection_raised"
    ANSWER_RECEIVED = "answer_received"
    REQUEST_RECEIVED = "request_received"
    AGREEMENT_IN_FORCE = "agreement_in_force"
    COURT_FILING = "court_filing"
    APPLICATION_RECEIVED = "application_received"
    FILE_SIGNED_FOR = "file_signed_for"
    HARM_KNOWN = "harm_known"
    OPINION = "opinion"
    ENDING = "ending"
    DOCUMENT_MADE = "document_made"


class Whose(Enum):
    """Whose right or duty the clock measures."""

    CITIZEN = "citizen"
    UNIT = "unit"
    RESIDENT = "resident"
    PARTIES = "parties"
    COURT = "court"

    @property
    def is_right(self) -> bool:
        """Whether time given is a right: then a shorter limit is the looser protection."""
        return self in (Whose.RESIDENT, Whose.PARTIES)


class Procedure(Enum):
    """Which procedure 办理程序 a clock or consequence belongs to."""

    HOTLINE = "hotline"
    PETITION = "petition"
    PEOPLES_MEDIATION = "peoples_mediation"
    ADMINISTRATIVE_MEDIATION = "administrative_mediation"
    COURT_ENTRUSTED = "court_entrusted"
    STATUTORY_ROUTE = "statutory_route"


class Approval(Enum):
    """Who must agree before a clock is extended."""

    HEAD_OF_UNIT = "head_of_unit"
    COURT_PRESIDENT = "court_president"
    BOTH_PARTIES = "both_parties"


class SuspensionKind(Enum):
    """Why a clock stands still."""

    HEARING = "hearing"
    """The time a hearing needs; only where an article says it is not counted."""
    LOCAL = "local"
    """挂起 of a unit's own local clock: with reason, approval and a date to look again."""


class Level(Enum):
    """The supervision levels, mildest first."""

    REMIND = "remind"
    URGE = "urge"
    SUPERVISE = "supervise"
    LISTED = "listed"


class Silence(Enum):
    """What it means when somebody asked says nothing. Custody never moves by it."""

    RIGHT_LAPSED = "right_lapsed"
    NOT_AGREED = "not_agreed"
    REPORTED_UP = "reported_up"
    OPINION_STANDS = "opinion_stands"


class HearingSilence(Enum):
    """What it means when nobody decides a request for a hearing in time."""

    REPORTED_UP = "reported_up"
    """It still waits; the delay is a fact that supervision sees."""
    GRANTED = "granted"
    REFUSED = "refused"


class Abstention(Enum):
    """What it means when a member of a hearing's panel does not say."""

    REFUSED = "refused"
    """Every member says something."""
    COUNTS_AS_NOT_SUPPORTED = "counts_as_not_supported"


class Asking(Enum):
    """Who may ask for a hearing."""

    RESIDENT = "resident"
    HANDLER = "handler"
    REVIEWER = "reviewer"


class Dissatisfied(Enum):
    """What a dissatisfied resident leads to, by procedure."""

    DONE_AGAIN = "done_again"
    REVIEW_RIGHT_TOLD = "review_right_told"
    NOTHING = "nothing"


class ReviewBody(Enum):
    """Who reviews an opinion."""

    SUPERIOR_OF_OPINION_UNIT = "superior_of_opinion_unit"
    SUPERIOR_OF_HOLDER = "superior_of_holder"
    """Not the national rule; the checker reports it."""


class SourceKind(Enum):
    """Whether a cited source is national law or a place's own rule or practice."""

    LAW = "law"
    LOCAL = "local"
