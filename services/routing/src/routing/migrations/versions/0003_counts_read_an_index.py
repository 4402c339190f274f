"""The index of recent cases holds what the scope rule asks, so that a count needs no row."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("case_row_recent", "case_row")
    op.create_index(
        "case_row_recent",
        "case_row",
        [
            "state",
            sa.literal_column("registered_at DESC"),
            sa.literal_column("case_id DESC"),
            "sealed_for",
            "holder_path",
            "registering_path",
        ],
        unique=False,
    )
