"""Accounts that an identity provider vouches for: which one, and its own id of the person."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("issuer", sa.Text(), nullable=True))
    op.add_column("staff", sa.Column("subject", sa.Text(), nullable=True))
