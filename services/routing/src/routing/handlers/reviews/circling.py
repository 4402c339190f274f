"""Anti-circling of reviews (防空转): whoever had a request does not get it back from another."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kernel.directory import Directory
from kernel.unit_of_work import UnitOfWork
from routing.domain import reviews
from routing.domain.reviews import Phase
from routing.errors.reviews import ReviewCircling
from routing.handlers.casefile import CaseFile
from routing.handlers.reviews.bodies import FARTHEST, Body
from routing.storage.tables import log_entry

Values = Mapping[str, Any]
DESIGNATED = "designated"
"""Grounds of who sends it where the common superior said (指定)."""


def expect_onward(
    uow: UnitOfWork, case: CaseFile, review: Values, body: Body, grounds: str
) -> None:
    """Let a request go only to a body that has not had it, unless the superior decided so.

    Raises:
        ReviewCircling: it had it before; names who decides.
    """
    if grounds == DESIGNATED or body.id not in _had_it(uow, case, review):
        return
    directory = case.node.directory()
    superior = _common_superior(directory, body.id, review["body"])
    raise ReviewCircling(body=directory.title(body.id), superior=directory.title(superior))


def _had_it(uow: UnitOfWork, case: CaseFile, review: Values) -> set[str]:
    """The bodies it was sent to, by the case's log, which travels with it."""
    kind = reviews.kind(review["level"], Phase.FORWARDED)
    rows = uow.find(log_entry, case_id=case.case_id, kind=kind)
    return {
        msgspec.json.decode(row["body"])["unit"]
        for row in rows
        if row["epoch"] >= review["answer_epoch"]
    }


def _common_superior(directory: Directory, one: str, other: str) -> str:
    """The first body above both by the directory; the root site's desk where it names none."""
    above = set(_above(directory, other))
    shared = (body for body in _above(directory, one) if body in above)
    return next(shared, directory.file.root)


def _above(directory: Directory, body: str) -> list[str]:
    """Who reviews what a body decides, who reviews that, and so on."""
    line: list[str] = []
    for _ in range(FARTHEST):
        body = directory.review_body(body)
        if not body or body in line:
            break
        line.append(body)
    return line
