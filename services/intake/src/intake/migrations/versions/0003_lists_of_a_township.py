"""Lists of a township walk an index; a source number is found whoever gave it."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("cases_by_source", "cases")
    op.create_index("cases_by_source", "cases", ["source_no", "source_system"], unique=False)
    for name, path in (
        ("cases_by_town", "holder_path"),
        ("cases_by_registering_town", "registering_path"),
    ):
        op.execute(
            f"CREATE INDEX {name} ON cases "
            f"(substr({path}, 1, 10), registered_at DESC, case_id DESC)"
        )
