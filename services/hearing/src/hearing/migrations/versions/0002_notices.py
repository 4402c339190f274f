"""Notices and their acknowledgement, objections to the panel, public notices."""

import sqlalchemy as sa
from alembic import op

from kernel.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

DUE = "next_try_at IS NOT NULL"
FOR_A_PERSON = "state IN ('failed', 'held', 'not_possible')"


def upgrade() -> None:
    _notices()
    _told()
    _objections()
    _public()


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("next_try_at", UtcDateTime()),
        sa.Column("sent_at", UtcDateTime()),
        sa.Column("done_at", UtcDateTime()),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("notice_id"),
    )
    op.create_index("notice_by_case", "notice", ["case_id", "at", "notice_id"])
    op.create_index("notice_by_unit", "notice", ["unit", "at", "notice_id"])
    op.create_index(
        "notice_due",
        "notice",
        ["next_try_at"],
        sqlite_where=sa.text(DUE),
        postgresql_where=sa.text(DUE),
    )
    op.create_index(
        "notice_for_a_person",
        "notice",
        ["unit", "at", "notice_id"],
        sqlite_where=sa.text(FOR_A_PERSON),
        postgresql_where=sa.text(FOR_A_PERSON),
    )


def _told() -> None:
    op.create_table(
        "hearing_change",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("change_no", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("begins", UtcDateTime()),
        sa.Column("ends", UtcDateTime()),
        sa.Column("room_id", sa.Uuid()),
        sa.Column("acknowledge_by", UtcDateTime()),
        sa.Column("next_look_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("case_id", "number", "change_no"),
    )
    op.create_index("hearing_change_waits", "hearing_change", ["next_look_at"])
    op.create_table(
        "hearing_told",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("change_no", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("overtaken", sa.Boolean(), nullable=False),
        sa.Column("acknowledged_on", sa.Date()),
        sa.Column("acknowledged_how", sa.Text(), nullable=False),
        sa.Column("acknowledged_at", UtcDateTime()),
        sa.Column("acknowledged_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", "change_no", "recipient"),
    )
    op.create_index(
        "hearing_told_open", "hearing_told", ["overtaken", "acknowledged_at", "case_id"]
    )


def _objections() -> None:
    op.create_table(
        "hearing_objection",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("objection_no", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("member_no", sa.Integer(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("replaced_by", sa.Integer()),
        sa.Column("sealed_reason", sa.LargeBinary()),
        sa.Column("sealed_decision", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("case_id", "number", "objection_no"),
    )


def _public() -> None:
    op.create_table(
        "public_notice",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("begins", UtcDateTime(), nullable=False),
        sa.Column("ends", UtcDateTime(), nullable=False),
        sa.Column("room_id", sa.Uuid()),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("taken_down_at", UtcDateTime()),
        sa.Column("taken_down_why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number"),
        sa.UniqueConstraint("notice_id"),
    )
    op.create_index("public_notice_shown", "public_notice", ["taken_down_at", "ends"])
