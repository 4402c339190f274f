"""Why a matter is never heard in public, by what is registered: a clerk is told the reason."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "hearing_file",
        sa.Column("never_public_why", sa.Text(), nullable=False, server_default=""),
    )
