"""Reviews 复查、复核 of a case: one row each, travelling with the case.

Grounds, opinion and legal basis are no columns: they are sealed letters of the case.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Index, Table, Uuid

from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork
from routing.storage.metadata import case_id, metadata, text

review = Table(
    "review",
    metadata,
    case_id(),
    Column("review_id", Uuid, primary_key=True),
    text("level"),  # review 复查, rereview 复核
    text("state"),  # forwarding, deciding, proposed, decided, overtaken
    Column("answer_epoch", BigInteger, nullable=False),  # the holding whose answer is reviewed
    text("reviewed_unit"),  # the unit that gave the answer
    text("body"),  # who reviews: a unit, or a body outside
    Column("outside", Boolean, nullable=False, default=False),
    Column("referral_id", Uuid),  # letter to a body outside
    text("asked_by"),  # resident, counter
    text("asked_unit"),  # where it was asked
    Column("asked_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime),  # by the body: its clock counts from here
    text("ended_as"),  # ending before the review; empty: it had not ended
    text("settled_path"),  # and where it counted as settled
    text("result"),  # upheld, changed, revoked
    text("ending"),  # what the case ends as by a changed opinion
    text("due_on"),  # until when a revoked matter is handled anew
    text("proposed_by"),
    Column("proposed_at", UtcDateTime),
    text("decided_by"),
    Column("decided_at", UtcDateTime),
)
Index("review_body", review.c.body, review.c.state)
Index("review_state", review.c.state)

OPEN = ("forwarding", "deciding", "proposed")
"""States in which somebody has still to act."""


def open_of(uow: UnitOfWork, case: UUID) -> Mapping[str, Any] | None:
    """The review of a case that is not decided, if there is one."""
    rows = uow.find(review, case_id=case)
    return next((row for row in rows if row["state"] in OPEN), None)


def last_decided(uow: UnitOfWork, case: UUID) -> Mapping[str, Any] | None:
    """The review decided last."""
    rows = [row for row in uow.find(review, case_id=case) if row["state"] == "decided"]
    return max(rows, key=lambda row: row["decided_at"], default=None)


def of_referral(uow: UnitOfWork, case: UUID, referral_id: UUID) -> Mapping[str, Any] | None:
    """The open review that a referral to a body outside carries."""
    row = open_of(uow, case)
    return row if row is not None and row["referral_id"] == referral_id else None


def add(uow: UnitOfWork, row: Mapping[str, Any]) -> None:
    """A review that was asked for."""
    uow.insert(review, row)


def change(uow: UnitOfWork, row: Mapping[str, Any], **values: Any) -> None:
    """Change one that is still in the state it was read in. Raises StaleVersion otherwise."""
    key = {"case_id": row["case_id"], "review_id": row["review_id"]}
    uow.update(review, key, values, expect={"state": row["state"]})


def first_of(uow: UnitOfWork, case: UUID, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The review of the first level that a review is about: itself, or the last 复查 before it."""
    first = [
        one
        for one in uow.find(review, case_id=case, level="review")
        if one["asked_at"] <= row["asked_at"] and one["state"] == "decided"
    ]
    if row["level"] == "review" or not first:
        return row
    return max(first, key=lambda one: one["asked_at"])
