"""On which hearing of the case the facts rest, and what it concluded."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "casework", sa.Column("facts_hearing", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "casework", sa.Column("hearing_finding", sa.Text(), nullable=False, server_default="")
    )
