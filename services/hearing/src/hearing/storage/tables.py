"""Tables of hearing that every part of it reads: the file of a case, its hearings, who takes part.

Whatever says something of a person is in a `sealed…` column, under the key of the case; the rest is
codes, ids, states and times.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)

from kernel import leases, scope
from kernel import tables as kernel_tables
from kernel.database import UtcDateTime
from kernel.holding import Tables

metadata = MetaData()
kernel_tables.add_to(metadata)
case_key = kernel_tables.add_case_keys_to(metadata)
directory_copy = kernel_tables.add_directory_copy_to(metadata)
rules_copy = kernel_tables.add_rules_copy_to(metadata)
read_audit = metadata.tables["read_audit"]
holding = Tables.add_to(metadata)
write_grant, handoff, fact = holding.write_grant, holding.handoff, holding.fact
lease = leases.add_to(metadata)

hearing_file = Table(
    "hearing_file",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("case_no", Text, nullable=False),
    *scope.case_columns(),
    Column("epoch", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("state", Text, nullable=False),  # of the current hearing
    Column("current", Integer, nullable=False),  # its number, from 1
    Column("fact_no", BigInteger, nullable=False),  # of the last fact
    Column("procedure", Text, nullable=False),  # the case's, when the current one was asked for
    Column("category", Text, nullable=False, default=""),
    Column("regulation", Text, nullable=False),
    Column("colour", Text, nullable=False, default=""),
    Column("about_units", Text, nullable=False, default=""),  # ids, space between them
    Column("handlers", Text, nullable=False, default=""),  # staff ids who handled it, likewise
    Column("earlier_units", Text, nullable=False, default=""),  # that decided an earlier stage
    Column("never_public", Boolean, nullable=False, default=False),
    Column("never_public_why", Text, nullable=False, default=""),  # Ground, space between them
    Column("ended_at", UtcDateTime),  # of the case
    Index("hearing_file_by_holder", "holder_unit", "state", "case_id"),
    Index("hearing_file_by_state", "state", "case_id"),
)
"""One row a case that is or was heard, of which this node has, or had, the part."""

hearing = Table(
    "hearing",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("hearing_id", Uuid, nullable=False, unique=True),  # for bookings, plans, events
    Column("state", Text, nullable=False),
    # Asking and deciding.
    Column("asked_by", Text, nullable=False),  # AskedBy
    Column("asked_unit", Text, nullable=False, default=""),
    Column("asked_actor", Text, nullable=False, default=""),
    Column("triggers", Text, nullable=False, default=""),  # of the profile, space between them
    Column("asked_at", UtcDateTime, nullable=False),
    Column("review_level", Text, nullable=False, default=""),  # "", review, rereview
    Column("decide_by", Date),
    Column("decide_by_at", UtcDateTime),
    Column("silence", Text, nullable=False, default=""),  # what silence means, by the profile then
    Column("overdue_at", UtcDateTime),  # when it was told that nobody decided
    Column("decision", Text, nullable=False, default=""),  # granted, refused
    Column("decided_by", Text, nullable=False, default=""),
    Column("decided_at", UtcDateTime),
    Column("decided_on", Date),
    Column("by_silence", Boolean, nullable=False, default=False),
    Column("ground", Text, nullable=False, default=""),  # code of the reason of a refusal
    Column("sealed_request", LargeBinary),  # why it is asked for, and what is to be heard
    Column("sealed_decision", LargeBinary),  # the reason of the decision
    # What is needed of a time and a place.
    Column("minutes", Integer, nullable=False),
    Column("panel_size", Integer, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("public_seats", Integer, nullable=False, default=0),
    Column("online", Boolean, nullable=False, default=False),
    Column("equipment", Text, nullable=False, default=""),  # codes, space between them
    Column("departments", Text, nullable=False, default=""),  # unit ids that take part, likewise
    Column("earliest", Date),
    Column("hold_by", Date),
    Column("host_unit", Text, nullable=False, default=""),  # where it is held, if not by the holder
    # Set.
    Column("day", Date),
    Column("begins", UtcDateTime),
    Column("ends", UtcDateTime),
    Column("room_id", Uuid),
    Column("set_by", Text, nullable=False, default=""),
    Column("set_at", UtcDateTime),
    Column("times_set", Integer, nullable=False, default=0),
    Column("despite", Text, nullable=False, default=""),  # soft clashes it was set against
    # Notice.
    Column("confirmed_by", Text, nullable=False, default=""),
    Column("confirmed_at", UtcDateTime),
    Column("notice_by", Date),  # the last day a notice is in time
    Column("object_by", Date),  # the last day to object to the panel
    Column("moved", Integer, nullable=False, default=0),  # changes after notice
    # Held.
    Column("stage", Text, nullable=False, default=""),
    Column("opened_at", UtcDateTime),
    Column("opened_by", Text, nullable=False, default=""),
    Column("adjourned_at", UtcDateTime),
    Column("conferring_at", UtcDateTime),
    Column("postponed_at", UtcDateTime),
    Column("postponed", Integer, nullable=False, default=0),
    Column("sealed_postponed", LargeBinary),  # why
    # Concluded.
    Column("outcome", Text, nullable=False, default=""),
    Column("on_the_spot", Boolean, nullable=False, default=False),
    Column("concluded_at", UtcDateTime),
    Column("concluded_on", Date),
    Column("concluded_by", Text, nullable=False, default=""),
    Column("serve_by", Date),
    Column("serve_by_at", UtcDateTime),
    Column("served_at", UtcDateTime),
    Column("published_at", UtcDateTime),
    Column("taken_down_at", UtcDateTime),
    # Over in another way.
    Column("over_at", UtcDateTime),
    Column("over_why", Text, nullable=False, default=""),  # code
    Column("sealed_over", LargeBinary),  # why it was withdrawn or cancelled
    Column("led_by", Uuid),  # the hearing of another case that this one is heard with
    Index("hearing_by_day", "state", "day"),
    Index("hearing_by_decision", "state", "decide_by_at"),
    Index("hearing_by_service", "state", "serve_by_at"),
    Index("hearing_by_leader", "led_by"),
)
"""Every hearing of a case, from 1; one is current, those before it are over."""

hearing_member = Table(
    "hearing_member",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("member_no", Integer, primary_key=True),  # from 1, never used again
    Column("person_id", Uuid, nullable=False),
    Column("part", Text, nullable=False),  # Part
    Column("department", Text, nullable=False, default=""),  # whose representative
    Column("kind", Text, nullable=False, default=""),  # of the pool: deputy, scholar…
    Column("staff", Text, nullable=False, default=""),  # account, of somebody who has one
    Column("unit", Text, nullable=False, default=""),
    Column("state", Text, nullable=False),  # MemberState
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Column("replaces", Integer),  # the member he came for
    Column("why", Text, nullable=False, default=""),  # code: why he is gone
    Column("sealed_name", LargeBinary),
    Index("hearing_member_by_person", "person_id", "state"),
)
"""Who sits at a hearing beside the parties; who is replaced stays on file."""

hearing_party = Table(
    "hearing_party",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("party_id", Uuid, primary_key=True),
    Column("role", Text, nullable=False),  # as registered
    Column("side", Text, nullable=False, default=""),  # Side; empty when neither
    Column("organisation", Boolean, nullable=False, default=False),
    Column("unit_id", Text, nullable=False, default=""),  # of a party that is a unit
    Column("representative_of", Text, nullable=False, default=""),  # a side, of many people
    Column("agent_of", Uuid),  # the party an agent speaks for
    Column("special", Boolean, nullable=False, default=False),  # a guardian decides
    Column("invited", Boolean, nullable=False, default=True),  # is to come himself
    Column("sealed_name", LargeBinary),
)
"""The parties of a hearing as they were registered when it was asked for."""

case_access = scope.case_access(metadata)
