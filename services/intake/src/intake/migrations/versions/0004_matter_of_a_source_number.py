"""What first came under a source number, as a keyed digest; unknown for what is there already."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source_ref", sa.Column("matter", sa.Text(), nullable=False, server_default=""))
