"""Notices, one row for each recipient of each occasion; how an account is reached."""

import sqlalchemy as sa
from alembic import op

from kernel.database import UtcDateTime

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

DUE = "next_try_at IS NOT NULL"
FOR_A_PERSON = "state IN ('failed', 'held', 'not_possible')"


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("next_try_at", UtcDateTime()),
        sa.Column("sent_at", UtcDateTime()),
        sa.Column("done_at", UtcDateTime()),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("notice_id"),
    )
    op.create_index("notice_by_case", "notice", ["case_id", "at", "notice_id"])
    op.create_index("notice_by_unit", "notice", ["unit", "at", "notice_id"])
    for name, columns, where in (
        ("notice_due", ["next_try_at"], DUE),
        ("notice_for_a_person", ["unit", "at", "notice_id"], FOR_A_PERSON),
    ):
        op.create_index(
            name,
            "notice",
            columns,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
    op.add_column("staff", sa.Column("sealed_contact", sa.LargeBinary()))
