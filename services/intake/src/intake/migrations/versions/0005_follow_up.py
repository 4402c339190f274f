"""Call-backs and evaluations; cases that ended before are not asked about any more."""

import sqlalchemy as sa
from alembic import op

from kernel.database import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

DUE = "state = 'due'"
UNASKED = "ended_at IS NOT NULL AND (followed_epoch IS NULL OR followed_epoch < epoch)"


def upgrade() -> None:
    op.add_column("cases", sa.Column("followed_epoch", sa.BigInteger()))
    op.execute("UPDATE cases SET followed_epoch = epoch WHERE ended_at IS NOT NULL")
    op.create_index(
        "cases_unasked",
        "cases",
        ["ended_at"],
        sqlite_where=sa.text(UNASKED),
        postgresql_where=sa.text(UNASKED),
    )
    op.create_table(
        "callback",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("handler_unit", sa.Text(), nullable=False),
        sa.Column("handler_path", sa.Text(), nullable=False),
        sa.Column("office_unit", sa.Text(), nullable=False),
        sa.Column("office_path", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("done_at", UtcDateTime()),
        sa.Column("done_by", sa.Text()),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
        sa.PrimaryKeyConstraint("case_id", "epoch"),
    )
    for name, columns in (
        ("callback_due", ["due_on", "case_id"]),
        ("callback_due_of_unit", ["unit", "due_on", "case_id"]),
    ):
        op.create_index(
            name,
            "callback",
            columns,
            sqlite_where=sa.text(DUE),
            postgresql_where=sa.text(DUE),
        )
    op.create_table(
        "callback_call",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("performance", sa.Text(), nullable=False),
        sa.Column("sealed_note", sa.LargeBinary()),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "epoch", "no"),
    )
    op.create_table(
        "evaluation",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("office_unit", sa.Text(), nullable=False),
        sa.Column("office_path", sa.Text(), nullable=False),
        sa.Column("handler_unit", sa.Text(), nullable=False),
        sa.Column("handler_path", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "epoch", "source"),
    )
    op.create_index("evaluation_by_handler", "evaluation", ["handler_path", "at"])
    op.create_index("evaluation_by_office", "evaluation", ["office_path", "at"])
