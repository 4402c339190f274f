"""What a proposal left out."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    left_out = sa.Column("left_out", sa.Text(), nullable=False, server_default="[]")
    op.add_column("proposal", left_out)
