"""What can be done with an opened mediation, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from mediation.commands import Seen
from mediation.domain.agreement import Part
from mediation.domain.assignment import Mediator
from mediation.domain.parties import Participant
from mediation.domain.sessions import Draft
from mediation.domain.words import (
    AgreementForm,
    Asked,
    Attendance,
    Confirmation,
    Disposition,
    Duty,
    Ending,
    Finding,
    MediationKind,
    ReferralKind,
    ReferralOutcome,
    RefusalGround,
    Route,
    SessionOutcome,
    Signing,
)


@dataclass(frozen=True, slots=True)
class OnCase:
    """A mediation, and what the caller saw of it."""

    case_id: UUID
    seen: Seen


@dataclass(frozen=True, slots=True)
class KeepMediators:
    """Mediators of the register, new or as they are now; `load` is counted, not told."""

    mediators: tuple[Mediator, ...]


@dataclass(frozen=True, slots=True)
class NameParties(OnCase):
    """Who takes part, the requests there are, and duties that the matter brings."""

    participants: tuple[Participant, ...]
    units: Mapping[UUID, str]  # of parties that are units of the directory
    requests: tuple[int, ...]
    duties: frozenset[Duty] = frozenset()
    family_violence: bool = False


@dataclass(frozen=True, slots=True)
class AssignMediators(OnCase):
    """A person's decision on the suggestion; who is not named any more is relieved."""

    mediators: tuple[UUID, ...]


class Recusal(Enum):
    """Why a mediator steps back (回避)."""

    INTEREST = "interest"  # declared by the mediator
    PARTY_ASKED = "party_asked"


@dataclass(frozen=True, slots=True)
class RecuseMediator(OnCase):
    """A mediator steps back; `subject` is the id that an interest is about."""

    mediator_id: UUID
    why: Recusal
    subject: str = ""


@dataclass(frozen=True, slots=True)
class SwitchKind(OnCase):
    """三调联动: another kind takes over."""

    kind: MediationKind


@dataclass(frozen=True, slots=True)
class JoinKind(OnCase):
    """联合调解: a body of another kind mediates beside the leading one."""

    kind: MediationKind
    unit: str


@dataclass(frozen=True, slots=True)
class LeaveKind(OnCase):
    """A body that was joined goes."""

    kind: MediationKind
    unit: str


@dataclass(frozen=True, slots=True)
class ScheduleSession(OnCase):
    """A session; of `draft` the mediators are those of the case when none are named."""

    draft: Draft
    where: str
    parties: tuple[UUID, ...] = ()
    victim_asks: bool = False


@dataclass(frozen=True, slots=True)
class CancelSession(OnCase):
    """It does not take place."""

    session_id: UUID


@dataclass(frozen=True, slots=True)
class RecordSession(OnCase):
    """What came of a session."""

    session_id: UUID
    outcome: SessionOutcome
    came: Mapping[UUID, Attendance]
    record: str


@dataclass(frozen=True, slots=True)
class TermDraft:
    """What is owed; `amount` in fen."""

    performer: UUID
    due_on: date
    what: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class DraftAgreement(OnCase):
    """A version of an agreement."""

    form: AgreementForm
    texts: Mapping[Part, str]
    terms: tuple[TermDraft, ...] = ()


class Hand(Enum):
    """Whose hand an agreement gets."""

    PARTY = "party"
    MEDIATOR = "mediator"
    SEAL = "seal"
    RECORD = "record"  # the mediator's registration of an oral agreement


@dataclass(frozen=True, slots=True)
class SignAgreement(OnCase):
    """One hand under a version; `at` None is now."""

    version: int
    hand: Hand
    party_id: UUID | None = None
    by: Signing = Signing.SELF
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RenderTerm(OnCase):
    """Something was done on a term."""

    term_no: int
    on: date
    amount: int | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class RecordConfirmation(OnCase):
    """The parties applied, or the court answered."""

    result: Confirmation
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FailMediation(OnCase):
    """No agreement; the other routes were named (人民调解法 26)."""

    routes: frozenset[Route]


@dataclass(frozen=True, slots=True)
class RefuseMediation(OnCase):
    """不予调解, proposed."""

    ground: RefusalGround


@dataclass(frozen=True, slots=True)
class Decide(OnCase):
    """A second person's decision on what was proposed."""

    approved: bool


@dataclass(frozen=True, slots=True)
class FindRequest(OnCase):
    """What came of one request (逐条反馈)."""

    request_no: int
    finding: Finding
    reasons: str
    carry_out_by: date | None = None


@dataclass(frozen=True, slots=True)
class CarryOut(OnCase):
    """A supported request was carried out (落实)."""

    request_no: int


@dataclass(frozen=True, slots=True)
class EstablishFacts(OnCase):
    """What was found: looked at, measured, heard; the hearing it rests on, if any."""

    what: str
    hearing: int = 0


@dataclass(frozen=True, slots=True)
class NoteDuty(OnCase):
    """A duty to report shows; with `reported_to`, it was done."""

    duty: Duty
    reported_to: str = ""


@dataclass(frozen=True, slots=True)
class Dispose(OnCase):
    """三到位一处理."""

    disposition: Disposition
    what: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class ApproveDisposition(OnCase):
    """The second person's word on the fourth."""

    no: int


@dataclass(frozen=True, slots=True)
class Refer(OnCase):
    """Help beside the mediation; `no` 0 is a new one, otherwise its outcome."""

    kind: ReferralKind | None = None
    body: str = ""
    no: int = 0
    outcome: ReferralOutcome = ReferralOutcome.PENDING


@dataclass(frozen=True, slots=True)
class AskResident(OnCase):
    """What came of asking."""

    asked: Asked


@dataclass(frozen=True, slots=True)
class ProposeClosing(OnCase):
    """程序性办结; the review route was told."""

    review_told: bool


@dataclass(frozen=True, slots=True)
class CloseMediation(OnCase):
    """The file is closed with an ending."""

    ending: Ending
