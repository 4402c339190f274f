"""Numbers by which people name rooms and persons of the register."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("room", "person"):
        op.add_column(table, sa.Column("number", sa.Text(), nullable=False, server_default=""))
