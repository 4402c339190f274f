"""The words of hearing; the values are what the database and the events keep."""

from enum import Enum


class AskedBy(Enum):
    """Who asks for a hearing (听证申请)."""

    RESIDENT = "resident"
    HANDLER = "handler"
    REVIEWER = "reviewer"


class Decision(Enum):
    """What came of a request."""

    GRANTED = "granted"
    REFUSED = "refused"


class Ground(Enum):
    """Why a hearing is refused."""

    BARRED = "barred"  # in litigation, arbitration or administrative review
    NO_TRIGGER = "no_trigger"  # nothing that the rules hear in public
    CLEAR_FACTS = "clear_facts"  # facts and rules are undisputed
    HEARD_BEFORE = "heard_before"  # the same facts were heard
    PRIVACY = "privacy"  # privacy or secrets that no closed session protects
    OTHER = "other"


class OverWhy(Enum):
    """Why a hearing is over without a conclusion."""

    WITHDRAWN = "withdrawn"
    SETTLED = "settled"  # the parties settled before
    BARRED = "barred"  # the matter went to a court, arbitration or review
    NO_PARTY = "no_party"  # the applicant stayed away without reason: waived
    CASE_ENDED = "case_ended"
    OTHER = "other"


class Part(Enum):
    """What somebody is at a hearing, beside the parties."""

    CHAIR = "chair"  # 主持人
    PANELIST = "panelist"  # 听证评议员
    RECORDER = "recorder"  # 记录人
    REPRESENTATIVE = "representative"  # 部门代表
    OPTIONAL = "optional"  # 列席


class MemberState(Enum):
    """Where a member stands."""

    NAMED = "named"
    OBJECTED = "objected"  # somebody asked for recusal; not decided yet
    REPLACED = "replaced"
    GONE = "gone"

    @property
    def sits(self) -> bool:
        """Whether this member still sits."""
        return self in {MemberState.NAMED, MemberState.OBJECTED}


class Side(Enum):
    """The sides of a dispute."""

    APPLICANT = "applicant"
    RESPONDENT = "respondent"


class Role(Enum):
    """当事人地位, as it was registered."""

    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    REPRESENTATIVE = "representative"
    MEMBER = "member"
    AGENT = "agent"
    CONCERNED = "concerned"
