"""What each mediator may be found by: kind, field and place, with the points the load takes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FREE = 50
"""Points of somebody with nothing on the desk, when this was written."""
MEDIATOR = sa.table(
    "mediator",
    *map(sa.column, ("path", "fields", "kinds", "load", "load_limit")),
    sa.column("mediator_id", sa.Uuid()),
    sa.column("ended", sa.Boolean()),
)


def upgrade() -> None:
    made = op.create_table(
        "mediator_field",
        sa.Column("mediator_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("village", sa.Text(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mediator_id", "kind", "field"),
    )
    op.create_index(
        "mediator_field_near",
        "mediator_field",
        ["kind", "field", "county", "town", "depth", "village", "taken", "mediator_id"],
    )
    op.create_index(
        "mediator_field_wide",
        "mediator_field",
        ["kind", "field", "county", "depth", "taken", "mediator_id", "town"],
    )
    op.create_index("mediator_interest_by_subject", "mediator_interest", ["subject"])
    known = op.get_bind().execute(sa.select(MEDIATOR).where(sa.not_(MEDIATOR.c.ended))).mappings()
    if rows := [row for one in known for row in _rows(one)]:
        op.bulk_insert(made, rows)


def _rows(one: Any) -> list[dict[str, Any]]:
    county, town, village = one["path"].split(".")
    load, limit = one["load"], one["load_limit"]
    place = {
        "mediator_id": one["mediator_id"],
        "county": county,
        "town": town,
        "village": village,
        "depth": (town != "000") + (village != "000"),
        "taken": FREE - FREE * (limit - load) // limit if load < limit else FREE + 1,
    }
    return [
        {**place, "kind": kind, "field": field}
        for kind in one["kinds"].split()
        for field in ("", *one["fields"].split())
    ]
