"""For which incarnation custody was frozen last: a restore is settled once, not never."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "self_state", sa.Column("life", sa.BigInteger(), nullable=False, server_default="0")
    )
