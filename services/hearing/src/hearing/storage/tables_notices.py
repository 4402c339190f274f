"""Who was told of which change of a hearing and has acknowledged it; objections; public notices.

A recipient is the id of a party or of a person of the register. Nothing personal is here but the
reasons of an objection, which are sealed.
"""

from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, Table, Text, Uuid

from hearing.storage.tables import metadata
from kernel.database import UtcDateTime
from kernel.notifying import tables as notifying

notice = notifying.add_to(metadata)
"""What is sent to persons of the register; intake sends to parties (ADR 0106)."""

hearing_change = Table(
    "hearing_change",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("change_no", Integer, primary_key=True),  # from 1; the SEQUENCE of invitations
    Column("what", Text, nullable=False),  # What, space between them
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("begins", UtcDateTime),  # as it stood after the change
    Column("ends", UtcDateTime),
    Column("room_id", Uuid),
    Column("acknowledge_by", UtcDateTime),  # until when everybody told shall have answered
    Column("next_look_at", UtcDateTime),  # NULL: nobody is waited for any more
    Index("hearing_change_waits", "next_look_at"),
)
"""Every change that people were told of, from the first notice of a hearing."""

hearing_told = Table(
    "hearing_told",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("change_no", Integer, primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("part", Text, nullable=False),  # Who
    Column("text", Text, nullable=False),  # Text
    Column("method", Text, nullable=False, default=""),  # Method
    Column("overtaken", Boolean, nullable=False, default=False),  # told of something later
    Column("acknowledged_on", Date),
    Column("acknowledged_how", Text, nullable=False, default=""),  # How
    Column("acknowledged_at", UtcDateTime),  # when that was noted
    Column("acknowledged_by", Text, nullable=False, default=""),
    Index("hearing_told_open", "overtaken", "acknowledged_at", "case_id"),
)
"""One row for each change and person concerned: nobody is told of a change twice."""

hearing_objection = Table(
    "hearing_objection",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("objection_no", Integer, primary_key=True),
    Column("party_id", Uuid, nullable=False),
    Column("member_no", Integer, nullable=False),
    Column("ground", Text, nullable=False),  # ObjectionGround
    Column("on_day", Date, nullable=False),
    Column("noted_by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("decision", Text, nullable=False, default=""),  # ObjectionDecision
    Column("decided_by", Text, nullable=False, default=""),
    Column("decided_at", UtcDateTime),
    Column("replaced_by", Integer),  # member_no of who came instead
    Column("sealed_reason", LargeBinary),
    Column("sealed_decision", LargeBinary),
)
"""What parties have against somebody of the list that they were shown."""

public_notice = Table(
    "public_notice",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("notice_id", Uuid, nullable=False, unique=True),  # made of the hearing's id
    Column("unit", Text, nullable=False),  # that holds it
    Column("begins", UtcDateTime, nullable=False),
    Column("ends", UtcDateTime, nullable=False),
    Column("room_id", Uuid),
    Column("seats", Integer, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("taken_down_at", UtcDateTime),
    Column("taken_down_why", Text, nullable=False, default=""),  # What
    Index("public_notice_shown", "taken_down_at", "ends"),
)
"""公告: time, place, seats. It says nothing of the matter or of anybody."""
