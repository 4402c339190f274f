"""Which cases a restore found in the backup, and what neighbours prove or claim to have seen."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "case_floor", sa.Column("found", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for name in ("proof_incarnation", "proof_head", "claimed_incarnation", "claimed_no"):
        op.add_column("peer", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("peer", sa.Column("proof_seal", sa.LargeBinary(), nullable=True))
