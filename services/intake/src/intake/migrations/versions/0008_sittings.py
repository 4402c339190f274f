"""Meeting days: sittings of a unit, the matters of each, its minutes."""

import sqlalchemy as sa
from alembic import op

from kernel.database import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sitting",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("begins", sa.Text(), nullable=False),
        sa.Column("ends", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("residents", sa.Integer()),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("called_by", sa.Text(), nullable=False),
        sa.Column("called_at", UtcDateTime(), nullable=False),
        sa.Column("done_by", sa.Text()),
        sa.Column("done_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("sitting_id"),
    )
    op.create_index("sitting_by_unit", "sitting", ["unit", "on_day", "sitting_id"])
    op.create_index("sitting_by_path", "sitting", ["path", "on_day", "sitting_id"])
    op.create_table(
        "sitting_matter",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("registered_there", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.sitting_id"]),
        sa.PrimaryKeyConstraint("sitting_id", "case_id"),
    )
    op.create_table(
        "sitting_minutes",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.sitting_id"]),
        sa.PrimaryKeyConstraint("sitting_id", "version"),
    )
