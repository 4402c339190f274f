"""The state a file was closed from, so that a case that is reopened goes on from there."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FROM = {
    "agreed": "performing",
    "settled": "performed",
    "terminated": "failed",
    "supported": "answered",
    "explained": "answered",
    "not_supported": "answered",
    "refused": "refused",
    "withdrawn": "withdrawn",
}
"""Endings that one state alone leads to; the others begin anew."""


def upgrade() -> None:
    op.add_column("mediation", sa.Column("closed_from", sa.Text(), nullable=True))
    mediation = sa.table(
        "mediation", sa.column("state"), sa.column("ending"), sa.column("closed_from")
    )
    for ending, state in FROM.items():
        closed = (mediation.c.state == "closed") & (mediation.c.ending == ending)
        op.execute(sa.update(mediation).where(closed).values(closed_from=state))
