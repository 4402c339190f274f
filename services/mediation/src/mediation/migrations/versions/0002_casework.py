"""The work on a mediation: mediators, sessions, agreements, performance, what closes it."""

import sqlalchemy as sa
from alembic import op

from kernel.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("mediator_signed_at", UtcDateTime(), nullable=True),
        sa.Column("stamped_at", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=True),
        sa.Column("in_force_from", UtcDateTime(), nullable=True),
        sa.Column("dropped_at", UtcDateTime(), nullable=True),
        sa.Column("confirmation", sa.Text(), nullable=False),
        sa.Column("confirm_by", UtcDateTime(), nullable=True),
        sa.Column("confirmation_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "version"),
    )
    op.create_table(
        "answer",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("request_no", sa.Integer(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("reasoned", sa.Boolean(), nullable=False),
        sa.Column("carry_out_by", sa.Date(), nullable=True),
        sa.Column("carried_out_at", UtcDateTime(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "request_no"),
    )
    op.create_table(
        "assignment",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("mediator_id", sa.Uuid(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "mediator_id"),
    )
    op.create_index(
        "assignment_by_mediator", "assignment", ["mediator_id", "ended_at"], unique=False
    )
    op.create_table(
        "attendance",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("came", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "session_id", "party_id"),
    )
    op.create_table(
        "booking",
        sa.Column("mediator_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("mediator_id", "session_id"),
    )
    op.create_index("booking_by_time", "booking", ["mediator_id", "ends_at"], unique=False)
    op.create_table(
        "casework",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("facts_at", UtcDateTime(), nullable=True),
        sa.Column("sealed_facts", sa.LargeBinary(), nullable=True),
        sa.Column("routes", sa.Text(), nullable=False),
        sa.Column("review_told", sa.Boolean(), nullable=False),
        sa.Column("family_violence", sa.Boolean(), nullable=False),
        sa.Column("closing_by", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempted_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "disposition",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("has_basis", sa.Boolean(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "no"),
    )
    op.create_table(
        "duty",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("reported_at", UtcDateTime(), nullable=True),
        sa.Column("reported_to", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "duty"),
    )
    op.create_table(
        "mediator",
        sa.Column("mediator_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("load", sa.Integer(), nullable=False),
        sa.Column("load_limit", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("mediator_id"),
    )
    op.create_index("mediator_by_path", "mediator", ["path"], unique=False)
    op.create_table(
        "mediator_interest",
        sa.Column("mediator_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mediator_id", "subject"),
    )
    op.create_table(
        "mediator_leave",
        sa.Column("mediator_id", sa.Uuid(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mediator_id", "first_on"),
    )
    op.create_table(
        "milestone",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("tight", sa.Boolean(), nullable=False),
        sa.Column("met_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "step"),
    )
    op.create_index("milestone_open", "milestone", ["met_at", "due_on"], unique=False)
    op.create_table(
        "participant",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("for_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("may_settle", sa.Boolean(), nullable=False),
        sa.Column("organisation", sa.Boolean(), nullable=False),
        sa.Column("needs_guardian", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "party_id"),
    )
    op.create_table(
        "referral",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "no"),
    )
    op.create_table(
        "rendered",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("term_no", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "n"),
    )
    op.create_table(
        "session",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("joining", sa.Text(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("departments", sa.Text(), nullable=False),
        sa.Column("victim_asks", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("held_at", UtcDateTime(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_record", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "session_id"),
    )
    op.create_index("session_by_time", "session", ["state", "starts_at"], unique=False)
    op.create_table(
        "signature",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("group_member", sa.Boolean(), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "version", "party_id"),
    )
    op.create_table(
        "term",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("performer", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "version", "no"),
    )
    op.create_index("term_by_due", "term", ["standing", "due_on"], unique=False)
