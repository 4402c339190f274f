"""Reviews 复查、复核 of a case: one row each, travelling with the case.

Grounds, opinion and legal basis are no columns: they are sealed letters of the case, by kind and id.
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
