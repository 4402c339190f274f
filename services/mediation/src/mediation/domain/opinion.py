"""信访处理意见书: the parts of a written opinion and what it says of each request (条例 32)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from mediation.domain.words import Ending, Finding


class Gap(Enum):
    """What an opinion lacks; the value is the key of its text in the catalogue."""

    REQUEST_MISSING = "OPINION_REQUEST_MISSING"
    REQUEST_UNKNOWN = "OPINION_REQUEST_UNKNOWN"
    FACTS_MISSING = "OPINION_FACTS_MISSING"
    REASONS_MISSING = "OPINION_REASONS_MISSING"
    BASIS_MISSING = "OPINION_BASIS_MISSING"
    DATE_MISSING = "OPINION_DATE_MISSING"
    DATE_PASSED = "OPINION_DATE_PASSED"
    REVIEW_NOT_TOLD = "OPINION_REVIEW_NOT_TOLD"


@dataclass(frozen=True, slots=True)
class Lack:
    """One gap; `request_no` where it is about one request."""

    gap: Gap
    request_no: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the opinion says of one request; the flags say which of its texts are there."""

    request_no: int
    finding: Finding
    has_facts: bool
    has_reasons: bool
    has_basis: bool
    carry_out_by: date | None = None


def lacks(
    answers: tuple[Answer, ...],
    requests: frozenset[int],
    today: date,
    *,
    review_told: bool,
) -> tuple[Lack, ...]:
    """Everything that keeps an opinion from being issued.

    Each request is answered once, with facts and reasons; what is supported has a date by which
    it is carried out (落实), what is not supported its legal basis; the review route is told (35).
    """
    answered = [answer.request_no for answer in answers]
    found = [Lack(Gap.REQUEST_MISSING, no) for no in sorted(requests - set(answered))]
    for answer in answers:
        known = answer.request_no in requests and answered.count(answer.request_no) == 1
        found += [] if known else [Lack(Gap.REQUEST_UNKNOWN, answer.request_no)]
        found += _of_answer(answer, today)
    return (*found, *([] if review_told else [Lack(Gap.REVIEW_NOT_TOLD)]))


def _of_answer(answer: Answer, today: date) -> Iterator[Lack]:
    if not answer.has_facts:
        yield Lack(Gap.FACTS_MISSING, answer.request_no)
    if not answer.has_reasons:
        yield Lack(Gap.REASONS_MISSING, answer.request_no)
    if answer.finding is Finding.NOT_SUPPORTED and not answer.has_basis:
        yield Lack(Gap.BASIS_MISSING, answer.request_no)
    if answer.finding is Finding.SUPPORTED:
        yield from _of_date(answer, today)


def _of_date(answer: Answer, today: date) -> Iterator[Lack]:
    if answer.carry_out_by is None:
        yield Lack(Gap.DATE_MISSING, answer.request_no)
    elif answer.carry_out_by < today:
        yield Lack(Gap.DATE_PASSED, answer.request_no)


def ending_of(findings: frozenset[Finding]) -> Ending:
    """What an answered case ends as: supported with one request, not supported only with none.

    The findings of the single requests stay on file; this is the one word for figures.
    """
    if findings & {Finding.SUPPORTED, Finding.SETTLED}:
        return Ending.SUPPORTED
    return Ending.EXPLAINED if Finding.EXPLAINED in findings else Ending.NOT_SUPPORTED
