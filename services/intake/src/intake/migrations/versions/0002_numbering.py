"""Where the numbers of a site are counted, and what a restore began."""

import sqlalchemy as sa
from alembic import op

from kernel.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOVED = """
INSERT INTO numbering (site, state, host, peer, version, mark, mark_until, at)
SELECT site, 'away', '', '', 0, '', 0, at FROM numbering_moved
"""


def upgrade() -> None:
    op.create_table(
        "numbering",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("mark_until", sa.SmallInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("site"),
    )
    op.execute(MOVED)
    op.drop_table("numbering_moved")
