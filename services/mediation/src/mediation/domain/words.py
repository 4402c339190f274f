"""The words of mediation; the values are what the database and the events keep."""

from enum import Enum


class MediationKind(Enum):
    """三调联动: who mediates, and by which law."""

    PEOPLES = "peoples"  # 人民调解
    ADMINISTRATIVE = "administrative"  # 行政调解
    JUDICIAL = "judicial"  # 司法调解


class SessionKind(Enum):
    """How people meet."""

    COUNTER = "counter"  # 坐诊
    CONSULTATION = "consultation"  # 会诊, with departments
    CIRCUIT = "circuit"  # 巡诊
    HOME = "home"  # 上门
    ONLINE = "online"  # 线上


class Joining(Enum):
    """Whether the sides sit together; apart, the mediator goes from one to the other (背靠背)."""

    JOINT = "joint"
    APART = "apart"


class Attendance(Enum):
    """What came of an invitation."""

    INVITED = "invited"
    ATTENDED = "attended"
    EXCUSED = "excused"
    ABSENT = "absent"


class SessionState(Enum):
    """Where a session stands."""

    SCHEDULED = "scheduled"
    HELD = "held"
    CANCELLED = "cancelled"


class SessionOutcome(Enum):
    """What came of a session."""

    AGREED = "agreed"
    CONTINUED = "continued"
    NOT_AGREED = "not_agreed"
    NOT_HELD = "not_held"


class AgreementForm(Enum):
    """协议形式: written 调解协议书, or oral and registered 口头协议."""

    WRITTEN = "written"
    ORAL = "oral"


class Side(Enum):
    """The sides of a dispute."""

    APPLICANT = "applicant"
    RESPONDENT = "respondent"


class Signing(Enum):
    """In whose name a signature was given."""

    SELF = "self"
    GUARDIAN = "guardian"
    AGENT = "agent"  # with authority on file


class Performance(Enum):
    """Where a term of an agreement stands (履行情况)."""

    DUE = "due"
    PARTIAL = "partial"
    PERFORMED = "performed"
    DEFAULTED = "defaulted"


class NextStep(Enum):
    """What is open to the parties when a term is not performed."""

    URGE = "urge"  # 督促履行, 人民调解法 31
    MEDIATE_AGAIN = "mediate_again"
    SUE_ON_AGREEMENT = "sue_on_agreement"  # 人民调解法 32
    ENFORCE = "enforce"  # 申请强制执行, once confirmed: 人民调解法 33


class Disposition(Enum):
    """三到位一处理 (条例 27)."""

    SOLVED = "solved"  # 诉求合理的解决问题到位
    EXPLAINED = "explained"  # 诉求无理的思想教育到位
    HELPED = "helped"  # 生活困难的帮扶救助到位
    BY_LAW = "by_law"  # 行为违法的依法处理

    @property
    def needs_second_person(self) -> bool:
        """Only what is handed to a body of the law: its legal basis and a second person."""
        return self is Disposition.BY_LAW


class Finding(Enum):
    """What came of one request (逐条反馈, 条例 32)."""

    SETTLED = "settled"
    SUPPORTED = "supported"
    EXPLAINED = "explained"
    NOT_SUPPORTED = "not_supported"


class Ending(Enum):
    """办结方式, as far as a mediation can lead to it."""

    SETTLED = "settled"
    AGREED = "agreed"
    SUPPORTED = "supported"
    EXPLAINED = "explained"
    NOT_SUPPORTED = "not_supported"
    STATUTORY_ROUTE = "statutory_route"
    WITHDRAWN = "withdrawn"
    PROCEDURAL = "procedural"
    TERMINATED = "terminated"
    REFUSED = "refused"


class RefusalGround(Enum):
    """Why a matter is not mediated (不予调解)."""

    CLEAR_REFUSAL = "clear_refusal"  # one side clearly refuses: 人民调解法 17
    STATUTORY_ROUTE = "statutory_route"  # 条例 31: a court, arbitration or review decides
    ALREADY_TAKEN = "already_taken"  # 人民调解工作若干规定 22: a court or authority has it


class Route(Enum):
    """Other ways, named when mediation fails (人民调解法 26)."""

    ARBITRATION = "arbitration"
    ADMINISTRATIVE = "administrative"
    COURT = "court"


class Duty(Enum):
    """Reporting duties: recorded when done, never skipped."""

    POLICE = "police"  # may turn violent or criminal: 人民调解法 25
    MINOR = "minor"  # harm to a minor: 未成年人保护法 11
    FAMILY_VIOLENCE = "family_violence"  # 反家庭暴力法 14


class Asked(Enum):
    """What came of asking the resident before closing; the last three say why nobody could."""

    NOT_YET = "not_yet"
    SATISFIED = "satisfied"
    BASICALLY = "basically"
    DISSATISFIED = "dissatisfied"
    NO_ANSWER_WANTED = "no_answer_wanted"
    ANONYMOUS = "anonymous"
    LOST_CONTACT = "lost_contact"


class ReferralKind(Enum):
    """Help beside the mediation."""

    LEGAL_AID = "legal_aid"  # 法律援助
    APPRAISAL = "appraisal"  # 司法鉴定
    PSYCHOLOGICAL = "psychological"  # 心理疏导
    HARDSHIP = "hardship"  # 困难帮扶


class ReferralOutcome(Enum):
    """What came of a referral."""

    PENDING = "pending"
    GIVEN = "given"
    DECLINED = "declined"  # by the resident
    NOT_ELIGIBLE = "not_eligible"


class Confirmation(Enum):
    """Where judicial confirmation of an agreement stands (司法确认)."""

    NONE = "none"
    APPLIED = "applied"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
