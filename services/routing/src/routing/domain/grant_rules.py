"""What a service's right to write must look like for the custody that routing knows of a case."""

from dataclasses import dataclass
from uuid import UUID

from routing.domain.words import Custody

OPEN, LOCKED, ENDED = "open", "locked", "ended"
HERE = frozenset({Custody.HELD, Custody.RELEASING})


@dataclass(frozen=True, slots=True)
class Granted:
    """A service's grant of one case: state open, locked or ended, and its last fact."""

    case_id: UUID
    epoch: int
    state: str
    unit: str
    last_fact_no: int


@dataclass(frozen=True, slots=True)
class Known:
    """What routing has of a case; `owed`: a grant, a Keep or its end is still to be told.

    `taking` is the epoch that a hand-over within the node is being granted at; 0 = none.
    """

    case_id: UUID
    case_no: str
    custody: Custody
    epoch: int
    ended: bool
    holder: str
    applied: int
    owed: bool = False
    taking: int = 0


def difference(known: Known | None, grant: Granted | None) -> str:
    """The rule that grant and custody break together; empty when they agree."""
    if known is None:
        return "GRANT_WITHOUT_CASE" if grant is not None and grant.state != ENDED else ""
    if known.ended or known.custody not in HERE:
        return _elsewhere(known, grant)
    if known.owed:
        return ""  # the service has still to be told at which epoch it begins or goes on
    if grant is None:
        return "GRANT_MISSING"
    if grant.epoch != known.epoch:
        return "GRANT_EPOCH"
    return _releasing(grant) if known.custody is Custody.RELEASING else _held(known, grant)


def _elsewhere(known: Known, grant: Granted | None) -> str:
    """Nobody may write here, but for what is being granted to the next holder."""
    if grant is None or grant.state != OPEN:
        return ""
    if known.custody is Custody.RECEIVED and grant.epoch == known.epoch:
        return ""
    granted_next = known.taking and grant.epoch == known.taking
    return "" if granted_next or (known.ended and known.owed) else "GRANT_OPEN"


def _releasing(grant: Granted) -> str:
    return "GRANT_ENDED" if grant.state == ENDED else ""


def _held(known: Known, grant: Granted) -> str:
    if grant.state != OPEN:
        return "GRANT_LOCKED" if grant.state == LOCKED else "GRANT_ENDED"
    if grant.unit != known.holder:
        return "GRANT_UNIT"
    return "FACTS_DIFFER" if grant.last_fact_no != known.applied else ""


def detail(known: Known | None, grant: Granted | None) -> str:
    """Both sides in codes and numbers."""
    ours = "none"
    if known is not None:
        ours = f"{known.custody} epoch {known.epoch} {known.holder} facts {known.applied}"
    theirs = "none"
    if grant is not None:
        theirs = f"{grant.state} epoch {grant.epoch} {grant.unit} facts {grant.last_fact_no}"
    return f"routing {ours}; service {theirs}"
