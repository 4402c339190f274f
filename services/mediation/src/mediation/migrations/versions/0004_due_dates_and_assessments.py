"""A watcher for every date, third-party assessments, what a closed file ended with."""

import sqlalchemy as sa
from alembic import op

from kernel.database import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watch",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("next_look_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "about", "ref"),
    )
    op.create_index("watch_by_look", "watch", ["next_look_at"], unique=False)
    op.create_table(
        "limitation",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    _assessments()
    op.add_column("mediation", sa.Column("closed_at", UtcDateTime(), nullable=True))
    for name in ("colour", "ending"):
        added = sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''"))
        op.add_column("mediation", added)
    op.create_index("mediation_by_closing", "mediation", ["closed_at", "case_id"], unique=False)
    op.create_index("booking_by_case", "booking", ["case_id"], unique=False)


def _assessments() -> None:
    op.create_table(
        "assessment",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("assessor_unit", sa.Text(), nullable=False),
        sa.Column("assessor", sa.Text(), nullable=False),
        sa.Column("drawn_by", sa.Text(), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        sa.Column("procedure", sa.Integer(), nullable=True),
        sa.Column("facts", sa.Integer(), nullable=True),
        sa.Column("agreement", sa.Integer(), nullable=True),
        sa.Column("performance", sa.Integer(), nullable=True),
        sa.Column("file", sa.Integer(), nullable=True),
        sa.Column("defect", sa.Boolean(), nullable=False),
        sa.Column("mend_by", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "sample"),
    )
    op.create_index(
        "assessment_by_assessor", "assessment", ["assessor_unit", "state", "case_id"], unique=False
    )
    op.create_index("assessment_by_unit", "assessment", ["unit", "state", "case_id"], unique=False)
