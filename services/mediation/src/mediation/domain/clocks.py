"""Clocks of the regulation profile that what mediation tells begins, begins anew or meets.

Routing keeps the clocks; a fact names them. Only what the law or the profile counts is one: dates
that people set are watched here (`domain.watching`).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum

from mediation.domain.words import Confirmation, Finding

CONFIRMATION, COURT_RULE, EXECUTE_OPINION = "confirmation", "court_rule", "execute_opinion"
COURT_ENTRUSTED = "court_entrusted"
TALKS = "mediation labour_mediation court_referral court_commission court_commission_summary"
"""What counts until the sides have agreed, or have not; a case has one or two of them."""
OPINION = frozenset({"petition"})
"""Procedures whose written answer is an opinion that must be carried out (条例 32, 40)."""
Said = Mapping[str, str]


class CourtFile(Enum):
    """On what terms a court sent the file (特邀调解的规定 27); the value names its clock."""

    REFERRED = "court_referral"  # 委派, before the case is filed
    COMMISSIONED = "court_commission"  # 委托, after it
    SUMMARY = "court_commission_summary"  # 委托, in summary procedure


def at(moment: datetime) -> Said:
    """When it came to be so, where a clock counts from another moment than the fact's."""
    return {"effective_at": moment.isoformat()}


def court_file(terms: CourtFile) -> Said:
    """A commissioned file has a shorter time than the referred one that acceptance assumes."""
    others = " ".join(other.value for other in CourtFile if other is not terms)
    return {"cancels_clock": others, "restarts_clock": terms.value}


def in_force(since: datetime) -> Said:
    """The sides have agreed: from now on they may apply to the court together."""
    return {"meets_clock": TALKS, "restarts_clock": CONFIRMATION, **at(since)}


def talked_out() -> Said:
    """The sides did not agree, or the claim was answered in writing instead."""
    return {"meets_clock": TALKS}


def again(procedure: str) -> Said:
    """The sides come back to the table: the time of one mediation counts anew."""
    return {"restarts_clock": "mediation"} if procedure == "peoples_mediation" else {}


def court(result: Confirmation, moment: datetime) -> Said:
    """Applied for: the court's time begins. Answered: it is met."""
    if result is Confirmation.APPLIED:
        return {"meets_clock": CONFIRMATION, "restarts_clock": COURT_RULE, **at(moment)}
    return {"meets_clock": COURT_RULE, **at(moment)}


def opinion(procedure: str, by: Iterable[date]) -> Said:
    """A supported opinion is to be carried out by the last of its dates."""
    last = max(by, default=None)
    if procedure not in OPINION or last is None:
        return {}
    return {"starts_clock": EXECUTE_OPINION, "due_on": last.isoformat()}


def carried_out(*, everything: bool) -> Said:
    """With the last of what was supported the opinion is carried out."""
    return {"meets_clock": EXECUTE_OPINION} if everything else {}


def is_to_carry_out(finding: str | None, carried_out_at: datetime | None) -> bool:
    """Whether a request was supported and nobody has said that it was carried out."""
    return finding == Finding.SUPPORTED.value and carried_out_at is None
