"""What parties consented to; duties that are suggested, or found not to apply."""

import sqlalchemy as sa
from alembic import op

from kernel.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("mediator_id", sa.Uuid(), nullable=True),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("in_name", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "n"),
    )
    empty, no = sa.text("''"), sa.false()
    op.add_column(
        "casework", sa.Column("about_units", sa.Text(), nullable=False, server_default=empty)
    )
    op.add_column(
        "casework", sa.Column("green_channel", sa.Boolean(), nullable=False, server_default=no)
    )
    for name in ("grounds", "waiver_by", "waived_by"):
        op.add_column("duty", sa.Column(name, sa.Text(), nullable=False, server_default=empty))
    op.add_column("duty", sa.Column("sealed_waiver", sa.LargeBinary(), nullable=True))
    op.add_column("duty", sa.Column("waived_at", UtcDateTime(), nullable=True))
