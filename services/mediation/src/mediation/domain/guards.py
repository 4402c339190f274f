"""三个不结案: what keeps a mediation from being closed, and why.

Facts not established, a request neither solved nor lawfully answered, a resident not asked: with
any of them nothing is closed. What a dissatisfied resident's matter may end with is said in
`domain.satisfaction`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from kernel.regulation import Dissatisfied
from mediation.domain.satisfaction import may_end_dissatisfied
from mediation.domain.states import State, may_end
from mediation.domain.words import Asked, Disposition, Duty, Ending, Finding

CANNOT_BE_ASKED = frozenset({Asked.ANONYMOUS, Asked.LOST_CONTACT})
"""Nobody to ask; lost contact counts only with the attempts made."""
LEAST_ATTEMPTS = 3
"""So often somebody tries, on different days, before contact counts as lost."""
OF_ITS_OWN = frozenset({Ending.WITHDRAWN, Ending.REFUSED})
"""Endings that rest on a second person's confirmation, not on what was found."""
OF_FINDING = {Ending.SUPPORTED: Finding.SUPPORTED, Ending.NOT_SUPPORTED: Finding.NOT_SUPPORTED}
"""Endings that say what was found: of one request at least."""
ELSEWHERE = frozenset({Ending.STATUTORY_ROUTE, Ending.TERMINATED})
"""Endings after which the matter may go on elsewhere: the other routes must have been named."""


class Gap(Enum):
    """What is missing; the value is the key of its text in the catalogue."""

    ENDING_NOT_POSSIBLE = "CLOSING_ENDING_NOT_POSSIBLE"
    FACTS_NOT_ESTABLISHED = "CLOSING_FACTS_NOT_ESTABLISHED"
    REQUEST_OPEN = "CLOSING_REQUEST_OPEN"
    REQUEST_NOT_CARRIED_OUT = "CLOSING_REQUEST_NOT_CARRIED_OUT"
    REASONS_NOT_GIVEN = "CLOSING_REASONS_NOT_GIVEN"
    DISPOSITION_NOT_APPROVED = "CLOSING_DISPOSITION_NOT_APPROVED"
    RESIDENT_NOT_ASKED = "CLOSING_RESIDENT_NOT_ASKED"
    ATTEMPTS_MISSING = "CLOSING_ATTEMPTS_MISSING"
    DISSATISFIED = "CLOSING_DISSATISFIED"
    DUTY_OPEN = "CLOSING_DUTY_OPEN"
    MEASURE_OPEN = "CLOSING_MEASURE_OPEN"
    ROUTES_NOT_NAMED = "CLOSING_ROUTES_NOT_NAMED"
    REVIEW_NOT_TOLD = "CLOSING_REVIEW_NOT_TOLD"
    APPROVAL_MISSING = "CLOSING_APPROVAL_MISSING"
    SAME_PERSON = "CLOSING_SAME_PERSON"
    NOT_MEDIATED = "CLOSING_NOT_MEDIATED"
    MEDIATION_OPEN = "CLOSING_MEDIATION_OPEN"
    ENDING_DIFFERS = "CLOSING_ENDING_DIFFERS"


@dataclass(frozen=True, slots=True)
class Lack:
    """One gap; `request_no`, `duty` or `measure_no` where it is about one.

    `closed_as`: how the mediation was closed, where the case is to end otherwise.
    """

    gap: Gap
    request_no: int | None = None
    duty: Duty | None = None
    measure_no: int | None = None
    closed_as: Ending | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one request: its finding, its reasons on file, and whether it was done."""

    no: int
    finding: Finding | None = None
    reasoned: bool = False
    carried_out: bool = False


@dataclass(frozen=True, slots=True)
class Disposed:
    """A disposition of the claim; the fourth rests on a legal basis and a second person."""

    disposition: Disposition
    by: str
    legal_basis: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """What the guards look at. Persons are ids of staff."""

    state: State
    facts_established: bool = False
    requests: tuple[Answered, ...] = ()
    dispositions: tuple[Disposed, ...] = ()
    asked: Asked = Asked.NOT_YET
    attempts: int = 0
    duties: frozenset[Duty] = frozenset()
    reported: frozenset[Duty] = frozenset()
    routes_named: bool = False
    review_told: bool = False
    proposed_by: str = ""
    approved_by: str = ""
    dissatisfied_leads_to: Dissatisfied | None = None
    measures_open: tuple[int, ...] = ()
    """Measures of the plan that closing waits for, by the profile of the place."""


def lacks(file: File, ending: Ending) -> tuple[Lack, ...]:
    """Everything that is missing for that ending; nothing when the file may be closed."""
    found = [Lack(Gap.ENDING_NOT_POSSIBLE)] if not may_end(file.state, ending) else []
    found += _open_duties(file)
    if ending not in OF_ITS_OWN:
        found += _facts(file)
        for request in file.requests:
            found += _unanswered(request)
        found += [Lack(Gap.MEASURE_OPEN, measure_no=no) for no in file.measures_open]
        found += _other_than_found(file, ending)
        found += _asking(file, ending)
    found += _dispositions(file.dispositions)
    if ending in ELSEWHERE and not file.routes_named:
        found.append(Lack(Gap.ROUTES_NOT_NAMED))
    if ending is Ending.PROCEDURAL:
        found += _procedural(file)
    return tuple(found)


def may_propose(file: File) -> tuple[Lack, ...]:
    """What is missing for proposing a 程序性办结; the approval comes after."""
    proposed = {Gap.ENDING_NOT_POSSIBLE, Gap.APPROVAL_MISSING, Gap.SAME_PERSON}
    return tuple(lack for lack in lacks(file, Ending.PROCEDURAL) if lack.gap not in proposed)


def _open_duties(file: File) -> Iterator[Lack]:
    """Reporting duties are never skipped, whatever the parties agreed."""
    due = file.duties - file.reported
    return (Lack(Gap.DUTY_OPEN, duty=duty) for duty in Duty if duty in due)


def _facts(file: File) -> Iterator[Lack]:
    if not file.facts_established:
        yield Lack(Gap.FACTS_NOT_ESTABLISHED)
    if not file.requests:
        # A case without a request on file would pass for answered.
        yield Lack(Gap.REQUEST_OPEN)


def _unanswered(request: Answered) -> Iterator[Lack]:
    """Solved, or answered with reasons (条例 32); what was supported must have been done."""
    if request.finding is None:
        yield Lack(Gap.REQUEST_OPEN, request_no=request.no)
    elif request.finding is Finding.SUPPORTED and not request.carried_out:
        yield Lack(Gap.REQUEST_NOT_CARRIED_OUT, request_no=request.no)
    elif request.finding in {Finding.EXPLAINED, Finding.NOT_SUPPORTED} and not request.reasoned:
        yield Lack(Gap.REASONS_NOT_GIVEN, request_no=request.no)


def _other_than_found(file: File, ending: Ending) -> Iterator[Lack]:
    """An opinion ends as at least one of its requests was answered (支持 / 不予支持)."""
    needed = OF_FINDING.get(ending)
    if needed is not None and all(request.finding is not needed for request in file.requests):
        yield Lack(Gap.ENDING_DIFFERS)


def _asking(file: File, ending: Ending) -> Iterator[Lack]:
    if file.asked is Asked.NOT_YET:
        yield Lack(Gap.RESIDENT_NOT_ASKED)
    if file.asked is Asked.LOST_CONTACT and file.attempts < LEAST_ATTEMPTS:
        yield Lack(Gap.ATTEMPTS_MISSING)
    stands = may_end_dissatisfied(ending, file.dissatisfied_leads_to)
    if file.asked is Asked.DISSATISFIED and not stands:
        yield Lack(Gap.DISSATISFIED)


def _dispositions(disposed: Iterable[Disposed]) -> Iterator[Lack]:
    for one in disposed:
        if one.disposition.needs_second_person and not _approved(one):
            yield Lack(Gap.DISPOSITION_NOT_APPROVED)


def _approved(one: Disposed) -> bool:
    return bool(one.legal_basis and one.approved_by) and one.approved_by != one.by


def _procedural(file: File) -> Iterator[Lack]:
    if not file.review_told:
        yield Lack(Gap.REVIEW_NOT_TOLD)
    if not file.approved_by:
        yield Lack(Gap.APPROVAL_MISSING)
    elif file.approved_by == file.proposed_by:
        yield Lack(Gap.SAME_PERSON)
